"""A stand-in for a model that writes a spec with flaws, and mends what it is told of.

It knows a good spec. When it is told of findings, it writes the declarations anew that they name, as they stand in the
good one; told that this made nothing better, those too that have to do with them. So a flaw is repaired if what the
model is told points at it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from awmlang.synthesis.drafts import Chunk, chunks
from tests.stand_in import Json, Reply, says

_PLACE = re.compile(r'^line \d+, ([\w:]+) ?("[^"]*"|\w*): ', re.M)
_STOPPED = re.compile(r"stopped in the middle of `(\w+) (\w*)`")


@dataclass
class Writer:
    """``first`` makes the reply with the draft, given the good spec. ``asked`` is what it was told to repair."""

    good: str
    first: Callable[[str], Reply]
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Json) -> Reply:
        messages = request["messages"]
        if "You design" in messages[0]["content"]:
            return says("- tools, tasks")
        if not any(message["role"] == "assistant" for message in messages):
            return self.first(self.good)
        self.asked.append(messages[-1]["content"])
        return says(self._repair(messages[-1]["content"]))

    def _repair(self, told: str) -> str:
        found = chunks(self.good)
        named = {(kind, name) for kind, name in _PLACE.findall(told)}
        wanted = [chunk for chunk in found if chunk.key in named]
        if "nothing better" in told:
            told_of = " ".join([told, *(chunk.text for chunk in wanted)])
            wanted += [chunk for chunk in found if _concerns(chunk, told_of)]
        for key in _STOPPED.findall(told):
            stopped = next(index for index, chunk in enumerate(found) if chunk.key == key)
            wanted += found[stopped:]
        if "write more" in told:
            wanted = found
        text = "\n\n".join(dict.fromkeys(chunk.text for chunk in wanted))
        return f"That was wrong, sorry. The declarations, mended:\n\n```awm\n{text}\n```\n"


def _concerns(chunk: Chunk, told_of: str) -> bool:
    """Whether a declaration, or a label in it, is spoken of."""
    kind, name = chunk.key
    names = (
        [name] if kind in ("entity", "enum", "function", "tool") else re.findall(r"(\w+) += \(", chunk.text)
    )
    return any(re.search(rf"\b{re.escape(name)}\b", told_of) for name in names)


def fenced(text: str) -> Reply:
    return says(f"```awm\n{text}```")
