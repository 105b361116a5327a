"""Sessions: many at once, closed in time, no more than allowed, no longer than allowed."""

from __future__ import annotations

import asyncio
import threading

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from awmlang.runtime import Environment, Session
from awmlang.serving.sessions import Hosted, Limits, Sessions
from tests.language.conftest import HEAD, environment
from tests.serving.conftest import NO_TLS, Json, Served, run, served

CROWD = 200


def test_200_sessions_never_mix(food: Environment) -> None:
    """Each puts something of its own into its cart, one step when all the others make theirs."""

    async def visit(server: Served, number: int, meet: asyncio.Barrier) -> None:
        session = await server.open("two_margheritas")
        wanted = {number % 2 + 1: number % 20 + 1, 3 - (number % 2 + 1): number // 20 + 1}
        async with (
            httpx2.AsyncClient(verify=NO_TLS) as http,
            Client(streamable_http_client(session["url"], http_client=http)) as client,
        ):
            for item, quantity in wanted.items():
                await meet.wait()
                cart = await client.call_tool("add_to_cart", {"item_id": item, "quantity": quantity})
            assert cart.structured_content["id"] == 42, "the same in every copy of the world"
            lines = cart.structured_content["lines"]
            assert {line["item"]["id"]: line["quantity"] for line in lines} == wanted
        state = await server.get(f"/sessions/{session['id']}/diff")
        assert {row["item"]: row["quantity"] for row in state["OrderLine"]["new"].values()} == wanted
        assert (await server.control.delete(f"/sessions/{session['id']}")).status_code == 204

    async def test() -> None:
        async with served(food) as server:
            meet = asyncio.Barrier(CROWD)
            await asyncio.gather(*(visit(server, number, meet) for number in range(CROWD)))
            assert (await server.get("/sessions"))["sessions"] == []

    run(test)


def test_calls_of_one_session_take_turns(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server, Client((await server.open())["url"]) as client:
            calls = [client.call_tool("add_to_cart", {"item_id": 1}) for _ in range(15)]
            carts = [done.structured_content for done in await asyncio.gather(*calls)]
            assert {cart["id"] for cart in carts} == {42}
            assert sorted(cart["lines"][0]["quantity"] for cart in carts) == list(range(1, 16))

    run(test)


def test_no_more_than_allowed(food: Environment) -> None:
    async def test() -> None:
        async with served(food, sessions=2) as server:
            first = await server.open()
            url = f"{server.agents}/food_delivery/mcp"
            async with Client(url) as client:
                refused = await server.control.post("/sessions", json={})
                assert refused.status_code == 503
                assert refused.json()["error"]["code"] == "full"
                hello = await server.rpc(url, initialize())
                assert hello.status_code == 503
                assert "2 sessions are open" in hello.text
                assert not (await client.call_tool("list_orders", {})).is_error, "those that are open go on"
            await server.control.delete(f"/sessions/{first['id']}")
            assert [(await server.open())["calls"] for _ in range(2)] == [0, 0]

    run(test)


def test_idle_sessions_are_closed(food: Environment) -> None:
    async def test() -> None:
        sessions = Sessions([food], Limits(idle=100))
        used, busy, idle = (sessions.open("food_delivery") for _ in range(3))
        begun, go_on = threading.Event(), threading.Event()

        def wait(_: Session) -> None:
            begun.set()
            go_on.wait()

        waiting = asyncio.create_task(busy.run(wait))
        await asyncio.to_thread(begun.wait)
        for hosted in (busy, idle):
            hosted.used -= 101
        sessions.close_idle()
        assert list(sessions) == [used, busy]
        assert sessions.find(idle.id) is None
        go_on.set()
        await waiting
        sessions.close_idle()
        assert list(sessions) == [used, busy], "it was used just now"
        with pytest.raises(ValueError, match="closed"):
            while True:  # it is freed in a thread
                await idle.call("list_orders", {})

    run(test)


def test_idle_sessions_of_a_server(food: Environment) -> None:
    async def test() -> None:
        async with served(food, idle=0.05) as server:
            session = await server.open()
            while (await server.get("/sessions"))["sessions"]:
                await asyncio.sleep(0.02)
            assert (await server.rpc(session["url"], initialize())).status_code == 404

    run(test)


def test_a_closed_session_is_gone(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            hello = await server.rpc(f"{server.agents}/food_delivery/mcp", initialize())
            id = hello.headers["mcp-session-id"]
            assert (await server.plain.delete(f"{server.agents}/team_chat/mcp")).status_code in (404, 405)
            gone = await server.plain.delete(
                f"{server.agents}/food_delivery/mcp", headers={"mcp-session-id": id}
            )
            assert gone.status_code == 204
            call = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
            for url in (f"{server.agents}/food_delivery/mcp", f"{server.agents}/e/{id}/mcp"):
                assert (await server.rpc(url, call, mcp_session_id=id)).status_code == 404

    run(test)


def test_a_call_that_takes_too_long() -> None:
    """It ends as one that is too much work does, and changes nothing."""
    spec = """
    tool rename_often() {
      "Loop for long, though not for too long."
      for a in range(10000) { update me { score = a } }
      return me { id }
    }
    """
    patient, hasty = (Hosted("1", environment(HEAD + spec).session(), seconds) for seconds in (1e9, 0.0))

    async def test() -> None:
        assert (await patient.call("rename_often", {})).ok
        stopped = await hasty.call("rename_often", {})
        assert stopped.error is not None
        assert stopped.error.code == "too_expensive"
        assert hasty.session.diff() == {}

    run(test)


def test_what_is_done_with_a_closed_session(food: Environment) -> None:
    async def test() -> None:
        hosted = Hosted("1", food.session(), 1.0)
        hosted.session.close()
        with pytest.raises(ValueError, match="closed"):
            await hosted.call("list_orders", {})

    run(test)


def initialize() -> Json:
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        },
    }
