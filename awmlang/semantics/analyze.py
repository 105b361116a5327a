"""From tree to model: the order in which a spec is understood."""

from __future__ import annotations

from awmlang.diagnostics import Diagnostic, Edit, Fix, Label, Source, Span
from awmlang.diagnostics.codes import (
    BAD_CLOCK,
    BAD_SIGNED_IN,
    DUPLICATE_CLAUSE,
    DUPLICATE_NAME,
    RESERVED_NAME,
    UNKNOWN_LABEL,
)
from awmlang.semantics import (
    calls,  # noqa: F401  (they add their rules)
    operators,  # noqa: F401
    queries,  # noqa: F401
    shapes,  # noqa: F401
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
from awmlang.semantics.queries import AGGREGATES
from awmlang.semantics.report import Report
from awmlang.semantics.tasks import Tasks
from awmlang.semantics.typenodes import SCALARS, Types
from awmlang.syntax import tree


def analyze(spec: tree.Spec, source: Source) -> tuple[m.Model | None, list[Diagnostic]]:
    """The model of ``spec`` and what is to be said of it; the model is None where there are errors."""
    report = Report()
    if spec.environment is None:
        return None, report.diagnostics
    model = _Analysis(spec, source, report).run()
    return (None if report.failed else model), report.diagnostics


class _Analysis:
    def __init__(self, spec: tree.Spec, source: Source, report: Report) -> None:
        self.spec = spec
        self.source = source
        self.report = report
        self.context = Context(report, source)
        self.e = Elaborator(self.context)
        self.types = Types(self.e)
        self.entities = Entities(self.e, self.types)
        self.bodies = Bodies(self.e, self.types)
        self.context.resolve_computed = self.entities.computed
        self.context.resolve_function = self.bodies.function
        self._policies: list[str] = []
        self._clock: str | None = None

    def run(self) -> m.Model | None:
        assert self.spec.environment is not None
        context, entities = self.context, self.context.entities
        self._declare()
        for name, node in context.entity_nodes.items():
            self.entities.fields(entities[name], node)
        self.entities.inverses()
        collect_labels(context, self.spec.declarations)
        self._head()
        self.entities.defaults()
        Access(self.e).add_all()
        for name, node in context.entity_nodes.items():
            add_flows(self.e, entities[name], node)
        checks = Checks(self.e)
        for name, node in context.entity_nodes.items():
            checks.add(entities[name], node)
        self.entities.all_computed()
        for name, function in context.functions.items():
            self.bodies.function(name, function.name.span)
        self._tools()
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
        if not self.report.failed:  # what could not be understood may well call the functions
            lint(model, context, report=self.report)
        return model

    # ---- Names

    def _declare(self) -> None:
        kinds: dict[str, Span] = {}
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
            if self._clock is None:
                self.report.add(
                    BAD_CLOCK,
                    clocks[0].value.span,
                    "The clock is a datetime.",
                    help='Like this: `clock = "2025-06-02T18:30:00"`.',
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
        elif found[0] != entity.name:
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
