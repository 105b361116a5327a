"""What an analysis finds out on its way and the model does not keep: for those who show a spec, not run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from awmlang.diagnostics import Span
from awmlang.semantics import types as t

if TYPE_CHECKING:
    from awmlang.semantics.context import Context, Scope
    from awmlang.syntax import tree


class Seen(NamedTuple):
    """An expression as it was understood: where it stands, what its place expects, and its type."""

    node: tree.Node
    scope: Scope
    expected: t.Type | None
    type: t.Type


@dataclass(slots=True)
class Notes:
    """Facts beside a tree; there are some even where the spec has errors.

    ``meant``: from the span of a name to that of another with the same meaning, in the end to its declaration.
    ``kinds``: where enums, type aliases and entities are declared; ``members`` those of enums.
    ``seen``: by the id of its node, every expression that was understood; None if that is not to be kept.
    ``shaped``: by the id of a shape or an ``update``, the type of the row whose fields are named in it.
    ``made``: the operations of ``crud``; names in the tools made of them stand nowhere.
    """

    meant: dict[Span, Span] = field(default_factory=dict)
    kinds: dict[str, Span] = field(default_factory=dict)
    members: dict[tuple[str, str], Span] = field(default_factory=dict)
    seen: dict[int, Seen] | None = None
    shaped: dict[int, t.Type] = field(default_factory=dict)
    made: set[Span] = field(default_factory=set)
    context: Context | None = None

    def refer(self, use: Span, declared: Span) -> None:
        """The name at ``use`` means what is declared at ``declared``."""
        if use != declared and use not in self.made:
            self.meant[use] = declared

    def declaration(self, name: Span) -> Span:
        """Where what the name means is declared; the name itself if it is known to mean nothing else."""
        for _ in range(len(self.meant)):
            further = self.meant.get(name)
            if further is None:
                break
            name = further
        return name

    def member(self, use: Span, enum: str, member: str) -> None:
        """A member of an enum is written at ``use``."""
        if (declared := self.members.get((enum, member))) is not None:
            self.refer(use, declared)


def fields_meant(notes: Notes, given: Iterable[tuple[str, Span]], record: t.Record) -> None:
    """The names of values given for a record mean its fields."""
    for name, use in given:
        found = record.field(name)
        if found is not None and found.span is not None:
            notes.refer(use, found.span)


def spans_of(record: t.Type) -> Iterator[tuple[str, Span]]:
    """The names of a record's fields and where they are written."""
    if isinstance(record, t.Record):
        for each in record.fields:
            if each.span is not None:
                yield each.name, each.span
