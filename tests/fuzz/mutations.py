"""What can be done to a spec: bytes, tokens, and whole pieces of it, changed at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import Token, tokenize

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests/specs"
"""Where the data files of the specs are."""

SPECS = {
    path.stem: path.read_text("utf-8")
    for path in (
        *sorted((ROOT / "specs").glob("*.awm")),
        FOLDER / "library.awm",
        ROOT / "awmlang/cli/starter.awm",
    )
}

# The small ones more often: more inputs in the same time, and they hold every construct.
_OFTEN = {"starter": 80, "library": 30, "food_delivery": 8}

_BYTES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98", b"\xed\xa0\x80",
    b"\r", b"\r\n", b"\x0b", b"\x0c", b"\x1a", b"\x1b[31m", b"\x7f", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"\"", b'"""', b"\\", b"#", b"{", b"}", b"(", b")", b"/", b"//", b"/*", b"'", b"`", b".", b"..", b":", b"?",
    "é".encode(), "e\u0301".encode(), "ſ".encode(), "İ".encode(), "\ud7ff".encode(), "𝒳".encode(),
)  # fmt: skip

_NUMBERS = (
    "0", "1", "2", "-1", "00", "0.0", "0.005", "1.5", "99.999", "100", "10000000000", "9007199254740992",
    "9223372036854775808", "1" + "0" * 400, "0." + "0" * 400 + "1", "1" + "0" * 40 + ".5",
)  # fmt: skip

_STRINGS = (
    '""', '" "', '"{"', '"}"', '"{}"', '"{{}}"', '"{x}"', '"{me}"', '"{me.id}"', '"{now}"', '"{f(1)}"', '"{a b}"', '"\\q"',
    '"\\"', '"a\\nb"', '"2025-02-30"', '"2025-13-01T25:00:00"', '"0000-00-00"', '"9999-12-31T23:59:59"',
    '"2025-06-02T18:30:00+02:00"', '"0001-01-01"', '"24:00"', '"placed"', '"../../secret.csv"', '"/dev/zero"', '"."',
    '"notes.csv"', '"\u0000"', '"\u202e"', '"((((("', '"(a*)*b"', '"[0-9]{999999}"', '"""', '"""\n  {me}\n  """',
    '"' + "x" * 5000 + '"',
)  # fmt: skip

_WORDS = (
    "me", "now", "this", "null", "true", "false", "not", "my", "new", "gone", "changed", "as", "where", "sort", "take", "skip",
    "paged", "if", "then", "else", "create", "update", "delete", "return", "require", "let", "var", "for", "in", "fail",
    "id", "key", "unique", "owner", "via", "cascade", "clears", "int", "text", "money", "float", "bool", "date", "time",
    "datetime", "any", "text?", "[int]", "[[text]]", "{ a: int }", "first", "one", "sum", "count", "list", "map", "group",
    "all", "max", "avg", "distinct", "range", "zip", "flat", "old", "called", "unchanged", "pick", "weighted", "between",
    "fake", "n", "serial", "calc", "matches", "date(now)", "days(1)", "months(1)", "round", "split", "list(1)", "*", "{ }",
)  # fmt: skip

_OPERATORS = (
    "+", "-", "*", "/", "%", "??", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "contains", "=", "+=", "-=", "->",
    ".", ":", ",", "(", ")", "[", "]", "{", "}", "?", "..",
)  # fmt: skip

_PATTERNS = (
    "(/(a+)+$/)",
    "(/[/)",
    "(/x{1000}/)",
    "(/(?=a)/)",
    "(/\\1/)",
    "(/.*.*.*x/)",
    "(..0)",
    "(5..1)",
    "(0..99999999999999999999)",
)


Change = Callable[[Random, str], str | bytes]


def mutated(rng: Random, change: Change | None = None, names: Sequence[str] = ()) -> bytes:
    """A spec of the repository, or one of those, with something done to it."""
    names = names or [name for name in SPECS for _ in range(_OFTEN.get(name, 1))]
    changed = (change or rng.choice(CHANGES))(rng, SPECS[rng.choice(names)])
    return changed if isinstance(changed, bytes) else changed.encode("utf-8", "surrogatepass")


# ---- Bytes


def noise(rng: Random, text: str) -> bytes:
    """A few bytes put in, taken out, or flipped."""
    data = bytearray(text.encode())
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        place = rng.randrange(len(data) + 1)
        match rng.randrange(4):
            case 0:
                data[place:place] = rng.choice(_BYTES)
            case 1:
                data[place : place + 1] = rng.choice(_BYTES)
            case 2:
                del data[place : place + rng.choice((1, 2, 30, 1000))]
            case _:
                data[place:place] = bytes([rng.randrange(256)])
    return bytes(data)


def cut(rng: Random, text: str) -> bytes:
    """The beginning or the end of a file, cut anywhere, within a character too."""
    data = text.encode()
    place = rng.randrange(len(data))
    return data[:place] if rng.random() < 0.7 else data[place:]


def line_breaks(rng: Random, text: str) -> bytes:
    """Other line breaks, and a mark at the beginning."""
    mark = rng.choice((b"", b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xff\xfe", b"\x00"))
    changed = tokens(rng, text) if rng.random() < 0.5 else text
    return mark + changed.replace("\n", rng.choice(("\r\n", "\r", "\n\r", "\u2028", "\v"))).encode(
        rng.choice(("utf-8", "utf-8", "utf-8", "utf-16", "latin-1")), "replace"
    )


# ---- Tokens


def _tokens(text: str) -> list[Token]:
    return tokenize(load(), text)[:-1]


def _with(text: str, begin: int, end: int, new: str) -> str:
    return text[:begin] + new + text[end:]


def tokens(rng: Random, text: str) -> str:
    """A few tokens left out, doubled, swapped, or replaced by others of the file or odd ones."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        all_ = _tokens(text)
        if len(all_) < 2:
            return text
        index = rng.randrange(len(all_) - 1)
        token, following = all_[index], all_[index + 1]
        match rng.randrange(6):
            case 0:
                text = _with(text, token.start, token.end, "")
            case 1:
                text = _with(text, token.end, token.end, f" {token.text}")
            case 2:
                between = text[token.end : following.start]
                text = _with(text, token.start, following.end, f"{following.text}{between}{token.text}")
            case 3:
                text = _with(text, token.start, token.end, rng.choice(all_).text)
            case 4:
                text = _with(text, token.start, token.end, rng.choice(rng.choice(_ODD)))
            case _:
                text = _with(text, token.end, token.end, " " + rng.choice(rng.choice(_ODD)))
    return text


def alike(rng: Random, text: str) -> str:
    """Tokens replaced by others of their kind: what parses still, and often means something."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        all_ = _tokens(text)
        token = rng.choice(all_)
        same = [other.text for other in all_ if other.kind == token.kind]
        odd: Sequence[str] = {"NUMBER": _NUMBERS, "STRING": _STRINGS, "NAME": _WORDS}.get(token.kind, ())
        if token.kind in _OPERATORS:
            odd = _OPERATORS
        text = _with(text, token.start, token.end, rng.choice(odd if odd and rng.random() < 0.4 else same))
    return text


def literals(rng: Random, text: str) -> str:
    """Numbers and strings replaced by odd ones."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        found = [token for token in _tokens(text) if token.kind in ("NUMBER", "STRING")]
        if not found:
            return text
        token = rng.choice(found)
        odd = _NUMBERS if token.kind == "NUMBER" else _STRINGS
        text = _with(text, token.start, token.end, rng.choice(odd))
    return text


# ---- Pieces


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where lines, and whatever stands in brackets, begin and end."""
    found: list[tuple[int, int]] = []
    open_: list[tuple[str, int]] = []
    for token in _tokens(text):
        if token.kind in ("(", "[", "{"):
            open_.append((token.kind, token.start))
        elif token.kind in (")", "]", "}") and open_:
            found.append((open_.pop()[1], token.end))
    begin = 0
    for line in text.splitlines(keepends=True):
        found.append((begin, begin + len(line)))
        begin += len(line)
    return found


def pieces(rng: Random, text: str) -> str:
    """Lines and what stands in brackets left out, doubled, moved, or put in place of others."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        found = _pieces(text)
        if not found:
            return text
        begin, end = rng.choice(found)
        other_begin, other_end = rng.choice(found)
        match rng.randrange(4):
            case 0:
                text = _with(text, begin, end, "")
            case 1:
                text = _with(text, end, end, text[begin:end] * rng.choice((1, 1, 1, 30)))
            case 2:
                text = _with(text, begin, end, text[other_begin:other_end])
            case _:
                text = _with(text, end, end, text[other_begin:other_end])
        text = text[:200_000]
    return text


def splice(rng: Random, text: str) -> str:
    """The beginning of one spec and the end of another, or a piece of it in the middle."""
    other = SPECS[rng.choice(tuple(_OFTEN) if text in map(SPECS.get, _OFTEN) else tuple(SPECS))]
    if rng.random() < 0.5:
        return text[: rng.randrange(len(text))] + other[rng.randrange(len(other)) :]
    begin, end = rng.choice(_pieces(other))
    place = rng.choice(_tokens(text)).start
    return _with(text, place, place, other[begin:end])


def deep(rng: Random, text: str) -> str:
    """Something nested or chained at a random place."""
    number = rng.choice((3, 30, 90, 110, 600, 10_000 if rng.random() < 0.1 else 1_000))
    opening, middle, closing = rng.choice(NESTINGS)
    token = rng.choice(_tokens(text))
    return _with(text, token.start, token.end, opening * number + middle + closing * number)


NESTINGS = (
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{ a = ", "1", " }"),
    ("-", "1", ""),
    ("- ", "x", ""),
    ("not ", "true", ""),
    ("f(", "1", ")"),
    ("a[", "0", "]"),
    ("if a then ", "b", " else c"),
    ("if a then b else ", "c", ""),
    ("if true { ", "", " }"),
    ("if true { } else ", "{ }", ""),
    ("for x in y { ", "", " }"),
    ("first(Order where ", "true", ")"),
    ("count(", "Order", ")"),
    ("", "x", ".user"),
    ("", "x", "[0]"),
    ("", "x", "?"),
    ("", "a", " or a"),
    ("a or ", "a", ""),
    ("", "a", " + a"),
    ("", "a", " ?? a"),
    ("", "a", " and a == 1"),
    ("a == ", "a", ""),
    ("[", "int", "]"),
    ("{ a: ", "int", " }"),
    ("{ a: [", "int", "] }"),
    ("lines { ", "id", " }"),
    ("x = ", "1", ""),
    ("create Order { user = ", "me", " }"),
    ("{", "", "}"),
    ("}", "", "{"),
    ("\"", "", ""),
    ("a -> ", "b", ""),
    ("entity E { ", "", ""),
    ("entity E { } ", "", ""),
    ("task t \"\" { ", "", "}"),
    ("/*", "", "*/"),
    ("# ", "", "\n"),
)  # fmt: skip
"""What is repeated before, what stands in the middle, what is repeated behind."""

_ODD = (_NUMBERS, _STRINGS, _WORDS, _OPERATORS, _PATTERNS)
CHANGES: tuple[Change, ...] = (
    noise, cut, line_breaks, tokens, tokens, alike, alike, alike, literals, literals, pieces, pieces, pieces, splice, deep,
)  # fmt: skip
