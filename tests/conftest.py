"""Fixtures of all rooms: golden files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("awmlang", deadline=None)
settings.load_profile("awmlang")

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write golden files anew instead of comparing with them"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden("golden/menu.txt", text)``: ``text`` equals that file, whose path starts at the test's folder.

    ``pytest --update-goldens`` writes the files; review them as a diff.
    """

    def compare(path: str, text: str) -> None:
        file: Path = request.path.parent / path
        if request.config.getoption("--update-goldens"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        assert file.is_file(), f"{file} is missing; pytest --update-goldens writes it"
        with file.open(encoding="utf-8", newline="") as stored:
            assert text == stored.read()

    return compare
