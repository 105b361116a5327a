"""Specs from a model: a real endpoint, good, flawed and hostile replies."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from llguidance import LLMatcher, LLTokenizer

from awmlang.cli import cli
from awmlang.diagnostics import Source
from awmlang.rollouts.endpoint import Settings
from awmlang.syntax.convert import convert
from awmlang.syntax.parser import parse
from awmlang.synthesis.endpoint import Author
from awmlang.synthesis.loop import PATIENCE, Budget, generate
from awmlang.synthesis.verdict import Wanted, judge
from tests.stand_in import Handler, Json, Reply, StandIn, completion, in_turn, refuses, says
from tests.synthesis.flaws import GOOD, KINDS, WANTED, attempt
from tests.synthesis.model import Writer, fenced

BAD = GOOD.replace("me.wallet >= due", "me.walet >= due").replace(
    "tip: money(0..50) = 0\n", "tip: mony(0..50) = 0\n"
)


def awmc(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, ["generate", *map(str, arguments)], env=env)


def run(handler: Handler, out: Path, *more: object) -> Result:
    with StandIn(handler) as stand_in:
        return awmc(
            "Order meals.",
            "--model",
            "m",
            "--base-url",
            stand_in.url,
            "-o",
            out,
            "--tools",
            5,
            "--tasks",
            4,
            *more,
        )


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "hostile texts"])
def test_a_flaw_is_repaired(kind: str) -> None:
    outcome, _ = attempt(KINDS[kind](random.Random(1)))
    assert outcome.end == "done"
    assert outcome.best is not None and not judge(outcome.best.draft, WANTED).errors


@pytest.mark.parametrize("seed", range(8))
def test_what_is_hostile_does_not_get_through(seed: int) -> None:
    outcome, requests = attempt(KINDS["hostile texts"](random.Random(seed)))
    assert outcome.end == "no progress" and len(requests) == 1 + len(outcome.rounds) <= 3 + PATIENCE


def test_the_spec_is_written_formatted(tmp_path: Path) -> None:
    out = tmp_path / "meals.awm"
    result = run(lambda request: fenced(GOOD.replace("  ", " ")), out)
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8") == GOOD
    assert "all tasks proved" in result.output


def test_what_has_errors_is_a_draft(tmp_path: Path) -> None:
    out = tmp_path / "meals.awm"
    result = run(lambda request: fenced(BAD), out)
    assert result.exit_code == 1 and not out.exists()
    assert "`walet`" in result.output and "brought nothing" in result.output
    assert "me.walet" in (tmp_path / "meals.draft.awm").read_text(encoding="utf-8")


def test_only_what_is_asked_for_is_said_again(tmp_path: Path) -> None:
    writer = Writer(GOOD, lambda good: fenced(BAD))
    assert run(writer, tmp_path / "meals.awm").exit_code == 0
    told = writer.asked[0]
    assert "tool checkout: error AWM104" in told and "Did you mean `wallet`?" in told
    assert "entity Order: error" in told and len(told) < 1_500


def test_too_few_tasks_are_not_enough(tmp_path: Path) -> None:
    result = run(lambda request: fenced(GOOD), tmp_path / "meals.awm", "--tasks", 40)
    assert result.exit_code == 1


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "meals.awm"
    out.write_text("mine", encoding="utf-8")
    assert run(lambda request: fenced(GOOD), out).exit_code == 1
    assert out.read_text(encoding="utf-8") == "mine"
    assert run(lambda request: fenced(GOOD), out, "--force").exit_code == 0


def test_the_outcome_as_json_and_the_transcript(tmp_path: Path) -> None:
    out, transcript = tmp_path / "meals.awm", tmp_path / "replies.jsonl"
    result = run(Writer(GOOD, lambda good: fenced(BAD)), out, "--json", "--transcript", transcript)
    summary = json.loads(result.stdout)
    assert summary["end"] == "done" and summary["errors"] == 0 and summary["tokens_in"] == 30
    lines = [json.loads(line) for line in transcript.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == {"requirements": "- tools, tasks"} and len(lines) == 3 and lines[1]["findings"]


def test_requirements_of_ones_own(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("A cart, a wallet.", encoding="utf-8")
    with StandIn(lambda request: fenced(GOOD)) as stand_in:
        options = ("--base-url", stand_in.url, "-o", tmp_path / "x.awm", "--requirements", wanted)
        result = awmc("Meals.", "--model", "m", "--tools", 5, "--tasks", 4, *options)
    assert result.exit_code == 0 and len(stand_in.requests) == 1
    assert "A cart, a wallet." in stand_in.requests[0]["messages"][1]["content"]


def test_without_a_key_there_is_no_request(tmp_path: Path) -> None:
    result = awmc("x", "--model", "m", "-o", tmp_path / "x.awm", env={"OPENAI_API_KEY": ""})
    assert result.exit_code == 1 and "OPENAI_API_KEY" in result.output


@pytest.mark.parametrize("status", [401, 404])
def test_an_endpoint_that_refuses_ends_it(tmp_path: Path, status: int) -> None:
    result = run(lambda request: refuses(status, "not you"), tmp_path / "x.awm")
    assert result.exit_code == 1 and "not you" in result.output and not list(tmp_path.glob("*.awm"))


def test_an_endpoint_that_breaks_leaves_the_best_draft(tmp_path: Path) -> None:
    handler = in_turn(says("plan"), fenced(BAD), refuses(500, "broken"))
    result = run(handler, tmp_path / "x.awm", "--retries", 0)
    assert result.exit_code == 1 and "broken" in result.output
    assert (tmp_path / "x.draft.awm").exists()


def test_a_budget_of_tokens_ends_it() -> None:
    with StandIn(lambda request: fenced(BAD)) as stand_in:
        author = Author(Settings("m", stand_in.url))
        outcome = generate("Meals.", author, Wanted(), Budget(tokens=25))
    assert outcome.end == "tokens" and len(outcome.rounds) == 1 and outcome.best is not None


def test_a_repair_that_makes_it_worse_is_not_taken() -> None:
    worse = 'tool checkout() { "Nothing." return me.walet + you }'
    handler = in_turn(says("plan"), fenced(BAD), fenced(worse), fenced(GOOD))
    with StandIn(handler) as stand_in:
        outcome = generate("Meals.", Author(Settings("m", stand_in.url)), WANTED, Budget())
    assert outcome.end == "done"
    last = stand_in.requests[-1]["messages"]
    assert "me.walet >= due" in last[-2]["content"] and "made nothing better" in last[-1]["content"]


# ---- Held to a form


def asked_form(*replies: Reply, **settings: Any) -> tuple[list[Json], Any]:
    with StandIn(in_turn(says("plan"), *replies)) as stand_in:
        author = Author(Settings("m", stand_in.url), **settings)
        outcome = generate("Meals.", author, WANTED, Budget())
    return stand_in.requests[1:], outcome


def as_json(text: str) -> Json:
    made, _, _ = convert(Source(0, "meals.awm", text), "json")
    assert made is not None
    document: Json = json.loads(made)
    return document


def test_structured_output() -> None:
    good = as_json(GOOD)
    bad = json.loads(json.dumps(good).replace("me.wallet >= due", "me.walet >= due"))
    mended = next(d for d in good["declarations"] if d.get("tool") == "checkout")
    first, repair = says(json.dumps(bad)), says(json.dumps({"declarations": [mended], "delete": []}))
    requests, outcome = asked_form(first, repair, form="structured")
    assert outcome.end == "done" and len(requests) == 2
    for request in requests:
        wanted = request["response_format"]["json_schema"]
        assert wanted["strict"] is True
        jsonschema.Draft202012Validator.check_schema(wanted["schema"])
    assert set(requests[1]["response_format"]["json_schema"]["schema"]["properties"]) == {
        "declarations",
        "delete",
    }


def test_structured_output_is_written_in_the_language(tmp_path: Path) -> None:
    out = tmp_path / "meals.awm"
    result = run(lambda request: says(json.dumps(as_json(GOOD))), out, "--form", "structured")
    assert result.exit_code == 0, result.output
    assert not parse(Source(0, "meals.awm", out.read_text(encoding="utf-8")))[1]


def custom(text: str) -> Reply:
    call = {"id": "call_1", "type": "custom", "custom": {"name": "write_spec", "input": text}}
    return completion({"content": None, "tool_calls": [call]}, "tool_calls")


@pytest.mark.parametrize("engine", ["openai", "vllm", "sglang"])
def test_decoding_under_the_grammar(engine: str) -> None:
    def grammar(request: Json) -> str:
        if engine == "openai":
            wanted = request["tools"][0]["custom"]["format"]
            assert wanted["type"] == "grammar" and wanted["grammar"]["syntax"] == "lark"
            return str(wanted["grammar"]["definition"])
        return str(request["ebnf"] if engine == "sglang" else request["structured_outputs"]["grammar"])

    def reply(text: str) -> Reply:
        return custom(text) if engine == "openai" else says(text)

    checkout = GOOD[GOOD.index("tool checkout") : GOOD.index("tool cancel_order")]
    requests, outcome = asked_form(
        reply(BAD.replace("mony", "money")), reply(checkout), form="grammar", engine=engine
    )
    assert outcome.end == "done" and len(requests) == 2
    for request, text in zip(requests, (GOOD, checkout), strict=True):
        matcher = LLMatcher(LLTokenizer("byte"), LLMatcher.grammar_from_lark(grammar(request)))
        data = list(text.encode())
        assert matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()
