"""Text of a spec made fit for a terminal: what would steer it is shown instead of sent."""

from __future__ import annotations

import re
from unicodedata import category

TAB = "    "

# Control and format characters (bidirectional overrides among them), surrogates, line and paragraph separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_HARMLESS = re.compile(r"[ -~]*")


def visible_character(char: str) -> str:
    """One character as it is shown: tabs as spaces, control characters as pictures (``␛``) or ``\\u{202e}``."""
    if char == "\t":
        return TAB
    if category(char) not in _HIDDEN:
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\u{{{code:x}}}"


def visible(text: str) -> str:
    """``text`` on one line, with nothing in it that a terminal obeys."""
    return text if _HARMLESS.fullmatch(text) else "".join(map(visible_character, text))
