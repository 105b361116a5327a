"""From the arguments of a call as they were typed to JSON, and to what a solution has in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from awmlang.play.reading import NotUnderstood, Step, meant, place
from awmlang.runtime import program
from awmlang.syntax import tree

Key = int | str

Labels = Mapping[str, tuple[str, Key]]
"""The entity and the key of each labelled row."""


class Value(NamedTuple):
    """A value in JSON, and the expression for it in a solution."""

    json: Any
    node: tree.Expr


class Arguments:
    """Reads the arguments of a step. ``kept`` has results by the names they were given."""

    def __init__(self, step: Step, labels: Labels, kept: Mapping[str, Any]) -> None:
        self._step = step
        self._labels = labels
        self._kept = kept
        self._by_key = {row: label for label, row in labels.items()}

    def read(self, tool: program.Tool) -> tuple[dict[str, Any], tree.Call]:
        """The arguments by their names in JSON, and the call as a solution has it. Raises NotUnderstood."""
        call = self._step.call
        given: dict[str, Any] = {}
        arguments: list[tree.Argument] = []
        for argument in call.arguments:
            if argument.name is None:
                advice = f"{tool.name}({', '.join(f'{each.name} = ...' for each in tool.parameters)})"
                raise self._error(argument, "arguments of a tool have names", advice)
            parameter = self._parameter(argument.name, tool.parameters, tool.name)
            if parameter.json_name in given:
                raise self._error(argument, f"{argument.name.text} is given twice")
            value = self._value(argument.value, parameter.type)
            given[parameter.json_name] = value.json
            name = tree.Name(argument.name.span, parameter.name)
            arguments.append(tree.Argument(argument.span, name, value.node))
        return given, tree.Call(call.span, call.name, tuple(arguments))

    def _error(self, node: tree.Node, message: str, help: str | None = None) -> NotUnderstood:
        return NotUnderstood(message, help, place(node, self._step.offset))

    def _parameter(
        self, name: tree.Name, parameters: tuple[program.Parameter, ...], owner: str
    ) -> program.Parameter:
        """The parameter that is meant by its name in the spec or in JSON."""
        for each in parameters:
            if name.text in (each.name, each.json_name):
                return each
        advice = meant(name.text, (each.name for each in parameters))
        raise self._error(name, f"{owner} has no {name.text}", advice)

    def _value(self, node: tree.Expr, type: program.Type) -> Value:
        if isinstance(type, program.Optional):
            type = type.inner
        match node:
            case tree.ListOf(span, items) if isinstance(type, program.List):
                values = [self._value(item, type.item) for item in items]
                return Value([v.json for v in values], tree.ListOf(span, tuple(v.node for v in values)))
            case tree.Record() if isinstance(type, program.Record):
                return self._record(node, type)
            case tree.Reference(span, name) if isinstance(type, program.Enum) and name in type.members:
                return Value(name, tree.String(span, (name,)))
            case tree.Reference(_, name) if isinstance(type, program.Enum) and name not in self._kept:
                raise self._error(node, f"{name} is none of the values", meant(name, type.members))
            case tree.Number(span) | tree.String(span) if isinstance(type, program.Ref):
                key = self._plain(node)
                label = self._by_key.get((type.entity.name, key))
                return Value(key, tree.Reference(span, label) if label else node)
        return Value(self._plain(node), node)

    def _record(self, node: tree.Record, type: program.Record) -> Value:
        given: dict[str, Any] = {}
        pairs: list[tree.Pair] = []
        for pair in node.pairs:
            field = self._parameter(pair.name, type.fields, "the record")
            value = self._value(pair.value, field.type)
            given[field.json_name] = value.json
            pairs.append(tree.Pair(pair.span, tree.Name(pair.name.span, field.name), value.node, None))
        return Value(given, tree.Record(node.span, tuple(pairs)))

    def _plain(self, node: tree.Expr) -> Any:
        match node:
            case tree.Number(_, text):
                return float(text) if "." in text else int(text)
            case tree.Negate(_, tree.Number() as number):
                return -self._plain(number)
            case tree.String(_, parts) if all(isinstance(part, str) for part in parts):
                return "".join(map(str, parts))
            case tree.Boolean(_, value):
                return value
            case tree.Null():
                return None
            case tree.ListOf(_, items):
                return [self._plain(item) for item in items]
            case tree.Record(_, pairs):
                return {pair.name.text: self._plain(pair.value) for pair in pairs}
            case tree.Reference(_, name):
                return self._named(node, name)
            case tree.Attribute(_, base, field):
                record = self._plain(base)
                if not isinstance(record, dict) or field.text not in record:
                    advice = meant(field.text, record) if isinstance(record, dict) else None
                    raise self._error(field, f"there is no {field.text} in it", advice)
                return record[field.text]
            case tree.Index(_, base, index):
                items, number = self._plain(base), self._plain(index)
                if not isinstance(items, list) or type(number) is not int or not 0 <= number < len(items):
                    raise self._error(index, "there is no such item in it")
                return items[number]
        raise self._error(
            node, "only values can be given, nothing that is computed", "text, dates too, stands in quotes"
        )

    def _named(self, node: tree.Node, name: str) -> Any:
        if name in self._kept:
            return self._kept[name]
        if name in self._labels:
            return self._labels[name][1]
        advice = meant(name, [*self._kept, *self._labels]) or "text stands in quotes"
        raise self._error(node, f"there is no result or row with the name {name}", advice)
