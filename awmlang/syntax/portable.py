"""The grammar as engines for constrained decoding take it, derived from the text of ``awm.lark``."""

from __future__ import annotations

import re

from awmlang.syntax.grammar import build_table

_COMMENT = re.compile(r"^[ \t]*//.*\n", re.M)
_NAME = re.compile(r"^NAME: (/.*/)$", re.M)
_LABEL = re.compile(r"^LABEL: (/.*/)$", re.M)
_SKIP = re.compile(r"^SKIP: .*$", re.M)

_SPACE = r"[ \t\r\n]"


def llguidance_grammar(text: str) -> str:
    """The grammar for llguidance.

    There, keywords are taken out of ``NAME`` and ``LABEL``: it keeps every token that may stand, where Lark's
    lexer prefers the keyword. White space is bounded, so that a model cannot fill its budget with it.
    """
    words = build_table(text).words
    names = "|".join(sorted(word for word in words if word.isidentifier()))
    labels = "|".join(sorted(word for word in words if word.endswith(":") and word[:-1].isidentifier()))
    text = _COMMENT.sub("", text)
    text = _NAME.sub(lambda found: f"NAME: {found[1]} & ~/({names})/", text)
    text = _LABEL.sub(lambda found: f"LABEL: {found[1]} & ~/({labels})/", text)
    text = _SKIP.sub(
        rf"SKIP: /{_SPACE}{{1,80}}|({_SPACE}{{0,80}}#[^\\n]{{0,300}}\\n{_SPACE}{{0,80}}){{1,60}}/", text
    )
    return '%llguidance {"allow_initial_skip": true, "ignore_once": true}\n' + text
