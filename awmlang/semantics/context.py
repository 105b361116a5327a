"""What the analysis knows: the declared names of a spec, and the scope an expression stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from awmlang.diagnostics import Source, Span
from awmlang.diagnostics.codes import TOO_DEEP, TOO_EXTENSIVE, UNKNOWN_ENTITY
from awmlang.diagnostics.span import NOWHERE
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.extent import MAX_ITEMS, MAX_SIZE, MAX_WIDTH, Extents, is_too_large_a_type
from awmlang.semantics.narrowing import NOTHING_KNOWN, Facts
from awmlang.semantics.notes import Notes
from awmlang.semantics.report import Report
from awmlang.syntax import tree
from awmlang.syntax.tree import node

Place = Literal["code", "rule", "data", "generate", "task", "solution"]
"""Where an expression stands.

code      a tool or function: may write and fail
rule      a check, guard, access, computed field, default, invariant, show: only reads
data      a value of a seed row: labels, constants, ``now``
generate  a value of a generated row: also ``pick`` and its like
task      a check of a task: labels, and ``old``, ``new``, ``called`` and their like
solution  a step of a solution: labels and tools
"""


@dataclass(slots=True)
class Context:
    """The declarations of one spec while it is analysed; filled by ``declare``, read by all else."""

    report: Report
    source: Source
    enums: dict[str, t.Enum] = field(default_factory=dict)
    aliases: dict[str, tree.TypeAlias] = field(default_factory=dict)
    entities: dict[str, m.Entity] = field(default_factory=dict)
    entity_nodes: dict[str, tree.Entity] = field(default_factory=dict)
    functions: dict[str, tree.Function] = field(default_factory=dict)
    tools: dict[str, tree.Tool] = field(default_factory=dict)
    labels: dict[str, tuple[str, Span]] = field(default_factory=dict)
    me: m.SignedIn | None = None
    alias_types: dict[str, t.Type] = field(default_factory=dict)
    done_functions: dict[str, m.Function] = field(default_factory=dict)
    done_tools: dict[str, m.Tool] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    called_functions: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)  # ids of the variables that were read
    # Set by ``analyze``: a function or computed field is analysed when it is first needed.
    resolve_function: Callable[[str, Span], m.Function | None] = lambda name, span: None
    resolve_computed: Callable[[str, str], m.ComputedField | None] = lambda entity, name: None
    shown: Callable[[str, m.Expression, Span], m.Expression] = lambda entity, row, span: row
    resolve_access: Callable[[m.Entity], m.Expression | None] = lambda entity: None
    computed_nodes: dict[tuple[str, str], tree.Computed] = field(default_factory=dict)
    extents: Extents = field(default_factory=Extents)
    showing: list[str] = field(default_factory=list)  # the entities whose ``show`` is being expanded
    unshowable: set[str] = field(default_factory=set)  # those whose ``show`` is too large
    at: Span = NOWHERE  # the declaration that is being analysed
    notes: Notes = field(default_factory=Notes)

    def entity(self, name: tree.Name) -> m.Entity | None:
        """The entity of that name, or a diagnostic."""
        entity = self.entities.get(name.text)
        if entity is None:
            self.report.unknown(UNKNOWN_ENTITY, name.span, "There is no entity", name.text, self.entities)
        else:
            self.notes.refer(name.span, entity.span)
        return entity

    def fits(self, node: object, span: Span, what: str) -> bool:
        """Whether an expression or body is small enough, with all that it refers to; if not, that is reported."""
        extent = self.extents.of(node)
        if extent.is_too_large:
            self.report.add(
                TOO_EXTENSIVE,
                span,
                f"With all that it refers to, {what} has more than {MAX_SIZE:,} parts.",
                help="Computed fields and functions count wherever they are used: use them less often in each other.",
            )
        elif extent.is_too_deep:
            self.report.add(
                TOO_DEEP,
                span,
                f"With all that it refers to, {what} is nested too deeply.",
                help="Computed fields and functions count where they are used: let fewer of them lean on each other.",
            )
        elif extent.wide is not None:
            self.report.add(
                TOO_EXTENSIVE,
                extent.wide.span,
                f"This has too many parts: {MAX_WIDTH} at most, of a list {MAX_ITEMS:,}.",
            )
        else:
            return True
        return False

    def type_fits(self, type: t.Type, span: Span, what: str) -> bool:
        """The same of a type."""
        too_large = is_too_large_a_type(type)
        if too_large:
            self.report.add(
                TOO_EXTENSIVE,
                span,
                f"The type of {what} is too large, or nested too deeply, with all that it contains.",
                help="Contain fewer records in records; refer to rows of an entity instead.",
            )
        return not too_large


@dataclass(slots=True)
class Body:
    """What is gathered while a tool or function is analysed."""

    name: str
    is_tool: bool
    errors: dict[str, Span] = field(default_factory=dict)
    writes: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    effects: int = 0  # writes and calls of functions that write, so far
    result: t.Type | None = None  # as declared
    page: tuple[m.Parameter, m.Parameter] | None = None
    variables: list[m.Variable] = field(default_factory=list)

    def take_over(self, called: Body) -> None:
        """What a called function does, this body does too."""
        for code, span in called.errors.items():
            self.errors.setdefault(code, span)
        self.writes |= called.writes
        self.deleted |= called.deleted
        self.effects += bool(called.writes)


@node
class Scope:
    """The names in reach of an expression, the row at hand, and what is known of values there."""

    place: Place
    names: Mapping[str, m.Variable | m.Binding] = field(default_factory=dict)
    row: m.Binding | None = None
    this: m.Binding | None = None
    in_query: bool = False
    givens: list[m.Expression] | None = None  # of the where-term at hand: what ``x?`` was used on
    facts: Facts = NOTHING_KNOWN
    body: Body | None = None
    in_where: bool = False  # of a query, or inside one there

    def with_name(self, name: str, symbol: m.Variable | m.Binding) -> Scope:
        return replace(self, names={**self.names, name: symbol})

    def with_row(self, binding: m.Binding) -> Scope:
        return self._made(binding, self.in_query, self.givens, self.facts)

    def inside_query(self) -> Scope:
        return self._made(self.row, True, None, self.facts)

    def collecting(self, givens: list[m.Expression]) -> Scope:
        return replace(self, givens=givens, in_where=True)

    def knowing(self, facts: Facts) -> Scope:
        return self if facts is self.facts else self._made(self.row, self.in_query, self.givens, facts)

    def _made(
        self, row: m.Binding | None, in_query: bool, givens: list[m.Expression] | None, facts: Facts
    ) -> Scope:
        # Not ``replace``: scopes are made by the thousand, and this takes a fifth of the time.
        return Scope(
            self.place, self.names, row, self.this, in_query, givens, facts, self.body, self.in_where
        )

    @property
    def sees_labels(self) -> bool:
        return self.place in ("data", "generate", "task", "solution")

    def visible_names(self, context: Context) -> Iterator[str]:
        """All names that could stand here as a bare name, for suggestions."""
        yield from self.names
        if self.sees_labels:
            yield from context.labels
        yield from context.entities
        yield "now"
        if context.me:
            yield "me"
        if self.this:
            yield "this"


def rule_scope(entity: m.Entity) -> Scope:
    """The scope of an entity's own rules and computed fields."""
    return Scope("rule", row=entity.this, this=entity.this)
