"""What an agent does when it is its turn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

Json = dict[str, Any]


class TooLong(Exception):
    """The messages are longer than what a model can read."""


class Unavailable(Exception):
    """A model gave no useful reply, however often it was asked."""


class Misused(Exception):
    """An endpoint will refuse whatever comes like this: a wrong key, model, address or parameter."""


class ToolCall(NamedTuple):
    """A call that an agent wants to be made; ``arguments`` is JSON text, or what it took for that."""

    id: str
    name: str
    arguments: str


class Usage(NamedTuple):
    """Tokens read and written, and how often a request had to be repeated."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    retries: int = 0

    def plus(self, other: Usage) -> Usage:
        return Usage(*(mine + its for mine, its in zip(self, other, strict=True)))


NO_USAGE = Usage()


@dataclass(frozen=True)
class Turn:
    """Calls to make, or, where there are none, the final ``answer``: a value or a sentence.

    ``cut``: the model was stopped by a limit of tokens before it had said all. ``reasoning`` is what it thought, where
    an endpoint tells.
    """

    text: str | None = None
    calls: tuple[ToolCall, ...] = ()
    answer: object = None
    usage: Usage = NO_USAGE
    cut: bool = False
    reasoning: str | None = None

    def message(self) -> Json:
        """As the OpenAI API has it."""
        said: Json = {"role": "assistant", "content": self.text}
        if self.reasoning:
            said["reasoning_content"] = self.reasoning
        if not self.calls:
            said["content"] = self.text or ""  # null is only for a message with calls
        else:
            said["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in self.calls
            ]
        return said


class Agent(Protocol):
    """Plays one episode."""

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        """What it does after ``messages``, which are as the OpenAI API has them.

        ``most_tokens`` may be written. Raises TooLong, Unavailable.
        """
        ...


def arguments_of(call: ToolCall) -> Json | None:
    """The arguments of a call; None where they are no JSON object. No text is an empty object."""
    try:
        found = json.loads(call.arguments or "{}", parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
