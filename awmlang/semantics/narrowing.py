"""What a condition tells of values: which are not null, and which members an enum value can have.

A *path* names a value that stays the same while nothing is written: a variable, a row at hand, or a field
of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from awmlang.semantics import model as m
from awmlang.semantics import types as t

Path = tuple[object, ...]
Members = frozenset[object]


def path(expression: m.Expression) -> Path | None:
    """The path of an expression: its root object, then fields, computed fields or names of record items."""
    match expression:
        case m.Local(variable=variable):
            return (variable,)
        case m.RowOf(binding=binding):
            return (binding,)
        case m.Me():
            return ("me",)
        case m.Label(label=label):
            return ("label", label)
        case m.Get(row=row, field=field) | m.GetComputed(row=row, field=field):
            base = path(row)
            return None if base is None else (*base, field)
        case m.GetItem(record=record, name=name):
            base = path(record)
            return None if base is None else (*base, name)
    return None


@dataclass(frozen=True, slots=True)
class Facts:
    """``present``: paths that are not null. ``members``: what an enum path can be, None for null."""

    present: frozenset[Path]
    members: Mapping[Path, Members]

    def and_(self, other: Facts) -> Facts:
        """Both hold."""
        if not other.present and not other.members:
            return self
        members = dict(self.members)
        for p, values in other.members.items():
            members[p] = members[p] & values if p in members else values
        return Facts(self.present | other.present, members)

    def or_(self, other: Facts) -> Facts:
        """One of them holds."""
        shared = self.members.keys() & other.members.keys()
        return Facts(self.present & other.present, {p: self.members[p] | other.members[p] for p in shared})

    def without(self, gone: Callable[[Path], bool]) -> Facts:
        """Less what is said of paths that may have changed."""
        return Facts(
            frozenset(p for p in self.present if not gone(p)),
            {p: v for p, v in self.members.items() if not gone(p)},
        )


NOTHING_KNOWN = Facts(frozenset(), {})


def _present(*expressions: m.Expression) -> Facts:
    found = [path(e) for e in expressions if isinstance(e.type, t.Optional)]
    return Facts(frozenset(p for p in found if p is not None), {})


def _is_null(e: m.Expression) -> bool:
    return isinstance(e, m.Constant) and e.value is None


def _one_of(e: m.Expression, values: Members) -> Facts:
    where = path(e)
    return Facts(frozenset(), {where: values}) if where is not None else NOTHING_KNOWN


def _universe(e: m.Expression) -> Members | None:
    enum = t.required(e.type)
    if not isinstance(enum, t.Enum):
        return None
    return frozenset(enum.members) | ({None} if isinstance(e.type, t.Optional) else frozenset())


def implied(condition: m.Expression) -> tuple[Facts, Facts]:
    """What is known where the condition is true, and where it is false."""
    if not isinstance(condition, m.Operation):
        return NOTHING_KNOWN, NOTHING_KNOWN
    operator, arguments = condition.operator, condition.arguments
    match operator:
        case "not":
            true, false = implied(arguments[0])
            return false, true
        case "and":
            (true_a, false_a), (true_b, false_b) = map(implied, arguments)
            return true_a.and_(true_b), false_a.or_(false_b)
        case "or":
            (true_a, false_a), (true_b, false_b) = map(implied, arguments)
            return true_a.or_(true_b), false_a.and_(false_b)
        case "==" | "!=":
            true, false = _equality(*arguments)
            return (true, false) if operator == "==" else (false, true)
        case "<" | "<=" | ">" | ">=" | "contains":
            return _present(*arguments), NOTHING_KNOWN
        case "in" | "not in":
            true, false = _membership(*arguments)
            return (true, false) if operator == "in" else (false, true)
    return NOTHING_KNOWN, NOTHING_KNOWN


def _equality(left: m.Expression, right: m.Expression) -> tuple[Facts, Facts]:
    if _is_null(left):
        left, right = right, left
    if _is_null(right):
        where = path(left)
        absent = Facts(frozenset(), {where: frozenset({None})}) if where else NOTHING_KNOWN
        return absent if _universe(left) else NOTHING_KNOWN, _present(left)
    true = _present(left) if not isinstance(right.type, t.Optional) else NOTHING_KNOWN
    if not isinstance(left.type, t.Optional):
        true = true.and_(_present(right))
    false = NOTHING_KNOWN
    for value, constant in ((left, right), (right, left)):
        universe = _universe(value)
        if universe and isinstance(constant, m.Constant):
            true = true.and_(_one_of(value, frozenset({constant.value})))
            false = false.and_(_one_of(value, universe - {constant.value}))
    return true, false


def _membership(item: m.Expression, items: m.Expression) -> tuple[Facts, Facts]:
    true, false = _present(item), NOTHING_KNOWN
    universe = _universe(item)
    if universe and isinstance(items, m.MakeList) and all(isinstance(i, m.Constant) for i in items.items):
        values: Members = frozenset(i.value for i in items.items if isinstance(i, m.Constant))
        true = true.and_(_one_of(item, values))
        false = _one_of(item, universe - values)
    return true, false


# ---- After a statement


def _is_row_field(part: object) -> bool:
    return isinstance(part, (m.Field, m.ComputedField))


def forget(facts: Facts, changed: set[m.Field] | None) -> Facts:
    """Less what was known of fields that may have been written: ``changed``, or all of them."""

    def gone(p: Path) -> bool:
        return any(
            isinstance(x, m.ComputedField) or (_is_row_field(x) and (changed is None or x in changed))
            for x in p
        )

    return facts.without(gone)


def learn(facts: Facts, at: Path, value: m.Expression, type: t.Type) -> Facts:
    """What an assignment of ``value`` to a place of ``type`` tells."""
    present = (
        frozenset({at})
        if isinstance(type, t.Optional) and not isinstance(value.type, (t.Optional, t.Null))
        else frozenset()
    )
    members = {}
    if isinstance(value, m.Constant) and isinstance(t.required(type), t.Enum):
        members[at] = frozenset({value.value})
    return facts.and_(Facts(present, members)) if present or members else facts


def moved(facts: Facts, old: Path | None, new: Path) -> Facts:
    """What is known of a row, said of the binding that stands for it as well."""
    if old is None:
        return facts
    n = len(old)
    present = {(*new, *p[n:]) for p in facts.present if p[:n] == old}
    members = {(*new, *p[n:]): v for p, v in facts.members.items() if p[:n] == old}
    return facts.and_(Facts(frozenset(present), members)) if present or members else facts
