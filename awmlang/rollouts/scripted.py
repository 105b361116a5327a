"""Agents without a model: the reference solution, random calls, nothing at all."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from awmlang.rollouts.turns import Json, ToolCall, Turn
from awmlang.runtime import Environment

MOST_CALLS = 12  # of a random agent
SPAN = 20  # values that a random whole number without bounds is one of
DATETIME, TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T", "^[0-9]{2}:"  # how their patterns in tools.json begin
WORDS = ("a", "blue", "new", "the", "week", "x", "Kim", "1")


class Reference:
    """Makes the calls of the reference solution, one a turn, and gives the expected answer."""

    def __init__(self, entry: Json) -> None:
        """``entry`` is the task's in tasks.json."""
        self._calls = iter(entry["solution"])
        self._answer = entry["answer"]
        self._made = 0

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        call = next(self._calls, None)
        if call is None:
            return Turn(text=_text(self._answer), answer=self._answer)
        self._made += 1
        return Turn(calls=(_call(self._made, call["tool"], call["arguments"]),))


class Nothing:
    """Ends at once, without an answer."""

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        return Turn()


class Random:
    """Makes some calls that fit the tools' schemas, and ends without an answer.

    Half of its values it has seen in results. ``seed`` settles all that it does.
    """

    def __init__(self, environment: Environment, seed: str) -> None:
        self._random = random.Random(seed)
        self._tools = [tool["function"] for tool in environment.tools("openai")]
        self._now = datetime.fromisoformat(environment.clock)
        self._left = self._random.randint(1, MOST_CALLS)
        self._made = 0

    async def turn(self, messages: list[Json], most_tokens: int | None) -> Turn:
        if self._made == self._left:
            return Turn()
        self._made += 1
        seen = list(_scalars([_loaded(m["content"]) for m in messages if m["role"] == "tool"]))
        tool = self._random.choice(self._tools)
        return Turn(calls=(_call(self._made, tool["name"], self._object(tool["parameters"], seen)),))

    def _object(self, schema: Json, seen: list[Any]) -> Json:
        required = schema.get("required", ())
        return {
            name: self._value(each, seen)
            for name, each in schema.get("properties", {}).items()
            if name in required or self._random.random() < 0.3
        }

    def _value(self, schema: Json, seen: list[Any]) -> Any:
        pick = self._random
        if "enum" in schema:
            return pick.choice(schema["enum"])
        if "anyOf" in schema:
            return self._value(pick.choice(schema["anyOf"]), seen)
        kinds = schema.get("type", "string")
        kind = kinds if isinstance(kinds, str) else pick.choice(kinds)
        known = [value for value in seen if _fits(value, kind, schema)]
        if known and pick.random() < 0.5:
            return pick.choice(known)
        match kind:
            case "integer":
                least, most = _bounds(schema)
                return pick.randint(int(least), int(most))
            case "number":
                return round(pick.uniform(*_bounds(schema)), 2)
            case "boolean":
                return pick.random() < 0.5
            case "null":
                return None
            case "array":
                least = schema.get("minItems", 0)
                count = pick.randint(least, max(least, min(schema.get("maxItems", 3), 3)))
                return [self._value(schema.get("items", {}), seen) for _ in range(count)]
            case "object":
                return self._object(schema, seen)
        return self._text(schema)

    def _text(self, schema: Json) -> str:
        moment = self._now + timedelta(hours=self._random.randint(-100, 100))
        if schema.get("format") == "date":
            return moment.date().isoformat()
        pattern = schema.get("pattern", "")
        if pattern.startswith(DATETIME):
            return moment.isoformat()
        if pattern.startswith(TIME):
            return moment.strftime("%H:%M")
        text = " ".join(self._random.choices(WORDS, k=self._random.randint(1, 4)))
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(text))
        return text.ljust(least, "x")[: max(most, least)]


def _bounds(schema: Json) -> tuple[float, float]:
    least = schema.get("minimum", min(0, schema.get("maximum", 0)))
    return least, schema.get("maximum", least + SPAN)


def _call(number: int, tool: str, arguments: Json) -> ToolCall:
    return ToolCall(f"call_{number}", tool, json.dumps(arguments, ensure_ascii=False))


def _text(answer: object) -> str | None:
    if answer is None or isinstance(answer, str):
        return answer
    return json.dumps(answer, ensure_ascii=False)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _scalars(each)
    else:
        yield value


def _fits(value: Any, kind: str, schema: Json) -> bool:
    if kind == "string":
        return isinstance(value, str) and "pattern" not in schema and _within(len(value), schema, "Length")
    if isinstance(value, bool):
        return False
    if kind == "integer":
        return isinstance(value, int) and _within(value, schema, "imum")
    return kind == "number" and isinstance(value, (int, float)) and _within(value, schema, "imum")


def _within(size: float, schema: Json, bound: str) -> bool:
    least, most = schema.get(f"min{bound}", size), schema.get(f"max{bound}", size)
    return bool(least <= size <= most)
