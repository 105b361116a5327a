"""The control API: JSON over HTTP, with a token, for who runs the agents. Agents know neither its port nor its token.

=======================================  ======================================================================
``GET /environments``                    what is served, with the tasks
``POST /sessions``                       ``{"environment", "task"?, "seed"?}``: opens one; 201
``GET /sessions``                        those that are open
``GET /sessions/<id>``                   one, with the tools that were called and their errors
``POST /sessions/<id>/reset``            ``{"task"?, "seed"?}``: back to the start, of this task or another one
``GET /sessions/<id>/diff``              what differs from the start
``POST /sessions/<id>/grade``            ``{"answer"?}``: how well the task is done
``DELETE /sessions/<id>``                closes it; 204
=======================================  ======================================================================

Errors are ``{"error": {"code", "message"}}`` with a status of 4xx or 503.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from awmlang.runtime import Environment, Grade, Session
from awmlang.serving.sessions import Hosted, Refused, Sessions, begin

Json = dict[str, Any]

_STATUS = {"full": 503, "invalid_request": 400, "no_task": 409, "closed": 409}  # 404 for the rest


def application(
    sessions: Sessions, token: str, address: Callable[[Hosted], str | None]
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application; ``address`` is where an agent reaches a session, None where only its stdin does."""

    def described(hosted: Hosted) -> Json:
        task = hosted.session.task
        return {
            "id": hosted.id,
            "url": address(hosted),
            "environment": hosted.environment.name,
            "task": None if task is None else task["id"],
            "prompt": None if task is None else task["prompt"],
            "calls": len(hosted.session.log),
            "idle_seconds": round(monotonic() - hosted.used, 3),
        }

    def found(request: Request) -> Hosted:
        hosted = sessions.find(request.path_params["id"])
        if hosted is None:
            raise Refused("unknown_session", "There is no such session; it may have been idle for too long.")
        return hosted

    async def environments(request: Request) -> Response:
        return JSONResponse({"environments": [_environment(one) for one in sessions.environments.values()]})

    async def list_sessions(request: Request) -> Response:
        return JSONResponse({"sessions": [described(hosted) for hosted in sessions]})

    async def open_session(request: Request) -> Response:
        body = await _body(request, environment=str, task=str, seed=int)
        names = list(sessions.environments)
        if "environment" not in body and len(names) > 1:
            raise Refused("invalid_request", f"Say which environment: {', '.join(names)}.")
        hosted = sessions.open(body.get("environment", names[0]), body.get("task"), body.get("seed", 0))
        return JSONResponse(described(hosted), 201)

    async def get_session(request: Request) -> Response:
        hosted = found(request)
        log = [{"tool": call.tool, "error": call.error} for call in hosted.session.log]
        return JSONResponse({**described(hosted), "log": log})

    async def close_session(request: Request) -> Response:
        sessions.close(found(request))
        return Response(status_code=204)

    async def reset(request: Request) -> Response:
        hosted = found(request)
        body = await _body(request, task=str, seed=int)
        if body:
            task = body.get("task") or (hosted.session.task or {}).get("task")
            with begin(hosted.environment, task, body.get("seed", 0)) as fresh:
                snapshot = fresh.snapshot()
            await hosted.run(lambda session: session.restore(snapshot))
        else:
            await hosted.run(Session.reset)
        return JSONResponse(described(hosted))

    async def diff(request: Request) -> Response:
        return JSONResponse(await found(request).run(Session.diff))

    async def grade(request: Request) -> Response:
        hosted = found(request)
        body = await _body(request, answer=object)
        task = hosted.session.task
        if task is None:
            raise Refused("no_task", "The session has no task to grade.")
        graded = await hosted.run(lambda session: session.grade(body.get("answer")))
        return JSONResponse({**_grade(graded), "judge": task["judge"]})

    routes = [
        Route("/environments", environments, methods=["GET"]),
        Route("/sessions", list_sessions, methods=["GET"]),
        Route("/sessions", open_session, methods=["POST"]),
        Route("/sessions/{id}", get_session, methods=["GET"]),
        Route("/sessions/{id}", close_session, methods=["DELETE"]),
        Route("/sessions/{id}/reset", reset, methods=["POST"]),
        Route("/sessions/{id}/diff", diff, methods=["GET"]),
        Route("/sessions/{id}/grade", grade, methods=["POST"]),
    ]
    handlers: Any = {Refused: _refused, HTTPException: _no_route, ValueError: _closed}
    return _Locked(Starlette(routes=routes, exception_handlers=handlers), token)


class _Locked:
    """Lets requests through that bear the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                app = _error(401, "unauthorized", "Send the header Authorization: Bearer TOKEN.")
        await app(scope, receive, send)


def _environment(environment: Environment) -> Json:
    return {
        "name": environment.name,
        "title": environment.manifest["title"],
        "hash": environment.hash,
        "tools": len(environment.program),
        "tasks": [
            {key: entry[key] for key in ("id", "task", "prompt", "user", "judge", "answer_schema")}
            for entry in environment.tasks.values()
        ],
    }


def _grade(grade: Grade) -> Json:
    return {**grade._asdict(), "checks": [check._asdict() for check in grade.checks]}


async def _body(request: Request, **types: type) -> Json:
    """The JSON object that was sent, if any, with members of these types. Raises Refused."""
    content = await request.body()
    try:
        body = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        raise Refused("invalid_request", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refused("invalid_request", "The body must be a JSON object.")
    for name, value in body.items():
        if name not in types:
            raise Refused("invalid_request", f"There is no {name[:80]}; there is {', '.join(types)}.")
        if not isinstance(value, types[name]) or (isinstance(value, bool) and types[name] is int):
            words = {str: "text", int: "a whole number"}[types[name]]
            raise Refused("invalid_request", f"{name} must be {words}.")
    return body


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


async def _refused(request: Request, error: Refused) -> Response:
    return _error(_STATUS.get(error.code, 404), error.code, str(error))


async def _no_route(request: Request, error: HTTPException) -> Response:
    return _error(error.status_code, "no_route", f"There is no {request.method} {request.url.path}.")


async def _closed(request: Request, error: ValueError) -> Response:
    return _error(409, "closed", str(error))
