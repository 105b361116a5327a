"""Random texts under a grammar for constrained decoding, as a model without sense would write them."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

from awmlang.syntax.grammar import grammar_text, load
from awmlang.syntax.portable import llguidance_grammar

CLOSERS = (b"}", b")", b"]", b'"')
PIECES = (
    *(f" {name}" for name in ["a", "b", "Item", "Order", "title", "row", "x", "total"]),
    *(f" {name}:" for name in ["name", "size", "user"]),
    *(
        ".name",
        ".id",
        ".lines",
        ' "text"',
        ' "a {b} c"',
        " 12",
        " 3.5",
        " 1..5",
        "(1..)",
        "(/[a-z]+/)",
        " ",
        "\n",
    ),
    *(" # c\n", "1", "x", ":", '"', '""', "/"),
)


class Vocabulary:
    """The end, all bytes, and whole words and pieces of the language, with a blank and without."""

    eos_token_id = 0
    bos_token_id = None
    special_token_ids = (0,)

    def __init__(self) -> None:
        words = load().words
        texts = [*words, *(f" {word}" for word in words if re.match(r"\w", word)), *PIECES]
        whole = [text.encode() for text in dict.fromkeys(texts) if len(text.encode()) > 1]
        self.tokens = [b"<end>", *(bytes([byte]) for byte in range(256)), *whole]

    def __call__(self, text: str | bytes) -> list[int]:
        return [1 + byte for byte in (text.encode() if isinstance(text, str) else text)]


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary()


@cache
def _matcher() -> LLMatcher:
    tokenizer = LLTokenizer(TokenizerWrapper(_vocabulary()))
    made = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(llguidance_grammar(grammar_text())))
    assert not made.is_error(), made.get_error()
    return made


def sample(seed: int, target: int = 24, most: int = 300) -> str | None:
    """A text of about ``target`` tokens; None where it would not come to an end within ``most``."""
    tokens, matcher, random = _vocabulary().tokens, _matcher().deep_copy(), Random(seed)
    made: list[bytes] = []
    while len(made) < most:
        allowed = [token for token, weight in enumerate(matcher.compute_logit_bias()) if weight][
            : len(tokens)
        ]
        assert allowed, f"nothing may follow {b''.join(made)!r}"
        if allowed[0] == Vocabulary.eos_token_id:
            if len(made) >= target or len(allowed) == 1:
                return b"".join(made).decode()
            del allowed[0]
        token = random.choice(_preferred(allowed, tokens, random, closing=len(made) >= target))
        assert matcher.consume_token(token)
        made.append(tokens[token])
    return None


def _preferred(allowed: list[int], tokens: list[bytes], random: Random, *, closing: bool) -> list[int]:
    closers = [token for token in allowed if tokens[token] in CLOSERS]
    if closing and closers and random.random() < 0.8:
        return closers
    pieces = [token for token in allowed if token > 256]
    return pieces if pieces and random.random() < 0.9 else allowed
