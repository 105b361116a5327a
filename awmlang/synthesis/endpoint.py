"""A model that writes: asked for text, for JSON of a schema, or under a grammar."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from awmlang.rollouts.endpoint import Endpoint, Settings
from awmlang.rollouts.turns import Turn
from awmlang.syntax.grammar import grammar_text
from awmlang.syntax.portable import llguidance_grammar
from awmlang.syntax.yaml_schema import schema
from awmlang.synthesis.messages import Message

Form = Literal["text", "structured", "grammar"]
Engine = Literal["openai", "vllm", "sglang"]
Whole = Literal["spec", "declarations"]

_TOOL = "write_spec"


@dataclass(frozen=True)
class Author:
    """The model behind an endpoint. ``engine``: whose way to hand over a grammar is used."""

    settings: Settings
    form: Form = "text"
    engine: Engine = "openai"
    most_tokens: int = 16_000

    def ask(self, messages: Sequence[Message], whole: Whole | None) -> Turn:
        """The reply in ``text``, held to the form if it is ``whole`` of something. Raises as Endpoint.complete does."""
        return asyncio.run(self._ask(messages, whole))

    async def _ask(self, messages: Sequence[Message], whole: Whole | None) -> Turn:
        form = {} if whole is None else self._form(whole)
        endpoint = Endpoint(replace(self.settings, parameters=self.settings.parameters | form))
        try:
            turn = await endpoint.complete([dict(message) for message in messages], None, self.most_tokens)
        finally:
            await endpoint.close()
        return replace(turn, text=turn.calls[0].arguments) if turn.calls else turn

    def _form(self, whole: Whole) -> dict[str, Any]:
        """What a request says of the form."""
        if self.form == "text":
            return {}
        if self.form == "structured":
            made = {"name": whole, "schema": _schema(whole), "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": made}}
        grammar = llguidance_grammar(grammar_text(), whole)
        if self.engine == "vllm":
            return {"structured_outputs": {"grammar": grammar}}
        if self.engine == "sglang":
            return {"ebnf": grammar}
        grammar_format = {"type": "grammar", "grammar": {"syntax": "lark", "definition": grammar}}
        custom = {"name": _TOOL, "description": "Takes the text in AWM.", "format": grammar_format}
        return {
            "tools": [{"type": "custom", "custom": custom}],
            "tool_choice": {"type": "custom", "custom": {"name": _TOOL}},
        }


def _schema(whole: Whole) -> dict[str, Any]:
    """The strict schema of a spec; or of declarations of one, and what is to be deleted."""
    spec = schema(strict=True)
    if whole == "spec":
        return spec
    several = next(kind for kind in spec["properties"]["declarations"]["anyOf"] if kind["type"] == "array")
    parts = {"declarations": several, "delete": {"type": "array", "items": {"type": "string"}}}
    return {
        "type": "object",
        "properties": parts,
        "required": list(parts),
        "additionalProperties": False,
        "$defs": spec["$defs"],
    }
