"""Agents that are models, against an endpoint with good manners and bad ones."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awmlang.rollouts.endpoint import Endpoint, Settings
from awmlang.rollouts.episode import Key, Rules, play
from awmlang.rollouts.models import Model, ModelJudge, ModelUser
from awmlang.rollouts.rewards import Rewards
from awmlang.rollouts.rollout import Players, Progress, keys, rollout
from awmlang.rollouts.scripted import Nothing
from awmlang.rollouts.store import Run
from awmlang.rollouts.turns import Misused, Unavailable
from awmlang.runtime import Environment
from tests.stand_in import Reply, StandIn, calls, completion, in_turn, refuses, says

Json = dict[str, Any]
WithModel = Callable[..., tuple[Json, StandIn]]

GOOD = (
    calls(("add_to_cart", {"item_id": 1, "quantity": 2})),
    calls(("checkout", {"address_id": 1})),
    says("Done: two Margheritas are on their way."),
)


def test_a_model_that_knows_what_to_do(with_model: WithModel) -> None:
    episode, endpoint = with_model(in_turn(*GOOD), rules=Rules(price_in=2.0, price_out=8.0))
    assert (episode["ended"], episode["complete"], episode["reward"]) == ("answer", True, 1.0)
    assert episode["answer"] == "Done: two Margheritas are on their way."
    assert [call["tool"] for call in episode["calls"]] == ["add_to_cart", "checkout"]
    assert (episode["prompt_tokens"], episode["completion_tokens"]) == (30, 15)
    assert episode["cost"] == pytest.approx((30 * 2 + 15 * 8) / 1e6)
    assert [message["role"] for message in episode["messages"]] == [
        "system",
        "user",
        *("assistant", "tool") * 2,
        "assistant",
    ]
    first, last = endpoint.requests[0], endpoint.requests[-1]
    assert {tool["function"]["name"] for tool in first["tools"]} >= {"add_to_cart", "checkout"}
    assert "wallet" in first["messages"][0]["content"], "the policy is in the instructions"
    assert last["messages"] == episode["messages"][:-1]


def test_several_calls_in_a_turn_are_made_in_order(with_model: WithModel) -> None:
    both = calls(("add_to_cart", {"item_id": 1, "quantity": 2}), ("checkout", {"address_id": 1}), text="So.")
    episode, endpoint = with_model(in_turn(both, says("Done.")))
    assert episode["complete"]
    results = [m for m in endpoint.requests[1]["messages"] if m["role"] == "tool"]
    assert [m["tool_call_id"] for m in results] == ["call_0", "call_1"]


def test_an_error_of_a_tool_goes_back_to_the_model(with_model: WithModel) -> None:
    episode, endpoint = with_model(in_turn(calls(("checkout", {"address_id": 99})), *GOOD))
    assert episode["complete"]
    assert json.loads(endpoint.requests[1]["messages"][-1]["content"])["error"]["code"] == "not_found"
    assert [call["error"] for call in episode["calls"]] == ["not_found", None, None]


@pytest.mark.parametrize(
    "call",
    [
        ("order_pizza", {}),
        ("checkout", '{"address_id": 1'),
        ("checkout", "[1]"),
        ("checkout", '{"address_id": NaN}'),
        ("checkout", "1"),
        ("", {}),
    ],
    ids=["unknown tool", "half JSON", "a list", "not a number", "a number", "no name"],
)
def test_a_malformed_call_ends_the_episode(with_model: WithModel, call: tuple[str, Json | str]) -> None:
    episode, _ = with_model(in_turn(calls(call), *GOOD))
    assert (episode["ended"], episode["reward"], episode["malformed"]) == ("malformed", -1.0, True)
    assert [each["malformed"] for each in episode["calls"]] == [True]


def test_or_does_not(with_model: WithModel) -> None:
    rules = Rules(rewards=Rewards(malformed=-0.5, stop=False))
    episode, _ = with_model(in_turn(calls(("checkout", "{")), *GOOD), rules=rules)
    assert (episode["ended"], episode["complete"], episode["reward"]) == ("answer", True, -0.5)


def test_no_arguments_at_all_are_an_empty_object(with_model: WithModel) -> None:
    episode, _ = with_model(in_turn(calls(("list_orders", "")), says("That is all.")))
    assert (episode["calls"][0]["error"], episode["malformed"]) == (None, False)


def test_text_instead_of_calls_is_the_answer(with_model: WithModel) -> None:
    episode, _ = with_model(in_turn(says('{"name": "checkout", "arguments": {}}')))
    assert (episode["ended"], episode["calls"], episode["reward"]) == ("answer", [], 0.0)


def test_limits(with_model: WithModel) -> None:
    looping = in_turn(calls(("list_orders", {})))
    episode, _ = with_model(looping, rules=Rules(turns=4))
    assert (episode["ended"], episode["turns"], len(episode["calls"])) == ("turns", 4, 4)
    episode, endpoint = with_model(looping, rules=Rules(tokens=12))
    assert (episode["ended"], episode["turns"]) == ("tokens", 3)
    assert [request["max_completion_tokens"] for request in endpoint.requests] == [12, 7, 2]
    episode, _ = with_model(in_turn(says("I have ord", finish="length")))
    assert (episode["ended"], episode["answer"]) == ("tokens", "I have ord")
    cut = completion(
        {"tool_calls": [{"id": "1", "function": {"name": "checkout", "arguments": '{"addr'}}]}, "length"
    )
    assert with_model(in_turn(cut))[0]["ended"] == "tokens", "the limit is to blame, not the model"


def test_a_conversation_that_is_too_long(with_model: WithModel) -> None:
    too_long = refuses(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")
    episode, _ = with_model(in_turn(GOOD[0], too_long))
    assert (episode["ended"], episode["complete"], len(episode["calls"])) == ("context", False, 1)


@pytest.mark.parametrize(
    "bad",
    [
        refuses(429, "slow down", retry_after="0.001"),
        refuses(429, "slow down", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        refuses(500),
        refuses(503),
        Reply(b"<html>502</html>", 502, {"content-type": "text/html"}),
        Reply(b"<html>all is well</html>", headers={"content-type": "text/html"}),
        Reply(b'{"choices": [{"mess'),
        Reply({"choices": []}),
        Reply({"choices": None}),
        Reply({"error": {"message": "in a reply that says 200"}}),
        Reply({"choices": [{"message": None}]}),
        Reply({"choices": [{"message": {"tool_calls": [{"id": "1"}]}}]}),
        Reply(b"[]"),
    ],
    ids=lambda reply: f"{reply.status} {reply.encoded()[:24]!r} {reply.headers.get('retry-after', '')}",
)
def test_a_bad_reply_is_asked_for_again(with_model: WithModel, bad: Reply) -> None:
    episode, endpoint = with_model(in_turn(bad, GOOD[0], bad, *GOOD[1:]))
    assert episode["complete"]
    assert (episode["retries"], len(endpoint.requests)) == (2, 5)


def test_many_episodes_at_an_endpoint_that_often_fails(food: Environment, tmp_path: Path) -> None:
    bad = [refuses(429, retry_after="0"), refuses(500), refuses(503), Reply(b"{"), Reply({"choices": []})]
    chance, lock = random.Random(1), threading.Lock()

    def handle(request: Json) -> Reply:
        with lock:
            failure = chance.choice([None] * 5 + bad)
        results = sum(message["role"] == "tool" for message in request["messages"])
        return failure or GOOD[results]

    async def episodes(url: str) -> Progress:
        endpoint = Endpoint(Settings("stand-in", url, wait=0.001, attempts=1_000))
        players = Players(lambda environment, _: Model(endpoint, environment, False))
        try:
            todo = keys([food], ["two_margheritas"], 30)
            return await rollout([food], todo, players, Rules(), run, concurrency=10)
        finally:
            await endpoint.close()

    run = Run(tmp_path, {})
    with StandIn(handle) as endpoint:
        progress = asyncio.run(episodes(endpoint.url))
    run.close()
    assert (progress.episodes, progress.complete, progress.failed) == (30, 30, {})
    assert len(endpoint.requests) > 30 * len(GOOD) * 1.5


def test_a_reply_that_does_not_come_is_asked_for_again(with_model: WithModel) -> None:
    episode, _ = with_model(in_turn(Reply({}, delay=2.0), *GOOD), timeout=0.5)
    assert episode["complete"]
    assert episode["retries"] >= 1


def test_not_for_ever(with_model: WithModel) -> None:
    with pytest.raises(Unavailable, match=r"500: no \(requests: 3\)"):
        with_model(in_turn(GOOD[0], refuses(500)), attempts=3)
    with pytest.raises(Unavailable, match=r"no reply within 0.05 seconds"):
        with_model(in_turn(Reply({}, delay=0.3)), attempts=1, timeout=0.05)
    with pytest.raises(Unavailable, match="no connection"):
        with_model(in_turn(GOOD[0]), attempts=2, base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_will_not_get_better_is_not_tried_again(with_model: WithModel, status: int) -> None:
    with pytest.raises(Misused, match=f"{status}: wrong"):
        with_model(in_turn(refuses(status, "wrong"), *GOOD))
    with pytest.raises(Misused, match="insufficient_quota"):
        with_model(in_turn(refuses(429, "no money", "insufficient_quota"), *GOOD))


def test_replies_that_are_almost_right(with_model: WithModel) -> None:
    """Arguments as an object, no id, content in parts, no usage: what endpoints do that say they speak the protocol."""
    loose = completion(
        {"tool_calls": [{"function": {"name": "add_to_cart", "arguments": {"item_id": 1, "quantity": 2}}}]},
        usage=None,
    )
    parts = completion({"content": [{"type": "text", "text": "Done."}], "reasoning_content": "Hm."})
    episode, endpoint = with_model(in_turn(loose, GOOD[1], parts))
    assert episode["complete"]
    assert episode["messages"][-1]["reasoning_content"] == "Hm."
    assert endpoint.requests[1]["messages"][-1]["tool_call_id"] == "call_0"


def test_parameters_go_into_every_request(with_model: WithModel) -> None:
    _, endpoint = with_model(
        in_turn(*GOOD), parameters={"temperature": 0.3, "chat_template_kwargs": {"a": 1}}
    )
    assert {(r["temperature"], r["chat_template_kwargs"]["a"]) for r in endpoint.requests} == {(0.3, 1)}


# ---- Calls as text


def text_call(name: str, arguments: str) -> str:
    return f'<tool_call>{{"name": "{name}", "arguments": {arguments}}}</tool_call>'


def test_calls_as_text(with_model: WithModel) -> None:
    both = "First the cart.\n" + text_call("add_to_cart", '{"item_id": 1, "quantity": 2}')
    both += "\n" + text_call("list_orders", "{}")
    replies = (says(both), says(text_call("checkout", '{"address_id": 1}')), says("Done."))
    episode, endpoint = with_model(in_turn(*replies), as_text=True)
    assert (episode["complete"], episode["answer"]) == (True, "Done.")
    assert [call["tool"] for call in episode["calls"]] == ["add_to_cart", "list_orders", "checkout"]
    ids = [m["tool_call_id"] for m in episode["messages"] if m["role"] == "tool"]
    assert len(set(ids)) == 3
    first, second = endpoint.requests[:2]
    assert "tools" not in first
    assert '"name": "add_to_cart"' in first["messages"][0]["content"]
    assert [m["role"] for m in second["messages"]] == ["system", "user", "assistant", "user"]
    assert second["messages"][-1]["content"].count("<tool_response>") == 2
    assert second["messages"][2]["content"] == both


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>checkout</tool_call>",
        '<tool_call>{"name": "checkout", "arguments": {"address_id": 1}',
        '<tool_call>{"arguments": {}}</tool_call>',
        '<tool_call>{"name": "checkout", "arguments": [1]}</tool_call>',
        "<tool_call></tool_call>",
        '<tool_call>["checkout"]</tool_call>',
    ],
)
def test_malformed_calls_as_text(with_model: WithModel, text: str) -> None:
    episode, _ = with_model(in_turn(says(text), says("Done.")), as_text=True)
    assert (episode["ended"], episode["reward"]) == ("malformed", -1.0)


def test_a_call_that_is_not_closed_but_whole(with_model: WithModel) -> None:
    """Servers that stop a model at ``</tool_call>`` leave it out."""
    replies = (
        says('<tool_call>{"name": "add_to_cart", "arguments": {"item_id": 1, "quantity": 2}}'),
        says(text_call("checkout", '{"address_id": 1}')),
        says("Done."),
    )
    assert with_model(in_turn(*replies), as_text=True)[0]["complete"]


# ---- The other models


def test_a_user_answers_until_it_is_content(food: Environment) -> None:
    def handle(request: Json) -> Reply:
        if "You play a person" in request["messages"][0]["content"]:
            said = [m["content"] for m in request["messages"][1:] if m["role"] == "user"]
            return says("The small one." if len(said) == 1 else "Thanks. ###DONE###")
        asked = [m for m in request["messages"] if m["role"] == "user"]
        return says("Which one?" if len(asked) == 1 else "Here it is.")

    async def episode(url: str) -> Json:
        endpoint = Endpoint(Settings("stand-in", url))
        try:
            user = ModelUser(endpoint, ["You want the small one."])
            key = Key(food.name, "not_his_wallet", 0)
            return await play(food, key, Model(endpoint, food, False), Rules(), user, ModelJudge(endpoint))
        finally:
            await endpoint.close()

    with StandIn(handle) as endpoint:
        record = asyncio.run(episode(endpoint.url))
    told = [m["content"] for m in record["messages"][1:]]
    assert told == ["Pay for my dinner from Bob's wallet.", "Which one?", "The small one.", "Here it is."]
    assert (record["ended"], record["answer"], record["turns"]) == ("answer", "Here it is.", 2)
    assert (record["prompt_tokens"], record["other_tokens"]) == (20, 45), "the user and the judge are apart"
    first = next(r for r in endpoint.requests if "You play a person" in r["messages"][0]["content"])
    assert "You want the small one." in first["messages"][0]["content"]
    assert [m["role"] for m in first["messages"]] == ["system", "assistant", "user"]


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ('{"holds": true}', True),
        ('Let me see: {"holds": true} is wrong. {"holds":  false}', False),
        ("It does.", None),
    ],
)
def test_a_judge(food: Environment, reply: str, verdict: bool | None) -> None:
    async def judged(url: str) -> Json:
        endpoint = Endpoint(Settings("stand-in", url))
        try:
            key = Key(food.name, "not_his_wallet", 0)
            return await play(food, key, Nothing(), Rules(), None, ModelJudge(endpoint))
        finally:
            await endpoint.close()

    with StandIn(in_turn(says(reply))) as endpoint:
        record = asyncio.run(judged(endpoint.url))
    assert [each["holds"] for each in record["judge"]] == [verdict]
    assert record["complete"], "what the judge says is told apart"
    assert record["judge"][0]["rubric"] in endpoint.requests[0]["messages"][0]["content"]
