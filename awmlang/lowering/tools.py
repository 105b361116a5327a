"""tools.py: the tools of an environment as readable Python."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from awmlang.diagnostics import Source
from awmlang.lowering import trees
from awmlang.lowering.constants import fold
from awmlang.lowering.names import constant_name, layout_sql, python_name, table_name
from awmlang.lowering.operators import logic
from awmlang.lowering.python import Body, Module
from awmlang.lowering.sql import Context, Frame, Lowering
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in, statements_in

_LINE = "  # line "


def tools_py(model: m.Model, source: Source, rules: dict[str, str]) -> str:
    """The text of tools.py. ``rules``: the words of each named constraint."""
    module = Module(Context(model), deletable(model))
    visible, entities = _entities(model, module)
    invariants = [
        (_sql_text(_condition_sql(model, i.condition)), i.message, tuple(sorted(reads(i.condition))))
        for i in model.invariants
    ]
    functions = [_function(module, f, source) for f in _in_order(model)]
    functions += [_tool(module, tool, source, invariants) for tool in model.tools.values()]
    text: str = _template("tools.py.jinja").render(
        name=model.name, source=Path(source.path).name, visible=visible, entities=entities, rules=rules,
        invariants=invariants, functions=functions,
    )  # fmt: skip
    return _with_line_map(text)


@cache
def _template(name: str) -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    environment.filters["py"] = literal
    return environment.get_template(name)


def literal(value: object) -> str:
    """A Python literal, texts in double quotes where that needs no escape."""
    if isinstance(value, str):
        plain = repr(value)
        return f'"{value}"' if plain == f"'{value}'" and '"' not in value else plain
    if isinstance(value, tuple):
        items = ", ".join(map(literal, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def _sql_text(sql: str) -> str:
    """A SQL statement as a Python literal, on lines of its own where it has several."""
    if "\n" in sql and '"""' not in sql and "\\" not in sql and not sql.endswith('"'):
        return f'"""\n{sql}\n"""'
    return literal(sql)


def _with_line_map(text: str) -> str:
    lines, pairs = [], []
    for number, line in enumerate(text.rstrip().split("\n"), 1):
        body, mark, spec_line = line.rpartition(_LINE)
        if mark and spec_line.isdigit():
            pairs.append((number, int(spec_line)))
            line = body
        lines.append(line)
    table = ",\n    ".join(f"({a}, {b})" for a, b in pairs)
    lines += [
        "",
        "# The line of the spec from which each line above is made.",
        "SPEC_LINES = (",
        f"    {table}," if table else "",
        ")",
    ]
    return "\n".join(line for line in lines) + "\n"


# ---- Entities


def _entities(model: m.Model, module: Module) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    visible, entities = [], []
    for entity in model.entities.values():
        name = module.constant(entity.name)
        more = ""
        if entity.access is not None:
            statement = module.constant(entity.name, "visible")
            visible.append((statement, _sql_text(_visible_sql(model, entity))))
            more = f", visible={statement}"
        column = f", column={literal(entity.key.name)}" if entity.key.name != "id" else ""
        key = "Int()" if isinstance(entity.key.type, t.Int) else "Text()"
        entities.append(
            (
                name,
                f"Entity({literal(entity.name)}, table={literal(table_name(entity.name))}, key={key}{column}{more})",
            )
        )
    return visible, entities


def _visible_sql(model: m.Model, entity: m.Entity) -> str:
    assert entity.access is not None
    s = Lowering(Context(model))
    frame = Frame(s)
    row = frame.table(entity, table_name(entity.name))
    with s.bound(entity.this, row):
        frame.where(trees.same(s.column(entity.key, row.alias), trees.parameter("key"), False))
        frame.where(s.condition(entity.access))
        return layout_sql(s.finish(frame.giving(trees.number(1))))


def _condition_sql(model: m.Model, condition: m.Expression) -> str:
    s = Lowering(Context(model))
    return layout_sql(s.finish(s.root(lambda: logic(s, condition, strict=True))))


def reads(condition: m.Expression) -> set[str]:
    """The entities whose rows a condition reads."""
    found: set[str] = set()
    for x in expressions_in(condition):
        if isinstance(x, m.AllRows):
            found.add(x.entity.name)
        elif isinstance(x, m.Get):
            found.add(x.field.entity)
        elif isinstance(x, m.GetComputed):
            found |= reads(x.field.value) | {x.field.entity}
        elif isinstance(x, m.CallFunction):
            for statement in statements_in(x.function.body):
                for part in expressions_in(statement):
                    found |= reads(part)
    return found


def deletable(model: m.Model) -> frozenset[str]:
    """The entities of which rows can be deleted, by cascades too."""
    found: set[str] = set()
    bodies = [f.body for f in model.functions.values()] + [tool.body for tool in model.tools.values()]
    for body in bodies:
        found |= {s.entity.name for s in statements_in(body) if isinstance(s, m.Delete)}
    pending = list(found)
    while pending:
        gone = pending.pop()
        for entity in model.entities.values():
            cascades = any(
                f.on_delete == "cascade" and t.required(f.type) == t.Ref(gone) for f in entity.fields.values()
            )
            if cascades and entity.name not in found:
                found.add(entity.name)
                pending.append(entity.name)
    return frozenset(found)


# ---- Functions and tools


def _in_order(model: m.Model) -> list[m.Function]:
    return list(model.functions.values())


def _lines(body: Body, source: Source) -> list[str]:
    return [
        text if span is None else f"{text}{_LINE}{source.position(span.start)[0]}"
        for text, span in body.lines
    ]


def _function(module: Module, function: m.Function, source: Source) -> dict[str, Any]:
    body = Body(module, function.name)
    body.block(function.body, is_tool=False)
    parameters = ["db", *(python_name(p.name) for p in function.parameters)]
    return {
        "name": python_name(function.name),
        "decorator": "",
        "parameters": ", ".join(parameters),
        "doc": _doc(function.doc or function.name.replace("_", " ").capitalize() + "."),
        "statements": [(name, _sql_text(sql)) for name, sql in body.statements],
        "lines": _lines(body, source),
    }


def _tool(
    module: Module, tool: m.Tool, source: Source, invariants: list[tuple[str, str, tuple[str, ...]]]
) -> dict[str, Any]:
    body = Body(module, tool.name)
    body.block(tool.body, is_tool=True)
    if not tool.body or not isinstance(tool.body[-1], m.Return):
        body.line('return "{}"')
    parts = [
        f"{python_name(p.name)}={type_code(p.type, p.json_name, p.name, p.default)}" for p in tool.parameters
    ]
    if not tool.read_only:
        parts.append("writes=True")
        kept = tuple(i for i, (_, _, read) in enumerate(invariants) if tool.writes & set(read))
        if kept:
            parts.append(f"invariants={literal(kept)}")
    decorator = f"@tool({', '.join(parts)})"
    if len(decorator) > 100:
        decorator = "@tool(\n" + "".join(f"    {part},\n" for part in parts) + ")"
    return {
        "name": python_name(tool.name),
        "decorator": decorator,
        "parameters": ", ".join(["db", *(python_name(p.name) for p in tool.parameters)]),
        "doc": _doc(tool.doc),
        "statements": [(name, _sql_text(sql)) for name, sql in body.statements],
        "lines": _lines(body, source),
    }


def _doc(text: str) -> str:
    one = " ".join(text.split())
    return f'"""{one}"""' if '"""' not in one and "\\" not in one and not one.endswith('"') else literal(one)


def type_code(
    type: t.Type, json_name: str | None = None, name: str | None = None, default: m.Expression | None = None
) -> str:
    """The type of an argument, as ``runtime.program`` has it."""
    more = []
    if json_name is not None and json_name != name:
        more.append(f"name={literal(json_name)}")
    if default is not None:
        value = fold(default)
        if isinstance(t.required(default.type), t.List):
            import json

            value = json.loads(str(value))
        more.append(f"default={literal(value)}")
    return _type_code(type, more)


def _type_code(type: t.Type, more: list[str]) -> str:
    def made(kind: str, *arguments: str) -> str:
        return f"{kind}({', '.join([*arguments, *more])})"

    match type:
        case t.Optional(inner):
            return made("Optional", _type_code(inner, []))
        case t.Int(low, high) | t.Money(low, high) | t.Float(low, high):
            return made(type.__class__.__name__, *_bounds(low, high))
        case t.Text(low, high, pattern):
            return made("Text", *_bounds(low, high), *([f"pattern={literal(pattern)}"] if pattern else []))
        case t.Enum(_, members):
            return made("Enum", *map(literal, members))
        case t.Ref(entity, lifted):
            return made("Ref", constant_name(entity), *(["lifted=True"] if lifted else []))
        case t.List(item, low, high):
            return made("List", _type_code(item, []), *_bounds(low, high))
        case t.Record(fields):
            parts = [f"{literal(python_name(f.name))}: {_field_code(f)}" for f in fields]
            return made("Record", "{" + ", ".join(parts) + "}")
    return made(type.__class__.__name__)


def _field_code(f: t.RecordField) -> str:
    more = [f"name={literal(f.json_name)}"] if f.json_name != f.name else []
    if f.default is not None:
        more.append(f"default={literal(f.default[0])}")
    return _type_code(f.type, more)


def _bounds(low: float | None, high: float | None) -> list[str]:
    if low is None and high is None:
        return []
    return [repr(low)] if high is None else [repr(low), repr(high)]
