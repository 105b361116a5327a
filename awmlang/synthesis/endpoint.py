"""A model behind an OpenAI-compatible endpoint, asked for text, for JSON of a schema, or under a grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from openai import APIError, OpenAI

from awmlang.syntax.grammar import grammar_text
from awmlang.syntax.portable import llguidance_grammar
from awmlang.syntax.yaml_schema import schema
from awmlang.synthesis.messages import Message

Form = Literal["text", "structured", "grammar"]
Engine = Literal["openai", "vllm", "sglang"]
Whole = Literal["spec", "declarations"]

_TOOL = "write_spec"


class EndpointError(Exception):
    """The endpoint gave no answer, after all retries."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``is_cut_off``: the model came to its limit of tokens before it was done."""

    text: str
    is_cut_off: bool
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Endpoint:
    """``timeout`` in seconds a request; ``retries`` of what fails for a while (429, 5xx, time-outs), with growing pauses.

    ``engine``: whose way to hand over a grammar is used. Requests of the form "text" use none.
    """

    model: str
    base_url: str | None = None
    api_key: str | None = None
    form: Form = "text"
    engine: Engine = "openai"
    temperature: float | None = None
    max_tokens: int = 16_000
    timeout: float = 600
    retries: int = 5
    extra: dict[str, Any] = field(default_factory=dict)

    def ask(self, messages: Sequence[Message], whole: Whole | None) -> Reply:
        """The model's reply, held to the form if it is ``whole`` of something. Raises EndpointError."""
        request: dict[str, Any] = {"model": self.model, "messages": list(messages), **self.extra}
        request["max_completion_tokens" if self.base_url is None else "max_tokens"] = self.max_tokens
        if self.temperature is not None:
            request["temperature"] = self.temperature
        if whole is not None:
            request |= self._form(whole)
        try:
            completion = self._client.chat.completions.create(**request)
        except APIError as error:
            raise EndpointError(str(error)) from None
        if not getattr(completion, "choices", None):
            raise EndpointError("the endpoint's answer holds no choices")
        choice, usage = completion.choices[0], completion.usage
        return Reply(
            _text(choice.message),
            choice.finish_reason == "length",
            usage.prompt_tokens if usage else 0,
            usage.completion_tokens if usage else 0,
        )

    @property
    def _client(self) -> OpenAI:
        return _client(self.base_url, self.api_key, self.timeout, self.retries)

    def _form(self, whole: Whole) -> dict[str, Any]:
        if self.form == "text":
            return {}
        if self.form == "structured":
            made = {"name": whole, "schema": _schema(whole), "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": made}}
        grammar = llguidance_grammar(grammar_text(), whole)
        if self.engine == "vllm":
            return {"extra_body": {"structured_outputs": {"grammar": grammar}}}
        if self.engine == "sglang":
            return {"extra_body": {"ebnf": grammar}}
        grammar_format = {"type": "grammar", "grammar": {"syntax": "lark", "definition": grammar}}
        custom = {"name": _TOOL, "description": "Takes the text in AWM.", "format": grammar_format}
        return {
            "tools": [{"type": "custom", "custom": custom}],
            "tool_choice": {"type": "custom", "custom": {"name": _TOOL}},
        }


@cache
def _client(base_url: str | None, api_key: str | None, timeout: float, retries: int) -> OpenAI:
    return OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=retries)


def _text(message: Any) -> str:
    for call in message.tool_calls or []:
        if call.type == "custom":
            return str(call.custom.input)
    return message.content or ""


def _schema(whole: Whole) -> dict[str, Any]:
    """The strict schema of a spec; or of declarations of one, and what is to be deleted."""
    spec = schema(strict=True)
    if whole == "spec":
        return spec
    several = next(kind for kind in spec["properties"]["declarations"]["anyOf"] if kind["type"] == "array")
    parts = {
        "declarations": several,
        "delete": {"type": "array", "items": {"type": "string"}},
    }
    return {
        "type": "object",
        "properties": parts,
        "required": list(parts),
        "additionalProperties": False,
        "$defs": spec["$defs"],
    }
