"""Servers over real sockets, in the event loop of the test."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from awmlang.runtime import Environment
from awmlang.serving.serve import Address, Plan, serving
from awmlang.serving.sessions import Limits

COMPILED = Path(__file__).parents[2] / "compiled"
TOKEN = "a token"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # one for all clients: to load certificates takes 20 ms

Json = dict[str, Any]


class Served:
    """Where a server is, and its control API: ``await served.get("/sessions")``."""

    def __init__(self, agents: str, control: httpx2.AsyncClient, plain: httpx2.AsyncClient) -> None:
        self.agents, self.control, self.plain = agents, control, plain

    async def get(self, path: str) -> Any:
        return (await self.control.get(path)).json()

    async def post(self, path: str, body: Json | None = None) -> Any:
        return (await self.control.post(path, json=body or {})).json()

    async def open(self, task: str | None = None, environment: str = "food_delivery") -> Json:
        body = {"environment": environment} | ({} if task is None else {"task": task})
        opened: Json = await self.post("/sessions", body)
        return opened

    async def rpc(self, url: str, content: Any, **headers: str) -> httpx2.Response:
        """A POST as a client of MCP sends it; ``content`` is bytes or what to send as JSON."""
        sent = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"content": content} if isinstance(content, bytes) else {"json": content}
        return await self.plain.post(url, headers={**sent, **named}, **body)


@pytest.fixture(scope="session")
def food() -> Environment:
    return Environment.load(COMPILED / "food_delivery")


@pytest.fixture(scope="session")
def chat() -> Environment:
    return Environment.load(COMPILED / "team_chat")


@asynccontextmanager
async def served(*environments: Environment, task: str | None = None, **limits: Any) -> AsyncIterator[Served]:
    plan = Plan(environments, task, 0, TOKEN, ("agents.test",), Limits(**limits))
    anywhere = Address("127.0.0.1", 0)
    async with serving(plan, anywhere, anywhere) as begun:
        assert begun.agents and begun.control
        authorization = {"authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(base_url=begun.control, headers=authorization, verify=NO_TLS) as control,
            httpx2.AsyncClient(verify=NO_TLS) as plain,
        ):
            yield Served(begun.agents, control, plain)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 300))
