"""Names and strings, and the brackets around lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from awmlang.syntax import tree
from awmlang.syntax.format.document import Doc, Group, Line, Nest, flatten

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_ESCAPED_LINES = str.maketrans({"\\": "\\\\", "\t": "\\t"})

ITEM = Line(kind="item", hard=True)
COMMA = Line(", ", "item")
LEAD = Line()
FILL = Line(kind="fill")


def braces(items: Sequence[Doc]) -> Group:
    """``{ a, b }``, or an item a line without commas."""
    return Group(braced(separated(items, COMMA)))


def braced(content: Doc) -> Doc:
    """Something in ``{ }``, for a group that decides whether it stands on one line."""
    if content == ():
        return ("{", Nest(Line("", "close")), "}")
    return ("{", Nest((Line(kind="open"), content, Line(kind="close"))), "}")


def block(items: Sequence[Doc]) -> Doc:
    """``{ }`` with an item a line, always."""
    if not items:
        return Group(braced(()))
    inside = (Line(kind="open", hard=True), separated(items, ITEM), Line(kind="close", hard=True))
    return ("{", Nest(inside), "}")


def brackets(opening: str, items: Sequence[Doc], closing: str) -> Doc:
    """``(a, b)`` or ``[a, b]``, or an item a line with commas between."""
    return _bracketed(opening, separated(items, (",", Line(kind="item"))), closing)


def columns(names: Sequence[tree.Name]) -> Doc:
    """``(a, b)``, or names that fill lines."""
    return _bracketed("(", filled((name.text for name in names), ","), ")")


def _bracketed(opening: str, content: tuple[Doc, ...], closing: str) -> Doc:
    if not content:
        return Group((opening, Nest(Line("", "close")), closing))
    return Group((opening, Nest((Line("", "open"), content, Line("", "close"))), closing))


def separated(items: Iterable[Doc], between: Doc) -> tuple[Doc, ...]:
    """The items, with the same between any two."""
    done: list[Doc] = []
    for item in items:
        done += [between, item] if done else [item]
    return tuple(done)


def filled(items: Iterable[Doc], comma: str = "") -> tuple[Doc, ...]:
    """As many items on each line as have room."""
    first, *others = items
    return (first, *((comma, Group((FILL, item))) for item in others))


def oneline(doc: Doc) -> str:
    """The text of a document without a line break."""
    return flatten(doc)[0]


def word(name: tree.Name, quoted: Iterable[str] = ()) -> str:
    """A name that may be a string: in quotes if it is no word, or one of those that cannot stand there."""
    return name.text if _WORD.fullmatch(name.text) and name.text not in quoted else text(name.text)


def text(value: str) -> str:
    """A string in which braces mean nothing."""
    return _quoted(value, [value.translate(_ESCAPED)], [_in_lines(value)])


def string(node: tree.String, expression: Callable[[tree.Expr], Doc]) -> str:
    """A string with interpolations."""
    value, escaped, lines = "", [], []
    for part in node.parts:
        if isinstance(part, str):
            doubled = part.replace("{", "{{").replace("}", "}}")
            value += part
            escaped.append(doubled.translate(_ESCAPED))
            lines.append(_in_lines(doubled))
        else:
            code = "{" + oneline(expression(part)) + "}"
            value += code
            escaped.append(code)
            lines.append(code)
    return _quoted(value, escaped, lines)


def _in_lines(value: str) -> str:
    return re.sub('"(?="")', '\\"', value.translate(_ESCAPED_LINES))


def _quoted(value: str, escaped: list[str], in_lines: list[str]) -> str:
    """In quotes, or in lines between triple quotes if there are at least two that are not empty."""
    lines = [line for line in value.split("\n") if line.strip()]
    # Indentation that all lines share is taken for that of the code.
    if len(lines) > 1 and any(line[0] != " " for line in lines):
        return '"""\n' + re.sub("^(?!$)", "  ", "".join(in_lines), flags=re.M) + '\n"""'
    return f'"{"".join(escaped)}"'
