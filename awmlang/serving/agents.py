"""The agents' plane: MCP over HTTP.

``/e/<session>/mcp`` is a session that was opened before, for any client: the address says which it is.
``/<environment>/mcp`` opens one for each client that shakes hands, which then sends its ``Mcp-Session-Id``. That is how
protocols up to 2025-11-25 go. Later ones know no sessions, and are told so: their clients shake hands instead.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import mcp_types as types
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from awmlang.serving import protocol
from awmlang.serving.sessions import Hosted, Refused, Sessions

SESSION = "awmlang.session"  # where a request's scope holds its session
_SESSION_ID = "mcp-session-id"
_VERSION = "mcp-protocol-version"


def application(sessions: Sessions, task: str | None, seed: int) -> Starlette:
    """The ASGI application. ``task`` and ``seed`` are for sessions that clients open by shaking hands."""

    def session_of(context: protocol.Context) -> Hosted:
        assert context.request is not None
        hosted: Hosted = context.request.scope[SESSION]
        return hosted

    managers = {
        name: StreamableHTTPSessionManager(
            protocol.server(environment, session_of),
            json_response=True,
            stateless=True,
            max_request_body_size=sessions.limits.body,
        )
        for name, environment in sessions.environments.items()
    }

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for manager in managers.values():
                await stack.enter_async_context(manager.run())
            yield

    async def talk(hosted: Hosted, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SESSION] = hosted
        await managers[hosted.environment.name].handle_request(scope, receive, send)

    async def by_address(scope: Scope, receive: Receive, send: Send) -> None:
        hosted = sessions.find(scope["path_params"]["session"])
        if hosted is None:
            await _no_session(scope, receive, send)
        else:
            await talk(hosted, scope, receive, send)

    async def by_session_id(scope: Scope, receive: Receive, send: Send) -> None:
        environment = scope["path_params"]["environment"]
        request = Request(scope, receive)
        id = request.headers.get(_SESSION_ID)
        if environment not in managers:
            await _error(404, types.INVALID_REQUEST, f"There is no environment {environment}.")(
                scope, receive, send
            )
        elif id is not None:
            hosted = sessions.find(id)
            if hosted is None or hosted.environment.name != environment:
                await _no_session(scope, receive, send)
            elif request.method == "DELETE":
                sessions.close(hosted)
                await Response(status_code=204)(scope, receive, send)
            else:
                await talk(hosted, scope, receive, send)
        else:
            await shake_hands(environment, request, send)

    async def shake_hands(environment: str, request: Request, send: Send) -> None:
        scope, body = request.scope, await request.body()
        refusal = _refusal_of_first(request, body)
        if refusal is None:
            try:
                hosted = sessions.open(environment, task, seed)
            except Refused as error:
                refusal = _error(503, types.INTERNAL_ERROR, str(error))
        if refusal is not None:
            await refusal(scope, request.receive, send)
            return
        answer: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            answer.append(message)

        try:
            await talk(hosted, scope, receive, keep)
        finally:
            if _is_result(answer):
                answer[0]["headers"] = [*answer[0]["headers"], (_SESSION_ID.encode(), hosted.id.encode())]
            else:
                sessions.close(hosted)
        for message in answer:
            await send(message)

    routes = [
        Route("/e/{session}/mcp", _Endpoint(by_address), methods=["POST"]),
        Route("/{environment}/mcp", _Endpoint(by_session_id), methods=["POST", "DELETE"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Endpoint:
    """An ASGI application as Starlette's routes tell it from a function."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _refusal_of_first(request: Request, body: bytes) -> Response | None:
    """Why a request without a session is none that opens one."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return _error(400, types.PARSE_ERROR, "Parse error")
    if not isinstance(message, dict):
        return _error(400, types.INVALID_REQUEST, "The body must be one JSON-RPC message")
    id = message.get("id")
    version = request.headers.get(_VERSION)
    if version is not None and version not in HANDSHAKE_PROTOCOL_VERSIONS:
        data = {"supported": list(HANDSHAKE_PROTOCOL_VERSIONS), "requested": version}
        words = "Here a client opens a session by shaking hands"
        return _error(400, types.UNSUPPORTED_PROTOCOL_VERSION, words, id, data)
    if message.get("method") != "initialize":
        return _error(400, types.INVALID_REQUEST, "Missing session ID", id)
    return None


def _is_result(answer: list[Message]) -> bool:
    """Whether a handshake was answered with more than an error."""
    body = b"".join(message.get("body", b"") for message in answer)
    return bool(answer) and answer[0]["status"] == 200 and "result" in json.loads(body)


def _error(status: int, code: int, message: str, id: object = None, data: object = None) -> Response:
    error = {"code": code, "message": message} | ({} if data is None else {"data": data})
    return JSONResponse(
        {"jsonrpc": "2.0", "id": id if isinstance(id, (int, str)) else None, "error": error}, status
    )


_no_session = _error(404, types.INVALID_REQUEST, "Session not found")
