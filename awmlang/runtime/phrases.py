"""The numbers, dates and times that a sentence in English says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple


class Number(NamedTuple):
    """``places``: decimals as written, None where it was not written in digits. ``money``: marked as an amount."""

    value: float
    places: int | None
    money: bool


_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(
        rf"\b(?P<n>{_MONTH})\b\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y>\d{{4}})\b)?",
        re.I,
    ),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<n>{_MONTH})\b\.?(?:,? (?P<y>\d{{4}})\b)?", re.I
    ),
    re.compile(r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})\b"),
)
_TIMES = (
    re.compile(
        r"(?<![\d:])(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s?(?P<half>[ap])\.?m\b\.?)?(?![\d:])",
        re.I,
    ),
    re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s?(?P<half>[ap])\.?m\b\.?", re.I),
    re.compile(r"\b(?P<word>noon|midnight)\b", re.I),
)
_DIGITS = re.compile(
    r"(?P<sign>(?<![\w.)])[-\u2212]\s?)?(?P<mark>[$€£]\s?|\b(?:USD|EUR|GBP)\s?)?(?P<minus>[-\u2212])?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?P<percent>\s?%| percent\b)?"
    r"(?P<unit>\s?(?:[€£]|(?:dollars?|euros?|pounds?|USD|EUR|GBP|bucks)\b))?",
    re.I,
)
_SPELLED = re.compile(
    rf"\b(?:{'|'.join([*_WORDS, *_SCALES])})(?:(?:[\s-]+|\s+and\s+)(?:{'|'.join([*_WORDS, *_SCALES])}))*\b",
    re.I,
)
_YES = re.compile(r"\b(yes|true|yeah|correct)\b")
_NO_NO = re.compile(r"(\bnot|n't) (false|wrong|untrue)\b")
_NO = re.compile(r"\b(no|not|false|none|never|cannot)\b|n't\b")


def dates(sentence: str) -> list[str]:
    """ISO dates in order of pattern; ``--06-02`` where the year is left out. ``6/2/2025`` has the month first."""
    return [text for _, text in _dates(sentence)]


def _dates(sentence: str) -> Iterator[tuple[re.Match[str], str]]:
    for pattern in _DATES:
        for match in pattern.finditer(sentence):
            found = match.groupdict()
            month = int(found["m"]) if found.get("m") else _MONTHS[found["n"].lower()]
            day, year = int(found["d"]), found["y"]
            if month > 12 >= day and "/" in match[0]:
                month, day = day, month
            try:
                text = date(int(year or 2000), month, day).isoformat()
            except ValueError:
                continue
            yield match, text if year else f"--{text[5:]}"


def times(sentence: str) -> list[str]:
    """Times of day with seconds: ``6:30 pm`` is ``18:30:00``."""
    return [text for _, text in _times(sentence.replace("T", " "))]


def _times(sentence: str) -> Iterator[tuple[re.Match[str], str]]:
    for pattern in _TIMES:
        for match in pattern.finditer(sentence):
            found = match.groupdict()
            if found.get("word"):
                yield match, "12:00:00" if found["word"].lower() == "noon" else "00:00:00"
                continue
            hour, half = int(found["h"]), (found.get("half") or "").lower()
            if half:
                hour = hour % 12 + (12 if half == "p" else 0)
            minute, second = int(found.get("m") or 0), int(found.get("s") or 0)
            if hour < 24 and minute < 60 and second < 60:
                yield match, f"{hour:02}:{minute:02}:{second:02}"


def numbers(sentence: str) -> list[Number]:
    """Numbers in digits or in words; those within dates and times are none."""
    for found in (_dates, _times):
        for match, _ in list(found(sentence)):
            start, end = match.span()
            sentence = sentence[:start] + " " * (end - start) + sentence[end:]
    return [
        *map(_written, _DIGITS.finditer(sentence)),
        *(Number(_spelled(m[0]), None, False) for m in _SPELLED.finditer(sentence)),
    ]


def _written(match: re.Match[str]) -> Number:
    part = match["part"] or ""
    value = float(f"{match['whole'].replace(',', '')}.{part or 0}")
    if match["sign"] or match["minus"]:
        value = -value
    places = len(part)
    if match["percent"]:
        value, places = value / 100, places + 2
    marked = bool(match["mark"] or match["unit"]) or len(part) == 2
    return Number(value, places, marked and not match["percent"])


def _spelled(words: str) -> float:
    total = group = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _WORDS:
            group += _WORDS[word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _SCALES:
            total, group = total + (group or 1) * _SCALES[word], 0
    return total + group


def yes_or_no(sentence: str) -> bool | None:
    """What the first word says if it is a yes or a no, else what all such words agree on."""
    text = _NO_NO.sub("yes", sentence.lower().replace("’", "'"))
    first = re.match(r"\W*(yes|no|true|false)\b", text)
    if first:
        return first[1] in ("yes", "true")
    yes, no = bool(_YES.search(text)), bool(_NO.search(text))
    return yes if yes != no else None
