"""Language models as players: the agent, the user that it talks with, the judge of what it says."""

from __future__ import annotations

import json
import re

from awmlang.rollouts import texttools
from awmlang.rollouts.endpoint import Endpoint
from awmlang.rollouts.turns import Json, Turn, Usage
from awmlang.runtime import Environment

DONE = "###DONE###"

_USER = """\
You play a person who talks with an assistant. Who you are and what you know:

{script}

Write what the person says next, in a sentence or two, and nothing else. Give what you are asked for when you are asked, not
before; make nothing up that is not above. When what you want is done, or clearly will not be done, write {done} alone."""

_JUDGE = """\
Below is a conversation between a user and an assistant, and a statement about it. Decide whether the statement is true.
Answer with one JSON object and nothing else: {{"holds": true}} or {{"holds": false}}.

Statement: {rubric}

Conversation, as JSON:
{conversation}"""


class Model:
    """Calls tools natively, or where ``as_text`` is true, in text."""

    def __init__(self, endpoint: Endpoint, environment: Environment, as_text: bool) -> None:
        self._endpoint = endpoint
        self._tools = environment.tools("openai")
        self._as_text = as_text

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        if not self._as_text:
            return await self._endpoint.complete(messages, self._tools, most_tokens)
        sent = texttools.as_text(messages, self._tools)
        made = sum(message["role"] == "tool" for message in messages)
        return texttools.with_calls(await self._endpoint.complete(sent, None, most_tokens), made)


class ModelUser:
    """Answers the agent as the script of a task says."""

    def __init__(self, endpoint: Endpoint, script: list[str]) -> None:
        self._endpoint = endpoint
        self._told = {"role": "system", "content": _USER.format(script="\n".join(script), done=DONE)}

    async def reply(self, messages: list[Json]) -> tuple[str | None, Usage]:
        turn = await self._endpoint.complete([self._told, *_as_the_user_sees(messages)])
        text = (turn.text or "").strip()
        return (None if not text or DONE in text else text), turn.usage


def _as_the_user_sees(messages: list[Json]) -> list[Json]:
    """What was said, without tools; what the agent says comes from the other side."""
    other = {"user": "assistant", "assistant": "user"}
    return [
        {"role": other[message["role"]], "content": message["content"]}
        for message in messages
        if message["role"] in other and message["content"] and not message.get("tool_calls")
    ]


class ModelJudge:
    """Says of each rubric whether it is met."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def verdicts(self, rubrics: list[str], messages: list[Json]) -> tuple[list[bool | None], Usage]:
        usage, verdicts = Usage(), []
        conversation = json.dumps(messages[1:], ensure_ascii=False)
        for rubric in rubrics:
            asked = _JUDGE.format(rubric=rubric, conversation=conversation)
            turn = await self._endpoint.complete([{"role": "user", "content": asked}])
            usage = usage.plus(turn.usage)
            verdicts.append(_verdict(turn.text or ""))
        return verdicts, usage


def _verdict(text: str) -> bool | None:
    """The last one that is said, as thoughts may come before it."""
    found = re.findall(r'"holds"\s*:\s*(true|false)', text)
    return found[-1] == "true" if found else None
