"""Calls of functions and tools, ``create``, and what stands only in tasks or in generated data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from awmlang.diagnostics import Label, Span
from awmlang.diagnostics.codes import (
    BAD_SOLUTION,
    BAD_START,
    DUPLICATE_NAME,
    IMPURE_IN_QUERY,
    MISSING_VALUE,
    NOT_AVAILABLE_HERE,
    NOT_WRITABLE,
    TYPE_MISMATCH,
    UNKNOWN_FIELD,
    UNKNOWN_FUNCTION,
    UNKNOWN_PARAMETER,
    UNKNOWN_TOOL,
    WRONG_ARGUMENTS,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.builtins import SIGNATURES, SPECIAL, call_builtin, is_builtin
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import base, unknown
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_value, rule
from awmlang.semantics.narrowing import path
from awmlang.semantics.numbers import decimal
from awmlang.semantics.operators import NUMBERS
from awmlang.semantics.queries import AGGREGATES, call_aggregate
from awmlang.syntax import tree

IN_TASKS = ("old", "called")
IN_GENERATE = ("pick", "weighted", "between", "fake")
FAKES = (
    "name", "first_name", "last_name", "email", "phone", "street", "city", "country", "company",
    "word", "sentence", "paragraph", "title", "product", "color", "url", "code",
)  # fmt: skip


def function_names(e: Elaborator) -> list[str]:
    return [*AGGREGATES, *SIGNATURES, *SPECIAL, *e.context.functions]


@rule(tree.Call)
def call(e: Elaborator, node: tree.Call, scope: Scope, expected: t.Type | None) -> m.Expression:
    name = node.name.text
    if name in AGGREGATES:
        return (
            foreign.extreme(e, node, scope, expected)
            or foreign.clause_of_function(e, node, scope)
            or call_aggregate(e, node, scope)
        )
    if is_builtin(name):
        return (
            foreign.literal_call(e, node, scope)
            or foreign.clause_of_function(e, node, scope)
            or call_builtin(e, node, scope)
        )
    if name in e.context.functions:
        return call_function(e, node, scope)
    if name in IN_TASKS:
        return _in_task(e, node, scope)
    if name in IN_GENERATE:
        return _in_generate(e, node, scope, expected)
    if name in e.context.tools:
        if scope.place == "solution":
            return tool_call(e, node, scope)
        e.report.add(
            NOT_AVAILABLE_HERE,
            node.name.span,
            f"`{name}` is a tool: only agents and solutions call tools.",
            help="What tools share goes into a `function`.",
        )
    elif name in ("unique", "disjoint"):
        e.report.add(
            NOT_AVAILABLE_HERE,
            node.name.span,
            f"`{name}(...)` is a check of its own: `check {name}(...)` in an entity.",
        )
    elif scope.place == "solution":
        e.report.unknown(UNKNOWN_TOOL, node.name.span, "There is no tool", name, e.context.tools)
    elif (value := foreign.call(e, node, scope, expected, function_names(e))) is not None:
        return value
    else:
        e.report.unknown(UNKNOWN_FUNCTION, node.name.span, "There is no function", name, function_names(e))
    return unknown(node.span)


# ---- Functions of the spec


def call_function(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    function = e.context.resolve_function(node.name.text, node.name.span)
    e.context.called_functions.add(node.name.text)
    e.context.notes.refer(node.name.span, e.context.functions[node.name.text].name.span)
    if function is None:
        for each in node.arguments:
            e.expr(each.value, scope)
        return unknown(node.span)
    if not function.is_pure and (scope.in_query or scope.place != "code"):
        what = "inside a query" if scope.place == "code" else "here"
        e.report.add(
            IMPURE_IN_QUERY,
            node.span,
            f"`{function.name}` writes or can fail, so it cannot be called {what}.",
            labels=(Label(function.span, "declared here"),),
            help="Loop over the rows and call it for each." if scope.place == "code" else None,
        )
    if scope.body is not None:
        scope.body.take_over(e.context.bodies[function.name])
    given = _match(e, node, function.parameters, function.name)
    if given is None:
        return unknown(node.span)
    arguments = []
    for p in function.parameters:
        argument = given.get(p.name)
        if argument is not None:
            arguments.append(e.fit(argument, scope, p.type, f"`{p.name}`"))
        elif p.default is not None:
            arguments.append(replace(p.default, span=node.span))
        elif isinstance(p.type, t.Optional):
            arguments.append(m.Constant(node.span, p.type, None))
        else:
            e.report.add(
                WRONG_ARGUMENTS,
                node.span,
                f"`{function.name}` needs `{p.name}`.",
                labels=(Label(function.span, "declared here"),),
            )
            return unknown(node.span)
    return m.CallFunction(node.span, function.result, function, tuple(arguments))


def _match(
    e: Elaborator, node: tree.Call, parameters: Sequence[m.Parameter], what: str
) -> dict[str, tree.Expr] | None:
    """Arguments by parameter name, or None, reported."""
    given: dict[str, tree.Expr] = {}
    places = {p.name: p.variable.span for p in parameters}
    names = list(places)
    good = True
    for i, argument in enumerate(node.arguments):
        if argument.name is None:
            if i >= len(parameters):
                e.report.add(
                    WRONG_ARGUMENTS, argument.span, f"`{what}` takes {len(parameters)} arguments at most."
                )
                return None
            name, span = names[i], argument.span
        else:
            name, span = argument.name.text, argument.name.span
        if name not in places:
            e.report.unknown(UNKNOWN_PARAMETER, span, f"`{what}` has no parameter", name, names)
            good = False
        elif name in given:
            e.report.add(DUPLICATE_NAME, span, f"`{name}` is given twice.")
            good = False
        else:
            given[name] = argument.value
            if argument.name is not None:
                e.notes.refer(span, places[name])
    return given if good else None


# ---- Tools, in solutions


def tool_call(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    tool = e.context.done_tools.get(node.name.text)
    if tool is None:
        return unknown(node.span)
    for argument in node.arguments:
        if argument.name is None:
            names = ", ".join(f"{p.name} = ..." for p in tool.parameters)
            e.report.add(
                BAD_SOLUTION,
                argument.span,
                "A tool is called by name.",
                help=f"Write `{tool.name}({names})`.",
            )
            return unknown(node.span)
    e.context.notes.refer(node.name.span, tool.span)
    given = _match(e, node, tool.parameters, tool.name)
    if given is None:
        return m.ToolCall(node.span, tool.result, tool, ())
    arguments = []
    for p in tool.parameters:
        value = given.get(p.name)
        if value is not None:
            arguments.append((p, _argument(e, value, scope, p.type, p.name)))
        elif p.default is None and not isinstance(p.type, t.Optional):
            e.report.add(
                WRONG_ARGUMENTS,
                node.span,
                f"`{tool.name}` needs `{p.name}`.",
                labels=(Label(tool.span, "declared here"),),
            )
    return m.ToolCall(node.span, tool.result, tool, tuple(arguments))


def _argument(e: Elaborator, node: tree.Expr, scope: Scope, target: t.Type, name: str) -> m.Expression:
    """A value for a tool's parameter: where a row is expected, a key out of an earlier result will do."""
    return e.convert.fit(_rows_of_keys(e, as_value(e.expr(node, scope, target)), target), target, f"`{name}`")


def _rows_of_keys(e: Elaborator, value: m.Expression, target: t.Type) -> m.Expression:
    """The value with its keys as rows, at whatever depth the target has rows."""
    match t.required(target), value:
        case t.Ref() as row, _ if _is_key(e, value.type, row):
            return m.Convert(value.span, row, value)
        case t.List(item=t.Ref() as row), m.Expression(type=t.List(item)) if _is_key(e, item, row):
            return m.Convert(value.span, t.List(row), value)
        case t.List(item), m.MakeList():
            return replace(value, items=tuple(_rows_of_keys(e, x, item) for x in value.items))
        case t.Record() as record, m.MakeRecord():
            fields = ((name, x, record.field(name)) for name, x in value.fields)
            return replace(
                value, fields=tuple((name, _rows_of_keys(e, x, f.type) if f else x) for name, x, f in fields)
            )
    return value


def _is_key(e: Elaborator, type: t.Type, row: t.Ref) -> bool:
    return base(type) == base(e.context.entities[row.entity].key.type)


# ---- Create


@rule(tree.Create)
def create(e: Elaborator, node: tree.Create, scope: Scope, expected: t.Type | None) -> m.Expression:
    entity = e.context.entity(node.entity)
    if entity is None:
        return unknown(node.span)
    if scope.place != "code":
        e.report.add(NOT_AVAILABLE_HERE, node.span, "Only tools and functions create rows.")
        return unknown(node.span)
    if scope.in_query:
        e.report.add(
            IMPURE_IN_QUERY,
            node.span,
            "A query only reads: nothing is created inside it.",
            help="Loop over the rows instead.",
        )
    values = row_values(e, entity, node.values, replace(scope, row=None), node.span)
    for flow in entity.flows:
        value = dict(values).get(flow.field)
        default = flow.field.default
        if value is None or not isinstance(default, m.Constant):
            continue
        if not isinstance(value, m.Constant) or value.value != default.value:
            e.report.add(
                BAD_START,
                value.span,
                f'A new {entity.name} starts as "{default.value}": `{flow.field.name}` has a flow.',
                help="Leave the field out, and update it along the flow's arrows.",
                labels=(Label(flow.span, "the flow"),),
            )
    if scope.body is not None:
        scope.body.writes.add(entity.name)
        scope.body.effects += 1
    return m.CreateRow(node.span, t.Ref(entity.name), entity, tuple(values))


def row_values(
    e: Elaborator, entity: m.Entity, nodes: Sequence[tree.Value], scope: Scope, span: Span
) -> list[tuple[m.Field, m.Expression]]:
    """The values of a new row, as written; required ones that are missing are reported."""
    values: dict[str, m.Expression] = {}
    for node in nodes:
        field = writable_field(e, entity, node.name)
        if field is None:
            e.expr(node.value, scope)
        elif field.name in values:
            e.report.add(DUPLICATE_NAME, node.name.span, f"`{field.name}` is given twice.")
        else:
            values[field.name] = e.fit(node.value, scope, field.type, f"`{field.name}`")
    missing = [f"`{f.name}`" for f in entity.fields.values() if f.name not in values and is_required(f)]
    if missing:
        e.report.add(
            MISSING_VALUE,
            span,
            f"A new {entity.name} needs {' and '.join(missing)}.",
            labels=(Label(entity.span, "declared here"),),
        )
    return [(entity.fields[name], value) for name, value in values.items()]


def is_required(field: m.Field) -> bool:
    """Whether a new row must be given a value for it."""
    automatic = field.is_key and (
        (isinstance(field.type, t.Int) and field.name == "id") or field.serial is not None
    )
    return not automatic and field.default is None and not isinstance(field.type, t.Optional)


def writable_field(e: Elaborator, entity: m.Entity, name: tree.Name) -> m.Field | None:
    """The stored field of that name, or None, reported."""
    field = entity.fields.get(name.text)
    if field is not None:
        e.notes.refer(name.span, field.span)
    if field is None:
        if name.text in entity.inverses or (entity.name, name.text) in e.context.computed_nodes:
            kind = "the other end of a reference" if name.text in entity.inverses else "computed"
            e.report.add(
                NOT_WRITABLE, name.span, f"`{name.text}` is {kind}; it is not stored and cannot be set."
            )
        else:
            e.report.unknown(
                UNKNOWN_FIELD, name.span, f"{entity.name} has no field", name.text, entity.fields
            )
        return None
    if field.is_key and ((field.name == "id" and isinstance(field.type, t.Int)) or field.serial is not None):
        e.report.add(NOT_WRITABLE, name.span, f"`{name.text}` numbers itself and cannot be set.")
        return None
    return field


# ---- Only in tasks


def _in_task(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    name = node.name.text
    if scope.place != "task":
        e.report.add(
            NOT_AVAILABLE_HERE,
            node.span,
            f"`{name}(...)` looks at how a task went; it stands only in its checks.",
        )
        return unknown(node.span)
    if len(node.arguments) != 1 or node.arguments[0].name is not None:
        e.report.add(WRONG_ARGUMENTS, node.span, f"`{name}` takes one argument.")
        return unknown(node.span)
    argument = node.arguments[0].value
    if name == "called":
        if not isinstance(argument, tree.Reference) or argument.name not in e.context.tools:
            word = argument.name if isinstance(argument, tree.Reference) else "..."
            e.report.unknown(UNKNOWN_TOOL, argument.span, "There is no tool", word, e.context.tools)
            return unknown(node.span)
        e.notes.refer(argument.span, e.context.tools[argument.name].name.span)
        return m.Called(node.span, t.Bool(), argument.name)
    value = as_value(e.expr(argument, scope))
    found = path(value)
    of_row = found is not None and isinstance(found[0], m.Binding)
    return m.Old(node.span, t.optional(value.type) if of_row else value.type, value)


# ---- Only in generated data


def _in_generate(e: Elaborator, node: tree.Call, scope: Scope, expected: t.Type | None) -> m.Expression:
    name = node.name.text
    if scope.place != "generate":
        e.report.add(
            NOT_AVAILABLE_HERE, node.span, f"`{name}(...)` draws at random; it stands only in `generate`."
        )
        return unknown(node.span)
    match name:
        case "pick":
            return _pick(e, node, scope)
        case "weighted":
            return _weighted(e, node, expected)
        case "between":
            return _between(e, node, scope, expected)
    return _fake(e, node)


def _pick(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression:
    if len(node.arguments) != 1 or node.arguments[0].name is not None:
        e.report.add(WRONG_ARGUMENTS, node.span, "`pick` takes a query or a list.")
        return unknown(node.span)
    items = as_value(e.expr(node.arguments[0].value, scope))
    if not isinstance(items.type, t.List):
        if not isinstance(items.type, t.Unknown):
            e.report.add(
                TYPE_MISMATCH, items.span, f"`pick` takes one of several, but this is {describe(items.type)}."
            )
        return unknown(node.span)
    return m.CallBuiltin(node.span, items.type.item, "pick", (items,))


def _weighted(e: Elaborator, node: tree.Call, expected: t.Type | None) -> m.Expression:
    inner = t.required(expected) if expected is not None else t.Text()
    arguments: list[m.Expression] = []
    for a in node.arguments:
        weight = decimal(a.value.text) if isinstance(a.value, tree.Number) else None
        if a.name is None or not weight:
            e.report.add(
                WRONG_ARGUMENTS,
                a.span,
                "`weighted` takes members with their weights: `weighted(open = 3, done = 1)`.",
            )
            return unknown(node.span)
        member = m.Constant(a.name.span, t.Text(), a.name.text)
        if isinstance(inner, t.Bool):
            arguments.append(m.Constant(a.name.span, inner, int(a.name.text == "true")))
        else:
            arguments.append(e.convert.fit(member, inner))
        arguments.append(m.Constant(a.value.span, t.Float(), weight))
    if not arguments:
        e.report.add(WRONG_ARGUMENTS, node.span, "`weighted` has nothing to choose from.")
        return unknown(node.span)
    return m.CallBuiltin(node.span, inner, "weighted", tuple(arguments))


def _between(e: Elaborator, node: tree.Call, scope: Scope, expected: t.Type | None) -> m.Expression:
    if len(node.arguments) != 2 or any(a.name is not None for a in node.arguments):
        e.report.add(WRONG_ARGUMENTS, node.span, "`between` takes the least and the greatest value.")
        return unknown(node.span)
    target = base(t.required(expected)) if expected is not None else t.Int()
    if not isinstance(target, (*NUMBERS, t.Date, t.Time, t.Datetime)):
        e.report.add(
            TYPE_MISMATCH,
            node.span,
            f"`between` draws numbers, dates and times, but {describe(target)} is expected.",
        )
        return unknown(node.span)
    bounds = tuple(e.fit(a.value, scope, target, "a bound of `between`") for a in node.arguments)
    return m.CallBuiltin(node.span, target, "between", bounds)


def _fake(e: Elaborator, node: tree.Call) -> m.Expression:
    kind = node.arguments[0].value if len(node.arguments) == 1 else None
    word = kind.name if isinstance(kind, tree.Reference) else None
    if isinstance(kind, tree.String) and len(kind.parts) == 1 and isinstance(kind.parts[0], str):
        word = kind.parts[0]
    if word not in FAKES:
        e.report.unknown(UNKNOWN_PARAMETER, node.span, "`fake` knows no kind", word or "...", FAKES)
        return unknown(node.span)
    return m.CallBuiltin(node.span, t.Text(), "fake", (m.Constant(node.span, t.Text(), word),))
