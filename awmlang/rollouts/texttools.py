"""Tool calls as text, for models that are served without native ones.

The format is the one that most open models have seen: ``<tool_call>{"name": ..., "arguments": {...}}</tool_call>``, and
results as ``<tool_response>...</tool_response>`` in the next message of the user.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from awmlang.rollouts.turns import Json, ToolCall, Turn

_CALL = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)

_FORMAT = """\
You can call these tools. Each line is one, as JSON with the JSON Schema of its arguments:

{tools}

To call a tool, write a line like this, and nothing behind it; you may write several to make several calls:

<tool_call>{{"name": "the tool", "arguments": {{"argument": "value"}}}}</tool_call>

The results come in the next message, in <tool_response> and in order. When nothing is left to do, answer without a call."""


def describe(tools: list[Json]) -> str:
    """What a model must know to call ``tools``, which are as the OpenAI API has them."""
    lines = (json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
    return _FORMAT.format(tools="\n".join(lines))


def as_text(messages: list[Json], tools: list[Json]) -> list[Json]:
    """Messages with native calls as messages that are text alone."""
    written: list[Json] = []
    for message in messages:
        content = message["content"] or ""
        if message["role"] == "system":
            written.append({"role": "system", "content": f"{content}\n\n{describe(tools)}"})
        elif message["role"] != "tool":
            written.append({"role": message["role"], "content": content})
        else:
            response = f"<tool_response>\n{content}\n</tool_response>"
            if written[-1]["content"].startswith("<tool_response>"):
                written[-1]["content"] += f"\n{response}"
            else:
                written.append({"role": "user", "content": response})
    return written


def with_calls(turn: Turn, made: int) -> Turn:
    """The turn with the calls that its text has in it; ``made`` is how many there were before.

    A call that cannot be read is one with the text as its arguments, which are then found to be malformed.
    """
    calls = tuple(
        _read(body.strip(), f"call_{made + number}")
        for number, body in enumerate(_CALL.findall(turn.text or ""), start=1)
    )
    return replace(turn, calls=calls)


def _read(body: str, id: str) -> ToolCall:
    try:
        call = json.loads(body)
        arguments = call.get("arguments", {})
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        return ToolCall(id, str(call["name"]), text)
    except (ValueError, RecursionError, KeyError, AttributeError):
        return ToolCall(id, "", body)
