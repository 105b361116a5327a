"""What calls have reached, in the spec's own terms, and why they may not have reached the rest.

The bodies of the tools are compiled once more with counters in them: one at each side of an ``if``, one in each loop,
one before each declared error. What happens inside a SQL statement is not counted.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from awmlang.proving.contract import BUILT_IN, Contract
from awmlang.proving.properties import Seen
from awmlang.runtime import Environment
from awmlang.runtime.errors import ToolError
from awmlang.runtime.program import Tool

_COUNTS = "awm_counts"


@dataclass(frozen=True)
class Place:
    """A place in a tool or function: ``error`` with its code, the ``then`` or ``else`` of an ``if``, a ``loop``.

    ``before`` is the number of the place that counts how often it could have been reached.
    """

    owner: str
    kind: str
    code: str
    line: int
    before: int | None


@dataclass(frozen=True)
class Missing:
    """What was not reached; ``hint`` says why, where that is known."""

    what: str
    hint: str


@dataclass(frozen=True)
class Reached:
    """``kind`` in the plural: ``tools``; how many were reached, of how many, and which were not."""

    kind: str
    reached: int
    total: int
    missing: tuple[Missing, ...]


class Coverage:
    """Counts what calls of an environment reach, from now on; ``seen`` is what its checked sessions see."""

    def __init__(self, environment: Environment, contract: Contract, source: bytes) -> None:
        """``source`` is the text of the environment's tools.py."""
        self.seen = Seen()
        self.impossible: set[str] = set()  # tools for which there is no row to refer to at the start
        self._environment = environment
        self._contract = contract
        tree = ast.parse(source, environment.source)
        counting = _Counting(environment.lines)
        self._defined = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        for function in self._defined:
            counting.function(function)
        self._places = counting.places
        self._counts = [0] * len(self._places)
        self._take(tree)

    def _take(self, tree: ast.Module) -> None:
        """Let the environment run the code with counters."""
        module = ModuleType("counted")
        module.__file__ = self._environment.source
        vars(module)[_COUNTS] = self._counts
        exec(compile(ast.fix_missing_locations(tree), self._environment.source, "exec"), vars(module))
        counted = [value for value in vars(module).values() if isinstance(value, Tool)]
        self._environment.program.update({tool.name: tool for tool in counted})

    # ---- What there is to try

    def reached(self) -> int:
        """How much has been reached; it grows with every new place, outcome, move and refusal."""
        places = sum(count > 0 for count in self._counts)
        return places + len(self.seen.outcomes) + len(self.seen.moves) + len(self.seen.refusals)

    def wanting(self) -> list[str]:
        """The tools in whose bodies something has not been reached."""
        owners = {place.owner for place, count in zip(self._places, self._counts, strict=True) if not count}
        return [
            name for name in self._environment.program if name in owners or not self.seen.outcomes[name, "ok"]
        ]

    # ---- The report

    def report(self) -> list[Reached]:
        return [
            _reached("tools", self._tools()),
            _reached("errors", self._errors()),
            _reached("branches", self._branches()),
            _reached("flow arrows", self._arrows()),
            _reached("checks", self._checks()),
        ]

    def _tools(self) -> Iterator[tuple[bool, str, str]]:
        for name in self._environment.program:
            yield self.seen.outcomes[name, "ok"] > 0, name, self._tool_hint(name)

    def _tool_hint(self, name: str) -> str:
        codes = Counter(
            {code: n for (tool, code), n in self.seen.outcomes.items() if tool == name and code != "ok"}
        )
        if name in self.impossible and codes.keys() <= {"invalid_argument", "not_found"}:
            return "no data for it: there is no row to refer to that the user may see"
        tried = sum(codes.values())
        ends = [f"{code} ({n})" for code, n in codes.most_common(3) if code != "invalid_argument"]
        return (
            f"{tried} calls ended in {', '.join(ends) or 'invalid_argument'}"
            if tried
            else "it was not called"
        )

    def _errors(self) -> Iterator[tuple[bool, str, str]]:
        for number, place in enumerate(self._places):
            if place.kind == "error":
                what = f"{place.owner}: {place.code}, line {place.line}"
                yield self._counts[number] > 0, what, self._place_hint(place)

    def _branches(self) -> Iterator[tuple[bool, str, str]]:
        for number, place in enumerate(self._places):
            if place.kind in ("then", "else", "loop"):
                what = f"{place.owner}: {place.kind}, line {place.line}"
                yield self._counts[number] > 0, what, self._place_hint(place)

    def _place_hint(self, place: Place) -> str:
        passed = self._counts[place.before] if place.before is not None else 0
        if not passed:
            others = [
                (count, other.code)
                for count, other in zip(self._counts, self._places, strict=True)
                if other.owner == place.owner and other.kind == "error" and count
            ]
            if others:
                return f"never got there: it ended before, {max(others)[0]} times in {max(others)[1]}"
            return "never got there"
        other = {
            "error": "there was no reason for it",
            "then": "the condition did not hold",
            "else": "the condition held",
            "loop": "there was nothing to go through",
        }[place.kind]
        return f"{other}, {passed} of {passed} times: no data for it, or what stands before rules it out"

    def _arrows(self) -> Iterator[tuple[bool, str, str]]:
        for arrow in self._contract.arrows:
            step = (arrow.entity, arrow.field, arrow.source, arrow.target)
            hint = "no tool sets it: it is left to the world"
            if arrow.tools:
                done = sum(self.seen.outcomes[tool, "ok"] for tool in arrow.tools)
                names = ", ".join(arrow.tools)
                hint = f"{names} may set it" + ("" if done else ", but never succeeded")
            what = f"{arrow.entity}.{arrow.field}: {arrow.source} -> {arrow.target}, line {arrow.line}"
            yield self.seen.moves[step] > 0, what, hint

    def _checks(self) -> Iterator[tuple[bool, str, str]]:
        """The rules that values of the right types can break, and the invariants."""
        schema = self._environment.schema
        promises = self._contract.promises.values()
        writes = {name for promise in promises for name in promise.writes}
        sets = {name for promise in promises for name in promise.sets}
        for name, words in schema.rules.items():
            before, _, rule = name.partition(".")
            table = schema.entities.get(before) or schema.tables[before]
            field = rule.partition(".")[0]
            if table.types.get(field) in ("bool", "enum"):
                continue
            hint = "nothing that was tried would break it; the arguments may not allow it"
            if table.entity not in writes:
                hint = f"no tool writes {table.entity}"
            elif field in table.types and f"{table.entity}.{field}" not in sets:
                hint = f"no tool sets {table.entity}.{field}"
            yield self.seen.refusals[words] > 0, f"{table.entity}.{rule}: {words}", hint
        for _, words in self._environment.invariants:
            yield (
                self.seen.refusals[words] > 0,
                f"invariant: {words}",
                "nothing that was tried would break it",
            )


def _reached(kind: str, found: Iterator[tuple[bool, str, str]]) -> Reached:
    every = list(found)
    missing = tuple(Missing(what, hint) for is_reached, what, hint in every if not is_reached)
    return Reached(kind, len(every) - len(missing), len(every), missing)


class _Counting:
    """Puts counters into the code of functions."""

    def __init__(self, lines: tuple[tuple[int, int], ...]) -> None:
        self.places: list[Place] = []
        self._lines = lines
        self._owner = ""

    def function(self, node: ast.FunctionDef) -> None:
        self._owner = node.name.removesuffix("_")
        node.body = self._block(node.body, None)

    def _block(self, body: list[ast.stmt], before: int | None) -> list[ast.stmt]:
        """``before`` is the place that the block belongs to."""
        counted: list[ast.stmt] = []
        for statement in body:
            code = _code(statement)
            if code is not None:
                counted.append(self._count("error", code, statement, before))
            elif isinstance(statement, ast.If):
                counted += self._if(statement)
                continue
            elif isinstance(statement, (ast.For, ast.While)):
                passed = self._count("passed", "", statement, before)
                counted.append(passed)
                place = len(self.places) - 1
                statement.body = self._arm("loop", statement, statement.body, place)
            counted.append(statement)
        return counted

    def _if(self, node: ast.If) -> list[ast.stmt]:
        passed = self._count("passed", "", node, None)
        place = len(self.places) - 1
        is_guard = any(_code(statement) is not None for statement in node.body)
        if is_guard and not node.orelse:
            node.body = self._block(node.body, place)
        else:
            node.body = self._arm("then", node, node.body, place)
            node.orelse = self._arm("else", node, node.orelse, place)
        return [passed, node]

    def _arm(self, kind: str, node: ast.stmt, body: list[ast.stmt], before: int) -> list[ast.stmt]:
        count = self._count(kind, "", node, before)
        return [count, *self._block(body, before)]

    def _count(self, kind: str, code: str, node: ast.stmt, before: int | None) -> ast.stmt:
        number = len(self.places)
        self.places.append(Place(self._owner, kind, code, self._line(node.lineno), before))
        target = ast.Subscript(ast.Name(_COUNTS, ast.Load()), ast.Constant(number), ast.Store())
        return ast.copy_location(ast.AugAssign(target, ast.Add(), ast.Constant(1)), node)

    def _line(self, line: int) -> int:
        index = bisect_right(self._lines, (line, 1 << 31)) - 1
        return self._lines[index][1] if index >= 0 else 0


def _code(node: ast.stmt) -> str | None:
    """The code of the error that a statement raises, if it does nothing else."""
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str() as code), *_])):
            return code if name == ToolError.__name__ and code not in BUILT_IN else None
    return None
