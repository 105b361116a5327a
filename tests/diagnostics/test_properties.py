"""Any text, any span, any edit: it prints, and nothing that a terminal obeys comes through."""

from __future__ import annotations

import json
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.diagnostics import (
    FORMATS,
    Diagnostic,
    Edit,
    Fix,
    Format,
    Label,
    Source,
    Span,
    all_codes,
    apply_edits,
    render,
    visible,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=60) | st.text(
    st.sampled_from("ab \t\r\n\x1b\x7f\x9b\u202e\u2028中👍\u200d\u0301\ud800"), max_size=200
)


@st.composite
def spans(draw: st.DrawFn, file: int, text: str) -> Span:
    ends = draw(st.tuples(*[st.integers(0, len(text))] * 2))
    return Span(file, min(ends), max(ends))


@st.composite
def edits(draw: st.DrawFn, file: int, text: str) -> tuple[Edit, ...]:
    """Edits that do not overlap, in any order."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(places[::2], places[1::2], strict=False)
    made = [Edit(Span(file, start, end), draw(ANY_TEXT)) for start, end in pairs]
    return tuple(draw(st.permutations(made)))


@st.composite
def findings(draw: st.DrawFn) -> tuple[list[Diagnostic], dict[int, Source]]:
    sources = {file: Source(file, draw(st.text(max_size=9)), draw(ANY_TEXT)) for file in (0, 1)}
    place = st.one_of(*(spans(file, source.text) for file, source in sources.items()))
    fix = st.builds(Fix, ANY_TEXT, st.one_of(*(edits(file, s.text) for file, s in sources.items())))
    found = st.builds(
        Diagnostic,
        st.sampled_from(all_codes()),
        place | st.just(Span(7, 0, 3)),
        ANY_TEXT,
        st.lists(st.builds(Label, place, ANY_TEXT), max_size=3).map(tuple),
        st.none() | ANY_TEXT,
        st.lists(fix, max_size=2).map(tuple),
    )
    return draw(st.lists(found, max_size=3)), sources


@given(findings())
@pytest.mark.parametrize("format_", FORMATS)
def test_everything_prints(format_: Format, case: tuple[list[Diagnostic], dict[int, Source]]) -> None:
    text = render(*case, format_)
    if format_ in ("json", "sarif"):
        json.loads(text)
    hidden = {char for char in text if category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\n"}


@given(ANY_TEXT)
def test_visible_is_one_line_and_shown_as_it_is(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


@given(st.data())
def test_edits_are_made_where_they_say(data: st.DataObject) -> None:
    text = data.draw(ANY_TEXT)
    made = data.draw(edits(0, text))
    kept = list(text)
    for edit in made:
        kept[edit.span.start : edit.span.end] = [""] * (edit.span.end - edit.span.start)
    result = apply_edits(text, made)
    assert len(result) == len("".join(kept)) + sum(len(edit.text) for edit in made)
    # Undone from the last to the first, the text is as it was.
    ordered = sorted(made, key=lambda edit: edit.span)
    shift = sum(len(e.text) - (e.span.end - e.span.start) for e in ordered)
    for edit in reversed(ordered):
        shift -= len(edit.text) - (edit.span.end - edit.span.start)
        start = edit.span.start + shift
        assert result[start : start + len(edit.text)] == edit.text
        result = result[:start] + text[edit.span.start : edit.span.end] + result[start + len(edit.text) :]
    assert result == text


@pytest.mark.parametrize("wrong", [[(0, 3), (2, 4)], [(4, 9)], [(3, 1)]])
def test_edits_that_overlap_or_lie_outside_are_refused(wrong: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="edit"):
        apply_edits("abcdef", [Edit(Span(0, start, end), "x") for start, end in wrong])
