"""Types as JSON Schema (2020-12), and values inside as the public JSON that the schemas describe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from awmlang.semantics.model import Model
from awmlang.semantics.types import (
    Bool,
    Date,
    Datetime,
    Duration,
    Enum,
    Float,
    Group,
    Int,
    List,
    Map,
    Money,
    Months,
    Null,
    Optional,
    Record,
    RecordField,
    Ref,
    Text,
    Time,
    Type,
    Unknown,
    Void,
)

Schema = dict[str, Any]

# ISO 8601 without an offset. The formats "time" and "date-time" of JSON Schema demand one, so they do not fit.
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def type_schema(model: Model, type: Type) -> Schema:
    """What a value of ``type`` is in JSON. A row is its key, an object has all its fields."""
    match type:
        case Optional(inner):
            return _nullable(type_schema(model, inner))
        case Int(low, high):
            return _present(type="integer", minimum=low, maximum=high)
        case Float(low, high):
            return _present(type="number", minimum=low, maximum=high)
        case Money(low, high):
            # multipleOf 0.01 would be true, but validators that divide binary floats reject 4.35 with it
            return _present(type="number", minimum=public(type, low), maximum=public(type, high))
        case Bool():
            return {"type": "boolean"}
        case Text(low, high, pattern):
            return _present(
                type="string",
                minLength=low,
                maxLength=high,
                pattern=None if pattern is None else f"^(?:{pattern})$",
            )
        case Date():
            return {"type": "string", "format": "date"}
        case Time():
            return {"type": "string", "pattern": f"^{_TIME}$"}
        case Datetime():
            return {"type": "string", "pattern": f"^{_DATE}T{_TIME}$"}
        case Duration() | Months():
            return {"type": "integer"}
        case Enum(_, members):
            return {"type": "string", "enum": list(members)}
        case Ref(entity):
            return type_schema(model, model.entities[entity].key.type)
        case List(item, low, high):
            return _present(type="array", items=type_schema(model, item), minItems=low, maxItems=high)
        case Record(fields):
            return {
                "type": "object",
                "properties": {f.json_name: type_schema(model, f.type) for f in fields},
                "required": [f.json_name for f in fields],
                "additionalProperties": False,
            }
        case Map(value):
            return {"type": "object", "additionalProperties": type_schema(model, value)}
        case Null() | Void():
            return {"type": "null"}
        case Group() | Unknown():
            raise TypeError(f"{type} has no JSON")


def input_schema(
    model: Model, type: Type, doc: str | None = None, default: tuple[object] | None = None
) -> Schema:
    """The schema of a parameter, or of a field in one: also with descriptions, defaults, things left out."""
    inner = type.inner if isinstance(type, Optional) else type
    match inner:
        case Record(fields):
            schema = object_schema(model, fields)
        case List(Record(fields), low, high):
            schema = _present(type="array", items=object_schema(model, fields), minItems=low, maxItems=high)
        case _:
            schema = type_schema(model, inner)
    if inner is not type:
        schema = _nullable(schema)
    description = doc or _described(model, inner)
    if description is not None:
        schema["description"] = description
    if default is not None and default[0] is not None:
        schema["default"] = public(inner, default[0])
    return schema


def object_schema(model: Model, fields: Iterable[RecordField]) -> Schema:
    """An object that is given: fields that are optional or have a default may be left out."""
    return {
        "type": "object",
        "properties": {f.json_name: input_schema(model, f.type, f.doc, f.default) for f in fields},
        "required": [f.json_name for f in fields if f.default is None and not isinstance(f.type, Optional)],
        "additionalProperties": False,
    }


def output_schema(model: Model, type: Type) -> Schema:
    """The schema of a tool's result. The root is an object: a list is ``items``, a scalar ``value``."""
    name = _root(type)
    if name is None:
        return type_schema(model, type)
    return {
        "type": "object",
        "properties": {name: type_schema(model, type)},
        "required": [name],
        "additionalProperties": False,
    }


def public(type: Type, value: Any) -> Any:
    """A value held inside (see ``semantics.types``) as the JSON value that people and agents see."""
    if value is None:
        return None
    match type:
        case Optional(inner):
            return public(inner, value)
        case Bool():
            return bool(value)
        case Money():
            return value // 100 if value % 100 == 0 else value / 100
        case List(item):
            return [public(item, each) for each in _parsed(value)]
        case Record(fields):
            held = _parsed(value)
            return {f.json_name: public(f.type, held[f.name]) for f in fields if f.name in held}
        case Map(each):
            return {name: public(each, item) for name, item in _parsed(value).items()}
    return value


def inside(type: Type, value: Any) -> Any:
    """The opposite of ``public``: a JSON value as it is held inside."""
    if value is None:
        return None
    match type:
        case Optional(inner):
            return inside(inner, value)
        case Bool():
            return int(value)
        case Money():
            return round(value * 100)
        case Float():
            return float(value)
        case List(item):
            return [inside(item, each) for each in value]
        case Record(fields):
            return {f.name: inside(f.type, value[f.json_name]) for f in fields if f.json_name in value}
        case Map(each):
            return {name: inside(each, item) for name, item in value.items()}
    return value


def result_inside(type: Type, value: Any) -> Any:
    """What a tool's result, the object that ``output_schema`` describes, holds inside."""
    name = _root(type)
    return inside(type, value if name is None else value[name])


def _root(type: Type) -> str | None:
    """The name under which a result stands that is no object of its own."""
    match type:
        case Record() | Map():
            return None
        case List():
            return "items"
    return "value"


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _present(**keywords: object) -> Schema:
    return {name: value for name, value in keywords.items() if value is not None}


def _nullable(schema: Schema) -> Schema:
    changed = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def _described(model: Model, type: Type) -> str | None:
    match type:
        case Ref(entity):
            key = model.entities[entity].key.name
            return f"The {key} of {with_article(words(entity))}."
        case List(Ref(entity)):
            key = model.entities[entity].key.name
            return f"The {key} of each {words(entity)}."
        case Time():
            return "A time, such as 18:30:00."
        case Datetime():
            return "A local date and time, such as 2025-06-02T18:30:00."
    return None


def words(name: str) -> str:
    """A name of the spec in plain words: ``MenuItem`` and ``menu_item`` are ``menu item``."""
    spaced = "".join(
        f" {c}" if c.isupper() and i and not name[i - 1].isupper() else c for i, c in enumerate(name)
    )
    return spaced.replace("_", " ").lower()


def with_article(noun: str) -> str:
    """``an order``, ``a user``: by the first letter, which is right often enough for a description."""
    vowel = noun[:1] in "aeio" or (noun[:1] == "u" and noun[:3] not in ("use", "uni"))
    return f"{'an' if vowel else 'a'} {noun}"
