"""tools.py: the tools of an environment as readable Python."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from awmlang.diagnostics import Source
from awmlang.lowering import trees
from awmlang.lowering.constants import fold
from awmlang.lowering.effects import Deletions, has_effect
from awmlang.lowering.names import constant_name, layout_sql, python_name, table_name
from awmlang.lowering.operators import logic
from awmlang.lowering.python import Body, Module
from awmlang.lowering.source import WIDTH, doc_text, fitted, literal, named, sql_text
from awmlang.lowering.sql import Context, Frame, Lowering
from awmlang.lowering.statements import block
from awmlang.runtime import program
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in

_LINE = "\0"  # stands in front of the number of a line of the spec; nothing else in the text has it


def tools_py(model: m.Model, source: Source, rules: dict[str, str]) -> str:
    """The text of tools.py. ``rules``: the words of each named constraint."""
    module = Module(Context(model), Deletions(model))
    visible, entities = _entities(model, module)
    invariants = [
        (_condition_sql(model, i.condition), i.message, tuple(sorted(reads(i.condition))))
        for i in model.invariants
    ]
    functions = [_function(module, f, source) for f in model.functions.values()]
    functions += [_tool(module, tool, source, invariants) for tool in model.tools.values()]
    text: str = _template().render(
        doc=doc_text(
            f"The tools of {model.name}. Made by awmc from {Path(source.path).name}; change that, not this."
        ),
        imports=_imports(entities, functions),
        visible=visible,
        entities=entities,
        rules=rules,
        invariants=invariants,
        functions=functions,
    )
    return _with_line_map(text)


@cache
def _template() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    environment.filters |= {"py": literal, "sql": sql_text, "named": named}
    return environment.get_template("tools.py.jinja")


def _imports(entities: Sequence[Mapping[str, Any]], functions: Sequence[Mapping[str, Any]]) -> list[str]:
    """The lines that import what the code uses."""
    lines = [line for f in functions for line in (*f["decorator"], *f["lines"])]
    used = frozenset(
        re.findall(r"\w+", "\n".join([*(line for e in entities for line in e["lines"]), *lines]))
    )
    names = sorted(used & {*program.__all__}, key=lambda name: (name.islower(), name))
    found = ["from awmlang.runtime import functions as fn"] if "fn" in used else []
    if not names:
        return found
    line = f"from awmlang.runtime.program import {', '.join(names)}"
    if len(line) <= WIDTH:
        return [*found, line]
    return [*found, "from awmlang.runtime.program import (", *(f"    {name}," for name in names), ")"]


def _with_line_map(text: str) -> str:
    """The text, its marks taken out and made a table."""
    lines: list[str] = []
    pairs: list[str] = []
    for line in text.rstrip().split("\n"):
        body, mark, spec_line = line.rpartition(_LINE)
        if mark:
            lines.append(body)
            pairs.append(f"{len(lines)}:{spec_line}")
        else:
            lines.append(line)
    table = textwrap.fill(" ".join(pairs), WIDTH)
    lines += [
        "",
        "",
        "# Lines of this file, and the lines of the spec from which they are made.",
        'SPEC_LINES = """',
    ]
    return "\n".join([*lines, *([table] if pairs else []), '"""', ""])


# ---- Entities


def _entities(model: m.Model, module: Module) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """The statements that tell who may see a row, and the code of the entities."""
    visible, entities = [], []
    for entity in model.entities.values():
        name = module.constant(entity.name)
        arguments = [
            literal(entity.name),
            f"table={literal(table_name(entity.name))}",
            f"key={'Int' if isinstance(entity.key.type, t.Int) else 'Text'}()",
        ]
        if entity.key.name != "id":
            arguments.append(f"column={literal(entity.key.name)}")
        if entity.access is not None:
            statement = module.constant(entity.name, "visible")
            visible.append((statement, visible_sql(model, entity, len(statement))))
            arguments.append(f"visible={statement}")
        entities.append({"lines": fitted(f"{name} = Entity({', '.join(arguments)})")})
    return visible, entities


def visible_sql(model: m.Model, entity: m.Entity, taken: int = 0) -> str:
    """What finds a row if the row ``:key`` of the entity may be seen by ``:me``; ``taken`` is written before it."""
    assert entity.access is not None
    s = Lowering(Context(model))
    frame = Frame(s)
    row = frame.table(entity, table_name(entity.name))
    with s.bound(entity.this, row):
        frame.where(trees.same(s.column(entity.key, row.alias), trees.parameter("key"), False))
        frame.where(s.condition(entity.access))
        return layout_sql(s.finish(frame.giving(trees.number(1))), taken + len(' = ""'))


def _condition_sql(model: m.Model, condition: m.Expression) -> str:
    s = Lowering(Context(model))
    return layout_sql(s.finish(s.root(lambda: logic(s, condition, strict=True))))


def reads(condition: m.Expression) -> set[str]:
    """The entities whose rows a condition reads."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[object] = [condition]
    while waiting:
        for x in expressions_in(waiting.pop()):
            if isinstance(x, m.AllRows):
                found.add(x.entity.name)
            elif isinstance(x, m.Get):
                found.add(x.field.entity)
            elif isinstance(x, m.GetComputed):
                found.add(x.field.entity)
                if id(x.field) not in seen:
                    waiting.append(x.field.value)
                seen.add(id(x.field))
            elif isinstance(x, m.CallFunction):
                if id(x.function) not in seen:
                    waiting += x.function.body
                seen.add(id(x.function))
    return found


# ---- Functions and tools


def _function(module: Module, function: m.Function, source: Source) -> dict[str, Any]:
    has_effects = any(map(has_effect, function.body))
    body = Body(module, function.name, has_effects, module.deletions.before[function])
    block(body, function.body, is_tool=False)
    return _definition(body, function.name, function.parameters, function.doc, source)


def _tool(
    module: Module, tool: m.Tool, source: Source, invariants: list[tuple[str, str, tuple[str, ...]]]
) -> dict[str, Any]:
    body = Body(module, tool.name, any(map(has_effect, tool.body)))
    block(body, tool.body, is_tool=True)
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
    made = _definition(body, tool.name, tool.parameters, tool.doc, source)
    return made | {"decorator": fitted(f"@tool({', '.join(parts)})")}


def _definition(
    body: Body, name: str, parameters: Sequence[m.Parameter], doc: str | None, source: Source
) -> dict[str, Any]:
    """A function as the template has it; lines end in a mark with the line of the spec."""
    lines = []
    for text, span in body.lines:
        mark = "" if span is None else f"{_LINE}{source.position(span.start)[0]}"
        lines += [f"{line}{mark}" for line in fitted(text)]
    names = ", ".join(["db", *(python_name(p.name) for p in parameters)])
    return {
        "decorator": [],
        "head": fitted(f"def {python_name(name)}({names}):"),
        "doc": doc_text(doc) if doc else None,
        "statements": body.statements,
        "lines": lines,
    }


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
