"""The parts of docs/language.md that are made from the source.

python -m awmlang.reference docs/language.md     # writes them anew
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from awmlang.diagnostics import codes
from awmlang.semantics.builtins import SIGNATURES, SPECIAL
from awmlang.semantics.describe import describe
from awmlang.syntax.grammar import grammar_text


def functions() -> str:
    """A table of the functions that are not over queries."""
    rows = [
        (f"`{name}({', '.join(_word(describe(p)) for p in signature.parameters)})`", signature.doc)
        for name, signature in SIGNATURES.items()
    ]
    rows += [(f"`{rule.usage}`", rule.doc) for rule in SPECIAL.values()]
    return _table(("function", "gives"), sorted(rows))


def diagnostics() -> str:
    """A table of all codes."""
    return _table(("code", "", "what is wrong"), [(c.id, c.severity, c.title) for c in codes.all_codes()])


def grammar() -> str:
    """The rules of the grammar, without those for words and terminals."""
    rules, _, _ = grammar_text().partition("// ---- Words")
    return f"```lark\n{rules.strip()}\n```"


SECTIONS: dict[str, Callable[[], str]] = {
    "functions": functions,
    "diagnostics": diagnostics,
    "grammar": grammar,
}


def renewed(text: str) -> str:
    """The text of the page with these sections made anew."""
    for name, make in SECTIONS.items():
        begin, end = f"<!-- {name}: made from the source -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
        section = f"{begin}\n{make()}\n{end}"
        text, count = pattern.subn(lambda _, section=section: section, text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"the page has no section {name}")
    return text


def _word(type: str) -> str:
    """``a text`` as ``text``."""
    return re.sub(r"^(?:an?|the) ", "", type)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
