"""Whatever is typed, what an editor asks is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from awmlang.editor import protocol
from awmlang.editor.completion import complete
from awmlang.editor.document import Document
from awmlang.editor.highlight import roles
from awmlang.editor.hover import hover, signature
from awmlang.editor.outline import outline

ROOT = Path(__file__).parents[2]
SPECS = [ROOT / "specs" / "food_delivery.awm", ROOT / "tests" / "specs" / "library.awm"]
PIECES = [
    "{",
    "}",
    "(",
    ")",
    '"',
    '"""',
    ".",
    "where ",
    "😀",
    "\\",
    "#",
    "let x = ",
    " = ",
    "{a.",
    "\x00",
    "\r",
    "\u2028",
]

QUESTIONS: list[Callable[[Document, int], object]] = [
    lambda document, offset: complete(document.source, offset, document.last_whole),
    hover,
    signature,
    lambda document, offset: document.name_at(offset),
    lambda document, offset: outline(document.reading.spec, document.source),
    lambda document, offset: protocol.folding(document),
    lambda document, offset: protocol.semantic_tokens(document),
    lambda document, offset: [protocol.diagnostic(document, "", each) for each in document.reading.findings],
    lambda document, offset: list(roles(document.text)),
]


def broken(text: str, random: Random) -> tuple[str, int]:
    """A text with something cut off, cut out or put in, and where."""
    at = random.randrange(len(text))
    match random.randrange(3):
        case 0:
            return text[:at], at
        case 1:
            return text[:at] + text[at + random.randrange(1, 20) :], at
    piece = random.choice(PIECES)
    return text[:at] + piece + text[at:], at + len(piece)


@pytest.mark.parametrize("seed", range(24))
def test_every_question_has_an_answer(seed: int) -> None:
    random = Random(seed)
    document = Document("x.awm", SPECS[seed % len(SPECS)].read_text("utf-8"))
    assert document.reading.findings == []
    text, offset = broken(document.text, random)
    document.edit(text)
    for question in QUESTIONS:
        question(document, offset)


@pytest.mark.parametrize(
    ("text", "code"), [("\x00entity", "AWM002"), ("# " + "x" * 5_000_000, "AWM003"), ("\ud83d", "")]
)
def test_what_is_no_text_of_a_spec(text: str, code: str) -> None:
    document = Document("x.awm", text)
    assert document.reading.findings
    if code:
        assert [each.code.id for each in document.reading.findings] == [code]
    for question in QUESTIONS[:5]:
        question(document, 1)
