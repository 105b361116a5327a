"""The rules that the database holds rows to: their names in SQLite's messages, their words for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from awmlang.diagnostics.span import Span
from awmlang.lowering.names import table_name
from awmlang.semantics.model import Check, Entity, Field, Model
from awmlang.semantics.types import Bool, Enum, Float, Int, List, Money, Text, Type, required


@dataclass(frozen=True, slots=True)
class Rule:
    """``kind`` value: of one field alone; key, unique: of ``fields``; row, disjoint: as ``check`` has it."""

    name: str
    kind: Literal["value", "key", "unique", "row", "disjoint"]
    message: str
    span: Span
    fields: tuple[Field, ...]
    check: Check | None = None


def rules(model: Model) -> dict[str, str]:
    """The words of every rule by its name, as SQLite's messages have it: ``RULES`` of tools.py."""
    found = (rule for entity in model.entities.values() for rule in entity_rules(entity))
    return {rule.name: rule.message for rule in found}


def entity_rules(entity: Entity) -> Iterator[Rule]:
    """The rules on rows of ``entity``: of its fields, then its checks. (Flows raise their own words.)"""
    for field in entity.fields.values():
        words = value_words(field.type)
        if words is not None and not numbers_itself(field):
            yield Rule(f"{entity.name}.{field.name}", "value", f"{field.name} {words}", field.span, (field,))
        taken = f"{field.name} must be unique, and another {entity.name} has this one"
        if field.is_key and not numbers_itself(field):
            yield Rule(f"{table_name(entity.name)}.{field.name}", "key", taken, field.span, (field,))
        elif field.is_unique:
            yield Rule(f"{entity.name}.{field.name}.unique", "unique", taken, field.span, (field,))
    for check in entity.checks:
        yield Rule(f"{entity.name}.{check.name}", check.kind, check.message, check.span, check.fields, check)


def unique_fields(entity: Entity) -> Iterator[tuple[Field, ...]]:
    """The fields by which no two rows are alike, null aside: keys, unique fields, checks on all rows."""
    for field in entity.fields.values():
        if field.is_key or field.is_unique:
            yield (field,)
    for check in entity.checks:
        if check.kind == "unique" and check.condition is None:
            yield check.fields


def value_words(type: Type) -> str | None:
    """What a value of a bounded type must be, after the field's name; None for types without bounds."""
    match required(type):
        case Int(low, high):
            return _between("must be", low, high, "")
        case Float(low, high):
            return _between("must be", _number(low), _number(high), "")
        case Money(low, high):
            return _between("must be", _amount(low), _amount(high), "")
        case Text(low, high, pattern):
            words = _between("must have", low, high, " characters")
            return words if pattern is None else f"must match {pattern}"
        case List(_, low, high):
            return _between("must have", low, high, " items")
        case Enum(_, members):
            return f"must be one of {', '.join(members)}"
        case Bool():
            return "must be true or false"
    return None


def numbers_itself(field: Field) -> bool:
    """Whether the database gives the value: of a key ``id``."""
    return field.is_key and field.name == "id" and isinstance(field.type, Int)


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _amount(minor: int | None) -> str | None:
    return None if minor is None else f"{minor / 100:.2f}".removesuffix(".00")


def _between(verb: str, low: int | str | None, high: int | str | None, unit: str) -> str | None:
    if low is None and high is None:
        return None
    if high is None:
        return f"{verb} at least {low}{unit}"
    if low is None:
        return f"{verb} at most {high}{unit}"
    return f"{verb} exactly {low}{unit}" if low == high else f"{verb} from {low} to {high}{unit}"
