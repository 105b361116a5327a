"""What agents see: the official client over real sockets, of this protocol and of older ones."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.shared.exceptions import MCPError

from awmlang.runtime import Environment
from tests.serving.conftest import run, served

MODES = pytest.mark.parametrize("mode", ["auto", "legacy"])


@MODES
def test_tools_are_those_of_the_bundle(food: Environment, mode: str) -> None:
    async def test() -> None:
        async with served(food) as server, Client((await server.open())["url"], mode=mode) as client:
            listed = (await client.list_tools()).tools
            assert [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed] == food.tools("mcp")
            assert all(tool.annotations.open_world_hint is False for tool in listed if tool.annotations)
            assert client.instructions == food.instructions
            assert "Never pay from another person's wallet." in food.instructions

    run(test)


@MODES
def test_a_task_is_done(food: Environment, mode: str) -> None:
    async def test() -> None:
        async with served(food) as server:
            session = await server.open("two_margheritas")
            async with Client(session["url"], mode=mode) as client:
                done = await client.call_tool("add_to_cart", {"item_id": 1, "quantity": 2})
                assert not done.is_error
                assert done.structured_content["total"] == 19.0
                assert json.loads(done.content[0].text) == done.structured_content
                await client.call_tool("checkout", {"address_id": 1})
            grade = await server.post(f"/sessions/{session['id']}/grade")
            assert (grade["complete"], grade["fraction"]) == (True, 1.0)

    run(test)


@MODES
def test_failures_are_results(food: Environment, mode: str) -> None:
    """The model is to see them, and their code and message are in them."""

    async def test() -> None:
        async with served(food) as server, Client((await server.open())["url"], mode=mode) as client:
            for tool, arguments, code in (
                ("checkout", {"address_id": 1}, "empty_cart"),
                ("checkout", {"address_id": 99}, "not_found"),
                ("checkout", {"address_id": "home"}, "invalid_argument"),
                ("checkout", {}, "invalid_argument"),
                ("checkout", {"address_id": 1, "coupon": "x"}, "invalid_argument"),
            ):
                failed = await client.call_tool(tool, arguments)
                assert failed.is_error
                assert failed.structured_content is None
                error = json.loads(failed.content[0].text)["error"]
                assert error["code"] == code
                assert error["message"]
            with pytest.raises(MCPError, match="no tool order_pizza") as caught:
                await client.call_tool("order_pizza", {})
            assert caught.value.code == -32602

    run(test)


def test_results_fit_the_output_schemas(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server, Client((await server.open())["url"]) as client:
            schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
            for tool, arguments in (
                ("search_restaurants", {}),
                ("get_menu", {"restaurant_id": 1}),
                ("list_orders", {"page_size": 100}),
                ("add_to_cart", {"item_id": 1}),
                ("checkout", {"address_id": 1, "tip": 1.5}),
                ("get_order", {"order_id": 1}),
                ("list_addresses", {}),
            ):
                done = await client.call_tool(tool, arguments)
                assert not done.is_error
                Draft202012Validator(schemas[tool]).validate(done.structured_content)

    run(test)


@MODES
def test_clients_of_an_environment_have_sessions_of_their_own(food: Environment, mode: str) -> None:
    """The address of the environment opens a session a client, by handshake, with the task that was chosen for them."""

    async def test() -> None:
        async with served(food, task="two_margheritas") as server:
            url = f"{server.agents}/food_delivery/mcp"
            async with Client(url, mode=mode) as one, Client(url, mode=mode) as other:
                assert one.protocol_version == "2025-11-25"
                await one.call_tool("add_to_cart", {"item_id": 1, "quantity": 2})
                alone = await other.call_tool("checkout", {"address_id": 1})
                assert "empty_cart" in alone.content[0].text
                open_now = (await server.get("/sessions"))["sessions"]
                assert sorted(each["calls"] for each in open_now) == [1, 1]
                assert {each["task"] for each in open_now} == {"two_margheritas"}
            assert (await server.get("/sessions"))["sessions"] == [], "closed by their clients"

    run(test)


def test_two_environments(food: Environment, chat: Environment) -> None:
    async def test() -> None:
        async with served(food, chat) as server:
            sessions = [await server.open(environment=name) for name in ("food_delivery", "team_chat")]
            async with Client(sessions[0]["url"]) as one, Client(sessions[1]["url"]) as other:
                assert len((await one.list_tools()).tools) == len(food.program)
                assert len((await other.list_tools()).tools) == len(chat.program)
                assert other.instructions == chat.instructions

    run(test)


def test_the_agents_plane_holds_tools_only(food: Environment) -> None:
    async def test() -> None:
        async with served(food) as server:
            session = await server.open("two_margheritas")
            async with Client(session["url"]) as client:
                assert client.server_capabilities.model_dump(exclude_none=True).keys() == {"tools"}
            for path in (
                "/sessions",
                "/environments",
                f"/sessions/{session['id']}/grade",
                "/",
                "/e",
                "/docs",
            ):
                answer = await server.plain.get(server.agents + path)
                assert answer.status_code == 404
            seen = (
                await server.rpc(session["url"], {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
            ).text
            assert "Order two Margherita" not in seen

    run(test)
