"""Random specs, compiled, against the reference interpreter: ``python -m tests.proving.random_worlds COUNT [--seed S]``.

With ``--duckdb`` SQLite against the second engine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from random import Random

from awmlang.diagnostics import Source
from awmlang.diagnostics.codes import TOO_EXTENSIVE
from awmlang.proving import differential
from awmlang.proving.duckdb.compare import Comparison
from tests.proving.random_specs import random_spec

CALLS = 25
"""Compared of each spec."""


def is_known(difference: differential.Difference) -> bool:
    """The way in which they are known to differ: a row is read that is gone, where something else ends the call first or
    nothing needs it. See docs/soundness.md."""
    ends = {end[0] for end in (difference.compiled, difference.interpreted) if isinstance(end, tuple)}
    return difference.of_gone or (difference.what == "error" and "not_found" in ends)


def make(text: str) -> differential.Loaded | None:
    """Without its tasks if it is these that are wrong, such as those whose solution fails."""
    return _built(text) or _built(text.partition("\ntask ")[0])


def _built(text: str) -> differential.Loaded | None:
    """None if it has errors; what is wrong with the compiler is none of them."""
    try:
        return differential.build(Source(0, "random.awm", text), Path())
    except ValueError as error:
        assert TOO_EXTENSIVE.id not in str(error) and "`internal`" not in str(error), f"{error}\n{text}"
        return None


def compare_random(random: Random, calls: int = CALLS) -> tuple[str, differential.Report | None]:
    """A spec, and what came of calls of it: None where it has errors."""
    text = random_spec(random)
    made = make(text)
    if made is None:
        return text, None
    seed = random.randrange(1 << 30)
    report = differential.compare(*made, calls=calls, seed=seed)
    if made.model.tasks:
        report.add(differential.compare_tasks(*made, tries=1, seed=seed))
    return text, report


def compare_engines(comparisons: int, seed: str) -> None:
    """SQLite and DuckDB, until so many calls were compared; prints every difference."""
    specs, calls, succeeded, differing = 0, 0, 0, 0
    reasons: Counter[str] = Counter()
    while calls < comparisons:
        made = make(random_spec(Random(f"{seed}/{specs}")))
        specs += 1
        if made is None:
            continue
        comparison = Comparison(made.environment)
        comparison.walks(CALLS, specs)
        report = comparison.report
        calls += report.calls
        succeeded += report.succeeded
        differing += len(report.disagreements)
        reasons.update(reason[:60] for reason in report.not_carried.values())
        for difference in report.disagreements[:1]:
            print(
                f"spec {seed}/{specs - 1}: {difference.calls[-1]}\n  {difference.sqlite}\n  {difference.duckdb}"
            )
    print(
        f"{specs} specs; {calls} calls compared, {succeeded} of them with success, {differing} differences; "
        f"{reasons.total()} tools not carried"
    )
    for reason, count in reasons.most_common(10):
        print(f"{count:4} {reason}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("comparisons", type=int)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--duckdb", action="store_true", help="with DuckDB, not the interpreter")
    options = parser.parse_args()
    if options.duckdb:
        compare_engines(options.comparisons, options.seed)
        return 0
    whole, number, rejected, known = differential.Report(), 0, 0, 0
    while whole.compared < options.comparisons:
        name = f"{options.seed}/{number}"
        _, report = compare_random(Random(name))
        number += 1
        if report is None:
            rejected += 1
            continue
        new = [difference for difference in report.differences if not is_known(difference)]
        known += len(report.differences) - len(new)
        report.differences = new
        whole.add(report)
        for difference in new[:1]:
            call = json.dumps(difference.calls[-1:], ensure_ascii=False)
            print(f"spec {name}: {difference.what} at {call}", flush=True)
            print(f"  compiled:    {str(difference.compiled)[:300]}")
            print(f"  interpreted: {str(difference.interpreted)[:300]}")
        if number % 500 == 0:
            print(f"{number} specs, {whole.compared} calls", flush=True)
    print(
        f"{number} specs, {rejected} rejected; {whole.compared} calls compared: {dict(whole.outcomes)}; "
        f"{whole.verdicts.total()} verdicts: {dict(whole.verdicts)}; "
        f"{len(whole.differences)} differences, {known} of the known kind"
    )
    missed = sorted(kind.__name__ for kind in differential.nodes() - whole.seen)
    print(f"{len(differential.nodes())} kinds of nodes, never reached: {', '.join(missed) or 'none'}")
    return 1 if whole.differences else 0


if __name__ == "__main__":
    sys.exit(main())
