"""Nested lists, mappings and scalars to YAML and JSON text."""

from __future__ import annotations

import json
import re

_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_PLAIN = re.compile(r": |:$| #|^[-?:](?: |$)|^[,\[\]{}#&*!|>'\"%@`]|^(?:---|\.\.\.)|^ | $")
_NOT_IN_BRACKETS = re.compile(r"[,\[\]{}]|:[\"']|^[-?:]")


def is_plain(text: str, flow: bool) -> bool:
    """Whether YAML reads ``text``, as it stands and in one line, as this text. ``flow``: within brackets."""
    return not (
        not text
        or _UNPRINTABLE.search(text)
        or _NOT_PLAIN.search(text)
        or (flow and _NOT_IN_BRACKETS.search(text))
    )


def quoted(text: str) -> str:
    """A text in double quotes, as YAML and JSON both have it."""
    return _UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]
