"""Whatever is sent to the agents' plane, the answer is an error of the protocol, and the session lives on."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from awmlang.runtime import Environment
from tests.serving.conftest import Json, Served, run, served
from tests.serving.test_sessions import initialize

LIST: Json = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def call(**parameters: Any) -> Json:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters}


MALFORMED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"[" * 50_000,
    b"\xff\xfe",
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"x": ' + b"9" * 5_000 + b"}}",
    {"jsonrpc": "1.0", "id": 1, "method": "tools/list"},
    {"jsonrpc": "2.0", "id": 1},
    {"jsonrpc": "2.0", "id": 1, "method": 7},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/remove"},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": []},
    [LIST, LIST],
    call(),
    call(name=7),
    call(name="checkout", arguments=[]),
    call(name="checkout", arguments="{}"),
    call(name="no_such_tool", arguments={}),
]


async def lives(server: Served, url: str, **headers: str) -> None:
    answer = await server.rpc(url, LIST, **headers)
    assert answer.status_code == 200
    assert len(answer.json()["result"]["tools"]) == 12


def test_malformed_messages(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            session = await server.open()
            door = f"{server.agents}/food_delivery/mcp"
            id = (await server.rpc(door, initialize())).headers["mcp-session-id"]
            modern = {"mcp_protocol_version": "2026-07-28"}
            for message in MALFORMED:
                for url, headers in (
                    (session["url"], {}),
                    (session["url"], modern),
                    (door, {"mcp_session_id": id}),
                    (door, {}),
                    (door, modern),
                ):
                    answer = await server.rpc(url, message, **headers)
                    assert answer.status_code in (200, 400, 404), message
                    assert isinstance(answer.json()["error"]["code"], int), message
                await lives(server, session["url"])
                await lives(server, door, mcp_session_id=id)
            assert len((await server.get("/sessions"))["sessions"]) == 2, "none was opened by mistake"

    run(test)


def test_a_handshake_that_fails_opens_nothing(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            door = f"{server.agents}/food_delivery/mcp"
            for broken in ({"params": {}}, {"params": {"protocolVersion": 7}}, {"id": None}):
                answer = await server.rpc(door, {**initialize(), **broken})
                assert "mcp-session-id" not in answer.headers
            no_accept = await server.plain.post(door, json=initialize(), headers={"accept": "text/html"})
            assert no_accept.status_code in (400, 406)
            plain_text = await server.plain.post(
                door, content=b"hello", headers={"content-type": "text/plain"}
            )
            assert plain_text.status_code == 400
            assert (await server.get("/sessions"))["sessions"] == []

    run(test)


def test_other_methods(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            session = await server.open()
            for method in ("GET", "DELETE", "PUT", "PATCH", "OPTIONS"):
                assert (await server.plain.request(method, session["url"])).status_code == 405
            assert (await server.plain.get(f"{server.agents}/food_delivery/mcp")).status_code == 405
            assert (await server.rpc(f"{server.agents}/e/{'x' * 24}/mcp", LIST)).status_code == 404
            assert (await server.rpc(f"{server.agents}/nothing/mcp", initialize())).status_code == 404

    run(test)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=3, phases=[Phase.explicit, Phase.generate])  # to shrink would take many servers
@given(st.lists(st.tuples(st.sampled_from(["checkout", "list_orders"]) | ANY, ANY), min_size=20))
def test_any_call(food: Environment, calls: list[tuple[Any, Any]]) -> None:
    async def test() -> None:
        async with served(food) as server:
            url = (await server.open())["url"]
            for name, arguments in calls:
                answer = (await server.rpc(url, call(name=name, arguments=arguments))).json()
                assert answer.keys() & {"result", "error"}
                if "result" in answer and answer["result"].get("isError"):
                    assert json.loads(answer["result"]["content"][0]["text"])["error"]["code"] != "internal"
            await lives(server, url)

    run(test)
