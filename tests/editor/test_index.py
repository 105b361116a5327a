"""What names mean and where they stand, over all shipped specs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from awmlang.diagnostics import Source
from awmlang.editor.index import Index
from awmlang.semantics.analyze import analyze
from awmlang.semantics.notes import Notes
from awmlang.syntax.parser import parse

ROOT = Path(__file__).parents[2]
SPECS = [*sorted((ROOT / "specs").glob("*.awm")), ROOT / "tests" / "specs" / "library.awm"]


def index_of(text: str) -> Index:
    source = Source(0, "x.awm", text)
    spec, _ = parse(source)
    notes = Notes(seen={})
    analyze(spec, source, notes)
    return Index(source, spec, notes)


@cache
def shipped(path: Path) -> Index:
    return index_of(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_name_is_declared_or_of_the_language(path: Path) -> None:
    index = shipped(path)
    assert [(each.span.start, each.text) for each in index.unknown()] == []
    assert sum(each.symbol is not None for each in index.occurrences) > 100


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_name_is_that_of_its_declaration(path: Path) -> None:
    different = [
        (each.text, each.symbol.name)
        for each in shipped(path).occurrences
        if each.symbol is not None and each.symbol.name != each.text and not each.symbol.is_made
    ]
    assert different == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_declarations_are_occurrences_of_themselves(path: Path) -> None:
    index = shipped(path)
    by_span = {each.span: each for each in index.occurrences}
    for symbol in index.symbols.values():
        if not symbol.is_made:
            assert by_span[symbol.span].symbol is symbol, symbol
