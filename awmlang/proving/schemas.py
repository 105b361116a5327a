"""Checks values against the JSON Schemas that a bundle publishes: fast, and only what those use."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from awmlang.runtime.functions import compiled

Problem = str | None  # what is wrong, beginning with the path of the value
Check = Callable[[Any], Problem]

_KNOWN = {
    "type", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "items", "minItems",
    "maxItems", "properties", "required", "additionalProperties", "description", "default",
}  # fmt: skip


def checker(schema: dict[str, Any]) -> Check:
    """What says what is wrong with a value, or None. Raises ValueError for keywords that it does not know."""
    if unknown := schema.keys() - _KNOWN:
        raise ValueError(f"no checks for {', '.join(sorted(unknown))}")
    checks = [_type(schema)]
    if "enum" in schema:
        members = schema["enum"]
        checks.append(lambda value: None if value in members else f" is none of {members}")
    if "minimum" in schema or "maximum" in schema:
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        checks.append(_for((int, float), lambda value: low <= value <= high, f" is not from {low} to {high}"))
    if "minLength" in schema or "maxLength" in schema:
        least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
        words = f" has not from {least} to {most} characters"
        checks.append(_for(str, lambda value: least <= len(value) <= most, words))
    if "pattern" in schema:
        pattern = compiled(schema["pattern"])
        checks.append(
            _for(str, lambda value: pattern.search(value) is not None, " does not match its pattern")
        )
    if schema.get("format") == "date":
        checks.append(_for(str, _is_date, " is no date"))
    if "items" in schema:
        checks.append(_items(schema))
    if "properties" in schema or "additionalProperties" in schema:
        checks.append(_properties(schema))
    return lambda value: next((problem for check in checks if (problem := check(value)) is not None), None)


def _for(kind: Any, holds: Callable[[Any], bool], words: str) -> Check:
    return lambda value: None if not isinstance(value, kind) or holds(value) else words


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_integer(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


_TYPES: dict[str, Callable[[Any], bool]] = {
    "integer": _is_integer,
    "number": lambda value: type(value) is int or (type(value) is float and math.isfinite(value)),
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "null": lambda value: value is None,
}


def _type(schema: dict[str, Any]) -> Check:
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kinds = [_TYPES[name] for name in names]
    words = f" is no {' or '.join(names)}"
    if len(kinds) == 1:
        only = kinds[0]
        return lambda value: None if only(value) else words
    return lambda value: None if any(kind(value) for kind in kinds) else words


def _items(schema: dict[str, Any]) -> Check:
    check = checker(schema["items"])
    least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)

    def items(value: Any) -> Problem:
        if type(value) is not list:
            return None
        if not least <= len(value) <= most:
            return f" has not from {least} to {most} items"
        for index, item in enumerate(value):
            if (problem := check(item)) is not None:
                return f"[{index}]{problem}"
        return None

    return items


def _properties(schema: dict[str, Any]) -> Check:
    checks = {name: checker(each) for name, each in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    others = schema.get("additionalProperties", True)
    other = checker(others) if isinstance(others, dict) else None

    def properties(value: Any) -> Problem:
        if type(value) is not dict:
            return None
        for name in required:
            if name not in value:
                return f".{name} is missing"
        for name, each in value.items():
            check = checks.get(name, other)
            if check is not None:
                if (problem := check(each)) is not None:
                    return f".{name}{problem}"
            elif others is False:
                return f".{name} is not in the schema"
        return None

    return properties
