"""``python -m tests.fuzz.long 100000``: as ``test_fuzz``, for as many inputs as one likes; prints what became of them.

A failure is printed once for each place it comes from, and its input kept in the folder ``--keep``.
"""

from __future__ import annotations

import argparse
import faulthandler
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz.mutations import mutated
from tests.fuzz.oracle import examine, outcome

MOST_SECONDS = 20
SLOW = 2
MOST_MEMORY = 3 << 30


class TooSlow(BaseException):
    """An input took more than ``MOST_SECONDS`` of processor time."""


def too_slow(*_: object) -> None:
    raise TooSlow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", type=int)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--keep", type=Path, help="folder for inputs that fail")
    options = parser.parse_args()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    signal.signal(signal.SIGPROF, too_slow)
    outcomes: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    slowest = (0.0, -1)
    for number in range(options.first, options.first + options.inputs):
        data = mutated(Random(f"{options.seed}/{number}"))
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            outcomes[outcome(data, examine(data))] += 1
        except (Exception, TooSlow) as error:
            signal.setitimer(signal.ITIMER_PROF, 0)
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = (
                f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
                if not isinstance(error, TooSlow)
                else "too slow"
            )
            failures[place] += 1
            if failures[place] == 1:
                traceback.print_exc()
            if failures[place] <= 3 and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}.awm").write_bytes(data)
            print(f"input {number}: {place}: {str(error)[:400]}", file=sys.stderr, flush=True)
        signal.setitimer(signal.ITIMER_PROF, 0)
        seconds = time.process_time() - start
        if seconds > SLOW:
            print(f"input {number}: {seconds:.1f} s for {len(data)} bytes", file=sys.stderr, flush=True)
        slowest = max(slowest, (seconds, number))
        if number % 1000 == 999:
            print(f"{number + 1}: {dict(outcomes)}, {failures.total()} failures", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.inputs} inputs in {time.process_time():.0f} s: {dict(outcomes)}")
    print(f"slowest: {slowest[0]:.2f} s, input {slowest[1]}; at most {memory:.0f} MB")
    for place, count in failures.most_common():
        print(f"{count} times {place}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
