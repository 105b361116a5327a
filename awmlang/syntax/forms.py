"""The three ways to write a spec down: the language, and its tree in YAML or JSON."""

from __future__ import annotations

import re
from typing import Literal

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source
from awmlang.syntax import parser, tree

Form = Literal["awm", "yaml", "json"]

_YAML = re.compile(r"(\s*#[^\n]*\n|---\s|\s+)*[\"']?(environment|title|declarations)[\"']?\s*:\s")


def form_of(path: str) -> Form | None:
    """The form that a file's name tells."""
    suffix = path.lower().rpartition(".")[2]
    if suffix in ("yaml", "yml"):
        return "yaml"
    return suffix if suffix in ("awm", "json") else None  # type: ignore[return-value]


def form_in(text: str) -> Form:
    """The form of a text without a name. A spec in the language never begins like the other two."""
    if text.lstrip()[:1] == "{":
        return "json"
    return "yaml" if _YAML.match(text) else "awm"


def parse(source: Source) -> tuple[tree.Spec, list[Diagnostic]]:
    """``parser.parse`` for a file in any form. Spans are places in the file as it is; fixes are in the language."""
    form = _form(source)
    if form == "awm":
        return parser.parse(source)
    from awmlang.syntax.yaml_parse import parse_yaml

    return parse_yaml(source, form)


def fit_fixes(source: Source, found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings of any phase about a file, with their fixes turned into edits of the file as it is."""
    form = _form(source)
    if form == "awm":
        return found
    from awmlang.syntax.yaml_parse import fit_fixes

    return fit_fixes(source, form, found)


def _form(source: Source) -> Form:
    return form_of(source.path) or form_in(source.text)
