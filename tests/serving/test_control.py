"""The control API: sessions, tasks, states, grades; and that nobody gets in without the token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mcp import Client

from awmlang.runtime import Environment
from awmlang.serving.serve import Address, Plan, serving
from awmlang.serving.sessions import Limits
from tests.serving.conftest import TOKEN, run, served


def test_what_is_served(food: Environment, chat: Environment) -> None:
    async def test() -> None:
        async with served(food, chat) as server:
            found = (await server.get("/environments"))["environments"]
            assert [each["name"] for each in found] == ["food_delivery", "team_chat"]
            assert found[0]["hash"] == food.hash
            task = next(each for each in found[0]["tasks"] if each["id"] == "spend_at[1]")
            assert task["task"] == "spend_at"
            assert task["answer_schema"] == {"type": "number"}
            assert "solution" not in task
            assert "answer" not in task

    run(test)


def test_an_episode(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            opened = await server.control.post("/sessions", json={"task": "spend_at", "seed": 1})
            assert opened.status_code == 201
            session = opened.json()
            assert (session["task"], session["calls"]) == ("spend_at[2]", 0)
            assert session["prompt"].startswith("How much have I spent")
            path = f"/sessions/{session['id']}"
            async with Client(session["url"]) as client:
                await client.call_tool("list_orders", {"status": "delivered"})
                await client.call_tool("checkout", {"address_id": 1})
            known = await server.get(path)
            assert known["log"] == [
                {"tool": "list_orders", "error": None},
                {"tool": "checkout", "error": "empty_cart"},
            ]
            assert await server.get(f"{path}/diff") == {}
            wrong = await server.post(f"{path}/grade", {"answer": "12 dollars"})
            assert (wrong["complete"], wrong["fraction"]) == (False, 0.0)
            right = await server.post(f"{path}/grade", {"answer": "It was $26.50."})
            assert (right["complete"], right["checks"][0]["kind"]) == (True, "answer")

    run(test)


def test_reset(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            session = await server.open("two_margheritas")
            path = f"/sessions/{session['id']}"
            async with Client(session["url"]) as client:
                await client.call_tool("add_to_cart", {"item_id": 1})
                assert (await server.get(f"{path}/diff"))["Order"]["new"]
                assert (await server.post(f"{path}/reset"))["calls"] == 0
                assert await server.get(f"{path}/diff") == {}
                assert (await client.call_tool("add_to_cart", {"item_id": 1})).structured_content["id"] == 42
            other = await server.post(f"{path}/reset", {"task": "not_his_wallet"})
            assert (other["task"], other["url"]) == ("not_his_wallet", session["url"])
            graded = await server.post(f"{path}/grade")
            assert graded["complete"]
            instances = [{"task": "spend_at"}, {"seed": 1}, {"seed": 2}, {}]
            reset = [(await server.post(f"{path}/reset", body))["task"] for body in instances]
            assert reset == ["spend_at[1]", "spend_at[2]", "spend_at[3]", "spend_at[3]"]
            assert graded["judge"] == food.task("not_his_wallet")["judge"]

    run(test)


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("POST", "/sessions", b"{", 400, "invalid_request"),
        ("POST", "/sessions", b"[]", 400, "invalid_request"),
        ("POST", "/sessions", b"[" * 100_000, 400, "invalid_request"),
        ("POST", "/sessions", b'{"task": 7}', 400, "invalid_request"),
        ("POST", "/sessions", b'{"seed": true}', 400, "invalid_request"),
        ("POST", "/sessions", b'{"tasks": "x"}', 400, "invalid_request"),
        ("POST", "/sessions", b'{"task": "x"}', 404, "unknown_task"),
        ("POST", "/sessions", b'{"environment": "x"}', 404, "unknown_environment"),
        ("GET", "/sessions/x", b"", 404, "unknown_session"),
        ("DELETE", "/sessions/x", b"", 404, "unknown_session"),
        ("POST", "/sessions/x/grade", b"", 404, "unknown_session"),
        ("POST", "/sessions/x/reset", b"", 404, "unknown_session"),
        ("GET", "/sessions/x/diff", b"", 404, "unknown_session"),
        ("GET", "/", b"", 404, "no_route"),
        ("PUT", "/sessions", b"", 405, "no_route"),
    ],
)
def test_mistakes(food: Environment, method: str, path: str, content: bytes, status: int, code: str) -> None:
    async def test() -> None:
        async with served(food) as server:
            answer = await server.control.request(method, path, content=content)
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
            assert answer.json()["error"]["message"]

    run(test)


def test_mistakes_with_a_session(food: Environment, chat: Environment) -> None:
    async def test() -> None:
        async with served(food, chat) as server:
            which = await server.control.post("/sessions", json={})
            assert (which.status_code, which.json()["error"]["code"]) == (400, "invalid_request")
            session = await server.open()
            path = f"/sessions/{session['id']}"
            ungraded = await server.control.post(f"{path}/grade", json={})
            assert (ungraded.status_code, ungraded.json()["error"]["code"]) == (409, "no_task")
            unknown = await server.control.post(f"{path}/reset", json={"task": "x"})
            assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "unknown_task")

    run(test)


@pytest.mark.parametrize(
    "given", [None, "Bearer", "Bearer wrong", "Basic YTpi", "Bearer a tokens", "Bearer ä"]
)
def test_without_the_token(food: Environment, given: str | None) -> None:
    async def test() -> None:
        async with served(food) as server:
            headers: Any = {} if given is None else {"authorization": given.encode()}
            for method, path in (("GET", "/environments"), ("POST", "/sessions"), ("GET", "/nowhere")):
                answer = await server.plain.request(
                    method, f"{server.control.base_url}{path}", headers=headers
                )
                assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
            assert (await server.get("/sessions"))["sessions"] == []

    run(test)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:80"}, 421),
        ({"host": "localhost:1"}, None),
        ({"host": "[::1]:1"}, None),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, None),
    ],
)
def test_hosts_and_origins(food: Environment, headers: dict[str, str], status: int | None) -> None:
    """Of both planes: no page of a browser gets to them, whatever its name resolves to."""

    async def test() -> None:
        async with served(food) as server:
            answer = await server.control.get("/sessions", headers=headers)
            assert answer.status_code == (status or 200)
            url = (await server.open())["url"]
            listed = await server.rpc(url, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **headers)
            assert listed.status_code == (status or 200)

    run(test)


def test_another_name_of_the_agents_host(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            url = (await server.open())["url"]
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
            assert (await server.rpc(url, call, host="agents.test:1")).status_code == 200
            answer = await server.control.get("/sessions", headers={"host": "agents.test:1"})
            assert answer.status_code == 421, "it is not a name of the control API"

    run(test)


def test_bodies_that_are_too_large(food: Environment) -> None:
    async def test() -> None:
        async with served(food, body=1_000) as server:
            large = json.dumps({"answer": "x" * 1_000}).encode()

            async def in_pieces() -> Any:
                for start in range(0, len(large), 100):
                    yield large[start : start + 100]

            session = await server.open("spend_at")
            for content in (large, in_pieces()):
                answer = await server.control.post(f"/sessions/{session['id']}/grade", content=content)
                assert answer.status_code == 413
            for url in (session["url"], f"{server.agents}/food_delivery/mcp"):
                assert (await server.rpc(url, large)).status_code == 413

    run(test)


def test_all_addresses_of_a_host(food: Environment) -> None:
    async def test() -> None:
        plan = Plan((food,), None, 0, TOKEN, ("localhost",), Limits())
        async with serving(plan, Address("0.0.0.0", 0), Address("127.0.0.1", 0)) as begun:
            assert begun.agents
            assert begun.agents.startswith("http://localhost:")
            async with Client(f"{begun.agents}/food_delivery/mcp") as client:
                assert not (await client.call_tool("list_orders", {})).is_error

    run(test)
