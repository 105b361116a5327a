"""A language model behind an endpoint that speaks OpenAI's protocol for chat completions."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any

import openai

from awmlang.rollouts.turns import Json, Misused, ToolCall, TooLong, Turn, Unavailable, Usage

LONGEST_WAIT = 60.0  # seconds between two attempts, whatever the endpoint asks for
HOPELESS = (400, 401, 402, 403, 404, 405, 413, 422)  # what sending the same again does not change
_TOO_LONG = (
    "context_length_exceeded",
    "context length",
    "context window",
    "maximum context",
    "too many tokens",
)


@dataclass(frozen=True)
class Settings:
    """``parameters`` go into every request. ``attempts``, the first after ``wait`` seconds, then twice that, ..."""

    model: str
    base_url: str | None = None
    api_key: str | None = None
    parameters: Json = field(default_factory=dict)
    timeout: float = 300.0
    attempts: int = 6
    wait: float = 0.5


class Endpoint:
    """Asks for completions, again where that may help. To be used in one event loop, and closed."""

    def __init__(self, settings: Settings) -> None:
        """Raises Misused where there is no key and no address of one's own."""
        self.settings = settings
        try:
            self._client = openai.AsyncOpenAI(
                base_url=settings.base_url,
                api_key=settings.api_key or ("none" if settings.base_url else None),
                timeout=settings.timeout,
                max_retries=0,
            )
        except openai.OpenAIError as error:
            raise Misused(str(error)) from None

    async def close(self) -> None:
        await self._client.close()

    async def complete(
        self, messages: list[Json], tools: list[Json] | None = None, most_tokens: int | None = None
    ) -> Turn:
        """The model's reply. Raises Unavailable, Misused, TooLong."""
        body: Json = {"model": self.settings.model, "messages": [_sent(message) for message in messages]}
        if tools:
            body["tools"] = tools
        if most_tokens is not None:
            body["max_completion_tokens"] = most_tokens
        body |= self.settings.parameters
        retries = 0
        while True:
            wait: float | None = None
            try:
                return _turn(await self._post(body), retries)
            except openai.APIStatusError as error:
                words = _words(error)
                if error.status_code in HOPELESS or "insufficient_quota" in words:
                    if any(sign in words.lower() for sign in _TOO_LONG):
                        raise TooLong(words) from None
                    raise Misused(words) from None
                wait = _seconds(error.response.headers.get("retry-after"))
            except openai.APITimeoutError:
                words = f"no reply within {self.settings.timeout:g} seconds"
            except openai.APIConnectionError as error:
                words = f"no connection: {error.__cause__ or error}"
            except Useless as error:
                words = str(error)
            retries += 1
            if retries == self.settings.attempts:
                raise Unavailable(f"{words} (requests: {retries})")
            await asyncio.sleep(self._pause(retries) if wait is None else min(wait, LONGEST_WAIT))

    async def _post(self, body: Json) -> Any:
        """What was answered, whatever it is. Not parsed by the client, which takes what it gets for a completion."""
        raw = await self._client.chat.completions.with_raw_response.create(
            model=body["model"], messages=body["messages"], extra_body=body
        )
        try:
            return json.loads(raw.http_response.text)
        except (ValueError, RecursionError):
            raise Useless("the reply is not JSON") from None

    def _pause(self, retries: int) -> float:
        """Twice as long each time, and not at the same moment as everybody else."""
        longest = min(self.settings.wait * float(2 ** (retries - 1)), LONGEST_WAIT)
        return longest * random.uniform(0.5, 1.0)


class Useless(Exception):
    """A reply that is none."""


def _turn(reply: Any, retries: int) -> Turn:
    """The turn that a completion is. Raises Useless."""
    try:
        choice = reply["choices"][0]
        message = choice["message"]
        text = _text(message.get("content"))
        calls = tuple(
            ToolCall(str(call.get("id") or f"call_{number}"), str(called["name"]), _arguments(called))
            for number, call in enumerate(message.get("tool_calls") or ())
            for called in [call.get("function") or call["custom"]]
        )
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Useless("the reply has no message") from None
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    usage = reply.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Turn(
        text=text,
        calls=calls,
        answer=text,
        usage=Usage(_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"), retries),
        cut=choice.get("finish_reason") == "length",
        reasoning=reasoning if isinstance(reasoning, str) else None,
    )


def _sent(message: Json) -> Json:
    """Without the thoughts: endpoints differ in whether they take them back, and most leave them out anyway."""
    return {name: value for name, value in message.items() if name != "reasoning_content"}


def _text(content: Any) -> str | None:
    """Some endpoints send it in parts."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part.get("type") == "text")
    return None if content is None else str(content)


def _arguments(called: Json) -> str:
    """As text; some endpoints send the object itself. A custom tool takes any text as its input."""
    arguments = called.get("arguments", called.get("input"))
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False)


def _count(usage: Json, name: str) -> int:
    count = usage.get(name)
    return count if isinstance(count, int) and count > 0 else 0


def _words(error: openai.APIStatusError) -> str:
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    code = f" ({body['code']})" if isinstance(body, dict) and body.get("code") else ""
    return f"{error.status_code}: {told or error.message}{code}"[:500]


def _seconds(header: str | None) -> float | None:
    """``Retry-After`` in seconds. A date is left aside: the usual wait does as well."""
    try:
        wait = float(header or "")
    except ValueError:
        return None
    return wait if 0 <= wait < float("inf") else None
