"""``python -m tests.editor.long``: what ``test_rename`` and ``test_completion`` try of the shipped specs, for much more of them.

Every declaration gets another name, and what is refused is printed; then how many of 300 names a spec are offered once
they are cut out.
"""

from __future__ import annotations

from collections import Counter

from awmlang.editor.rename import Refused
from tests.editor.test_completion import missed
from tests.editor.test_index import SPECS
from tests.editor.test_rename import declared, reading_of, renamed


def main() -> None:
    for path in SPECS:
        reading = reading_of(path)
        kinds: Counter[str] = Counter()
        for symbol in declared(reading):
            try:
                renamed(reading, symbol, "Fresh_one" if symbol.name[:1].isupper() else "fresh_one")
                kinds[symbol.kind] += 1
            except Refused as refused:
                print(f"{path.name}: {symbol.kind} {symbol.name}: {refused}")
        print(f"{path.name}: {kinds.total()} renamed {dict(kinds)}", flush=True)
        for cut in ("word", "line"):
            tried, found = missed(path, cut, 300)  # type: ignore[arg-type]
            print(f"{path.name}: of {tried} names cut out with the {cut}, not offered: {found}", flush=True)


if __name__ == "__main__":
    main()
