"""What share of the flaws of a draft is repaired, by kind; that none gets through.

python -m tests.synthesis.flaws [--each 20]     # prints the table of docs/generate.md
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from awmlang.rollouts.endpoint import Settings
from awmlang.synthesis.drafts import chunks
from awmlang.synthesis.endpoint import Author
from awmlang.synthesis.loop import Budget, Outcome, generate
from awmlang.synthesis.verdict import Wanted, as_language
from tests.stand_in import Handler, Json, Reply, StandIn, refuses, says
from tests.syntax.specs import SPECS, plant
from tests.synthesis.model import Writer, fenced

GOOD = SPECS["food_delivery"]
WANTED = Wanted(tools=5, tasks=4)

Maker = Callable[[random.Random], Handler]
KINDS: dict[str, Maker] = {}


def kind(name: str) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        KINDS[name] = maker
        return maker

    return add


def _flawed(change: Callable[[str], str]) -> Handler:
    return Writer(GOOD, lambda good: fenced(change(good)))


@kind("a typo")
def _(random: random.Random) -> Handler:
    return _flawed(lambda good: plant(good, random).text)


@kind("five typos")
def _(random: random.Random) -> Handler:
    def change(text: str) -> str:
        for _ in range(5):
            text = plant(text, random).text
        return text

    return _flawed(change)


@kind("a field of the wrong type")
def _(random: random.Random) -> Handler:
    places = list(
        re.finditer(r"(?<=: )(text|money|int|bool|datetime|float)\b", GOOD[: GOOD.index("function")])
    )
    place = random.choice(places)
    other = random.choice([t for t in ("text", "money", "int", "bool", "datetime") if t != place[0]])
    return _flawed(lambda good: good[: place.start()] + other + good[place.end() :])


@kind("a missing guard against null")
def _(random: random.Random) -> Handler:
    pairs = [
        ("if line != null {\n    update line { quantity += quantity }\n  } else {", "if true {\n    update line { quantity += quantity }\n  } else {"),
        ("when .placed_at != null and now", "when now"),
        (' else empty_cart "The cart is empty."', ""),
    ]  # fmt: skip
    before, after = random.choice(pairs)
    assert before in GOOD
    return _flawed(lambda good: good.replace(before, after))


@kind("a task that checks nothing")
def _(random: random.Random) -> Handler:
    def change(text: str) -> str:
        task = random.choice(
            [c for c in chunks(text) if c.key[0] == "task" and "expect " in c.text and "solution" in c.text]
        )
        nothing = random.choice(
            ['expect me.wallet >= 0 "paid"', 'expect exists(Order) "ordered"', "expect true"]
        )
        body = task.text[: task.text.index("  expect ")] + f"  {nothing}\n}}"
        return text.replace(task.text, body)

    return _flawed(change)


@kind("a check left out")
def _(random: random.Random) -> Handler:
    checks = [
        '  expect exists(new OrderLine where .item == margherita and .quantity == 2)\n    "two Margheritas" weight 2\n',
        '  expect count(new Order where .status == "placed" and .address == home) == 1 "one order goes home"\n',
    ]
    check = random.choice(checks)
    assert check in GOOD
    return _flawed(lambda good: good.replace(check, ""))


@kind("a solution that does something else")
def _(random: random.Random) -> Handler:
    pairs = [("quantity = 2)", "quantity = 3)"), ("address = home)", "address = work)"), ("item = margherita", "item = noodles"), ('status = "placed", restaurant', 'status = "cart", restaurant')]  # fmt: skip
    before, after = random.choice(pairs)
    tasks = GOOD.index("task two_margheritas")
    assert before in GOOD[tasks:]
    return _flawed(lambda good: good[:tasks] + good[tasks:].replace(before, after))


@kind("prose and Markdown around it")
def _(random: random.Random) -> Handler:
    shapes = [
        "Sure! Here is the spec.\n\n```awm\n{}```\n\nIt has every task you asked for. Let me know!",
        "# The spec\n\nAn example of a row:\n```json\n{{}}\n```\n\n```\n{}\n```",
        "<think>An entity for users, then a tool to pay.</think>\n{}\nentity and tool counts are as wanted.",
        "{}",
    ]
    shape = random.choice(shapes)
    return Writer(GOOD, lambda good: says(shape.format(good)))


@kind("half a file")
def _(random: random.Random) -> Handler:
    place = random.randrange(len(GOOD) // 4, len(GOOD))
    return Writer(GOOD, lambda good: says(f"```awm\n{good[:place]}", "length"))


@kind("no spec at first")
def _(random: random.Random) -> Handler:
    answers = iter(
        [random.choice(["I cannot help with that.", "", "```python\nprint(1)\n```", "name: shop\ntools: []"])]
    )
    return Writer(GOOD, lambda good: says(next(answers, f"```awm\n{good}```")))


def _failing(*failures: Reply) -> Handler:
    left = itertools.chain(failures)
    writer = Writer(GOOD, fenced)
    return lambda request: next(left, None) or writer(request)


@kind("429, then an answer")
def _(random: random.Random) -> Handler:
    return _failing(*[refuses(429, "slow down", retry_after="0")] * random.randrange(1, 3))


@kind("500, then an answer")
def _(random: random.Random) -> Handler:
    return _failing(*[refuses(random.choice([500, 502, 503]))] * random.randrange(1, 3))


@kind("no answer in time, then one")
def _(random: random.Random) -> Handler:
    return _failing(replace(says("too late"), delay=1.5))


@kind("hostile texts")
def _(random: random.Random) -> Handler:
    texts = [
        "{" * 5_000,
        'environment a "b"\n' + "entity X { x: [" * 500,
        'environment a "b"\ndata X from "/etc/passwd"\n',
        "```awm\n" + "\0" * 100 + "\n```",
        'environment e "e"\ninvariant ' + "(" * 3_000,
        "\ud7ff" * 1_000 + "```",
        "environment e \"__import__('os').system('true')\"\ntool t() { \"'; DROP TABLE x; --\" return 1 }\n",
    ]
    text = random.choice(texts)
    return lambda request: says(text)


@dataclass
class Tally:
    tried: int = 0
    repaired: int = 0
    without_asking: int = 0
    kept_apart: int = 0
    got_through: int = 0
    rounds: int = 0


def attempt(handler: Handler) -> tuple[Outcome, list[Json]]:
    with StandIn(handler) as stand_in:
        author = Author(Settings("stand-in", stand_in.url, timeout=1, attempts=4, wait=0.01))
        return generate("Order meals.", author, WANTED, Budget(rounds=8)), stand_in.requests


def _declarations(text: str) -> list[str]:
    """In any order and layout."""
    return sorted(" ".join(chunk.text.split()) for chunk in chunks(text))


def tally(name: str, each: int) -> Tally:
    made = Tally()
    for number in range(each):
        outcome, _ = attempt(KINDS[name](random.Random(f"{name} {number}")))
        made.tried += 1
        if outcome.end != "done":
            made.kept_apart += 1
            continue
        assert outcome.best is not None
        is_good = _declarations(as_language(outcome.best.draft)) == _declarations(GOOD)
        made.got_through += not is_good
        made.repaired += is_good
        made.without_asking += len(outcome.rounds) == 1
        made.rounds += len(outcome.rounds) - 1
    return made


def table(each: int) -> Iterator[str]:
    yield "| flaw | tried | repaired | without asking | further replies | given up | otherwise |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name in KINDS:
        t = tally(name, each)
        more = f"{t.rounds / t.repaired:.1f}" if t.repaired else ""
        share = f"{t.repaired / t.tried:.0%}"
        yield f"| {name} | {t.tried} | {share} | {t.without_asking} | {more} | {t.kept_apart} | {t.got_through} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20)
    for line in table(parser.parse_args().each):
        print(line, flush=True)
