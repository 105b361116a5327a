"""The specs of the repository: in the one style, without a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang.cli.specs import build
from tests.cli.conftest import invoke
from tests.syntax.specs import PATHS


def test_they_are_formatted() -> None:
    done = invoke("fmt", "--check", *map(str, PATHS))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_nothing_is_found_in_them(path: Path) -> None:
    assert build(str(path)).diagnostics == []
