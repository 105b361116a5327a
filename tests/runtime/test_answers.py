"""Final answers: in whatever form a sentence has them, and not as one of many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.runtime.answers import Expected, judge
from awmlang.runtime.functions import json_text


def says(type, value, answer):
    (verdict,) = judge([Expected(None, type, value)], answer)
    return verdict.holds


@pytest.mark.parametrize(
    ("type", "value", "answer"),
    [
        ("money", 123450, "You spent $1,234.50 in all."),
        ("money", 123450, 1234.5),
        ("money", 123450, "1234.5"),
        ("money", 1900, "It comes to 19 dollars."),
        ("money", 1900, "USD 19.00"),
        ("money", 1900, "€19"),
        ("money", 1900, "Order 41 of June 2, 2025 has 2 lines at 9.50, so 19.00 in total."),
        ("money", -500, "You are at -$5.00."),
        ("money", 1900, {"total": 19}),
        ("money", 0, "It costs nothing: $0."),
        ("int", 3, 3),
        ("int", 3, 3.0),
        ("int", 3, "There are three of them."),
        ("int", 3, "**3**"),
        ("int", 21, "twenty-one"),
        ("int", 105, "one hundred and five orders"),
        ("int", 2500, "two thousand five hundred"),
        ("int", 3, "On June 2, 2025 at 18:30 there were 3."),
        ("float", 4.6, "It is rated 4.6."),
        ("float", 14 / 3, "about 4.67"),
        ("float", 14 / 3, 4.67 - 0.0033333333333333),
        ("float", 0.25, "25%"),
        ("float", 0.25, "25 percent"),
        ("date", "2025-06-02", "2025-06-02"),
        ("date", "2025-06-02", "on June 2, 2025"),
        ("date", "2025-06-02", "Monday, June 2nd"),
        ("date", "2025-06-02", "the 2nd of June 2025"),
        ("date", "2025-06-02", "2 June"),
        ("date", "2025-06-02", "6/2/2025"),
        ("date", "2025-06-02", "02.06.2025"),
        ("date", "2025-06-02", "Jun. 2, at 6 pm"),
        ("time", "18:30:00", "at 6:30 pm"),
        ("time", "18:30:00", "18:30"),
        ("time", "00:15:00", "12:15 a.m."),
        ("time", "12:00:00", "at noon"),
        ("datetime", "2025-06-02T18:30:00", "2025-06-02T18:30:00"),
        ("datetime", "2025-06-02T18:30:00", "June 2, 2025 at 6:30 PM"),
        ("bool", 1, True),
        ("bool", 1, "Yes, it is not closed."),
        ("bool", 0, "No."),
        ("bool", 1, "It is not false."),
        ("bool", 0, "It isn't available."),
        ("bool", 1, "That is correct."),
        ("text", "Luigi's", "It is luigi’s kitchen."),
        ("text", "Crème brûlée", "creme brulee"),
        ("enum", "no_show", "The visit was a no show."),
        ("text", "Wok & Roll", "wok and roll or Wok & Roll"),
        ("[text]", ["b", "a"], "a, b"),
        ("[text]", ["b", "a"], ["a", "b"]),
        ("[text]", ["b", "a"], '["a", "b"]'),
        ("[int]", [3, 1, 2], "1, 2 and 3"),
        ("[money]", [950, 1200], "$9.50 and $12.00"),
        ("[money]", [950, 950], [9.5, "$9.50"]),
        ("[date]", ["2025-06-02", "2025-06-03"], "June 2 and June 3"),
        ("[text]", [], "There are none."),
        ("[text]", [], []),
        ("text", None, None),
        ("money", None, "There is no such order."),
        ("money", 1900, "It is not $20 but $19."),
        ("text", "Luigi's", "It is not Wok but Luigi's."),
        ("text", "Don't panic", "The title is: Don't panic!"),
        ("date", "2025-06-02", "Not on June 3, but on June 2."),
    ],
)
def test_said(type, value, answer):
    assert says(type, json_text(value) if isinstance(value, list) else value, answer)


@pytest.mark.parametrize(
    ("type", "value", "answer"),
    [
        ("money", 1900, "$19.01"),
        ("money", 1900, "$1,900"),
        ("money", 1900, None),
        ("money", 1900, ""),
        ("money", 1900, True),
        ("money", 1900, "It costs $1.00, $2.00, $3.00, $4.00 or $19.00."),
        ("money", 1900, "19 orders for $5.00"),
        ("int", 3, "between 1 and 9: 1, 2, 3, 4, 5, 6"),
        ("int", 3, "On 3 June 2025 at 3 pm."),
        ("int", 3, 3.5),
        ("int", 3, "13"),
        ("int", 3, "3.5"),
        ("int", 3, [3]),
        ("int", 1, True),
        ("money", 1900, float("nan")),
        ("money", 1900, "9" * 5000),
        ("float", 0.5, 10**400),
        ("float", 0.5, float("-inf")),
        ("float", 14 / 3, "5"),
        ("float", 14 / 3, "4.7"),
        ("float", 4.6, "4.65"),
        ("date", "2025-06-02", "June 3, 2025"),
        ("date", "2025-06-02", "June 2, 2024"),
        ("date", "2025-06-02", "June 1, June 2, June 3, June 4 or June 5"),
        ("date", "2025-06-02", "2025-02-06"),
        ("time", "18:30:00", "6:30 am"),
        ("datetime", "2025-06-02T18:30:00", "June 2, 2025"),
        ("datetime", "2025-06-02T18:30:00", "18:30"),
        ("bool", 1, "No."),
        ("bool", 1, "Perhaps."),
        ("bool", 1, 1),
        ("bool", 0, "It may or may not be true."),
        ("text", "Luigi's", "Luig"),
        ("text", "ann", "Joanna"),
        ("text", "Luigi's", 5),
        ("[text]", ["a", "b"], "a"),
        ("[text]", ["a", "b"], ["a", "b", "c"]),
        ("[int]", [1, 1, 2], [1, 2, 2]),
        ("[int]", [1, 2], "1, 2, 3, 4, 5, 6"),
        ("[text]", ["a"], []),
        ("[text]", [], "a and b"),
        ("money", None, "$19.00"),
    ],
)
def test_not_said(type, value, answer):
    assert not says(type, json_text(value) if isinstance(value, list) else value, answer)


EXPECTED = [Expected("total", "money", 1900), Expected("orders", "int", 3)]


@pytest.mark.parametrize(
    ("answer", "verdicts"),
    [
        ({"total": 19, "orders": 3}, [True, True]),
        ('{"total": "$19.00", "orders": "three"}', [True, True]),
        ("You have 3 orders for $19.00.", [True, True]),
        ("You have 4 orders for $19.00.", [True, False]),
        ({"total": 19}, [True, False]),
        ([19, 3], [False, False]),
    ],
)
def test_several_answers(answer, verdicts):
    assert [verdict.holds for verdict in judge(EXPECTED, answer)] == verdicts


@given(st.integers(-(10**9), 10**9))
def test_money_is_found_as_people_write_it(amount):
    sign, units = "-" if amount < 0 else "", abs(amount) / 100
    for text in (f"{sign}${units:,.2f}", f"{sign}{units:.2f}", f"It is {sign}{units:,.2f} dollars."):
        assert says("money", amount, text)
        assert not says("money", amount + 1, text)


@given(st.dates())
def test_dates_are_found_as_people_write_them(day):
    for text in (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year:04}",
        f"on {day.day} {day:%b} {day.year:04}.",
    ):
        assert says("date", day.isoformat(), text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_any_answer_is_judged(answer):
    for type, value in (
        ("money", 5),
        ("int", 5),
        ("float", 0.5),
        ("bool", 1),
        ("text", "five"),
        ("[date]", "[]"),
    ):
        assert says(type, value, answer) in (True, False)
    for type, value in (("date", "2025-06-02"), ("time", "10:00:00"), ("datetime", "2025-06-02T10:00:00")):
        assert says(type, value, answer) in (True, False)


@pytest.mark.parametrize(
    ("type", "value", "answer"),
    [
        ("money", 1900, "It is not $19.00."),
        ("int", 3, "There aren't 3."),
        ("int", 3, "not three"),
        ("date", "2025-06-02", "It isn't on June 2, 2025."),
        ("time", "18:30:00", "not at 18:30"),
        ("text", "Luigi's", "It is not Luigi's."),
        ("text", "Luigi's", "It isn’t Luigi’s."),
        ("[text]", ["a", "b"], "a, not b"),
    ],
)
def test_what_is_denied_is_not_said(type, value, answer):
    assert not says(type, json_text(value) if isinstance(value, list) else value, answer)


CITIES = {"Oslo", "Bergen", "Molde", "Narvik", "Hamar", "Bryne"}


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        ("Oslo", True),
        ("It goes from Bergen by Molde and Narvik to Oslo.", True),
        ("Oslo, Bergen, Molde, Narvik, Hamar", False),
        ("Bryne Oslo Bergen Molde Narvik", False),
    ],
)
def test_a_text_is_not_one_of_a_list_of_its_column(answer, holds):
    (verdict,) = judge(
        [Expected(None, "text", "Oslo")], answer, lambda text: [CITIES] if text in CITIES else []
    )
    assert verdict.holds is holds


def test_a_text_is_not_one_of_all():
    (verdict,) = judge([Expected(None, "enum", "a")], "a, b or c", lambda text: [{"a", "b", "c"}])
    assert not verdict.holds
    (verdict,) = judge([Expected(None, "enum", "a")], "a, and b before", lambda text: [{"a", "b", "c"}])
    assert verdict.holds


def test_a_sentence_says_every_number_of_a_list():
    assert says("[int]", "[3, 5]", "It is 3 and 5.")
    assert not says("[int]", "[3, 5]", "It is 3.")
