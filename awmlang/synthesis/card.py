"""The language card: what a model must know to write a correct spec, made from the compiler's own tables."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Template

from awmlang.diagnostics import Source
from awmlang.lowering.fake import KINDS
from awmlang.semantics.builtins import SIGNATURES, SPECIAL
from awmlang.semantics.describe import describe
from awmlang.syntax import tree
from awmlang.syntax.grammar import load
from awmlang.syntax.parser import parse

_LEFT_OUT = {"get_menu", "crud Address"}
"""Declarations of the example that teach nothing that others do not."""


@cache
def card() -> str:
    """The card, in Markdown: a whole spec and the rules of the language."""
    here = Path(__file__).parent
    template = Template((here / "card.md").read_text(encoding="utf-8"))
    return template.substitute(
        example=_example(), functions=_functions(), fakes=" ".join(KINDS), reserved=" ".join(load().reserved)
    )


def _example() -> str:
    """A shipped spec, without what can be left out and the blanks that align its columns."""
    path = _spec("food_delivery")
    text = path.read_text(encoding="utf-8")
    spec, _ = parse(Source(0, path.name, text))
    for declaration in reversed(spec.declarations):
        if _heading(declaration) in _LEFT_OUT:
            text = text[: declaration.span.start].rstrip() + "\n" + text[declaration.span.end :]
    text = re.sub(r"^ {5,}", "  ", text, flags=re.M)
    return re.sub(r"(?<=\S) +", " ", text).replace("\n\n\n", "\n\n").strip()


def _spec(name: str) -> Path:
    """A shipped spec: beside this file in an installed package, in ``specs/`` of a checkout."""
    here = Path(__file__).parent
    installed = here / f"{name}.awm"
    return installed if installed.is_file() else here.parent.parent / "specs" / f"{name}.awm"


def _heading(declaration: tree.Node) -> str:
    match declaration:
        case tree.Tool(name=name):
            return name.text
        case tree.Crud(entity=entity):
            return f"crud {entity.text}"
    return ""


def _functions() -> str:
    """How each function is called."""
    usages = [
        f"{name}({', '.join(_word(describe(p)) for p in signature.parameters)})"
        for name, signature in SIGNATURES.items()
    ]
    usages += [usage for rule in SPECIAL.values() for usage in rule.usage.replace("`", "").split(" or ")]
    return f"`{' '.join(sorted(usages)).replace(', ', ',')}`"


def _word(type: str) -> str:
    """``a text`` as ``text``."""
    return re.sub(r"^(?:an?|the) ", "", type)
