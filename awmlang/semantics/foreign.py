"""Names, functions and fields of other languages, where the grammar takes them for names of the spec.

What is meant is reported with its fix and read as if it had been written, so that nothing follows from it.
What no spec can say is in ``syntax/idioms``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from awmlang.diagnostics import Edit, Fix, Span
from awmlang.diagnostics.codes import BAD_OPERANDS, FOREIGN
from awmlang.diagnostics.diagnostic import sentence
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Scope
from awmlang.semantics.convert import temporal
from awmlang.semantics.describe import describe
from awmlang.syntax import tree

if TYPE_CHECKING:
    from awmlang.semantics.expressions import Elaborator

_WORDS = {
    "none": "null", "nil": "null", "null": "null", "undefined": "null",
    "true": "true", "false": "false",
}  # fmt: skip

_RENAMED = {
    "len": "length", "size": "length", "strlen": "length", "char_length": "length", "tolower": "lower",
    "to_lower": "lower", "lowercase": "lower", "lcase": "lower", "casefold": "lower", "toupper": "upper",
    "to_upper": "upper", "uppercase": "upper", "ucase": "upper", "strip": "trim", "startswith": "starts_with",
    "endswith": "ends_with", "regex_match": "matches", "regexp_like": "matches", "average": "avg", "mean": "avg",
    "total": "sum", "ceiling": "ceil", "dayofweek": "weekday", "unique": "distinct", "group_by": "group",
    "groupby": "group", "minimum": "min", "maximum": "max", "order": "sorted", "select": "list", "collect": "list",
    "reduce": "sum", "get": "one", "find": "first", "flatten": "flat",
}  # fmt: skip
"""Functions that have another name here and take the same."""

_NOWS = ("now", "getdate", "current_timestamp", "sysdate", "utcnow", "current_datetime", "localtimestamp")
_TODAYS = ("today", "current_date", "curdate")
_OTHERWISE = ("coalesce", "ifnull", "nvl", "if_null", "default", "or_else")
_IS_NULL = ("isnull", "is_null", "is_none", "isnone", "is_nil")
_TEXTS = ("str", "text", "string", "to_text", "to_string", "tostring", "to_char")
_CLAUSES = {
    "filter": "where",
    "where": "where",
    "sort_by": "sort",
    "order_by": "sort",
    "limit": "take",
    "take": "take",
}
_ADVICE = {
    "int": "`round(x)`, `floor(x)` and `ceil(x)` make an int of a number",
    "integer": "`round(x)`, `floor(x)` and `ceil(x)` make an int of a number",
    "float": "an int is taken for a float as it is",
    "money": "a number is taken for money as it is",
    "bool": "compare instead: `x != null`, `n > 0`, `text != \"\"`",
    "print": "a tool says what it has to say in its `return`",
    "log": "a tool says what it has to say in its `return`",
    "error": "an error has a code and a message: `fail too_late \"...\"`",
    "abort": "an error has a code and a message: `fail too_late \"...\"`",
    "format": "a text shows values in braces: `\"{name} costs {price}\"`",
    "random": "there is no chance in tools: the same calls always give the same results",
    "rand": "there is no chance in tools: the same calls always give the same results",
    "uuid": "there is no chance in tools: a key numbers itself, or by `serial(\"ORD-\", 5)`",
    "enumerate": "count in a `var`: `i += 1`",
    "substring": "texts are taken apart by `split`, not by place",
    "substr": "texts are taken apart by `split`, not by place",
    "concat": "texts are put together in one: `\"{a} {b}\"`",
    "save": "a change is made at once: there is nothing to save",
    "commit": "a tool is one transaction: there is nothing to commit",
}  # fmt: skip
_ROWS_AT_HAND = ("this", "self", "it", "row")


def say(e: Elaborator, span: Span, message: str, *edits: Edit, safe: bool = True, fix: str = "") -> None:
    """Reports what is written otherwise here; with ``edits``, how."""
    title = fix or (f"write `{edits[0].text}`" if len(edits) == 1 and edits[0].text else "write it so")
    e.report.add(FOREIGN, span, sentence(message), fixes=(Fix(title, edits, safe),) if edits else ())


def _simple(node: tree.Expr) -> bool:
    """What needs no parentheses wherever it stands."""
    return isinstance(
        node,
        (tree.Reference, tree.RowField, tree.Attribute, tree.Index, tree.Call, tree.Number, tree.String, tree.Null,
         tree.Boolean, tree.ListOf),
    )  # fmt: skip


# ---- Names


def name(e: Elaborator, node: tree.Reference) -> m.Expression | None:
    """``None``, ``True``, ``NULL`` and the like."""
    word = _WORDS.get(node.name.lower())
    if word is None:
        return None
    say(e, node.span, f"write `{word}`, not `{node.name}`", Edit(node.span, word))
    if word == "null":
        return m.Constant(node.span, t.Null(), None)
    return m.Constant(node.span, t.Bool(), int(word == "true"))


def row_at_hand(e: Elaborator, node: tree.Attribute, scope: Scope) -> m.Expression | None:
    """``self.name``, where the dot alone is the row."""
    base = node.base
    if not isinstance(base, tree.Reference) or base.name not in _ROWS_AT_HAND or base.name in scope.names:
        return None
    if base.name == "this" and scope.this is not None:
        return None
    if scope.row is None:
        if base.name not in ("this", "self"):
            return None
        say(e, base.span, f"there is no `{base.name}` here: rows are parameters and locals, by their names")
        return m.Constant(node.span, t.Unknown(), None)
    field = f".{node.field.text}"
    say(
        e,
        base.span,
        f"the dot alone is the row at hand: `{field}`",
        Edit(base.span, ""),
        fix=f"write `{field}`",
    )
    return e.expr(tree.RowField(node.span, node.field), scope)


# ---- Functions


def call(
    e: Elaborator, node: tree.Call, scope: Scope, expected: t.Type | None, known: Sequence[str]
) -> m.Expression | None:
    """What a call of an unknown function means, or None."""
    written, values = node.name.text, [a.value for a in node.arguments]
    word = written.lower()
    renamed = _RENAMED.get(word, word)
    if renamed in known and written not in known:
        say(e, node.name.span, f"write `{renamed}`, not `{written}`", Edit(node.name.span, renamed))
        return e.expr(replace(node, name=tree.Name(node.name.span, renamed)), scope, expected)
    if any(a.name is not None for a in node.arguments):
        return None
    if word in _NOWS and not values:
        say(e, node.span, "the time is `now`, without parentheses", Edit(node.span, "now"))
        return m.Now(node.span, t.Datetime())
    if word in _TODAYS and not values:
        say(e, node.span, "today is `date(now)`", Edit(node.span, "date(now)"))
        return e.expr(_called(node.span, "date", tree.Reference(node.span, "now")), scope)
    if word in _OTHERWISE and len(values) >= 2:
        say(
            e,
            node.name.span,
            "another value for null is given with `??`",
            *_infix(node, " ?? "),
            safe=_plain(values),
        )
        return e.expr(_chain(node.span, "??", values), scope, expected)
    if word in _IS_NULL and len(values) == 1:
        edits = _wrap(node, "(", " == null)")
        say(e, node.name.span, "ask with `x == null`", *edits, safe=_plain(values))
        return e.expr(tree.Binary(node.span, "==", values[0], tree.Null(node.span), node.span), scope)
    if word in _TEXTS and len(values) == 1:
        return _text(e, node, values[0], scope)
    if word in _CLAUSES and len(values) == 2:
        clause = _CLAUSES[word]
        say(
            e,
            node.name.span,
            f"write `q {clause} ...`",
            *_infix(node, f" {clause} "),
            safe=_plain(values[:1]),
        )
        return _clause(e, node, clause, values, scope)
    if word in ("any", "some") and len(values) == 2:
        edits = [Edit(_between(node, 0), " where "), Edit(node.name.span, "exists")]
        say(e, node.name.span, "write `exists(q where ...)`", *edits, safe=_plain(values[:1]))
        query = tree.Query(node.span, values[0], None, values[1], None, None, None, None)
        return e.expr(_called(node.span, "exists", query), scope)
    if word in ("if", "iif") and len(values) == 3:
        return e.expr(tree.Conditional(node.span, *values), scope, expected)
    if word == "concat" and values:
        if edits := _one_text(e, values, node.span):
            say(e, node.name.span, _ADVICE["concat"], *edits, fix="put them in one text")
        else:
            say(e, node.name.span, _ADVICE["concat"])
        return m.Constant(node.span, t.Text(), "")
    if word in _ADVICE:
        say(e, node.name.span, _ADVICE[word])
        for value in values:
            e.expr(value, scope)  # so that what is used in it counts as used
        return m.Constant(node.span, t.Unknown(), None)
    return None


def extreme(e: Elaborator, node: tree.Call, scope: Scope, expected: t.Type | None) -> m.Expression | None:
    """``min(a, b)`` of two values rather than of rows."""
    function = {"min": "least", "max": "greatest"}.get(node.name.text)
    if function is None or len(node.arguments) < 2 or any(a.name is not None for a in node.arguments):
        return None
    first = node.arguments[0].value
    if isinstance(first, (tree.Query, tree.Rows, tree.ListOf)) or isinstance(
        t.required(e.expr(first, scope).type), (t.List, t.Unknown)
    ):
        return None
    message = f"`{node.name.text}` goes over rows or a list; of several values it is `{function}`"
    say(e, node.name.span, message, Edit(node.name.span, function))
    return e.expr(replace(node, name=tree.Name(node.name.span, function)), scope, expected)


def clause_of_function(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression | None:
    """``sorted(q, .name)`` and ``map(q, .name)``."""
    values = [a.value for a in node.arguments]
    if len(values) != 2 or any(a.name is not None for a in node.arguments):
        return None
    if node.name.text == "sorted":
        say(
            e,
            node.name.span,
            "rows are sorted with `q sort .field`",
            *_infix(node, " sort "),
            safe=_plain(values[:1]),
        )
        return _clause(e, node, "sort", values, scope)
    if node.name.text == "map":
        message = "a field of each row is `list(q, .field)`; `map` has a key and a value"
        say(e, node.name.span, message, Edit(node.name.span, "list"))
        return e.expr(replace(node, name=tree.Name(node.name.span, "list")), scope)
    return None


def literal_call(e: Elaborator, node: tree.Call, scope: Scope) -> m.Expression | None:
    """``date("2025-06-02")``: the text alone says it."""
    values = [a.value for a in node.arguments]
    types: dict[str, t.Type] = {"date": t.Date(), "time": t.Time(), "datetime": t.Datetime()}
    type = types.get(node.name.text)
    if type is None or len(values) != 1 or not isinstance(values[0], tree.String):
        return None
    text = "".join(part for part in values[0].parts if isinstance(part, str))
    if len(values[0].parts) != 1 or temporal(type, text) is None:
        return None
    say(
        e,
        node.name.span,
        f'a {node.name.text} is written as a text: "{text}"',
        *_wrap(node, "", ""),
        fix=f'write `"{text}"`',
    )
    return e.expr(values[0], scope, type)


def _text(e: Elaborator, node: tree.Call, value: tree.Expr, scope: Scope) -> m.Expression:
    is_path = isinstance(value, (tree.Reference, tree.RowField, tree.Attribute))
    edits = _wrap(node, '"{', '}"') if is_path else []
    say(e, node.name.span, 'a text of a value is `"{x}"`', *edits, fix="put it in a text")
    return e.expr(tree.String(node.span, (value,)), scope) if is_path else m.Constant(node.span, t.Text(), "")


def _clause(
    e: Elaborator, node: tree.Call, clause: str, values: list[tree.Expr], scope: Scope
) -> m.Expression:
    source, value, none = values[0], values[1], None
    if clause == "where":
        query = tree.Query(node.span, source, none, value, none, none, none, none)
    elif clause == "take":
        query = tree.Query(node.span, source, none, none, none, none, value, none)
    else:
        sort = tree.Sort(value.span, (tree.SortKey(value.span, value, False),))
        query = tree.Query(node.span, source, none, none, sort, none, none, none)
    return e.expr(query, scope)


def _called(span: Span, name: str, *values: tree.Expr) -> tree.Call:
    return tree.Call(span, tree.Name(span, name), tuple(tree.Argument(v.span, None, v) for v in values))


def _chain(span: Span, operator: tree.BinaryOperator, values: list[tree.Expr]) -> tree.Expr:
    result = values[0]
    for value in values[1:]:
        result = tree.Binary(span, operator, result, value, span)
    return result


def _plain(values: Sequence[tree.Expr]) -> bool:
    return all(map(_simple, values))


def _between(node: tree.Call, index: int) -> Span:
    """From the end of an argument to the start of the next."""
    first, second = node.arguments[index : index + 2]
    return Span(node.span.file, first.span.end, second.span.start)


def _wrap(node: tree.Call, before: str, after: str) -> list[Edit]:
    """The only argument of a call between two texts."""
    first, last = node.arguments[0].span, node.arguments[-1].span
    file = node.span.file
    return [
        Edit(Span(file, node.span.start, first.start), before),
        Edit(Span(file, last.end, node.span.end), after),
    ]


def _infix(node: tree.Call, operator: str) -> list[Edit]:
    """The arguments of a call with an operator between them, in parentheses."""
    middle = [Edit(_between(node, n), operator) for n in range(len(node.arguments) - 1)]
    return [*_wrap(node, "(", ")"), *middle]


# ---- Fields


def field_of(e: Elaborator, node: tree.Attribute, base: m.Expression, scope: Scope) -> m.Expression | None:
    """``name.length``, ``day.year``: functions that are fields elsewhere."""
    word = _RENAMED.get(node.field.text.lower(), node.field.text.lower())
    functions = {
        t.Text: ("length", "lower", "upper", "trim"),
        t.List: ("length", "count", "first"),
        t.Date: ("year", "month", "day", "weekday"),
        t.Datetime: ("year", "month", "day", "weekday", "date", "time"),
    }
    if word not in functions.get(t.required(base.type).__class__, ()) or not _simple(node.base):
        return None
    if isinstance(base.type, t.List) and isinstance(base.type.item, t.Ref) and word == "length":
        word = "count"
    file, start = node.span.file, node.base.span
    edits = [
        Edit(Span(file, start.start, start.start), f"{word}("),
        Edit(Span(file, start.end, node.field.span.end), ")"),
    ]
    say(
        e,
        node.field.span,
        f"write `{word}(x)`, not `x.{node.field.text}`",
        *edits,
        fix=f"write `{word}(...)`",
    )
    return e.expr(_called(node.span, word, node.base), scope)


# ---- Operators


def default_by_or(
    e: Elaborator, node: tree.Binary, scope: Scope, expected: t.Type | None
) -> m.Expression | None:
    """``x or 0`` for a value that may be null."""
    if node.operator != "or" or isinstance(node.left, (tree.Binary, tree.Not)):
        return None
    left = e.expr(node.left, scope)
    if not isinstance(left.type, t.Optional) or isinstance(left.type.inner, t.Bool):
        return None
    message = "`or` joins conditions; another value for null is given with `??`"
    say(e, node.operator_span, message, Edit(node.operator_span, "??"))
    return e.expr(replace(node, operator="??"), scope, expected)


def bare_date(e: Elaborator, node: tree.Binary) -> m.Expression | None:
    """``2025-06-02``, which reads as a subtraction."""
    inner = node.left
    if node.operator != "-" or not (
        isinstance(inner, tree.Binary) and inner.operator == "-" and isinstance(inner.left, tree.Number)
        and isinstance(inner.right, tree.Number) and isinstance(node.right, tree.Number)
    ):  # fmt: skip
        return None
    text = f"{inner.left.text}-{inner.right.text}-{node.right.text}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text) or node.span.end - node.span.start != len(text):
        return None
    say(e, node.span, "dates and times stand in quotes", Edit(node.span, f'"{text}"'))
    return m.Constant(node.span, t.Text(), text)


def text_sum(e: Elaborator, node: tree.Binary, left: m.Expression, right: m.Expression) -> bool:
    """Reports ``"a" + b``: texts are put together in one. Whether it was that."""
    types = t.required(left.type), t.required(right.type)
    texts = [type for type in types if isinstance(type, t.Text)]
    if node.operator not in ("+", "%") or not texts or any(isinstance(type, t.Unknown) for type in types):
        return False
    edits = _one_text(e, (node.left, node.right), node.span) if node.operator == "+" else []
    e.report.add(
        BAD_OPERANDS,
        node.span,
        f"`{node.operator}` does not take {describe(left.type)} and {describe(right.type)}.",
        help='Texts are put together by writing them in one: `"{a} {b}"`.',
        fixes=(Fix("put them in one text", tuple(edits), safe=True),) if edits else (),
    )
    return True


def _one_text(e: Elaborator, values: Sequence[tree.Expr], span: Span) -> list[Edit]:
    """The edits that make one text of several values, if they are texts and paths."""
    source = e.context.source
    plain = all(
        (isinstance(v, tree.String) and not source.text.startswith('"""', v.span.start))
        or isinstance(v, (tree.Reference, tree.RowField, tree.Attribute))
        for v in values
    )
    if not plain:
        return []
    edits: list[Edit] = []
    at, closed = span.start, True
    for number, value in enumerate(values):
        is_text = isinstance(value, tree.String)
        start = value.span.start + is_text
        opening = ('"' if closed and number == 0 else "") + ("" if is_text else "{")
        before = "" if number == 0 or isinstance(values[number - 1], tree.String) else "}"
        edits.append(Edit(Span(span.file, at, start), before + opening))
        at, closed = value.span.end - is_text, False
    edits.append(Edit(Span(span.file, at, span.end), '"' if isinstance(values[-1], tree.String) else '}"'))
    return edits


def description(e: Elaborator, node: tree.Assign) -> bool:
    """Says of ``description = "..."`` in a body what it is here; whether it was that."""
    if node.name.text not in ("description", "desc", "doc") or not isinstance(node.value, tree.String):
        return False
    edit = Edit(Span(node.span.file, node.name.span.start, node.value.span.start), "")
    message = "the description of a tool is a text alone, first in its body"
    say(e, node.name.span, message, edit, fix="leave the name out")
    return True
