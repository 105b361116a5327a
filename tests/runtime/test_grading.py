"""Grades: expectations, guards, frames, end states, answers."""

import json

import pytest

from awmlang.runtime import Session


@pytest.fixture
def play(environment):
    def play(task, *calls, answer=None):
        with environment.session(task=task) as session:
            for tool, arguments in calls:
                result = session.call(tool, arguments)
                assert result.ok, result
            return session.grade(answer)

    return play


CART = ("add_to_cart", {"item_code": "MARG", "quantity": 2})
PAY = ("checkout", {})


def test_the_solution_is_complete(environment, play):
    for task in ("two_margheritas", "ask_about_it"):
        calls = [(call["tool"], call["arguments"]) for call in environment.tasks[task]["solution"]]
        grade = play(task, *calls)
        assert (grade.complete, grade.fraction, grade.side_effects, grade.why) == (True, 1.0, (), "")


def test_the_untouched_state_is_not(play):
    grade = play("two_margheritas")
    assert (grade.complete, grade.fraction) == (False, 0.0)
    assert [(check.kind, check.holds, check.weight) for check in grade.checks] == [
        ("expectation", False, 1),
        ("expectation", False, 2),
        ("guard", True, 1),
    ]
    assert grade.why == "one order is placed: not so; the wallet is charged: not so"


def test_part_of_it(play):
    grade = play("two_margheritas", ("add_to_cart", {"item_code": "MARG", "quantity": 1}), PAY)
    assert not grade.complete
    assert grade.fraction == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("call", "effect"),
    [
        (("set_email", {"user_id": 2, "email": "x"}), None),
        (("open_ticket", {"subject": "x"}), None),
        (("set_wallet", {"user_id": 2, "wallet": 1}), "User 2 has another wallet"),
        (("create_item", {"code": "NEWW", "name": "x", "price": 1}), "1 new Item, not 0"),
        (("delete_order", {"order_id": 2}), "Order 2 is gone"),
        (("add_to_cart", {"item_code": "NOOD"}), "2 new Order, not 1"),
    ],
)
def test_side_effects(play, call, effect):
    grade = play("two_margheritas", CART, PAY, call)
    if effect is None:
        assert grade.complete
    else:
        assert effect in grade.side_effects
        assert (grade.complete, grade.fraction) == (False, 0.0)
        assert f"side effect: {effect}" in grade.why


def test_a_broken_guard_leaves_nothing(play):
    grade = play("two_margheritas", ("cancel_order", {"order_id": 1}), CART, PAY)
    assert ("guard", False) in [(check.kind, check.holds) for check in grade.checks]
    assert grade.fraction == 0.0


def test_refusal(play):
    assert play("refuse").complete
    assert play("refuse").fraction == 1.0
    assert play("refuse", ("list_items", {})).complete
    broken = play("refuse", ("set_email", {"user_id": 1, "email": "x"}))
    assert (broken.complete, broken.fraction) == (False, 0.0)


def test_called_is_called_with_success(environment):
    with environment.session(task="looked") as session:
        session.call("list_items", {"nope": 1})
        assert not session.grade().complete
        session.call("list_items", {})
        assert session.grade().complete
        session.reset()
        assert not session.grade().complete


END = [
    ("add_to_cart", {"item_code": "DIAV"}),
    ("checkout", {"tip": 1}),
    ("open_ticket", {"subject": "Where is it?", "order_id": 4}),
]


@pytest.mark.parametrize(
    ("calls", "complete"),
    [
        ([("list_items", {}), *END], True),
        # another id for the order, another time
        ([CART, ("delete_order", {"order_id": 4}), *END[:2], (END[2][0], END[2][1] | {"order_id": 5})], True),
        (END[:2], False),
        ([*END[:2], (END[2][0], END[2][1] | {"order_id": 1})], False),
        ([*END[:2], (END[2][0], END[2][1] | {"subject": "Where?"})], False),
        ([*END, END[2]], False),
        ([END[0], ("checkout", {}), END[2]], False),
    ],
)
def test_end_states(play, calls, complete):
    assert play("ask_about_it", *calls).complete is complete


def test_answers_of_a_template(play):
    assert play("spent_on[1]", answer="You spent $9.50.").complete
    assert not play("spent_on[1]", answer="You spent $17.50.").complete
    assert play("spent_on[2]", answer="You spent $17.50.").complete
    assert play("spent_on[2]").why == "the answer is 17.50: not so"
    assert not play("spent_on[2]", ("set_email", {"user_id": 1, "email": "x"}), answer=17.5).complete


def test_named_answers_earn_each(play):
    grade = play("report", answer={"spent": 17.5, "orders": 4})
    assert grade.fraction == 0.5
    assert grade.why == "the answer orders is 3: not so"


def test_a_check_that_never_ends_does_not_hold(play):
    assert play("too_much").fraction == 0.0


def test_grading_changes_nothing(environment):
    with environment.session(task="two_margheritas") as session:
        session.call(*CART)
        before = session.state_hash()
        session.grade()
        assert session.state_hash() == before
        assert session.call(*PAY).ok
        assert session.grade().complete
        session.reset()
        assert session.diff() == {}


def test_a_session_without_a_task_has_no_grade(session: Session):
    with pytest.raises(ValueError, match="no task"):
        session.grade()


def test_frames_are_json(environment):
    frame = environment.tasks["ask_about_it"]["frame"]
    assert frame == json.loads(json.dumps(frame))
    assert frame["User"] == {"new": 0, "gone": [], "changed": {"1": ["wallet"]}}
    assert frame["Order"]["new"] == 1
