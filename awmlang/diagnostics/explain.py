"""The page of each code: what it means, an example that gives it, the same as it should be.

A page is the Markdown file ``pages/<code>.md``: prose, then code blocks. The words behind the language of a block
say what it is: ``awm wrong`` and ``awm right`` (or ``yaml``) are the two examples, ``csv items.csv`` is a file that they read.
An example may also be a command (``sh wrong``). Further words say how a wrong example gets its finding where the
text alone cannot: ``encoding=latin-1`` (the file is saved in it), ``times=60`` (the text is repeated),
``also=AWM201`` (other findings cannot be kept away).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from awmlang.diagnostics.codes import ROOMS, Code, all_codes

PRELUDES = {
    "awm": 'environment shop "A shop."\nclock = "2025-06-02T09:00:00"\n\n',
    "yaml": "environment: shop\ntitle: A shop.\nclock: 2025-06-02T09:00:00\n\n",
}
"""Stands before an example that does not begin with an environment of its own."""

_PAGES = Path(__file__).parent / "pages"
_BLOCK = re.compile(r"^```(\S+) (\S+)(.*)\n((?:.*\n)*?)```\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A spec, a command (``language`` is ``sh``), or a file that the two read, as it stands on the page."""

    language: str
    text: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> str:
        """The whole spec, with the lines that the page leaves out."""
        text = self.text * int(self.options.get("times", "1"))
        return text if text.startswith(("environment", "#")) else PRELUDES[self.language] + text


@dataclass(frozen=True, slots=True)
class Page:
    """``meaning`` is Markdown; ``files`` are read by the examples, by name."""

    code: Code
    meaning: str
    wrong: Example
    right: Example
    files: dict[str, Example]

    def markdown(self) -> str:
        """The page as a section of a document."""
        files = "".join(f"`{name}`:\n\n{_fenced(file)}" for name, file in self.files.items())
        examples = f"Wrong:\n\n{_fenced(self.wrong)}{files}Right:\n\n{_fenced(self.right)}"
        return f"### {self.code.id}: {self.code.title}\n\n{self.meaning}\n\n{examples}"


def page(code: Code) -> Page:
    """The page of a code. Raises ValueError if it is not written as it should be."""
    text = (_PAGES / f"{code.id}.md").read_text(encoding="utf-8")
    examples: dict[str, Example] = {}
    for language, role, options, body in _BLOCK.findall(text):
        if role in examples:
            raise ValueError(f"the page of {code.id} has two blocks {role}")
        pairs = (option.partition("=") for option in options.split())
        examples[role] = Example(language, body, {name: value for name, _, value in pairs})
    meaning = _BLOCK.sub("", text).strip()
    if not meaning or not {"wrong", "right"} <= examples.keys():
        raise ValueError(f"the page of {code.id} needs its meaning, a wrong and a right example")
    return Page(code, meaning, examples.pop("wrong"), examples.pop("right"), examples)


def by_room(codes: Iterable[Code]) -> list[tuple[str, list[Code]]]:
    """The codes in order, under the name of what they are about."""
    ordered = sorted(codes, key=lambda code: code.id)
    return [(ROOMS[digit], list(group)) for digit, group in groupby(ordered, lambda code: code.id[3])]


def reference() -> str:
    """All pages as one document."""
    parts = [_INTRODUCTION]
    for room, codes in by_room(all_codes()):
        parts += [f"## {room}\n", *(page(code).markdown() for code in codes)]
    return "\n".join(parts)


def _fenced(example: Example) -> str:
    return f"```{example.language}\n{example.text}```\n\n"


_INTRODUCTION = f"""\
# Diagnostics

Every finding of `awmc` has a code, and every code a page; `awmc explain AWM104` prints one. This file is made from
the pages in `awmlang/diagnostics/pages`. An example without an `environment` stands below these lines, or the same in YAML:

```awm
{PRELUDES["awm"].strip()}
```
"""
