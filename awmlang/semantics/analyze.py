"""From tree to model: the order in which a spec is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from awmlang.diagnostics import Diagnostic, Edit, Fix, Label, Source, Span, limited
from awmlang.diagnostics.codes import (
    BAD_CLOCK,
    BAD_SIGNED_IN,
    DUPLICATE_CLAUSE,
    DUPLICATE_NAME,
    RESERVED_NAME,
    TOO_DEEP,
    TOO_EXTENSIVE,
    UNKNOWN_LABEL,
)
from awmlang.semantics import (
    calls,  # noqa: F401  (they add their rules)
    names,  # noqa: F401
    operators,  # noqa: F401
    queries,  # noqa: F401
)
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.access import Access
from awmlang.semantics.bodies import Bodies
from awmlang.semantics.builtins import is_builtin
from awmlang.semantics.calls import IN_GENERATE, IN_TASKS
from awmlang.semantics.checks import Checks
from awmlang.semantics.context import Context, Scope
from awmlang.semantics.convert import temporal
from awmlang.semantics.crud import snake
from awmlang.semantics.data import SeedData, collect_labels
from awmlang.semantics.entities import Entities
from awmlang.semantics.expressions import Elaborator
from awmlang.semantics.flows import add_flows
from awmlang.semantics.lints import lint
from awmlang.semantics.notes import Notes
from awmlang.semantics.queries import AGGREGATES
from awmlang.semantics.report import Report
from awmlang.semantics.shapes import Presenter
from awmlang.semantics.tasks import Tasks
from awmlang.semantics.typenodes import SCALARS, Types
from awmlang.syntax import tree

MOST_FINDINGS = 200
MOST_ENTITIES = 1_000
LATEST_CLOCK = "9999"


def analyze(
    spec: tree.Spec, source: Source, notes: Notes | None = None
) -> tuple[m.Model | None, list[Diagnostic]]:
    """The model of ``spec`` and what is to be said of it; the model is None where there are errors.

    ``notes`` are filled with what was understood, errors or not.
    """
    report = Report()
    if spec.environment is None:
        return None, report.diagnostics
    analysis = _Analysis(spec, source, report, notes or Notes())
    try:
        model = analysis.run()
    except RecursionError:  # what is open at a time is few in all but the oddest of specs
        message = "This leans on what leans on something else, and so on, too many times."
        report.add(TOO_DEEP, analysis.context.at, message)
        model = None
    return (None if report.failed else model), limited(report.diagnostics, MOST_FINDINGS)


Resolved = str | tuple[str, str]
"""A function by its name, or a computed field by its entity's and its own."""


class _Analysis:
    def __init__(self, spec: tree.Spec, source: Source, report: Report, notes: Notes) -> None:
        self.spec = spec
        self.source = source
        self.report = report
        self.context = notes.context = Context(report, source, notes=notes)
        self.e = Elaborator(self.context)
        self.types = Types(self.e)
        self.entities = Entities(self.e, self.types)
        self.bodies = Bodies(self.e, self.types)
        self.context.resolve_computed = self.entities.computed
        self.access = Access(self.e)
        self.context.resolve_function = self.bodies.function
        self.context.resolve_access = self.access.of
        self._policies: list[str] = []
        self._clock: str | None = None

    def run(self) -> m.Model | None:
        assert self.spec.environment is not None
        context, entities = self.context, self.context.entities
        self._declare()
        for name in in_order(context.aliases, self._aliases_in):
            self.types.alias(name)
        for name, node in context.entity_nodes.items():
            self.entities.fields(entities[name], node)
        self.entities.inverses()
        collect_labels(context, self.spec.declarations)
        self._head()
        self.entities.defaults()
        self._resolve()
        self.access.add_all()
        for name, node in context.entity_nodes.items():
            add_flows(self.e, entities[name], node)
        checks = Checks(self.e)
        for name, node in context.entity_nodes.items():
            checks.add(entities[name], node)
        self.entities.order_computed()
        self._tools()
        self._shows()
        invariants = tuple(
            self._invariant(d) for d in self.spec.declarations if isinstance(d, tree.Invariant)
        )
        seed = SeedData(self.e)
        blocks = [
            seed.block(d)
            for d in self.spec.declarations
            if isinstance(d, (tree.Data, tree.DataFile, tree.Generate))
        ]
        model = m.Model(
            self.spec.environment.name.text,
            self.spec.environment.title.value,
            self._clock or "",
            context.me,
            tuple(self._policies),
            context.enums,
            entities,
            context.done_functions,
            context.done_tools,
            {label: entity for label, (entity, _) in context.labels.items()},
            tuple(block for block in blocks if block is not None),
            invariants,
            self._tasks(),
        )
        if not self.report.failed:
            self._measure(model)
        if not self.report.failed:  # what could not be understood may well call the functions
            lint(model, context, report=self.report)
        return model

    def _measure(self, model: m.Model) -> None:
        """Report what becomes too large; functions, computed fields and tools have been measured when they were made."""
        fits = self.context.fits
        for entity in model.entities.values():
            for field in entity.fields.values():
                fits(field.default or (), field.span, "the default")
            for check in entity.checks:
                fits(check.condition or (), check.span, "the check")
            for flow in entity.flows:
                fits(tuple(step.guard for step in flow.steps if step.guard), flow.span, "the flow")
        for invariant in model.invariants:
            fits(invariant.condition, invariant.span, "the invariant")
        for block in model.blocks:
            if isinstance(block, m.GenerateBlock):
                values = tuple(value for _, value in block.values)
                fits((*values, *(source for _, source in block.loops)), block.span, "the block")
        for task in model.tasks.values():
            fits(task.solution or (), task.span, "the solution")
            for expect in task.expects:
                fits(expect, expect.span, "the expectation")
            for answer in task.answers:
                fits(answer, answer.span, "the answer")
            fits((task.prompt, task.source or (), task.judges, task.users), task.span, "the task")

    def _resolve(self) -> None:
        """Functions and computed fields, those first that others may use, so that few are open at a time."""
        context = self.context
        fields: dict[str, list[Resolved]] = {}
        for owner, name in context.computed_nodes:
            fields.setdefault(name, []).append((owner, name))
        computed: Iterable[tuple[Resolved, tree.Node]] = context.computed_nodes.items()
        functions: Iterable[tuple[Resolved, tree.Node]] = context.functions.items()
        nodes = dict((*computed, *functions))

        def uses(key: Resolved) -> Iterator[Resolved]:
            for node in tree.walk(nodes[key]):
                match node:
                    case tree.Call(name=name) if name.text in context.functions:
                        yield name.text
                    case tree.RowField(field=field) | tree.Attribute(field=field):
                        yield from fields.get(field.text, ())

        for key in in_order(nodes, uses):
            if isinstance(key, tuple):
                self.entities.computed(*key)
            else:
                self.bodies.function(key, context.functions[key].name.span)

    def _aliases_in(self, name: str) -> Iterator[str]:
        for node in tree.walk(self.context.aliases[name].type):
            if isinstance(node, tree.NamedType) and node.name.text in self.context.aliases:
                yield node.name.text

    # ---- Names

    def _declare(self) -> None:
        notes = self.context.notes
        kinds = notes.kinds
        callables: dict[str, Span] = {}
        tables: dict[str, str] = {}
        for node in self.spec.declarations:
            match node:
                case tree.Enum():
                    if self._new(kinds, node.name, "type"):
                        self.context.enums[node.name.text] = self._enum(node)
                case tree.TypeAlias():
                    if self._new(kinds, node.name, "type"):
                        self.context.aliases[node.name.text] = node
                case tree.Entity():
                    if self._new(kinds, node.name, "type"):
                        self._entity(node, tables)
                    if len(tables) == MOST_ENTITIES + 1:
                        self.report.add(
                            TOO_EXTENSIVE, node.name.span, f"A spec has {MOST_ENTITIES:,} entities at most."
                        )
                case tree.Function():
                    if self._new(callables, node.name, "function"):
                        self.context.functions[node.name.text] = node
                case tree.Tool():
                    if self._new(callables, node.name, "tool"):
                        self.context.tools[node.name.text] = node
                case tree.Policy():
                    self._policies.append(node.text.value)
        self._callables = callables

    def _new(self, taken: dict[str, Span], name: tree.Name, what: str) -> bool:
        """Whether the name is free; if not, that is reported."""
        word = name.text
        if word in taken:
            label = Label(taken[word], "the other one")
            self.report.add(DUPLICATE_NAME, name.span, f"`{word}` is declared already.", labels=(label,))
            return False
        taken[word] = name.span
        builtin = what == "function" and (
            word in AGGREGATES
            or is_builtin(word)
            or word in (*IN_TASKS, *IN_GENERATE, "unique", "disjoint", "serial")
        )
        if builtin or (what == "type" and word in SCALARS) or word in ("me", "now", "this"):
            self.report.add(
                RESERVED_NAME,
                name.span,
                f"`{word}` belongs to the language.",
                help=f"Give the {what} another name.",
            )
            return not builtin
        return True

    def _enum(self, node: tree.Enum) -> t.Enum:
        members: list[str] = []
        for member in node.members:
            if member.text in members:
                self.report.add(
                    DUPLICATE_NAME, member.span, f"{node.name.text} has the member `{member.text}` already."
                )
            else:
                members.append(member.text)
                self.context.notes.members[node.name.text, member.text] = member.span
        return t.Enum(node.name.text, tuple(members))

    def _entity(self, node: tree.Entity, tables: dict[str, str]) -> None:
        name = node.name.text
        table = snake(name)
        if table in tables:
            self.report.add(
                DUPLICATE_NAME,
                node.name.span,
                f"{name} and {tables[table]} would share a table.",
                help="Give one of them a name that differs in more than capitals.",
            )
        elif table.startswith(("awm_", "sqlite_")):
            self.report.add(RESERVED_NAME, node.name.span, f"A name like `{name}` belongs to the database.")
        tables[table] = name
        this = m.Binding(t.Ref(name))
        self.context.entities[name] = m.Entity(
            name, node.name.span, node.doc.value if node.doc else None, this
        )
        self.context.entity_nodes[name] = node

    # ---- Clock and signed-in user

    def _head(self) -> None:
        assert self.spec.environment is not None
        clocks = [d for d in self.spec.declarations if isinstance(d, tree.Clock)]
        for extra in clocks[1:]:
            self.report.add(BAD_CLOCK, extra.span, "There is a clock already.")
        if not clocks:
            environment = self.spec.environment.span
            at = Span(environment.file, environment.end, environment.end)
            fix = Fix("Declare a clock", (Edit(at, '\n\nclock = "2025-01-01T09:00:00"'),))
            self.report.add(
                BAD_CLOCK, self.spec.environment.name.span, "The environment has no clock.",
                help='Say when it begins: `clock = "2025-06-02T18:30:00"`.', fixes=(fix,),
            )  # fmt: skip
        else:
            self._clock = temporal(t.Datetime(), clocks[0].value.value)
            if self._clock is None or self._clock >= LATEST_CLOCK:
                self.report.add(
                    BAD_CLOCK,
                    clocks[0].value.span,
                    "The clock is a datetime.",
                    help='Like this: `clock = "2025-06-02T18:30:00"`. Time goes on from there, so it ends before the year 9999.',
                )
        signed = [d for d in self.spec.declarations if isinstance(d, tree.SignedIn)]
        for extra_user in signed[1:]:
            self.report.add(DUPLICATE_CLAUSE, extra_user.span, "Somebody is signed in already.")
        if signed:
            self._signed_in(signed[0])

    def _signed_in(self, node: tree.SignedIn) -> None:
        entity = self.context.entity(node.entity)
        if entity is None:
            return
        self.context.me = m.SignedIn(entity.name, node.label.text, node.label.span)
        found = self.context.labels.get(node.label.text)
        if found is None:
            if not any(
                isinstance(d, tree.DataFile) and d.entity.text == entity.name for d in self.spec.declarations
            ):
                known = [label for label, (owner, _) in self.context.labels.items() if owner == entity.name]
                self.report.unknown(
                    UNKNOWN_LABEL, node.label.span, f"No {entity.name} has the label", node.label.text, known
                )
        else:
            self.context.notes.refer(node.label.span, found[1])
        if found is not None and found[0] != entity.name:
            self.report.add(
                BAD_SIGNED_IN, node.label.span, f"`{node.label.text}` is a {found[0]}, not a {entity.name}."
            )

    # ---- The rest

    def _tools(self) -> None:
        """Tools in the order of declaration, those of ``crud`` where it stands."""
        made: list[tuple[tree.Tool, str | None]] = []
        for node in self.spec.declarations:
            if isinstance(node, tree.Tool) and self.context.tools.get(node.name.text) is node:
                made.append((node, None))
            elif isinstance(node, tree.Crud):
                for kind, tool in self.bodies.crud(node):
                    if self._new(self._callables, tool.name, "tool"):
                        self.context.tools[tool.name.text] = tool
                        made.append((tool, kind))
        for tool, crud in made:
            self.context.done_tools[tool.name.text] = self.bodies.tool(tool, crud)

    def _shows(self) -> None:
        """What no result shows has its mistakes too."""
        for name, node in self.context.entity_nodes.items():
            shows = [member for member in node.members if isinstance(member, tree.Show)]
            for extra in shows[1:]:
                self.report.add(DUPLICATE_CLAUSE, extra.span, f"{name} has a `show` already.")
            if shows and id(shows[0].shape) not in self.context.notes.shaped:
                Presenter(self.e).shown(name, m.Binding(t.Ref(name)), shows[0].span)

    def _invariant(self, node: tree.Invariant) -> m.Invariant:
        condition = self.e.condition(node.condition, Scope("rule"))
        message = node.message.value if node.message else "an invariant fails"
        return m.Invariant(condition, message, node.span)

    def _tasks(self) -> dict[str, m.Task]:
        tasks = Tasks(self.e, self.types.resolve)
        found: dict[str, m.Task] = {}
        spans: dict[str, Span] = {}
        for node in self.spec.declarations:
            if isinstance(node, tree.Task) and self._new(spans, node.name, "task"):
                found[node.name.text] = tasks.task(node)
        return found


_Key = TypeVar("_Key")


def in_order(keys: Iterable[_Key], uses: Callable[[_Key], Iterable[_Key]]) -> list[_Key]:
    """The keys, each behind those that it uses, as far as they do not go in circles."""
    done: dict[_Key, None] = {}
    for first in keys:
        seen = {first}
        open_ = [(first, iter(uses(first)))]
        while open_:
            key, rest = open_[-1]
            following = next((used for used in rest if used not in done and used not in seen), None)
            if following is None:
                done.setdefault(key)
                open_.pop()
            else:
                seen.add(following)
                open_.append((following, iter(uses(following))))
    return list(done)
