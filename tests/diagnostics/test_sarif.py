"""SARIF logs have the shape that version 2.1.0 of the standard demands (its parts that we use)."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from awmlang.diagnostics import apply_edits, render
from awmlang.diagnostics.diagnostic import Edit
from awmlang.diagnostics.span import Span
from tests.diagnostics import samples


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _array(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string"}
MESSAGE = _object(["text"], text=TEXT)
POSITIVE = {"type": "integer", "minimum": 1}
ARTIFACT = _object(
    ["uri"], uri={"type": "string", "pattern": r"^([A-Za-z0-9._~/!$&'()*+,;=@-]|%[0-9A-F]{2})+$"}
)
REGION = _object(
    ["startLine", "startColumn", "endLine", "endColumn"],
    startLine=POSITIVE,
    startColumn=POSITIVE,
    endLine=POSITIVE,
    endColumn=POSITIVE,
)
PHYSICAL = _object(["artifactLocation", "region"], artifactLocation=ARTIFACT, region=REGION)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REPLACEMENT = _object(["deletedRegion"], deletedRegion=REGION, insertedContent=MESSAGE)
CHANGE = _object(
    ["artifactLocation", "replacements"],
    artifactLocation=ARTIFACT,
    replacements=_array(REPLACEMENT, minItems=1),
)
RESULT = _object(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=_array(_object([], physicalLocation=PHYSICAL)),
    relatedLocations=_array(_object([], physicalLocation=PHYSICAL, message=MESSAGE), uniqueItems=True),
    fixes=_array(
        _object(["artifactChanges"], description=MESSAGE, artifactChanges=_array(CHANGE, minItems=1)),
        uniqueItems=True,
    ),
)
RULE = _object(
    ["id"],
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=_object(["text"], text=TEXT, markdown=TEXT),
    defaultConfiguration=_object([], level=LEVEL),
)
DRIVER = _object(["name"], name=TEXT, version=TEXT, rules=_array(RULE, uniqueItems=True))
RUN = _object(
    ["tool"],
    tool=_object(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_array(RESULT),
)
LOG = _object(
    ["version", "runs"], **{"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": _array(RUN, minItems=1)}
)


def _log() -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(samples.ALL, samples.SOURCES, "sarif"))
    return log


def test_shape() -> None:
    jsonschema.Draft202012Validator(LOG).validate(_log())


def test_results_point_at_their_rule() -> None:
    run = _log()["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        r["ruleId"] for r in run["results"]
    ]
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_fixes_give_the_text_that_our_edits_give() -> None:
    results = _log()["runs"][0]["results"]
    result = next(r for r in results if r["ruleId"] == samples.NULL.code.id)
    for fix, ours in zip(result["fixes"], samples.NULL.fixes, strict=True):
        replacements = fix["artifactChanges"][0]["replacements"]
        edits = [Edit(_span(r["deletedRegion"]), r["insertedContent"]["text"]) for r in replacements]
        assert apply_edits(samples.PLAIN.text, edits) == apply_edits(samples.PLAIN.text, ours.edits)


def _span(region: dict[str, int]) -> Span:
    starts = [0, *(i + 1 for i, char in enumerate(samples.PLAIN.text) if char == "\n")]
    return Span(
        0,
        starts[region["startLine"] - 1] + region["startColumn"] - 1,
        starts[region["endLine"] - 1] + region["endColumn"] - 1,
    )
