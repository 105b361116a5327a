from __future__ import annotations

import pytest

from awmlang.diagnostics import codes
from awmlang.syntax import tree
from tests.syntax.trees import ENVIRONMENT, expression, parsed, part


def value(text: str) -> tuple[str | tree.Expr, ...]:
    string = part(text, "expr")
    assert isinstance(string, tree.String)
    return string.parts


def plain(text: str) -> str:
    spec, found = parsed(ENVIRONMENT + f"policy {text}")
    assert not found
    (policy,) = spec.declarations
    assert isinstance(policy, tree.Policy)
    return policy.text.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('""', ()),
        ('"a"', ("a",)),
        (r'"\"\\\n\t"', ('"\\\n\t',)),
        ('"a {{b}} c"', ("a {b} c",)),
        ('"}}{{"', ("}{",)),
        ('"e\u0301"', ("\u00e9",)),
        ('""""""', ()),
        ('"""a"""', ("a",)),
        ('"""a "b" ""c"""', ('a "b" ""c',)),
        (r'"""a \"""b"""', ('a """b',)),
        ('"""\n  a\n    b\n\n  c\n  """', ("a\n  b\n\nc",)),
        ('"""\r\n  a\r\n  b"""', ("a\nb",)),
        ('"""a\n  b\n  c"""', ("a\nb\nc",)),
        ('"""\n\n  a"""', ("\na",)),
        ('"""\n  """', ()),
    ],
)
def test_the_value_of_a_string(text: str, expected: tuple[str, ...]) -> None:
    assert value(text) == expected


def test_a_text_keeps_its_braces() -> None:
    assert plain(r'"{a} {{ }} }"') == "{a} {{ }} }"
    assert plain('"""\n  {a}\n   {b\n"""') == "{a}\n {b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"{a}"', "String(parts=[Reference(a)])"),
        ('"{a.b.c}"', "String(parts=[Attribute(Attribute(Reference(a) b) c)])"),
        ('"{.a}"', "String(parts=[RowField(a)])"),
        ('"{a[0].b}"', "String(parts=[Attribute(Index(Reference(a) Number(0)) b)])"),
        (
            '"{round(a / 2, 2)}"',
            "String(parts=[Call(round arguments=[Argument(Binary(/ Reference(a) Number(2))) Argument(Number(2))])])",
        ),
        ('"{ a }"', "String(parts=[Reference(a)])"),
        ('"{{{a}}}"', "String(parts=[{ Reference(a) }])"),
        ('"""\n  {a}\n  {b}"""', "String(parts=[Reference(a) '\\n' Reference(b)])"),
    ],
)
def test_interpolation(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    "text",
    ['"x é {order.id} y {f(me)}"', '"""\n    é {order.id}\n    {f(me)}\n"""', r'"\"\n{order.id}{f(me)}"'],
)
def test_spans_inside_a_string_are_places_in_the_file(text: str) -> None:
    whole = f"g(1, {text})"
    call = part(whole, "expr")
    shown = [
        whole[node.span.start : node.span.end]
        for node in tree.walk(call)
        if isinstance(node, (tree.Attribute, tree.Call, tree.Name, tree.Reference))
    ]
    assert {"order.id", "order", "id", "f(me)", "f", "me"} <= set(shown)


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ('"a { b"', "{"),
        ('"a } b"', "}"),
        ('"a {} b"', ""),
        ('"a {1 + } b"', "1 + "),
        ('"a {b + 1} c"', "b + 1"),
        ('"a {x y} c"', "x y"),
        ('"a {in} c"', "in"),
        ('"a {@} c"', "@"),
    ],
)
def test_what_cannot_be_interpolated(text: str, underlined: str) -> None:
    whole = f"{ENVIRONMENT}tool t() {{ fail code {text} }}"
    spec, found = parsed(whole)
    assert [d.code for d in found] == [codes.BAD_INTERPOLATION]
    assert whole[found[0].span.start : found[0].span.end] == underlined
    assert len(spec.declarations) == 1


@pytest.mark.parametrize(
    ("text", "code", "underlined"),
    [
        (r'"a \d b"', codes.BAD_ESCAPE, r"\d"),
        ('"a\tb"', codes.BAD_ESCAPE, "\t"),
        ('"""a\n\\d"""', codes.BAD_ESCAPE, r"\d"),
        ('"a', codes.UNTERMINATED_STRING, '"a'),
        ('"""a\nb', codes.UNTERMINATED_STRING, '"""'),
        ("'a'", codes.FOREIGN, "'a'"),
        ("“a”", codes.FOREIGN, "“a”"),
    ],
)
def test_what_is_no_string(text: str, code: codes.Code, underlined: str) -> None:
    whole = f"{ENVIRONMENT}policy {text}"
    _, found = parsed(whole)
    assert [d.code for d in found] == [code]
    assert whole[found[0].span.start : found[0].span.end] == underlined
