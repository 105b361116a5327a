"""An environment as an MCP server: its tools, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from awmlang import __version__
from awmlang.runtime import Environment
from awmlang.serving.sessions import Hosted

Context = ServerRequestContext[Any, Any]


def server(environment: Environment, session_of: Callable[[Context], Hosted]) -> Server[Any]:
    """An MCP server for sessions of ``environment``; ``session_of`` finds that of a request.

    What a tool ends in is a result: of success with its structure and the same as text, of failure as text, ``{"error":
    {"code", "message"}}``. Arguments are checked by the tool itself.
    """
    tools = environment.tools("mcp")
    schemas = {tool["name"]: tool["inputSchema"] for tool in tools}
    listed = types.ListToolsResult(tools=[types.Tool.model_validate(tool) for tool in tools])

    async def list_tools(
        context: Context, parameters: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return listed

    async def call_tool(context: Context, parameters: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            result = await session_of(context).call(parameters.name, parameters.arguments or {})
        except ValueError:
            raise MCPError(types.INVALID_REQUEST, "The session is closed.") from None
        if result.error is not None and result.error.code == "unknown_tool":
            raise MCPError(types.INVALID_PARAMS, result.error.message)
        content: list[types.ContentBlock] = [types.TextContent(text=result.text)]
        if result.error is not None:
            return types.CallToolResult(content=content, is_error=True)
        return types.CallToolResult(content=content, structured_content=result.value)

    return Server(
        environment.name,
        version=__version__,
        title=environment.manifest["title"] or None,
        instructions=environment.instructions,
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
