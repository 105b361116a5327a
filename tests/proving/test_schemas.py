"""The checker of schemas says of a value what jsonschema says."""

from __future__ import annotations

import copy
import random
from typing import Any

import jsonschema
import pytest

from awmlang.proving.arguments import WRONG
from awmlang.proving.candidates import Candidates
from awmlang.proving.schemas import checker
from awmlang.runtime import Environment
from tests.proving.conftest import COMPILED

ODD = (*WRONG, "2025-06-02", "2025-6-2", "2025-06-02T10:00", "cart", 10**6, -1.0, "x" * 100)


def spoiled(value: Any, draws: random.Random) -> Any:
    """The value with one thing in it replaced, left out or added."""
    value = copy.deepcopy(value)
    at = value
    while True:
        inner = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not inner:
            return draws.choice(ODD)
        key = draws.choice(inner)
        if isinstance(at[key], (dict, list)) and draws.random() < 0.7:
            at = at[key]
            continue
        kind = draws.randrange(4)
        if kind == 0:
            del at[key]
        elif kind == 1 and isinstance(at, dict):
            at["more"] = 1
        else:
            at[key] = draws.choice(ODD)
        return value


@pytest.mark.parametrize("name", ["airline", "clinic", "food_delivery"])
def test_agrees_with_jsonschema_on_results_and_arguments(name: str) -> None:
    environment = Environment.load(COMPILED / name)
    schemas = {tool["name"]: tool for tool in environment.tools("mcp")}
    draws = random.Random(5)
    verdicts = set()
    with environment.session() as session:
        candidates = Candidates(session)
        for _ in range(120):
            tool, arguments = candidates.call(draws)
            result = session.call(tool.name, arguments)
            pairs = [(schemas[tool.name]["inputSchema"], arguments)]
            if result.ok:
                pairs.append((schemas[tool.name]["outputSchema"], result.value))
            for schema, right in pairs:
                check = checker(schema)
                theirs = jsonschema.Draft202012Validator(
                    schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
                )
                assert check(right) is None
                for value in (right, *(spoiled(right, draws) for _ in range(6))):
                    problem = check(value)
                    assert (problem is None) == theirs.is_valid(value), (value, problem)
                    verdicts.add(problem is None)
    assert verdicts == {True, False}


def test_the_problem_says_where() -> None:
    check = checker(
        {
            "type": "object",
            "properties": {
                "items": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"n": {"type": "integer"}}},
                }
            },
        }
    )
    assert check({"items": [{"n": 1}, {"n": "1"}]}) == ".items[1].n is no integer"


def test_a_keyword_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="oneOf"):
        checker({"type": "string", "oneOf": []})
