"""Bugs of rewards: checks that are missing or too loose, in specs, in what is made of them, in what grades."""

from __future__ import annotations

from functools import partial

from tests.plants.plant import Plant

_grading = partial(Plant, "reward", file="awmlang/runtime/grading.py")
_answers = partial(Plant, "reward", file="awmlang/runtime/answers.py")
_tasks = partial(Plant, "reward", file="awmlang/lowering/tasks.py")

PLANTS = [
    # ---- In specs
    Plant(
        "reward",
        "anywhere",
        "specs/food_delivery.awm",
        '.status == "placed" and .address == home) == 1 "one order goes home"',
        '.status == "placed") == 1 "one order goes home"',
        "the order may go to another address",
    ),
    Plant(
        "reward",
        "any-rent",
        "specs/retail_bank.awm",
        "expect s_rent.amount == 1245 and",
        "expect s_rent.amount > 1190 and",
        "the rent may be any higher one",
    ),
    Plant(
        "reward",
        "any-birthday",
        "specs/airline.awm",
        """ where .first_name == "Dalia" and .last_name == "Nasser" and .dob == "1990-02-11"\n""",
        """ where .first_name == "Dalia" and .last_name == "Nasser"\n""",
        "the new passenger may be of any age",
    ),
    Plant(
        "reward",
        "any-doctor",
        "specs/clinic.awm",
        "      where .doctor == moreau\n        and .patient == me\n",
        "      where .patient == me\n",
        "it may be the waiting list of any doctor",
    ),
    Plant(
        "reward",
        "any-carrier",
        "specs/warehouse.awm",
        "expect exists(new Shipment where .order == so_kiel and .carrier == tank)",
        "expect exists(new Shipment where .order == so_kiel)",
        "any carrier is as good as the cheapest",
    ),
    Plant(
        "reward",
        "any-time",
        "specs/team_chat.awm",
        'expect thursday.send_at == "2025-09-18T09:45:00" and thursday.status == "waiting"',
        'expect thursday.send_at > "2025-09-18T09:00:00" and thursday.status == "waiting"',
        "the note may go out at any later time",
    ),
    Plant(
        "reward",
        "any-minutes",
        "specs/project_tracker.awm",
        """        and .day == "2026-03-17"
        and .minutes == 90
        and not .is_billable
  ) "an hour and a half, yesterday"
  expect i.spent_hours == old(i.spent_hours) + 1.5 "on that issue"
""",
        """        and .day == "2026-03-17"
        and not .is_billable
  ) "an hour and a half, yesterday"
  expect i.spent_hours > old(i.spent_hours) "on that issue"
""",
        "any number of minutes is as good as ninety",
    ),
    Plant(
        "reward",
        "all-orders-allowed",
        "specs/food_delivery.awm",
        '  expect dinner.status == "placed" "the other order stays"  # holds at the start: a guard\n',
        "  allow Order, OrderLine, User.wallet\n",
        "any order may be changed beside the one that is asked for",
    ),
    Plant(
        "reward",
        "refund-unseen",
        "specs/food_delivery.awm",
        "  answer: money = dinner.total + dinner.tip from cancelled.refund\n",
        "",
        "nothing has to be told",
    ),
    # ---- In what is made of them
    Plant(
        "reward",
        "last-check-dropped",
        "awmlang/lowering/rewards.py",
        "for expect in task.expects]",
        "for expect in task.expects[: max(1, len(task.expects) - 1)]]",
        "rewards.py lacks the last check of a task",
    ),
    Plant(
        "reward",
        "allowed-entities",
        "awmlang/lowering/rewards.py",
        "literal(task.allowed)",
        "literal(tuple((entity, None) for entity, _ in task.allowed))",
        "`allow E.field` allows all of E",
    ),
    _tasks(
        name="some-refusal",
        old="bool(expects) and all(",
        new="bool(expects) and any(",
        breaks="a task with `unchanged` beside others is not tried for vacuity",
    ),
    _tasks(
        name="answers-about-equal",
        old="math.isclose(a, b, rel_tol=1e-9)",
        new="math.isclose(a, b, rel_tol=0.5)",
        breaks="an answer may disagree with what the results say",
    ),
    # ---- In what grades
    _grading(
        name="one-more-row",
        old='if parts["new"] > within["new"]:',
        new='if parts["new"] > within["new"] + 1:',
        breaks="the frame allows one row more than the solution makes",
    ),
    _grading(
        name="whole-row-in-frame",
        old='beyond = set(columns) - set(within["changed"].get(key, ()))',
        new='beyond = set() if key in within["changed"] else set(columns)',
        breaks="of a row that the solution changes all may be changed",
    ),
    _grading(
        name="anything-gone",
        old='for key in parts["gone"] if key not in within["gone"]]',
        new='for key in parts["gone"] if not within["gone"]]',
        breaks="where the solution deletes a row, any may go",
    ),
    _grading(
        name="side-effects-pay",
        old="    if side_effects or any(",
        new="    if any(",
        breaks="side effects do not take the reward away",
    ),
    _grading(
        name="complete-with-side-effects",
        old="    return Grade(not reasons,",
        new="    return Grade(all(check.holds for check in checks),",
        breaks="a task is complete in spite of side effects",
    ),
    _grading(
        name="any-moment",
        old='info.types[column] == "datetime" and value is not None and start <= value <= now',
        new='info.types[column] == "datetime" and value is not None',
        breaks="end states are alike whatever their times are",
    ),
    _grading(
        name="tried-is-called",
        old="called = {call.tool for call in session.log if call.error is None}",
        new="called = {call.tool for call in session.log}",
        breaks="a call that fails counts as made",
    ),
    _grading(
        name="new-rows-unchanged",
        old='"unchanged": not changes',
        new='"unchanged": not any(change.old for change in changes)',
        breaks="`unchanged` holds though rows are new",
    ),
    _grading(
        name="guards-earn",
        old='earning = [check for check in checks if check.kind != "guard"]',
        new="earning = checks",
        breaks="what held at the start is paid for",
    ),
    _grading(
        name="deletions-unseen",
        old='        if new is None:\n            parts["gone"].append(str(key))\n        elif old is None:\n            parts["new"].append(',
        new='        if new is None:\n            continue\n        elif old is None:\n            parts["new"].append(',
        breaks="end states are alike whatever was deleted",
    ),
    _answers(
        name="everything-listed",
        old="MOST_OTHERS = 3\n",
        new="MOST_OTHERS = 300\n",
        breaks="a sentence that lists all numbers is right",
    ),
    _answers(
        name="longer-list",
        old="or len(given) != len(wanted)",
        new="or len(given) < len(wanted)",
        breaks="a list with more than was asked for is right",
    ),
    _answers(
        name="about-that-much",
        old="return round(said.value * 100) == round(wanted * 100)",
        new="return round(said.value) == round(wanted)",
        breaks="cents do not matter",
    ),
    _answers(
        name="some-of-the-numbers",
        old="return len(others) <= MOST_OTHERS and all(\n        any(_same_number",
        new="return len(others) <= MOST_OTHERS and any(\n        any(_same_number",
        breaks="one of several numbers will do",
    ),
    _answers(
        name="any-year",
        old='return said in (wanted, f"--{wanted[5:]}")',
        new="return said[-5:] == wanted[5:]",
        breaks="the day in another year is right",
    ),
    _answers(
        name="within-words",
        old='''said = f" {_plain(sentence)} "''',
        new="""said = "".join(f" {word} {word[:-1]} " for word in _plain(sentence).split())""",
        breaks="a text is found within other words",
    ),
]
