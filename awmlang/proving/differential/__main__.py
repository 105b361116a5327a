"""``python -m awmlang.proving.differential SPEC... [--calls N] [--tries N] [--seed S]``"""

from __future__ import annotations

import argparse
import json
import sys

from awmlang.proving.differential import Report, compare_spec, nodes


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m awmlang.proving.differential", description=__doc__)
    parser.add_argument("specs", nargs="+")
    parser.add_argument("--calls", type=int, default=1_000, help="of each spec")
    parser.add_argument("--tries", type=int, default=2, help="of each instance of a task")
    parser.add_argument("--seed", default="0")
    options = parser.parse_args(arguments)
    whole = Report()
    for path in options.specs:
        report = compare_spec(path, options.calls, options.seed, options.tries)
        whole.add(report)
        print(f"{path}: {_counts(report)}", flush=True)
        for difference in report.differences[:3]:
            print(f"  {difference.what} after {json.dumps(difference.calls, ensure_ascii=False)}")
            print(f"    compiled:    {str(difference.compiled)[:500]}")
            print(f"    interpreted: {str(difference.interpreted)[:500]}")
    missed = sorted(kind.__name__ for kind in nodes() - whole.seen)
    print(f"all: {_counts(whole)}; never reached: {', '.join(missed) or 'nothing'}")
    return 1 if whole.differences else 0


def _counts(report: Report) -> str:
    return (
        f"{report.compared} calls, {report.outcomes['ok']} with success, {report.verdicts.total()} verdicts on tasks, "
        f"{len(report.differences)} differences"
    )


if __name__ == "__main__":
    sys.exit(main())
