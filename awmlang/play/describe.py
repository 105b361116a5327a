"""How a tool is called, in words."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Group, RenderableType

from awmlang.play import tables
from awmlang.runtime import program


def signature(tool: program.Tool) -> str:
    """``add_to_cart(item, quantity?)``: what may be left out has a question mark."""
    parameters = (f"{each.name}{'' if each.required else '?'}" for each in tool.parameters)
    return f"{tool.name}({', '.join(parameters)})"


def describe_tool(tool: program.Tool, schema: dict[str, Any]) -> RenderableType:
    """``schema`` is that of MCP."""
    properties = schema["inputSchema"]["properties"]
    lines = []
    for each in tool.parameters:
        about = properties[each.json_name]
        default = (
            f"{json.dumps(about['default'], ensure_ascii=False)} by default" if "default" in about else ""
        )
        lines.append([each.name, describe_type(each.type), default, about.get("description", "")])
    head: list[RenderableType] = [tables.text(signature(tool), "bold"), tables.text(schema["description"])]
    if lines:
        head += [
            "",
            tables.rows(("argument", "", "", ""), ([tables.text(cell) for cell in line] for line in lines)),
        ]
    return Group(*head)


def describe_type(type: program.Type) -> str:
    match type:
        case program.Optional():
            return f"{describe_type(type.inner)}, or nothing"
        case program.Ref():
            return f"the key of a row of {type.entity.name}"
        case program.List():
            return f"a list: {describe_type(type.item)}"
        case program.Record():
            return f"{{ {', '.join(f'{field.name}: {describe_type(field.type)}' for field in type.fields)} }}"
        case _:
            return type.what.removeprefix("must be ")
