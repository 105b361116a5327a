"""Every name of a spec: what it means, and where else it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from awmlang.diagnostics import Source, Span
from awmlang.editor.symbols import Symbol, symbols
from awmlang.semantics.builtins import is_builtin
from awmlang.semantics.calls import FAKES, IN_GENERATE, IN_TASKS
from awmlang.semantics.notes import Notes
from awmlang.semantics.queries import AGGREGATES
from awmlang.semantics.typenodes import SCALARS
from awmlang.syntax import tree

_FUNCTIONS = {*AGGREGATES, *IN_TASKS, *IN_GENERATE, "unique", "disjoint", "serial"}
_VALUES = {"me", "now", "this", "n", "unchanged", *FAKES}
_FIELDS = {"id", "key", "rows", "items", "total", "page"}
_ARGUMENTS = {"page", "page_size", "true", "false"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name where it stands. ``symbol`` is what it means: None if that is the language's own, or unknown."""

    span: Span
    text: str
    node: tree.Node
    """The name, or the text that is the member of an enum."""
    parent: tree.Node
    symbol: Symbol | None

    @property
    def is_called(self) -> bool:
        return isinstance(self.parent, tree.Call)


class Index:
    """The names of a text and its analysed tree; ``notes`` are those of its analysis."""

    def __init__(self, source: Source, spec: tree.Spec, notes: Notes) -> None:
        self.source = source
        self.spec = spec
        self.notes = notes
        self.symbols: dict[Span, Symbol] = {}
        codes: dict[str, Symbol] = {}
        self._codes: dict[Span, Symbol] = {}
        for symbol in symbols(spec):
            if symbol.kind == "code":
                self._codes[symbol.span] = codes.setdefault(symbol.name, symbol)
            elif symbol.kind != "result" or symbol.span not in notes.meant:
                self.symbols[symbol.span] = symbol
        self.symbols |= {symbol.span: symbol for symbol in codes.values()}
        self.symbols |= {symbol.span: symbol for symbol in _made(spec, notes)}

    @cached_property
    def occurrences(self) -> list[Occurrence]:
        """All names, declarations too, in order of place."""
        found = {}
        for span, text, node, parent in _names(self.spec):
            if not isinstance(node, tree.String) or span in self.notes.meant:
                found[span] = Occurrence(span, text, node, parent, self._meaning(span, text))
        return sorted(found.values(), key=lambda each: each.span)

    def _meaning(self, span: Span, text: str) -> Symbol | None:
        if (code := self._codes.get(span)) is not None:
            return code
        symbol = self.symbols.get(self.notes.declaration(span))
        if symbol is not None and symbol.kind == "entity" and text == "id" != symbol.name:
            return None  # the key that an entity has without writing it
        return symbol

    def at(self, offset: int) -> Occurrence | None:
        """The name that a character belongs to, or that ends before it."""
        index = bisect_right(self.occurrences, offset, key=lambda each: each.span.start) - 1
        if index < 0 or self.occurrences[index].span.end < offset:
            return None
        return self.occurrences[index]

    def uses(self, symbol: Symbol) -> list[Occurrence]:
        """Every place where the symbol is named; its declaration is among them unless ``crud`` makes it."""
        return [each for each in self.occurrences if each.symbol is symbol]

    def unknown(self) -> list[Occurrence]:
        """The names that mean nothing."""
        return [each for each in self.occurrences if each.symbol is None and not is_of_the_language(each)]


def is_of_the_language(occurrence: Occurrence) -> bool:
    """Whether a name without a declaration may stand where it does."""
    text = occurrence.text
    if isinstance(occurrence.node, tree.Reference):
        return text in _VALUES
    match occurrence.parent:
        case tree.Call():
            return is_builtin(text) or text in _FUNCTIONS
        case tree.NamedType():
            return text in SCALARS
        case tree.Argument():
            return text in _ARGUMENTS
    return text in _FIELDS


def _names(spec: tree.Spec) -> Iterator[tuple[Span, str, tree.Node, tree.Node]]:
    """The place, text, node and parent of every name and of every text that may be a name."""
    pending: list[tuple[object, tree.Node]] = [(spec.environment, spec), (spec.declarations, spec)]
    while pending:
        value, parent = pending.pop()
        if isinstance(value, tuple):
            pending += [(each, parent) for each in value]
        elif isinstance(value, tree.Node):
            match value:
                case tree.Name():
                    yield value.span, value.text, value, parent
                case tree.Reference():
                    yield value.span, value.name, value, parent
                case tree.String(parts=(str() as text,)):
                    yield value.span, text, value, parent
                case _:
                    for name in tree.child_fields(type(value)):  # type: ignore[arg-type]
                        pending.append((getattr(value, name), value))


def _made(spec: tree.Spec, notes: Notes) -> Iterator[Symbol]:
    """The tools that ``crud`` makes."""
    if notes.context is None:
        return
    operations = {
        operation.span: (operation, declaration.entity.text)
        for declaration in spec.declarations
        if isinstance(declaration, tree.Crud)
        for operation in declaration.operations
    }
    for tool in notes.context.done_tools.values():
        if tool.crud is not None and tool.span in operations:
            operation, entity = operations[tool.span]
            yield Symbol("tool", tool.name, tool.span, tool.span, operation, entity, tool.doc, is_made=True)
