"""``python -m tests.editor.long``: gives every declaration of the shipped specs another name, and prints what is refused."""

from __future__ import annotations

from collections import Counter

from awmlang.editor.rename import Refused
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
        print(path.name, kinds.total(), dict(kinds))


if __name__ == "__main__":
    main()
