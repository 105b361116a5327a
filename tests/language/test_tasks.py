"""How tasks are proved and graded."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from awmlang.diagnostics import Source
from awmlang.lowering.compile import compile_model
from awmlang.runtime.environment import Environment
from awmlang.runtime.session import Session
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

from .conftest import HEAD

TOOLS = """
tool pay(to: User, amount: money(0.01..)) {
  "Send money to somebody."
  require me.wallet >= amount else poor "Too little."
  update me { wallet -= amount }
  update to { wallet += amount }
  return { left = me.wallet }
}
tool place(order: Order) { "Place an order." update order { status = "placed", placed_at = now } return order { id, status } }
tool orders() { "My orders." return my Order { id, status, total } }
tool rename(name: text) { "Change my name." update me { name = name } return me { name } }
tool order_again(item: Item, n: int(1..20)) { "Order." let o = create Order { user = me } create Line { order = o, item = item, quantity = n } return o { id, total } }
"""


def compiled(tasks: str):
    source = Source(0, "shop.awm", HEAD + TOOLS + tasks)
    tree, problems = parse(source)
    model, found = analyze(tree, source)
    assert model is not None, [*problems, *found]
    return compile_model(model, source=source, spec_dir=Path())


def environment(tasks: str) -> Environment:
    done, found = compiled(tasks)
    assert done is not None, found
    return Environment(done.files)


def refused(tasks: str) -> list[str]:
    done, found = compiled(tasks)
    assert done is None
    return [d.code.id for d in found if d.is_error]


PAY = (
    'task pay_bob "Pay Bob 10." { solution { pay(to = bob, amount = 10) } '
    'expect bob.wallet == old(bob.wallet) + 10 "Bob has it" expect me.wallet == 70 "I paid" weight 2 expect carl.wallet == 0.35 "Carl has nothing of it" }'
)


def test_a_task_is_complete_when_all_holds() -> None:
    session = environment(PAY).session(task="pay_bob")
    assert not session.grade().complete and session.grade().fraction == 0
    session.call("pay", {"to_id": 2, "amount": 10})
    grade = session.grade()
    assert grade.complete and grade.fraction == 1 and not grade.side_effects


def test_part_of_it_is_a_fraction() -> None:
    session = environment(PAY).session(task="pay_bob")
    session.call("pay", {"to_id": 2, "amount": 10})
    session.call("pay", {"to_id": 2, "amount": 10})
    grade = session.grade()
    assert not grade.complete and grade.fraction == 0
    session.reset()
    session.call("pay", {"to_id": 3, "amount": 10})
    grade = session.grade()
    # I paid, but to Carl: the guard is broken, and Carl's row is no business of the task.
    assert not grade.complete and grade.side_effects


def test_side_effects_are_what_the_solution_does_not_do() -> None:
    env = environment(PAY)
    session = env.session(task="pay_bob")
    session.call("pay", {"to_id": 2, "amount": 10})
    session.call("rename", {"name": "Al"})
    grade = session.grade()
    assert not grade.complete and any("name" in str(effect) for effect in grade.side_effects)
    allowed = environment(PAY[:-1] + " allow User.name }").session(task="pay_bob")
    allowed.call("pay", {"to_id": 2, "amount": 10})
    allowed.call("rename", {"name": "Al"})
    assert allowed.grade().complete


def test_new_rows_by_count() -> None:
    session = environment(
        'task again "Order two pens." { solution { order_again(item = pen, n = 2) } expect exists(new Line where .item == pen and .quantity == 2) "two pens" }'
    ).session(task="again")
    session.call("order_again", {"item_id": "PEN", "n": 2})
    assert session.grade().complete
    session.call("order_again", {"item_id": "PEN", "n": 2})
    assert not session.grade().complete


def test_keys_of_results_stand_for_rows_at_any_depth() -> None:
    env = environment(
        'tool raise_all(orders: [Order], items: [{ item: Item, extra: [Order] }]) { "Raise." for o in orders { update o { rank += 1 } } '
        "for i in items { for o in i.extra { update o { rank += 10 } } } return list(items, .item.name) } "
        'task t "Raise them." { solution { let mine = orders() raise_all(orders = [mine[0].id, o2], '
        'items = [{ item = "PEN", extra = [mine[0].id] }, { item = ink, extra = list(mine, .id) }]) } expect o1.rank == 23 "both" }'
    )
    arguments = env.tasks["t"]["solution"][1]["arguments"]
    assert arguments["order_ids"] == [1, 2]
    assert arguments["items"] == [
        {"item_id": "PEN", "extra_ids": [1]},
        {"item_id": "INK", "extra_ids": [1, 2]},
    ]


def test_without_expectations_the_end_state_counts() -> None:
    env = environment(
        'task place_it "Place my order." { solution { let mine = orders() place(order = mine[0].id) } }'
    )
    session = env.session(task="place_it")
    session.call("orders")
    session.call("orders")
    session.call("place", {"order_id": 1})
    assert session.grade().complete  # a different time, and the same otherwise
    session.reset()
    assert not session.grade().complete


def test_a_time_that_no_call_was_at_is_part_of_the_end_state() -> None:
    env = environment(
        'tool stamp(order: Order, at: datetime) { "Stamp." update order { placed_at = at } return order { id } } '
        'task stamped "Stamp it." { solution { stamp(order = o1, at = "2025-07-01T10:00:00") } }'
    )
    session = env.session(task="stamped")
    session.call("stamp", {"order_id": 1, "at": "2025-07-02T10:00:00"})
    assert not session.grade().complete
    session.call("stamp", {"order_id": 1, "at": "2025-07-01T10:00:00"})
    assert session.grade().complete


def test_answers() -> None:
    env = environment(
        'task sum_ "What is my cart worth?" { solution { let mine = orders() } answer: money = o1.total from mine[0].total }'
    )
    session = env.session(task="sum_")
    session.call("orders")
    for answer in (5.6, "5.60", "Your cart is worth $5.60.", "It comes to 5.60 dollars"):
        assert session.grade(answer=answer).complete, answer
    for answer in (None, "", 5.61, "6", "no idea", True, "It is 1.00, 2.00, 3.00, 4.00, 5.60, 7.00 or 8.00"):
        assert not session.grade(answer=answer).complete, answer


def test_several_answers() -> None:
    env = environment(
        'task two "How many orders have I, and when is the first due?" { solution { orders() } answer { n: int = count(my Order), due: date = o1.due ?? date(now) } }'
    )
    session = env.session(task="two")
    assert session.grade(answer={"n": 2, "due": "2025-06-10"}).complete
    assert session.grade(answer="You have two orders; the first is due on June 10, 2025.").complete
    assert not session.grade(answer={"n": 2}).complete


def test_templates_have_an_instance_a_row() -> None:
    env = environment(
        'task worth "What is order {o.id} worth?" for o in (my Order) { solution { orders() } answer: money = o.total }'
    )
    assert list(env.tasks) == ["worth[1]", "worth[2]"]
    assert env.tasks["worth[2]"]["prompt"] == "What is order 2 worth?"
    assert env.session(task="worth[1]").grade(answer=5.6).complete
    assert not env.session(task="worth", seed=1).grade(answer=5.6).complete


def test_refusals() -> None:
    env = environment('task no "Give me Bob\'s money." { expect unchanged judge "It says no." }')
    session = env.session(task="no")
    assert session.grade().complete
    session.call("rename", {"name": "Bob"})
    assert not session.grade().complete


def test_new_gone_changed_and_called() -> None:
    env = environment(
        'task place_it "Place." { solution { orders() place(order = o1) } expect called(orders) "it looked" '
        'expect count(changed Order) == 1 and not exists(gone Order) and count(new Order) == 0 "one order" '
        'expect all(changed Order, old(.status) == "cart" and .status == "placed") "from cart to placed" }'
    )
    session = env.session(task="place_it")
    session.call("place", {"order_id": 1})
    assert not session.grade().complete
    session.call("orders")
    assert session.grade().complete


def test_changed_rows_count_what_was_null_and_gone_rows_what_was_theirs() -> None:
    env = environment(
        'tool due(order: Order, on: date) { "Due." update order { due = on } return order { id } } '
        "entity Card { rank: int double = .rank * 2 } entity Note { order: Order card: Card? } "
        "data Card (rank) { c = (2) } data Note (order, card) { (o1, c) } "
        'tool drop(order: Order) { "Drop." delete Note where .order == order delete Card delete order return { gone = true } } '
        'task later "Later." { solution { due(order = o2, on = "2025-07-01") } expect count(changed Order) == 1 "one order" } '
        'task away "Away." { solution { drop(order = o1) } expect exists(gone Line where .order.status == "cart") "of the cart" '
        'expect exists(gone Note where .card.double == 4) "a note on it" }'
    )
    session = env.session(task="later")
    session.call("due", {"order_id": 2, "on": "2025-07-01"})
    assert session.grade().complete
    session = env.session(task="away")
    session.call("drop", {"order_id": 1})
    assert session.grade().complete


@pytest.mark.parametrize(
    "condition",
    [
        "exists(gone Note where .order.total == 5.60)",
        "exists(gone Note where .about == 5.60)",
        "exists(gone Note where .most.quantity == 3)",
        "exists(gone Note as n where is_dear(n))",
        "exists(gone Note where .all == 7.60)",
        "first(gone Note).about == 5.60",
        "first(gone Note).order.rank == 2",
        "one(gone Note).order.total == 5.60",
        "sum(gone Note, .order.total) == 5.60",
        "list(gone Note sort .order.total, .order.rank) == [2]",
        "exists(group(gone Note, .order) where .key.total == 5.60)",
        "exists(distinct(gone Note, .order) where .rank == 2)",
        # Queries are of the present, whatever row they ask for.
        "exists(gone Note as n where count(Line as l where l.order == n.order) == 0)",
        "exists(gone Note as n where count(n.order.lines) == 0)",
        "exists(gone Note as n where exists(Order as o where o == n.order and o.rank == 9))",
    ],
)
def test_rows_that_are_gone_are_as_they_were(condition: str) -> None:
    env = environment(
        "entity Note { order: Order about = .order.total all = sum(.order.user.orders, .total) most = first(Line as l where l.order == .order sort l.quantity desc) } "
        "data Note (order) { n1 = (o1) } function is_dear(n: Note): bool { return n.order.total > 5 } "
        'tool clean(note: Note, order: Order) { "Clean." let dear = is_dear(note) delete note '
        "delete Line where .order == order update order { rank = 9 } return { dear = dear } } "
        f'task t "T." {{ solution {{ clean(note = n1, order = o1) }} answer: bool = {condition} }}'
    )
    assert env.task("t")["answer"] is True


@pytest.mark.parametrize(
    "condition",
    [
        'n1.text == "x"',
        'n1.text != "x"',
        "n1.order.id == 1",
        'n1.upper == "X"',
        "all(Order, .rank != n1.order.rank)",
        'join([n1.text, "y"], "") == "xy"',
        "sorted([n1.order.id, 2]) == [1, 2]",
        'flat([split(n1.text, ""), ["y"]]) == ["x", "y"]',
    ],
)
def test_what_needs_a_row_that_is_not_there_any_more_does_not_hold(condition: str) -> None:
    text = (
        "entity Note { order: Order text: text upper = upper(.text) } "
        'data Note (order, text) { n1 = (o1, "x") } '
        'tool drop(note: Note) { "Drop." delete note return { gone = true } } '
        'task t "T." { solution { drop(note = n1) } expect called(drop) and %s }'
    )
    session = environment(text % f"(called(drop) or {condition})").session("t")
    session.call("drop", {"note_id": 1})
    assert session.grade().complete
    for needed in (condition, f"not ({condition})", f"({condition} or called(drop))"):
        with pytest.raises(AssertionError, match="AWM702"):
            environment(text % needed)


def test_what_is_not_proved_is_an_error() -> None:
    # The solution fails, does not do it, or nothing needs to be done.
    assert refused('task t "T" { solution { pay(to = bob, amount = 1000) } expect bob.wallet > 900 }')
    assert refused('task t "T" { solution { pay(to = bob, amount = 1) } expect bob.wallet > 900 }')
    assert refused('task t "T" { solution { orders() } expect me.wallet == 80 }')
    assert refused(
        'task t "T" { solution { let mine = orders() } answer: money = o1.total from mine[1].total }'
    )
    assert refused(
        'task t "T {o.id}" for o in (Order where false) { solution { orders() } answer: money = o.total }'
    )


def graded(task: str, *calls: tuple[str, dict], answer: object = None):
    """The grade of a task's only instance after these calls."""
    session = environment(task).session(task="t")
    for tool, arguments in calls:
        assert session.call(tool, arguments).ok
    return session.grade(answer=answer)


def test_weights_and_guards() -> None:
    task = (
        'task t "T." { solution { pay(to = bob, amount = 10) rename(name = "Al") } expect bob.wallet == 15 "paid" weight 3 '
        'expect me.name == "Al" "renamed" expect carl.wallet == 0.35 "Carl has his" }'
    )
    pay, rename = ("pay", {"to_id": 2, "amount": 10}), ("rename", {"name": "Al"})
    assert graded(task).fraction == 0
    assert graded(task, pay).fraction == 0.75 and graded(task, rename).fraction == 0.25
    done = graded(task, pay, rename)
    assert done.complete and [check.kind for check in done.checks] == ["expectation", "expectation", "guard"]
    broken = graded(task, pay, rename, ("pay", {"to_id": 3, "amount": 1}))
    assert not broken.complete and broken.fraction == 0


def test_a_solution_may_branch_loop_and_use_results() -> None:
    task = (
        'task t "T." { solution { let mine = orders() for o in mine { if o.status == "cart" { place(order = o.id) } } } '
        'expect o1.status == "placed" "placed" }'
    )
    assert graded(task, ("place", {"order_id": 1})).complete
    assert not graded(task, ("orders", {})).complete


def test_what_is_allowed_beside_the_solution() -> None:
    base = 'task t "T." {{ solution {{ place(order = o1) }} expect o1.status == "placed" "placed" {} }}'
    calls = ("place", {"order_id": 1}), ("rename", {"name": "Al"})
    assert not graded(base.format(""), *calls).complete
    assert not graded(base.format("allow User.wallet"), *calls).complete
    assert graded(base.format("allow User.name"), *calls).complete
    assert graded(base.format("allow User"), *calls).complete


def test_answers_by_type() -> None:
    for type, value, right, wrong in (
        ("int", "count(Order)", ("3", "There are three."), ("4", "none")),
        ("bool", "me.wallet > 1", ("Yes, it is.", True), ("No.", False)),
        ("date", "date(now)", ("2025-06-02", "June 2, 2025"), ("2025-06-03",)),
        ("[text]", "list(Item, .code)", (["PEN", "INK", "CAP"],), (["PEN", "INK"],)),
        ("text", "me.name", ("alice", "It is Alice."), ("bob",)),
    ):  # fmt: skip
        task = f'task t "T." {{ solution {{ orders() }} answer: {type} = {value} }}'
        assert all(graded(task, answer=given).complete for given in right), type
        assert not any(graded(task, answer=given).complete for given in wrong), type


def test_a_fault_of_the_compiler_is_told_by_a_diagnostic_alone(monkeypatch, capsys) -> None:
    def fails(*_: object) -> str:
        raise RuntimeError("a fault")

    monkeypatch.setattr(logging.root, "handlers", [])  # as where nobody configures logging
    monkeypatch.setattr(Session, "_run", fails)
    assert refused(PAY) == ["AWM701"]
    assert capsys.readouterr() == ("", "")


def test_an_end_state_lacks_all_that_was_deleted() -> None:
    env = environment(
        'tool drop(order: Order) { "Drop." delete order return { gone = true } } '
        'task both "Both." { solution { drop(order = o1) drop(order = o2) } }'
    )
    session = env.session(task="both")
    session.call("drop", {"order_id": 1})
    assert not session.grade().complete
    session.call("drop", {"order_id": 2})
    assert session.grade().complete


def test_a_refusal_expects_nothing_else() -> None:
    assert refused('task t "T" { solution { orders() } expect unchanged expect me.wallet == 80 }') == [
        "AWM703"
    ]


def test_an_answer_is_what_the_results_say() -> None:
    task = (
        'task t "T" { solution { let mine = orders() } answer: float = me.rate + 1 from length(mine) * %s }'
    )
    assert refused(task % "0.6") == ["AWM705"]
    assert environment(task % "0.5").session(task="t").task["answer"] == 1.0


def test_a_new_row_is_a_change() -> None:
    session = environment('task no "No." { expect unchanged judge "It says no." }').session(task="no")
    assert session.call("order_again", {"item_id": "PEN", "n": 1}).ok
    assert not session.grade().checks[0].holds


def test_another_row_that_is_deleted_is_a_side_effect() -> None:
    session = environment(
        'tool drop(order: Order) { "Drop." delete order return { gone = true } } '
        'task one "One." { solution { drop(order = o1) } expect exists(gone Order where .rank == 2) "it is gone" }'
    ).session(task="one")
    session.call("drop", {"order_id": 1})
    assert session.grade().complete
    session.call("drop", {"order_id": 2})
    assert "Order 2 is gone" in session.grade().side_effects
