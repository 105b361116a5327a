"""What diagnostics look like in every format."""

from __future__ import annotations

import io
import json
from urllib.parse import unquote

import pytest
from rich.console import Console

from awmlang.diagnostics import FORMATS, Diagnostic, exit_code, in_order, render, summary, visible
from awmlang.diagnostics.render_text import render_text
from tests.conftest import Golden
from tests.diagnostics import samples

SUFFIX = {"text": "txt", "json": "json", "sarif": "sarif", "github": "github"}


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format(golden: Golden, format_: str) -> None:
    golden(f"golden/all.{SUFFIX[format_]}", render(samples.ALL, samples.SOURCES, format_))


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_found(golden: Golden, format_: str) -> None:
    golden(f"golden/nothing.{SUFFIX[format_]}", render((), samples.SOURCES, format_))


def test_colours(golden: Golden) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", soft_wrap=True)
    console.print(render_text([samples.MEMBER, samples.UNUSED], samples.SOURCES), end="")
    golden("golden/colours.txt", console.file.getvalue().replace("\x1b", "␛"))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_order_given_does_not_matter(format_: str) -> None:
    assert render(samples.ALL, samples.SOURCES, format_) == render(
        samples.ALL[::-1], samples.SOURCES, format_
    )


def test_order_is_that_of_the_files() -> None:
    found = in_order(samples.ALL)
    assert found[0] is samples.PLACELESS
    places = [(d.span.file, d.span.start) for d in found]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("found", "text", "code"),
    [
        ((), "no problems", 0),
        ((samples.UNUSED,), "1 warning", 0),
        ((samples.NULL, samples.MEMBER, samples.UNUSED), "2 errors, 1 warning", 1),
    ],
)
def test_summary_and_exit_code(found: tuple[Diagnostic, ...], text: str, code: int) -> None:
    assert summary(found) == text
    assert exit_code(found) == code


def test_json_places_are_those_of_the_text() -> None:
    (record,) = json.loads(render([samples.NULL], samples.SOURCES, "json"))
    text = samples.PLAIN.text
    assert text[record["start"]["offset"] : record["end"]["offset"]] == "order.paid"
    assert text.splitlines()[record["start"]["line"] - 1][record["start"]["column"] - 1 :].startswith(
        "order.paid"
    )
    edit = record["fixes"][0]["edits"][0]
    assert (edit["start"], edit["end"]) == (record["start"], record["end"])


def test_github_commands_stay_on_their_line_and_keep_their_properties() -> None:
    lines = render(samples.ALL, samples.SOURCES, "github").splitlines()
    assert len(lines) == len(samples.ALL)
    for line, diagnostic in zip(lines, in_order(samples.ALL), strict=True):
        _, head, message = line.split("::", 2)
        level, properties = head.split(" ", 1)
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        assert level == diagnostic.severity
        source = samples.SOURCES.get(diagnostic.span.file)
        assert unquote(pairs.get("file", "")) == (source.path if source else "")
        assert unquote(message).split("\n")[0] == visible(diagnostic.message)


def test_a_window_of_a_long_line_holds_what_is_meant() -> None:
    text = render_text([samples.LONG_LINE], samples.SOURCES, width=60).plain
    shown, underline = text.splitlines()[3:5]
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "here"
    assert len(shown) <= 60 + len(" 4 | ") + 2
