"""Idioms of numbers, dates and texts."""

from __future__ import annotations

from awmlang.syntax.idioms.cursor import Cursor, Rewrite, idiom


@idiom("*", "/")
def double_operator(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != c.kind(i) or not c.touches(i + 1):
        return None
    if c.kind(i) == "*":
        say = "there is no power operator; multiply: `x * x`"
        return c.read_on(i, i + 2, "*", say=say)
    begin, end = c.operand_before(i), c.operand(i + 2)
    say = "a whole quotient is `floor(a / b)`"
    if begin is None or end is None:
        return c.read_on(i, i + 2, "/", say=say)
    return c.rewrite(begin, end, "floor(", (begin, i), " / ", (i + 2, end), ")", say=say, mark=(i, i + 2))


@idiom("mod", "div")
def word_operator(c: Cursor) -> Rewrite | None:
    i = c.at
    begin, end = c.operand_before(i), c.operand(i + 1)
    if begin is None or end is None or c.breaks_before(i) or c.breaks_before(i + 1) or c.kind(i + 1) == "(":
        return None
    if c.lower(i) == "mod":
        return c.rewrite(i, i + 1, "%", say=f"write `%`, not `{c.text(i)}`")
    pieces = ("floor(", (begin, i), " / ", (i + 1, end), ")")
    return c.rewrite(begin, end, *pieces, say="a whole quotient is `floor(a / b)`", mark=(i, i + 1))


@idiom("%")
def percent(c: Cursor) -> Rewrite | None:
    i = c.at
    if (
        c.kind(i - 1) != "NUMBER"
        or not c.touches(i)
        or c.kind(i + 1) not in (",", ")", "}", "]", "else", "then")
    ):
        return None
    number = c.text(i - 1)
    say = f"a percentage is a number: `* {number} / 100`"
    if c.kind(i - 2) == "*":
        return c.rewrite(i - 1, i + 1, f"{number} / 100", say=say)
    return c.read_on(i - 1, i + 1, number, say=say)


@idiom("NUMBER")
def moment(c: Cursor) -> Rewrite | None:
    """``2025-06-02`` and ``2025-06-02T18:30:00``."""
    i, end = c.at, c.at + 5
    if [c.kind(i + n) for n in range(1, 5)] != ["-", "NUMBER"] * 2 or not all(
        map(c.touches, range(i + 1, end))
    ):
        return None
    if [len(c.text(i + n)) for n in (0, 2, 4)] != [4, 2, 2]:
        return None
    while c.touches(end) and (
        c.kind(end) in ("NUMBER", ":") or (c.kind(end) == "LABEL" and c.text(end)[0] == "T")
    ):
        end += 1
    return c.rewrite(i, end, f'"{c.source_of(i, end)}"', say="dates and times stand in quotes")


@idiom("NUMBER")
def thousands(c: Cursor) -> Rewrite | None:
    """``1,000.00``."""
    i = c.at
    behind = c.text(i + 2)
    if c.kind(i + 1) != "," or not behind.startswith("0") or len(behind.partition(".")[0]) != 3:
        return None
    if not (c.touches(i + 1) and c.touches(i + 2)) or "." in c.text(i):
        return None
    return c.rewrite(i, i + 3, c.text(i) + behind, say="a number is written without commas")


@idiom("NUMBER")
def number(c: Cursor) -> Rewrite | None:
    """``1_000`` and ``1e3``: a number and a name that touches it."""
    i = c.at
    if c.kind(i + 1) != "NAME" or not c.touches(i + 1):
        return None
    text, behind = c.text(i), c.text(i + 1)
    if behind.startswith("_") and behind.replace("_", "").isdigit():
        plain = text + behind.replace("_", "")
    elif behind[0] in "eE" and behind[1:].isdigit() and int(behind[1:]) <= 15:
        plain = f"{float(text + behind):.15g}" if "." in text else text + "0" * int(behind[1:])
    else:
        return None
    return c.rewrite(i, i + 2, plain, say="a number is written with digits and one point")


@idiom("f", "b", "r", "rf", "fr")
def prefixed_text(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.kind(i + 1) != "STRING" or not c.touches(i + 1):
        return None
    return c.rewrite(
        i, i + 1, say=f"nothing stands before a text: {c.text(i + 1)[:1]}...{c.text(i + 1)[-1:]} shows `{{values}}` as it is"
        if "{" in c.text(i + 1) else "nothing stands before a text", fix=f"leave `{c.text(i)}` out",
    )  # fmt: skip
