"""Numbers and money: what arithmetic comes to, wherever it is worked out."""

from __future__ import annotations

import pytest

NUMBERS = [
    # Precedence, and what an operator gives.
    ("a + b", 9),
    ("a - b * 2", 3),
    ("a - b - c", 5),
    ("a - (b - c)", 5),
    ("-a * 2", -14),
    ("-(a - b)", -5),
    ("-a", -7),
    ("1 + 2 * 3 - 4 / 2", 5.0),
    ("a * b % 3", 2),
    ("a / b", 3.5),
    ("a / b / b", 1.75),
    ("7 / 7", 1.0),
    # The remainder has the sign of the right side.
    ("-a % 3", 2),
    ("a % -b", -1),
    ("7.5 % 2", 1.5),
    ("-7.5 % 2", 0.5),
    # int widens to float.
    ("x + a", 7.5),
    ("a * 0.5", 3.5),
    ("a == 7.0", True),
    ("a > 6.5", True),
    ("x in [1, 0.5]", True),
    ("least(1, 2.5)", 1.0),
    ("if a > 3 then 1 else 0.5", 1.0),
    ("0.1 + 0.2", 0.30000000000000004),
    # Integers are exact to 2^53 - 1.
    ("9007199254740991", 9007199254740991),
    ("9007199254740991 + 1 - 1", 9007199254740991),
    ("9007199254740991 + a", "arithmetic"),
    ("sum(Line, .quantity * 400000000000000)", "arithmetic"),
    ("9007199254740991 * 9007199254740991", "arithmetic"),
    ("-9007199254740991 - a", "arithmetic"),
    # Inside an expression they may be larger; 64 bits are the end.
    ("9007199254740991 + a > 9007199254740991", True),
    ("(9007199254740991 + a) % 10", 8),
    ("a * 9007199254740991 * 9007199254740991 > 1", True),
    ("a * 9007199254740991 * 9007199254740991 / 9007199254740991 > 7 * 9007199254740000", True),
    ("[9007199254740991 + a]", "arithmetic"),
    ("a * 9007199254740991 * 9007199254740991 - a * 9007199254740991 * 9007199254740991", "arithmetic"),
    ("(a * 9007199254740991 * 9007199254740991) % 10", "arithmetic"),
    ("9007199254740991 * 9007199254740991 > 0", True),
    ("x * 100000000000000000000000.0", 5e22),
    ("a / c", "arithmetic"),
    ("a % c", "arithmetic"),
    ("x / 0", "arithmetic"),
    # Rounding: half away from zero, a float as it is written.
    ("round(0.5)", 1),
    ("round(-2.5)", -3),
    ("round(2.675, 2)", 2.68),
    ("round(1.005, 2)", 1.01),
    ("round(7 / 2)", 4),
    ("floor(-1.5)", -2),
    ("ceil(1.2)", 2),
    ("abs(c - a)", 7),
    ("abs(-x)", 0.5),
    ("least(a, b, 5)", 2),
    ("greatest(a, x)", 7.0),
    ("sum(xs)", 6),
    ("avg(xs)", 2.0),
    ("max(xs as q, -q)", -1),
    ("calc(\"(1 + 2) * 3 / 2\")", 4.5),
    ("calc(\"-3*(2-5)\")", 9.0),
    ("calc(\"2 ** 3\")", "arithmetic"),
    ("calc(\"2+\")", "arithmetic"),
    ("calc(\"1/0\")", "arithmetic"),
    ("calc(s)", "arithmetic"),
]  # fmt: skip

MONEY = [
    # Exact, rounded once at the end of a chain, half away from zero.
    ("p * 3", 30.03),
    ("3 * p", 30.03),
    ("p / 3", 3.34),
    ("p * 0.5", 5.01),
    ("-p * 0.5", -5.01),
    ("p * 30 / 100", 3.0),
    ("p / 3 * 3", 10.01),
    ("p * 1.005", 10.06),
    ("p / 4", 2.5),
    ("p * x * b", 10.01),
    ("p + 1", 11.01),
    ("p - 0.01", 10.0),
    ("p - a", 3.01),
    ("p / p", 1.0),
    ("p / 0", "arithmetic"),
    ("p / (p - p)", "arithmetic"),
    ("p == 10.01", True),
    ("p != 10", True),
    ("p in [10.01, 3]", True),
    ("p in [1, 2]", False),
    ("p > 10 and p <= 10.01", True),
    ("greatest(p, 3)", 10.01),
    ("abs(-p)", 10.01),
    ("round(p)", 10),
    ("round(p / 7, 1)", 1.4),
    ("round(p, 3)", 10.01),
    ("floor(p)", 10),
    ("ceil(p)", 11),
    ("sum([p, 1, 0.99])", 12.0),
    ("avg([p, 0])", 5.01),
    ("sum(Item, .price * 0.5)", 1.65),
    ("avg(User, .wallet)", 21.59),
    ("90071992547409.91 - p + p", 90071992547409.91),
    ("p * 100000000000000", "arithmetic"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), [*NUMBERS, *MONEY])
def test_arithmetic(value, expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_a_float_that_overflows(value) -> None:
    assert value("x * x", x=1e200) == "arithmetic"
    assert value("x * x", x=1e100) == 1e200
    assert value("sum(list(Item, x))", x=1e308) == "arithmetic"


def test_what_is_stored_is_exact(run) -> None:
    body = "for i in range(100) { update me { wallet += 0.1 } } return me.wallet - 80"
    assert run(body) == {"value": 10.0}
