"""Data files in place of the rows of a spec, which its labels are then missing from."""

from pathlib import Path

import pytest

from awmlang.diagnostics import Diagnostic, Source
from awmlang.lowering.compile import Compiled, compile_model
from awmlang.runtime.environment import Environment
from tests.lowering.worlds import HEAD, model_of

SHOP = """
entity Item { name: text  price: money }
tool reprice(item: Item, price: money) { "Change a price." update item { price = price } return item { price } }
data Item (name, price) { pen = ("Pen", 1.20) ink = ("Ink", 2.00) }
"""
TASKS = """
task dearer_pen "Sell the {pen.name} a dollar dearer." {
  solution { reprice(item = pen, price = pen.price + 1) }
  expect pen.price == old(pen.price) + 1 "dearer"
}
task free "Give the {i.name} away for nothing." for i in (Item where .price > 0) {
  solution { reprice(item = i, price = 0) }
  expect i.price == 0 "free"
}
"""


def compiled(text: str, data: Path) -> tuple[Compiled | None, list[str]]:
    source = Source(0, "shop.awm", HEAD + text)
    made, found = compile_model(model_of(text), source=source, data=data, spec_dir=Path())
    return made, [told(d, source) for d in found]


def told(found: Diagnostic, source: Source) -> str:
    return f"{found.code.id} {source.text[found.span.start : found.span.end]}: {found.message}"


def test_tasks_about_rows_that_are_not_there_are_left_out_and_templates_made_anew(tmp_path):
    (tmp_path / "item.csv").write_text("name,price\nCap,0.10\nInk,2.00\nBag,0\n")
    made, found = compiled(SHOP + TASKS, tmp_path)
    assert found == [
        "AWM610 pen: The task `dearer_pen` is left out: no row of the data at hand has the label `pen`."
    ]
    environment = Environment(made.files)
    assert {id: task["prompt"] for id, task in environment.tasks.items()} == {
        "free[1]": "Give the Cap away for nothing.",
        "free[2]": "Give the Ink away for nothing.",
    }


def test_tasks_about_rows_that_the_files_label_stay(tmp_path):
    (tmp_path / "item.csv").write_text("label,name,price\n,Cap,0.10\npen,Pencil,0.70\n")
    made, found = compiled(SHOP + TASKS, tmp_path)
    assert not found
    tasks = Environment(made.files).tasks
    assert tasks["dearer_pen"]["solution"] == [{"tool": "reprice", "arguments": {"item_id": 2, "price": 1.7}}]


@pytest.mark.parametrize(
    "part",
    [
        'task t "T." { solution { reprice(item = 1, price = 3) } expect pen.price == 3 "x" }',
        'task t "T." { solution { reprice(item = 1, price = 3) } answer: money = 3 from pen.price }',
        'task t "T." { solution { reprice(item = 1, price = 3) } judge "About {pen.name}." }',
        'task t "T." { solution { reprice(item = 1, price = 3) } user "You are {pen.name}." }',
        'task t "T." { solution { if true { for i in [pen] { reprice(item = i, price = 3) } } } }',
        'task t "T." for i in (Item where .price > pen.price) { solution { reprice(item = i, price = 3) } }',
    ],
)
def test_a_label_is_found_in_every_part_of_a_task(tmp_path, part):
    (tmp_path / "item.csv").write_text("name,price\nCap,0.10\n")
    made, found = compiled(SHOP + part, tmp_path)
    assert [line.partition(":")[0] for line in found] == ["AWM610 pen"]
    assert not Environment(made.files).tasks


def test_somebody_must_be_there_to_be_signed_in(tmp_path):
    (tmp_path / "user.csv").write_text("name\nBob\n")
    text = 'me: User = alice entity User { name: text } data User (name) { alice = ("Alice") } generate User 2 { name = fake(name) }'
    made, found = compiled(text, tmp_path)
    assert made is None
    assert found == [
        "AWM405 alice: Nobody can be signed in: no User of the data at hand has the label `alice`."
    ]


def test_a_generate_block_about_a_row_that_is_not_there(tmp_path):
    (tmp_path / "item.csv").write_text("name,price\nCap,0.10\n")
    text = "entity Sale { item: Item } generate Sale 2 { item = pick(Item where .price >= pen.price) }"
    made, found = compiled(SHOP + text, tmp_path)
    assert made is None
    assert [line[:6] for line in found] == ["AWM405"]


def test_every_file_of_the_folder_is_of_an_entity(tmp_path):
    for name in (
        "item.csv",
        "item.json",
        "items.csv",
        "OrderLine.csv",
        "ITEM.CSV",
        "zebra.json",
        "notes.md",
        ".item.csv",
    ):
        (tmp_path / name).write_text("name,price\nCap,0.10\n")
    (tmp_path / "more.csv").mkdir()
    source = Source(0, "shop.awm", HEAD + SHOP)
    model = model_of(SHOP + "entity OrderLine { item: Item }")
    made, found = compile_model(model, source=source, data=tmp_path, spec_dir=Path())
    assert made is None
    assert {d.code.id for d in found} == {"AWM401"}
    assert [(d.message, d.help) for d in found] == [
        ("`ITEM.CSV` is named like no entity.", "Did you mean `item.csv`?"),
        ("`OrderLine.csv` is named like no entity.", "Did you mean `order_line.csv`?"),
        ("`item.json` is not read: `item.csv` is there too.", "Keep one of the two."),
        ("`items.csv` is named like no entity.", "Did you mean `item.csv`?"),
        ("`zebra.json` is named like no entity.", "There is `item` and `order_line`."),
    ]
