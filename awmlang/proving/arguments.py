"""Calls as agents make them, good and bad: mostly valid ones, some with one thing wrong, a few that are no calls."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Sequence
from typing import Any

from awmlang.proving.candidates import Candidates, Draws, pick
from awmlang.proving.properties import Call
from awmlang.runtime import program as p
from awmlang.runtime.functions import LARGEST

ODD_TEXTS = (
    "", " ", "0", "-1", "1e5", "null", "NULL", "true", "'; DROP TABLE user; --", "' OR '1'='1", '" OR 1=1 --', "%",
    "_", "*", "a%b_c", "{x}", "{{x}}", "{{ 7 * 7 }}", "${HOME}", "%s%n", "\\", "\\n", "'", '"', "`", "\n\t", "\r\n",
    "\x00", "\x1b[31m", "\ud800", "e\u0301", "\u00e9", "\uff26\uff35\uff2c\uff2c", "\u0130", "\u00df", "\U0001f600",
    "\u202eabc", "\u200b", "\ufeff", "[]", "{}", "<b>x</b>", "../../etc/passwd", "2025-02-30", "24:00:00",
    "2025-06-02T18:30:00Z", "x" * 300, "x" * 10_001,
)  # fmt: skip
ODD_NUMBERS = (
    0, -1, 1, 2, 0.5, 0.005, 1.005, 0.1 + 0.2, -0.0, 1.0, 1e-9, 99_999_999_999, LARGEST, LARGEST + 1, -LARGEST - 1,
    2**63 - 1, 2**63, -(2**63), 10**30, 1e15, 1e16, 1e300, math.nan, math.inf, -math.inf,
)  # fmt: skip
WRONG: Sequence[Any] = (None, True, False, 0, 1.5, "", "1", [], [None], {}, {"id": 1}, [[]], -1)
NO_OBJECTS: Sequence[Any] = (None, [], "", "[]", "{", '"x"', "{}", 7, True, '{"a": 1, "a": 2}', "[" * 100_000)
NO_TOOLS = ("no_such_tool", "select", "me")


class Calls:
    """``known`` are calls that make sense in some state, such as those of solutions; ``wanted`` tools come more often."""

    def __init__(self, candidates: Candidates, known: Sequence[Call] = ()) -> None:
        self.wanted: list[p.Tool] = []
        self._candidates = candidates
        self._known: dict[str, list[Any]] = {}
        for call in known:
            self._known.setdefault(call.tool, []).append(call.arguments)

    def draw(self, draws: Draws) -> Call:
        """A call: of ten, six are valid as far as types and the data can tell, one is a known one."""
        wanted = self.wanted if self.wanted and draws.randrange(3) == 2 else self._candidates.tools
        tool = pick(draws, wanted)
        kind = draws.randrange(10)
        if kind == 9 and draws.randrange(10) == 9:
            return Call(pick(draws, NO_TOOLS), {})
        if kind == 9 and draws.randrange(10) == 9:
            return Call(tool.name, pick(draws, NO_OBJECTS))
        known = self._known.get(tool.name)
        if kind == 6 and known:
            return Call(tool.name, copy.deepcopy(pick(draws, known)))
        arguments = self._candidates.arguments(draws, tool)
        if arguments is None:
            arguments = {}
            kind = 9
        if kind > 6:
            self._spoil(draws, tool, arguments)
        return Call(tool.name, arguments)

    # ---- One thing wrong, or at least odd

    def _spoil(self, draws: Draws, tool: p.Tool, arguments: dict[str, Any]) -> None:
        kind = draws.randrange(10)
        if kind == 8 and arguments:
            del arguments[pick(draws, sorted(arguments))]
        elif kind == 9:
            arguments[pick(draws, ("unknown", "id", "me", ""))] = pick(draws, WRONG)
        elif tool.parameters:
            parameter = pick(draws, tool.parameters)
            name = parameter.json_name
            arguments[name] = self._odd(draws, parameter.type, arguments.get(name), parameter.name)

    def _odd(self, draws: Draws, type: p.Type, value: Any, name: str) -> Any:
        """Something in the place of a value: of its type but odd, or of another."""
        if isinstance(type, p.Optional):
            return None if draws.randrange(5) == 4 else self._odd(draws, type.inner, value, name)
        if draws.randrange(4) == 3:
            return pick(draws, WRONG)
        match type:
            case p.Ref():
                return self._other_key(draws, type)
            case p.Int(least=least, most=most):
                return pick(draws, (least - 1, most + 1, least, most, *ODD_NUMBERS))
            case p.Money(least=least, most=most):
                return pick(
                    draws, ((least - 1) / 100, (most + 1) / 100, most / 100, least / 100, *ODD_NUMBERS)
                )
            case p.Float(least=low, most=high):
                return pick(draws, (low - 1, high + 1, low, high, *ODD_NUMBERS))
            case p.Text(least=least, most=most):
                return pick(draws, ("x" * max(least - 1, 0), "y" * (min(most, 100_000) + 1), *ODD_TEXTS))
            case p.List(item=item, least=least, most=most):
                return self._odd_list(draws, type, item, value, name)
            case p.Record(fields=fields):
                return self._odd_record(draws, fields, value)
        return pick(draws, ODD_TEXTS)

    def _other_key(self, draws: Draws, type: p.Ref) -> Any:
        """A key of somebody else's row, of one that is deleted, of one that never was."""
        seen = self._candidates.keys(type.entity, lifted=type.lifted)
        every = self._candidates.keys(type.entity, lifted=True)
        others = [key for key in every if key not in set(seen)]
        stale = self._candidates.deleted(type.entity)
        numbers = [key for key in every if isinstance(key, int)]
        made_up: Sequence[Any] = (max(numbers) + 1, 0, -1, LARGEST + 1) if numbers else ("", "nothing", "%")
        choices = [choice for choice in (others, stale, made_up) if choice]
        return pick(draws, pick(draws, choices))

    def _odd_list(self, draws: Draws, type: p.List, item: p.Type, value: Any, name: str) -> Any:
        items = list(value) if isinstance(value, list) else []
        kind = draws.randrange(4)
        if kind == 0 or not items:
            return [*items, pick(draws, WRONG)] if kind == 3 else []
        if kind == 1:
            return items + items  # twice the same
        if kind == 2:
            return (items * (type.most + 1))[: min(type.most, 1_000) + 1]
        place = draws.randrange(len(items))
        items[place] = self._odd(draws, item, items[place], name)
        return items

    def _odd_record(self, draws: Draws, fields: Sequence[p.Parameter], value: Any) -> Any:
        record = dict(value) if isinstance(value, dict) else {}
        field = pick(draws, fields)
        kind = draws.randrange(4)
        if kind == 2:
            record.pop(field.json_name, None)
        elif kind == 3:
            record["unknown"] = 1
        else:
            record[field.json_name] = self._odd(draws, field.type, record.get(field.json_name), field.name)
        return record


def simpler(arguments: Any) -> list[Any]:
    """Arguments with one thing less each, for making a finding smaller."""
    if not isinstance(arguments, dict):
        return []
    found: list[Any] = []
    for name, value in arguments.items():
        found.append({other: kept for other, kept in arguments.items() if other != name})
        if isinstance(value, list) and value:
            found.append({**arguments, name: value[:-1]})
            found.append({**arguments, name: value[1:]})
        if isinstance(value, str) and len(value) > 1:
            found.append({**arguments, name: value[: len(value) // 2]})
    return found


def written(arguments: Any) -> str:
    """Arguments as the JSON text that a command line takes."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
