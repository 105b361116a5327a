"""Another name for what is declared, wherever it is named.

A new name is tried before it is given: where any name of the spec would then mean something else, or an error would be
there that was not, the renaming is refused.
"""

from __future__ import annotations

import re

from awmlang.diagnostics import Edit, Source, apply_edits
from awmlang.editor.document import Reading, read
from awmlang.editor.index import Occurrence
from awmlang.editor.symbols import Symbol
from awmlang.semantics.crud import made_name, snake
from awmlang.syntax import tree
from awmlang.syntax.format.words import text as quoted

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Refused(Exception):
    """Why a name cannot be changed, or not to this one."""


def renamable(reading: Reading, occurrence: Occurrence) -> Symbol:
    """What would be renamed. Raises Refused."""
    symbol = occurrence.symbol
    if symbol is None:
        raise Refused(f"`{occurrence.text}` is declared nowhere in this spec.")
    if symbol.is_made:
        raise Refused(
            f"`{symbol.name}` is made by `crud {symbol.within}`: its name follows from that of the entity."
        )
    if symbol.kind == "field" and any(
        isinstance(d, tree.DataFile) and d.entity.text == symbol.within for d in reading.spec.declarations
    ):
        raise Refused(f"A data file of {symbol.within} has a column `{symbol.name}`.")
    return symbol


def rename(reading: Reading, occurrence: Occurrence, name: str) -> list[Edit]:
    """The edits that give what ``occurrence`` means the new ``name``. Raises Refused."""
    symbol = renamable(reading, occurrence)
    if symbol.kind != "member" and not _NAME.fullmatch(name):
        raise Refused(f"`{name}` is no name: letters, digits and `_`, no digit first.")
    text = reading.source.text
    edits = [Edit(use.span, _written(text, use, name)) for use in reading.index.uses(symbol)]
    if symbol.kind == "entity":
        edits += _made_anew(reading, symbol, name)
    after = read(Source(reading.source.file, reading.source.path, apply_edits(text, edits)))
    if after.errors > reading.errors:
        before = {finding.message for finding in reading.findings}
        new = next((f.message for f in after.findings if f.is_error and f.message not in before), "")
        raise Refused(f"`{name}` cannot stand for `{symbol.name}` everywhere. {new}".rstrip())
    if _meanings(after) != _meanings(reading):
        raise Refused(f"Some name would mean something else if `{symbol.name}` were called `{name}`.")
    return edits


def _written(text: str, use: Occurrence, name: str) -> str:
    """The name as it is written there: in quotes if it was, or if it is no word."""
    return quoted(name) if text[use.span.start] == '"' or not _NAME.fullmatch(name) else name


def _made_anew(reading: Reading, entity: Symbol, name: str) -> list[Edit]:
    """The names that ``crud`` makes of an entity's."""
    edits = []
    for use in reading.index.occurrences:
        made = use.symbol
        if made is None or not made.is_made or made.within != entity.name:
            continue
        assert isinstance(made.node, tree.Operation)
        if use.text == made.name:
            edits.append(Edit(use.span, made_name(made.node.kind, name)))
        else:
            edits.append(Edit(use.span, use.text.replace(snake(entity.name), snake(name))))
    return edits


def _meanings(reading: Reading) -> list[int]:
    """For each name, in order of place, which declaration it means, by its number."""
    numbers: dict[object, int] = {}
    return [
        -1 if use.symbol is None else numbers.setdefault(use.symbol.span, len(numbers))
        for use in reading.index.occurrences
    ]
