"""The JSON Schemas of specs in YAML and JSON, made from ``yaml_form``.

``python -m awmlang.syntax.yaml_schema FOLDER`` writes both into a folder.

``awm.schema.json`` has every way of writing that is read: it is for editors and for checking files. That of
``awm.strict.schema.json`` is narrower, with the keywords alone that structured output of language models takes in
its strict mode: objects are closed and have all their properties, so that what is left out is null, and lists of
``name: type`` take the place of mappings with names of their own. ``awmc convert --to json`` writes what fits both.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from awmlang.syntax import yaml_form as form

Schema = dict[str, Any]

FILES = {"awm.schema.json": False, "awm.strict.schema.json": True}
"""The files, and whether they are strict."""

_IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_]*$"
_STRING: Schema = {"type": "string"}


def schema(strict: bool) -> Schema:
    """The schema of a spec, as JSON."""
    return _Maker(strict).schema()


class _Maker:
    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._definitions: dict[str, Schema] = {}

    def schema(self) -> Schema:
        root = self._object("spec")
        head: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} if not self._strict else {}
        return head | root | {"$defs": dict(sorted(self._definitions.items()))}

    # ---- Mappings

    def _object(self, name: str) -> Schema:
        keys = form.FORMS[name]
        properties = {key.name: self._property(key) for key in keys}
        required = [key.name for key in keys if key.required or self._strict]
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def _property(self, key: form.Key) -> Schema:
        value = self._kind(key.kind)
        if not key.required:
            value = _or_null(value)
        assert "$ref" not in value, "a description cannot stand beside it in strict mode"
        return {"description": key.about, **value}

    def _ref(self, name: str) -> Schema:
        title = name.replace(" ", "_")
        if title not in self._definitions:
            self._definitions[title] = {}  # it may hold itself
            self._definitions[title] = self._object(name)
        return {"$ref": f"#/$defs/{title}"}

    def _shared(self, name: str, made: Any) -> Schema:
        if name not in self._definitions:
            self._definitions[name] = {}
            self._definitions[name] = made()
        return {"$ref": f"#/$defs/{name}"}

    # ---- What stands behind keys

    def _kind(self, kind: form.Kind) -> Schema:
        match kind:
            case form.Text() | form.Member():
                return _STRING
            case form.Name():
                return _STRING if self._strict else {"type": "string", "pattern": _IDENTIFIER}
            case form.Code():
                return self._code()
            case form.Number():
                return {"type": "number"} if self._strict else {"type": ["number", "string"]}
            case form.Many(item):
                return self._many(item)
            case form.Pairs() | form.Fields():
                return self._pairs()
            case form.Answers():
                return self._pairs() if self._strict else _any_of(self._code(), self._pairs())
            case form.Statements(_, chained):
                steps = _list(self._shared("statement", self._statement))
                return _any_of(steps, self._ref("if")) if chained else steps
            case form.Solutions():
                return _list(self._shared("statement", self._statement))
            case form.Rows():
                return self._rows()
            case form.Cells():
                return self._cells()
            case form.Forms(names):
                forms = [self._ref(name) for name in names]
                if len(names) == 1 and not self._strict:
                    forms.append(self._code())
                return _list(_any_of(*forms))
            case form.Groups(name):
                return _list(self._ref(name))

    def _code(self) -> Schema:
        """YAML tells numbers and texts apart where the language in a text does not."""
        return _STRING if self._strict else {"type": ["string", "number", "boolean"]}

    def _many(self, item: form.Text | form.Name | form.Member | form.Code) -> Schema:
        one = self._kind(item)
        return _list(one) if self._strict else _any_of(_list(one), one)

    def _pairs(self) -> Schema:
        if self._strict:
            return _list(_STRING)
        mapping = {
            "type": "object",
            "additionalProperties": self._code(),
            "propertyNames": {"pattern": _IDENTIFIER},
        }
        return _any_of(mapping, _list(_any_of(_STRING, mapping)))

    def _statement(self) -> Schema:
        return _any_of(_STRING, self._ref("if"), self._ref("for"))

    def _rows(self) -> Schema:
        row = self._ref("row")
        if self._strict:
            return _list(row)
        labelled = {
            "type": "object",
            "additionalProperties": self._cells(),
            "propertyNames": {"pattern": _IDENTIFIER},
        }
        return _any_of(labelled, _list(_any_of(self._cells(), row, labelled)))

    def _cells(self) -> Schema:
        return _list(self._shared("cell", self._cell))

    def _cell(self) -> Schema:
        scalars = [{"type": name} for name in ("string", "number", "boolean", "null")]
        return _any_of(*scalars, _list({"$ref": "#/$defs/cell"}))


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(schema: Schema) -> Schema:
    if schema.keys() == {"type"}:
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        return {"type": [*types, "null"]}
    return _any_of(schema, {"type": "null"})


def _any_of(*schemas: Schema) -> Schema:
    """One of several; what is itself one of several is spread out."""
    every = [option for each in schemas for option in (each["anyOf"] if each.keys() == {"anyOf"} else [each])]
    return every[0] if len(every) == 1 else {"anyOf": every}


def text(strict: bool) -> str:
    """The schema as it is published."""
    return json.dumps(schema(strict), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, strict in FILES.items():
        Path(sys.argv[1], name).write_text(text(strict), encoding="utf-8")
