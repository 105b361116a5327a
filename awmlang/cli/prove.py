"""``awmc prove``: every task's reward, under attack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.output import Failure, console, print_diagnostics, print_json, with_progress
from awmlang.cli.specs import build_all, findings, world_options

if TYPE_CHECKING:
    from awmlang.proving.prove import Finding, Proof


WIDTH = 120  # of the table, where the terminal is narrower: numbers are not to be cut


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print a list with a record for each task.")
@click.option(
    "--walks",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Random walks of 30 calls for each instance of a task.",
)
@click.option(
    "--calls",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Arguments with which each tool is called alone, and behind the solution.",
)
@world_options
@click.pass_context
def prove(
    context: click.Context,
    specs: tuple[str, ...],
    as_json: bool,
    walks: int,
    calls: int,
    seed: int,
    data: Path | None,
) -> None:
    """Try to be rewarded for something other than what the tasks ask for.

    The attacks are drawn from the seed too.

    Exit code 1 if any attempt is, and the spec does not accept it.
    """
    from awmlang.diagnostics import exit_code, summary
    from awmlang.proving import prove as proving

    effort = replace(proving.THOROUGH, walks=walks, choices=calls)
    proofs: dict[str, list[Proof]] = {}
    built = build_all(specs, seed=seed, data=data, proofs=False)
    found, sources = findings(built)
    print_diagnostics(found, sources, stderr=True)
    if exit_code(found):
        raise Failure(f"cannot be proved: {summary(found)}")
    for each in with_progress(built, "Proving"):
        assert each.model is not None and each.compiled is not None
        proofs[each.model.name] = proving.prove(each.model, each.compiled, effort, seed)
    if as_json:
        records = [_record(name, proof) for name, of_spec in proofs.items() for proof in of_spec]
        print_json(json.dumps(records, ensure_ascii=False))
    else:
        _print_table(proofs)
        print_diagnostics(proving.weaknesses(proof for each in proofs.values() for proof in each), sources)
    context.exit(1 if any(proof.weak for each in proofs.values() for proof in each) else 0)


def _record(environment: str, proof: Proof) -> dict[str, Any]:
    return {
        "environment": environment,
        "task": proof.task,
        "instances": proof.instances,
        "tried": proof.tried,
        "killed": proof.killed,
        "equivalent": proof.equivalent,
        "accepted": proof.accepted,
        "survived": proof.survived,
        "score": proof.score,
        "findings": [_finding(finding) for finding in proof.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.id,
        "message": finding.message,
        "instance": finding.instance,
        "calls": list(finding.calls),
        "unseen": list(finding.unseen),
        "accepted": finding.accepted,
    }


def _print_table(proofs: dict[str, list[Proof]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from awmlang.diagnostics import visible
    from awmlang.proving.prove import together

    table = Table(box=None, pad_edge=False)
    table.add_column("task", no_wrap=True)
    for name in ("instances", "tried", "equal", "killed", "accepted", "survived", "score"):
        table.add_column(name, justify="right")

    def add(name: Text, p: Proof) -> None:
        counts = (p.instances, p.tried, p.equivalent, p.killed, p.accepted, p.survived)
        table.add_row(name, *(f"{count:,}" for count in counts), f"{p.score:.4f}")

    sums = [together(name, of_spec) for name, of_spec in proofs.items()]
    for total, of_spec in zip(sums, proofs.values(), strict=True):
        add(Text(total.task, "bold"), total)
        for proof in of_spec:
            add(Text(f"  {proof.task}", "bold red" if proof.weak else ""), proof)
    if len(sums) > 1:
        add(Text("all", "bold"), together("all", sums))
    out = console()
    out.width = max(out.width, WIDTH)
    out.print(table)
    out.print()
    for proof in (proof for of_spec in proofs.values() for proof in of_spec):
        for finding in proof.findings:
            if finding.accepted is not None:
                words = f": {visible(finding.message)} Accepted: {visible(finding.accepted)}"
                out.print(Text.assemble((proof.task, "bold"), words))
