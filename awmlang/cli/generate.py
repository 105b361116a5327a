"""``awmc generate``: has a language model write a spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.extras import need
from awmlang.cli.output import Failure, console, print_diagnostics

if TYPE_CHECKING:
    from awmlang.synthesis.endpoint import Engine, Form
    from awmlang.synthesis.loop import Outcome, Round


@click.command()
@click.argument("idea")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The spec to write."
)
@click.option("--model", required=True, help="The model, as the endpoint calls it.")
@click.option("--base-url", help="An OpenAI-compatible endpoint.  [default: OpenAI's own]")
@click.option(
    "--api-key-env", default="OPENAI_API_KEY", show_default=True, help="The variable that holds the key."
)
@click.option("--form", type=click.Choice(["text", "structured", "grammar"]), default="text", show_default=True,
              help="What the model is held to: nothing, the JSON Schema of specs, or the grammar.")  # fmt: skip
@click.option("--engine", type=click.Choice(["openai", "vllm", "sglang"]), default="openai", show_default=True,
              help="How the endpoint takes a grammar.")  # fmt: skip
@click.option(
    "--requirements",
    type=click.File(encoding="utf-8"),
    help="Requirements to use instead of asking for them.",
)
@click.option(
    "--tools", type=click.IntRange(1), default=8, show_default=True, help="Tools that there must be at least."
)
@click.option(
    "--tasks", type=click.IntRange(1), default=5, show_default=True, help="Tasks that there must be at least."
)
@click.option("--rounds", type=click.IntRange(0), default=8, show_default=True, help="Repairs at most.")
@click.option("--max-tokens", type=click.IntRange(1), default=16_000, show_default=True, help="Of one reply.")
@click.option("--budget", type=click.IntRange(1), help="Tokens read and written at most, in all.")
@click.option("--temperature", type=click.FloatRange(0, 2))
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=600,
    show_default=True,
    help="Seconds a request.",
)
@click.option(
    "--retries",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="Of a request that fails for a while.",
)
@click.option(
    "--transcript",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the replies and findings as JSON lines.",
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@click.pass_context
def generate(
    context: click.Context,
    idea: str,
    out: Path,
    model: str,
    base_url: str | None,
    api_key_env: str,
    form: Form,
    engine: Engine,
    requirements: Any,
    tools: int,
    tasks: int,
    rounds: int,
    max_tokens: int,
    budget: int | None,
    temperature: float | None,
    timeout: float,
    retries: int,
    transcript: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Have a language model write a spec for an IDEA, and mend it until it compiles and its tasks are proved.

    What has errors is never written to the file: the best attempt goes to NAME.draft.awm, exit code 1.
    """
    import os

    from awmlang.cli.files import replace_file

    if out.exists() and not force:
        raise Failure(f"{out} is there already", "choose another name, or say --force")
    need("llm", "openai")
    from awmlang.rollouts.endpoint import Settings
    from awmlang.synthesis.drafts import path_of
    from awmlang.synthesis.endpoint import Author
    from awmlang.synthesis.loop import Budget
    from awmlang.synthesis.loop import generate as run
    from awmlang.synthesis.verdict import Wanted, as_language

    key = os.environ.get(api_key_env) or None
    if key is None and base_url is None:
        raise Failure(f"there is no key in {api_key_env}", "set it, or name an endpoint with --base-url")
    parameters = {} if temperature is None else {"temperature": temperature}
    settings = Settings(model, base_url, key, parameters, timeout, attempts=1 + retries)
    author = Author(settings, form, engine, max_tokens)

    def told(made: Round) -> None:
        console(stderr=True).print(_line(made))

    given = None if requirements is None else requirements.read()
    outcome: Outcome = run(
        idea, author, Wanted(tools, tasks), Budget(rounds, budget), requirements=given, on_round=told
    )
    if transcript is not None:
        replace_file(transcript, _transcript(outcome))
    best, written = outcome.best, None
    if best is not None:
        is_done = outcome.end == "done"
        written = out if is_done else out.with_name(f"{out.name.removesuffix('.awm')}.{path_of(best.draft)}")
        replace_file(written, as_language(best.draft) if is_done else best.draft)
    if as_json:
        click.echo(json.dumps(_summary(outcome, written)))
    else:
        if best is not None:
            print_diagnostics(best.findings, {0: best.source}, stderr=True)
        console().print(_ending(outcome, written))
    context.exit(0 if outcome.end == "done" else 1)


def _line(made: Round) -> str:
    what = "the draft" if made.number == 0 else f"repair {made.number}"
    verdict = made.verdict
    if verdict is None:
        return f"{what}: no spec in the reply"
    fixed = f", {verdict.fixed} fixed without asking" if verdict.fixed else ""
    lacks = f", {len(verdict.lacks)} lacking" if verdict.lacks else ""
    return f"{what}: {verdict.errors} errors, {verdict.warnings} warnings{lacks}{fixed}"


def _ending(outcome: Outcome, written: Path | None) -> str:
    tokens = f"{outcome.usage.prompt_tokens:,} tokens read, {outcome.usage.completion_tokens:,} written"
    if outcome.end == "done":
        return f"{written}: compiles, all tasks proved ({len(outcome.rounds)} replies, {tokens})"
    why = {
        "no progress": "the last repairs brought nothing",
        "rounds": "the rounds of repair are used up",
        "tokens": "the budget of tokens is used up",
        "endpoint": outcome.reason,
    }[outcome.end]
    kept = f"; the best attempt is in {written}" if written else ""
    return f"not done: {why}{kept} ({len(outcome.rounds)} replies, {tokens})"


def _summary(outcome: Outcome, written: Path | None) -> dict[str, Any]:
    best = outcome.best
    return {
        "end": outcome.end,
        "reason": outcome.reason,
        "path": str(written) if written else None,
        "errors": best.errors if best else None,
        "warnings": best.warnings if best else None,
        "lacks": list(best.lacks) if best else [],
        "rounds": len(outcome.rounds),
        "tokens_in": outcome.usage.prompt_tokens,
        "tokens_out": outcome.usage.completion_tokens,
    }


def _transcript(outcome: Outcome) -> str:
    lines: list[dict[str, Any]] = [{"requirements": outcome.requirements}]
    for made in outcome.rounds:
        found = [f"{d.code.id} {d.message}" for d in made.verdict.findings] if made.verdict else None
        lines.append({"round": made.number, "reply": made.reply.text, "findings": found})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
