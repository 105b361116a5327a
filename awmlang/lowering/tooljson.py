"""tools.json: every tool as an OpenAI function and as an MCP tool."""

from __future__ import annotations

from awmlang.lowering.constants import NotConstant, fold
from awmlang.lowering.jsonschema import Schema, input_schema, output_schema, words
from awmlang.semantics.model import Model, Parameter, Tool
from awmlang.semantics.types import Optional


def tools_json(model: Model) -> Schema:
    """``{"openai": [...], "mcp": [...]}``, each in the order of the model's tools."""
    return {
        "openai": [_openai(model, tool) for tool in model.tools.values()],
        "mcp": [_mcp(model, tool) for tool in model.tools.values()],
    }


def _openai(model: Model, tool: Tool) -> Schema:
    function = {"name": tool.name, "description": tool.doc, "parameters": _parameters(model, tool)}
    return {"type": "function", "function": function}


def _mcp(model: Model, tool: Tool) -> Schema:
    title = words(tool.name).capitalize()
    return {
        "name": tool.name,
        "title": title,
        "description": tool.doc,
        "inputSchema": _parameters(model, tool),
        "outputSchema": output_schema(model, tool.result),
        "annotations": {
            "title": title,
            "readOnlyHint": tool.read_only,
            "destructiveHint": tool.deletes,
            "idempotentHint": tool.read_only or tool.crud in ("update", "delete"),
            "openWorldHint": False,
        },
    }


def _parameters(model: Model, tool: Tool) -> Schema:
    properties, required = {}, []
    for parameter in tool.parameters:
        schema = input_schema(model, parameter.type, parameter.doc, _default(parameter))
        properties[parameter.json_name] = schema
        if parameter.default is None and not isinstance(parameter.type, Optional):
            required.append(parameter.json_name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _default(parameter: Parameter) -> tuple[object] | None:
    if parameter.default is None:
        return None
    try:
        return (fold(parameter.default),)
    except NotConstant:  # it depends on the time of the call
        return None
