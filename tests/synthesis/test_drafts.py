"""Drafts as declarations, and what replies make of them."""

import json
import random

import pytest

from awmlang.diagnostics import Source
from awmlang.syntax import tree
from awmlang.syntax.convert import convert
from awmlang.syntax.parser import parse
from awmlang.synthesis.drafts import chunks, declaration_at, merged, spec_in, unfinished, without_last
from tests.syntax.specs import SPECS, plant

DRAFT = """# Things.
environment shop "A shop."

clock = "2025-06-02T09:00:00"

# What is sold.
entity Item { name: text }
data Item (name) { one = ("one") }
generate Item 3 { name = "n{n}" }
tool all_items() { "All." return Item { name } }

data Item (name) { ("two") }
"""


def keys(text: str) -> list[tuple[str, str]]:
    return [chunk.key for chunk in chunks(text)]


def test_a_text_is_its_declarations() -> None:
    assert keys(DRAFT) == [
        ("environment", ""), ("clock", ""), ("entity", "Item"), ("data", "Item"), ("generate", "Item"),
        ("tool", "all_items"), ("data", "Item"),
    ]  # fmt: skip
    assert chunks(DRAFT)[2].text == "# What is sold.\nentity Item { name: text }"
    assert declaration_at(DRAFT, DRAFT.index("All.")) == ("tool", "all_items")


@pytest.mark.parametrize("name", SPECS)
def test_taking_apart_and_putting_together_changes_nothing(name: str) -> None:
    text = SPECS[name]
    spec, _ = parse(Source(0, name, text))
    found = chunks(text)
    assert len(found) == 1 + len(spec.declarations) and all(chunk.is_whole for chunk in found)
    alone = [chunk for chunk in found if sum(other.key == chunk.key for other in found) == 1]
    for chunk in random.Random(name).sample(alone, 5):
        again, _ = parse(Source(0, name, merged(text, chunk.text)))
        assert tree.same(spec, again)


@pytest.mark.parametrize("name", SPECS)
def test_a_mistake_in_one_declaration_leaves_the_others_apart(name: str) -> None:
    text = SPECS[name]
    for seed in range(3):
        found = chunks(plant(text, random.Random(seed)).text)
        assert abs(len(found) - len(chunks(text))) <= 1


def test_a_reply_replaces_declarations_of_its_names_and_adds_others() -> None:
    reply = 'tool all_items() { "Every item." return Item { id } }\ntool none() { "Nothing." return 0 }\n'
    assert keys(merged(DRAFT, reply)) == [*keys(DRAFT), ("tool", "none")]
    assert "Every item." in merged(DRAFT, reply) and "All." not in merged(DRAFT, reply)


def test_data_of_an_entity_is_replaced_together() -> None:
    made = merged(DRAFT, 'data Item (name) { ("three") }')
    assert keys(made).count(("data", "Item")) == 1 and '("two")' not in made and '("one")' not in made


def test_a_declaration_is_taken_away() -> None:
    assert ("generate", "Item") not in keys(merged(DRAFT, "# delete generate Item\n"))


def test_half_a_declaration_replaces_nothing() -> None:
    assert merged(DRAFT, "tool all_items() { ").count("All.") == 1


def test_a_whole_spec_replaces_all() -> None:
    whole = DRAFT.replace("shop", "store")
    assert merged(DRAFT, whole) == whole


def test_the_end_of_a_reply_that_was_cut_off() -> None:
    cut = DRAFT[: DRAFT.index("return")]
    last = unfinished(cut)
    assert last is not None and last.key == ("tool", "all_items")
    assert keys(without_last(cut)) == keys(DRAFT)[:5]
    assert unfinished(DRAFT) is None


@pytest.mark.parametrize(
    "reply",
    [
        f"Here it is:\n\n```awm\n{DRAFT}```\n\nThe task is done: enjoy.",
        f"```\n{DRAFT}```",
        f"~~~awm\n{DRAFT}~~~",
        f"An example:\n```json\n[1]\n```\nand the spec\n```awm\n{DRAFT}\n```",
        f"Sure. An entity is a table.\n\n{DRAFT}\nI hope this helps; every task in it is solved.\n",
        f"```awm\n{DRAFT}",
        DRAFT,
    ],
)
def test_a_spec_is_found_among_prose(reply: str) -> None:
    found = spec_in(reply)
    assert found is not None and keys(found) == keys(DRAFT)


@pytest.mark.parametrize(
    "reply", ["", "I cannot do that.", "```python\nprint(1)\n```", "entity of type task"]
)
def test_what_is_no_spec_is_none(reply: str) -> None:
    assert spec_in(reply) is None


def test_json_is_merged_by_declaration() -> None:
    text, _, _ = convert(Source(0, "shop.awm", DRAFT), "json")
    assert text is not None
    new = {"tool": "none", "doc": "Nothing.", "body": ["return 0"]}
    made = json.loads(merged(text, json.dumps({"declarations": [new], "delete": ["generate Item"]})))
    assert new in made["declarations"] and not any("generate" in d for d in made["declarations"])
    assert len(made["declarations"]) == len(json.loads(text)["declarations"])


@pytest.mark.parametrize("reply", ["[1]", "{", '"x"', "{}"])
def test_other_json_changes_nothing(reply: str) -> None:
    text, _, _ = convert(Source(0, "shop.awm", DRAFT), "json")
    assert text is not None and json.loads(merged(text, reply)) == json.loads(text)
