"""The functions of the language: each rule of rounding, bounds and nulls; Python and SQL agree."""

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.runtime import functions as fn
from awmlang.runtime.errors import ToolError
from awmlang.runtime.sql_functions import register

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
MONEY = st.integers(-(10**9), 10**9)
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)).map(str)
DATETIMES = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0).isoformat()
)


@pytest.fixture(scope="module")
def sql():
    connection = apsw.Connection(":memory:")
    register(connection)
    return lambda text, *values: connection.execute(f"SELECT {text}", values).fetchall()[0][0]


def error(function, *arguments):
    with pytest.raises(ToolError) as caught:
        function(*arguments)
    return caught.value.code


@given(MONEY, st.floats(-1e6, 1e6, allow_nan=False), st.integers(1, 1000))
def test_scale_is_exact_and_rounds_once_away_from_zero(money, factor, divisor):
    exact = Decimal(money) * Decimal(repr(factor))
    whole, rest = divmod(abs(exact), divisor)
    expected = int(whole) + (1 if rest * 2 >= divisor else 0)
    if abs(exact) < 10**15:
        assert fn.scale(money, "*", factor, "/", divisor) == (expected if exact >= 0 else -expected)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1050, "*", 1.1), 1155),
        ((5, "*", 0.5), 3),
        ((-5, "*", 0.5), -3),
        ((100, "/", 3), 33),
        ((100, "/", -3), -33),
        ((100, "/", 3, "*", 3), 100),
        ((None, "*", 2), None),
    ],
)
def test_scale(arguments, expected):
    assert fn.scale(*arguments) == expected


@given(FLOATS, st.integers(0, 12))
def test_round_goes_half_away_from_zero_in_decimal(value, places):
    exact = (
        Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if abs(value) < 1e12
        else None
    )
    if exact is not None:
        assert fn.round_to(value, places) == float(exact)


def test_round_without_places_is_an_integer():
    assert [fn.round(x) for x in (0.5, 1.5, 2.5, -0.5, -2.5, 2.4)] == [1, 2, 3, -1, -3, 2]
    assert fn.round_to(2.675, 2) == 2.68
    assert [fn.round_money(1250, places) for places in (0, 1, 2, 3)] == [1300, 1250, 1250, 1250]
    assert fn.round_money(-1245, 1) == -1250
    assert error(fn.round, 1e300) == "arithmetic"


@given(st.one_of(st.integers(-(2**70), 2**70), FLOATS), st.one_of(st.integers(-(2**70), 2**70), FLOATS))
def test_division_and_remainder_are_finite_or_arithmetic(a, b):
    for function in (fn.divide, fn.modulo):
        try:
            value = function(a, b)
        except ToolError as refused:
            assert refused.code == "arithmetic"
        else:
            assert math.isfinite(value)
            if function is fn.modulo and value:
                assert (value > 0) == (b > 0)


@pytest.mark.parametrize("value", [2**53, -(2**53), 1e20, 1.5])
def test_whole_refuses_what_json_does_not_carry(value):
    assert error(fn.whole, value) == "arithmetic"


def test_whole_takes_the_largest():
    assert fn.whole(2**53 - 1) == 2**53 - 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-(2 - 5) / 4", 0.75),
        ("1.5*2", 3),
        ("--2", 2),
        ("+-+3 - +1", -4),
        ("8 / 4 / 2", 1),
    ],
)
def test_calc(text, value):
    assert fn.calc(text) == value


@given(st.text("0123456789.+-*/() x", max_size=40))
def test_calc_gives_what_python_gives_or_arithmetic(text):
    try:
        value = fn.calc(text)
    except ToolError as refused:
        assert refused.code == "arithmetic"
    else:
        stripped = "".join(f"{float(p)}" if p and p not in "+-*/() " else p for p in _tokens(text))
        assert value == eval(stripped)


def _tokens(text):
    number = ""
    for character in text:
        if character in "0123456789.":
            number += character
        else:
            yield number
            yield character
            number = ""
    yield number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "2 ** 3",
        "1 // 2",
        "1 2",
        "(1",
        "1)",
        "1e5",
        "1 / 0",
        "1..2",
        "007",
        "1 + 05.5",
        "__import__",
        "٣",
    ],
)
def test_calc_refuses(text):
    assert error(fn.calc, text) == "arithmetic"


def test_calc_is_bounded():
    assert error(fn.calc, "(" * 500 + "1" + ")" * 500) == "arithmetic"
    assert error(fn.calc, "1+" * 1000 + "1") == "arithmetic"
    assert error(fn.calc, "9" * 400) == "arithmetic"


def test_contains_folds_case_and_knows_no_wildcards():
    assert fn.contains("Große Straße", "STRASSE")
    assert not fn.contains("abc", "a%")
    assert not fn.contains(None, "a")
    assert not fn.contains("a", None)


def test_matches_is_linear_and_whole():
    assert fn.matches("ABC", "[A-Z]{3}")
    assert not fn.matches("ABCD", "[A-Z]{3}")
    assert not fn.matches("a" * 5000 + "!", "(a+)+")
    assert error(fn.matches, "a", "(") == "arithmetic"


NORMAL = st.text().map(fn._normal)  # as all texts are that come in


@given(NORMAL, NORMAL, NORMAL)
def test_texts_made_are_normal(a, b, c):
    for text in (fn.lower(a), fn.upper(a), fn.concat(a, b), fn.replace(a, b, c), fn.join([a, b], c)):
        assert fn._normal(text) == text


def test_texts_are_bounded():
    assert error(fn.replace, "a" * 1000, "a", "b" * 100_000) == "too_expensive"
    assert error(fn.join, ["a" * 600_000] * 2, "") == "too_expensive"
    assert error(fn.concat, "a" * 600_000, "b" * 600_000) == "too_expensive"
    assert error(fn.range, 10_001) == "arithmetic"


def test_lists():
    assert fn.least("b", "A", "a") == "A"
    assert fn.greatest(1, 3, 2) == 3
    assert fn.sorted(["b", "A", "a", "C"]) == ["A", "a", "b", "C"]
    assert fn.sorted([3, 1, 2]) == [1, 2, 3]
    assert fn.distinct([2, 1, 2]) == [2, 1]
    assert fn.flat([[1], [], [2, 3]]) == [1, 2, 3]
    assert fn.at([5, 6], 1) == 6
    assert error(fn.at, [5, 6], 2) == error(fn.at, [5, 6], -1) == "arithmetic"
    assert fn.has([1, 2], 2)
    assert not fn.has([1, None], None)


@given(st.one_of(DATES, DATETIMES), st.integers(-(10**9), 10**9))
def test_shift_and_elapsed_are_inverse(start, duration):
    if len(start) == 10:
        duration -= duration % 86_400
    assert fn.elapsed(fn.shift(start, duration), start) == duration


@given(DATES, st.integers(-1200, 1200))
def test_months_clamp_to_the_end_of_the_month(start, count):
    later = fn.shift_months(start, count)
    assert (fn.year(later) * 12 + fn.month(later)) - (fn.year(start) * 12 + fn.month(start)) == count
    next_day = datetime.date.fromisoformat(later) + datetime.timedelta(days=1)
    assert fn.day(later) == fn.day(start) or (fn.day(later) < fn.day(start) and next_day.day == 1)


def test_time():
    assert fn.shift_months("2024-01-31T08:00:00", 1) == "2024-02-29T08:00:00"
    assert fn.weekday("2025-06-02") == 1
    assert (
        fn.datetime(fn.date("2025-06-02T18:30:00"), fn.time("2025-06-02T18:30:00")) == "2025-06-02T18:30:00"
    )
    assert fn.days(1.5) == 129_600
    assert error(fn.shift, "9999-12-31", 86_400) == error(fn.shift_months, "9999-12-31", 1) == "arithmetic"


def test_texts_of_numbers():
    assert [fn.money_text(amount) for amount in (0, 5, 123456, -5)] == ["0.00", "0.05", "1234.56", "-0.05"]
    assert fn.float_text(0.1 + 0.2) == "0.30000000000000004"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("awm_scale(?, '*', 1.5, '/', 100)", [12345]),
        ("awm_contains(?, 'é')", ["CAFÉ"]),
        ("awm_split(?, ',')", ["a,b"]),
        ("awm_join(?, '-')", ['["a","b"]']),
        ("awm_sorted(?)", ['["b","a"]']),
        ("awm_at(?, 1)", ["[1,2]"]),
        ("awm_whole(?)", [None]),
        ("awm_range(3)", []),
    ],
)
def test_sql_has_the_same_functions(sql, text, values):
    expected = {
        "awm_scale": 185, "awm_contains": 1, "awm_split": '["a","b"]', "awm_join": "a-b",
        "awm_sorted": '["a","b"]', "awm_at": 2, "awm_whole": None, "awm_range": "[0,1,2]",
    }  # fmt: skip
    assert sql(text, *values) == expected[text.partition("(")[0]]


def test_errors_come_through_sql(sql):
    assert error(sql, "awm_whole(9223372036854775807 + 1)") == "arithmetic"
    assert error(sql, "awm_divide(1, 0)") == "arithmetic"


def test_calc_goes_from_left_to_right():
    assert fn.calc("10 - 3 - 2") == 5
    assert fn.calc("16 / 4 / 2") == 2
