"""Runs the servers: two ports over HTTP, or one session on stdin and stdout."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import uvicorn
from mcp.server.stdio import stdio_server
from starlette.types import ASGIApp

from awmlang.runtime import Environment
from awmlang.serving import agents, control, protocol
from awmlang.serving.guard import Guard
from awmlang.serving.sessions import Limits, Sessions

STDIO = "stdio"
"""The id of the one session of a process that is served on stdin and stdout."""

BACKLOG = (
    2_048  # connections that may wait to be accepted: as many as there may be sessions that begin at once
)

KEPT_OPEN = (
    75  # seconds that a connection may be silent: longer than clients keep theirs, which so close them first
)


class Address(NamedTuple):
    """``port`` 0 is any that is free."""

    host: str
    port: int


@dataclass(frozen=True)
class Begun:
    """Where a server can be reached: the agents' plane, and the control API, if there is one."""

    agents: str | None
    control: str | None


@dataclass(frozen=True)
class Plan:
    """What is to be served; ``task`` and ``seed`` are for sessions that no one chose a task for."""

    environments: tuple[Environment, ...]
    task: str | None
    seed: int
    token: str
    hosts: tuple[str, ...]
    limits: Limits


@contextlib.asynccontextmanager
async def serving(plan: Plan, http: Address, control_at: Address) -> AsyncIterator[Begun]:
    """Serves over HTTP while one is in it. Raises OSError if a port cannot be opened."""
    sessions = Sessions(plan.environments, plan.limits)
    with _listening(http) as agents_socket, _listening(control_at) as control_socket:
        base = _url(_name(http.host, plan.hosts), agents_socket)
        tools = agents.application(sessions, plan.task, plan.seed)
        control_app = control.application(sessions, plan.token, lambda hosted: f"{base}/e/{hosted.id}/mcp")
        async with (
            _kept(sessions),
            _running(Guard(tools, (http.host, *plan.hosts), plan.limits.body), agents_socket),
            _running(
                Guard(control_app, (control_at.host,), plan.limits.body), control_socket, lifespan=False
            ),
        ):
            yield Begun(base, _url(control_at.host, control_socket))


async def serve_http(plan: Plan, http: Address, control_at: Address, begun: Callable[[Begun], None]) -> None:
    """Serve until a signal to end. ``begun`` is called when both ports are open. Raises OSError if one cannot be."""
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    async with serving(plan, http, control_at) as places:
        begun(places)
        await end.wait()


async def serve_stdio(plan: Plan, control_at: Address | None, begun: Callable[[Begun], None]) -> None:
    """Serve one session until stdin ends, and the control API beside it where it has an address."""
    [environment] = plan.environments
    sessions = Sessions(plan.environments, replace(plan.limits, sessions=1))
    hosted = sessions.open_as(STDIO, environment.name, plan.task, plan.seed)
    server = protocol.server(environment, lambda _: hosted)
    async with contextlib.AsyncExitStack() as stack:
        place = None
        if control_at is not None:
            listening = stack.enter_context(_listening(control_at))
            app = control.application(sessions, plan.token, lambda _: None)
            guarded = Guard(app, (control_at.host,), plan.limits.body)
            await stack.enter_async_context(_running(guarded, listening, lifespan=False))
            place = _url(control_at.host, listening)
        begun(Begun(None, place))
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listening = socket.create_server(tuple(address), family=family, backlog=BACKLOG)
    except OSError as error:
        raise OSError(error.errno, os.strerror(error.errno or 0), f"{address.host}:{address.port}") from None
    # Connections inherit it. Without it an answer, which is two writes, waits 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _name(host: str, others: tuple[str, ...]) -> str:
    """What agents call the host that listens at ``host``, which may be all of its addresses."""
    if host in ("0.0.0.0", "::"):
        return next(iter(others), "localhost")
    return host


def _url(host: str, listening: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"


class _Server(uvicorn.Server):
    """Leaves signals to who runs several."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def _running(app: ASGIApp, listening: socket.socket, lifespan: bool = True) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on" if lifespan else "off",
        timeout_keep_alive=KEPT_OPEN,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            if task.done():
                raise RuntimeError("the server did not start")
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def _kept(sessions: Sessions) -> AsyncIterator[None]:
    """Sessions that are closed when they are idle, and in the end."""
    task = asyncio.create_task(sessions.sweep())
    try:
        yield
    finally:
        task.cancel()
        for hosted in sessions:
            sessions.close(hosted)
