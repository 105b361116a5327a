"""Seed data: data blocks, files, generated rows, other worlds of the same spec."""

from __future__ import annotations

import pytest

from .conftest import environment, errors

HEAD = """
environment plants "Plants."
clock = "2025-06-02T09:00:00"
enum Kind { tree bush herb }
entity Bed { name: text unique }
entity Plant {
  bed: Bed
  place: int = 0
  height: int = 1
  kind: Kind = "tree"
  price: money = 0
  weight: float = 0
  planted: datetime = now
  tag: text?
  is_dead: bool = false
  near: Plant?
  double = .height * 2
  neighbours = count(Plant as p where p.bed == .bed)
  check unique(.bed, .place)
}
data Bed (name) { north = ("north") south = ("south") }
tool plants() { "P." return Plant { *, double } }
tool list_(kind: Kind?) { "L." return list(Plant where .kind == kind?, .id) }
"""


def world(text: str, **more: object) -> list[dict]:
    """The plants of a spec with ``text`` behind it."""
    return environment(HEAD + text, **more).session().call("plants").value["items"]


def column(rows: list[dict], name: str) -> list:
    return [row[name] for row in rows]


def test_rows_of_a_block_in_order_with_defaults() -> None:
    rows = world(
        'data Plant (place, bed, height) { a = (1, north, 5) (2, south, 6) } data Plant (bed, place, near, tag) { (south, 9, a, "x") b = (north, 8, c, null) c = (north, 7, b, "late") }'
    )
    assert column(rows, "id") == [1, 2, 3, 4, 5]
    assert column(rows, "height") == [5, 6, 1, 1, 1]
    # Labels may be used before they are declared.
    assert column(rows, "near") == [None, None, 1, 5, 4]
    assert rows[0] == {
        "id": 1, "bed": 1, "place": 1, "height": 5, "kind": "tree", "price": 0.0, "weight": 0.0, "planted": "2025-06-02T09:00:00", "tag": None, "is_dead": False, "near": None, "double": 10,
    }  # fmt: skip


def test_values_are_expressions_over_labels_and_now() -> None:
    rows = world(
        'data Plant (bed, place, price, planted, tag) { (north, 1 + 2, 1.50, now - days(1), "on {now}") (north, 2, 2, now, upper("a")) }'
    )
    assert rows[0]["place"] == 3 and rows[0]["price"] == 1.5 and rows[0]["planted"] == "2025-06-01T09:00:00"
    assert (rows[1]["place"], rows[1]["tag"]) == (2, "A")


def test_values_read_no_rows() -> None:
    assert errors(HEAD + "data Plant (bed, place) { (north, count(Bed)) }") == ["AWM116"]


def test_labels_stay_out_of_tools() -> None:
    assert errors(HEAD + 'tool t() { "T." return north.name }') == ["AWM113"]
    assert errors(HEAD + "data Plant (bed) { (east) }") == ["AWM101"]
    assert errors(HEAD + 'data Bed (name) { north = ("again") }') == ["AWM110"]
    assert errors(HEAD + 'data Bed (name) { ("a", "b") }') == ["AWM211"]
    assert errors(HEAD + "data Plant (place) { (1) }") == ["AWM315"]


def test_files(tmp_path) -> None:
    (tmp_path / "plants.csv").write_text(
        "label,bed,place,height,price,planted,is_dead,near,tag\np1,north,1,7,1.50,2025-01-01T10:00:00,true,,\n,2,2,8,2,2025-01-02T10:00,false,p1,x\n"
    )
    (tmp_path / "more.json").write_text('[{"bed": "south", "place": 3, "near": 1, "tag": null}]')
    rows = world(
        'data Plant from "plants.csv" data Plant from "more.json" data Plant (bed, place, near) { (north, 4, north_plant) north_plant = (north, 5, null) }',
        spec_dir=tmp_path,
    )
    assert column(rows, "bed") == [1, 2, 2, 1, 1]
    assert column(rows, "near") == [None, 1, 1, 5, None]
    assert rows[0] | {"double": 0} == {
        "id": 1, "bed": 1, "place": 1, "height": 7, "kind": "tree", "price": 1.5, "weight": 0.0, "planted": "2025-01-01T10:00:00", "tag": None, "is_dead": True, "near": None, "double": 0,
    }  # fmt: skip
    assert rows[1]["planted"] == "2025-01-02T10:00:00" and rows[1]["tag"] == "x"


def test_generated_rows() -> None:
    rows = world(
        "generate Plant for bed in Bed, place in range(3) { bed = bed, place = place, height = n, kind = weighted(tree = 3, herb = 1), price = between(1.00, 2.00), weight = between(0.5, 1.5), "
        'planted = between("2025-01-01T00:00:00", now), tag = fake(name), is_dead = pick([true, false]) }'
    )
    assert column(rows, "bed") == [1, 1, 1, 2, 2, 2] and column(rows, "place") == [0, 1, 2, 0, 1, 2]
    assert column(rows, "height") == [1, 2, 3, 4, 5, 6]
    for row in rows:
        assert row["kind"] in ("tree", "herb") and 1 <= row["price"] <= 2 and 0.5 <= row["weight"] <= 1.5
        assert "2025-01-01T00:00:00" <= row["planted"] <= "2025-06-02T09:00:00" and row["tag"]


def test_the_dot_is_the_row_being_made() -> None:
    rows = world(
        'generate Plant 3 { bed = pick(Bed), place = n, height = .place * 10, price = .height * 2, tag = "{.bed.name}-{.id}-{.double}", weight = .neighbours, near = first(Plant where .place == .place) }'.replace(
            ", near = first(Plant where .place == .place)", ""
        )
    )
    assert column(rows, "height") == [10, 20, 30] and column(rows, "price") == [20.0, 40.0, 60.0]
    assert [row["tag"].split("-")[1:] for row in rows] == [["1", "20"], ["2", "40"], ["3", "60"]]
    assert {row["tag"].split("-")[0] for row in rows} <= {"north", "south"}
    assert column(rows, "weight") == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ("bed = north, place = .height, height = n", "AWM116"),
        ("bed = north, place = .place + 1", "AWM116"),
        ("place = n, height = .neighbours, bed = north", "AWM116"),
        ("bed = north, place = .double, height = n", "AWM116"),
        ("bed = north, place = .double", None),
        ("bed = north, height = n, place = .double", None),
        ("bed = pick(Bed where .name == \"z\"), place = n", "AWM411"),
        ("bed = north, place = between(5, 1)", "AWM411"),
        ("bed = north, place = [1][n]", "AWM412"),
        ("bed = north, place = 1", "AWM408"),
        ("place = n", "AWM315"),
        ("bed = north, place = pick(Bed)", "AWM201"),
    ],
)  # fmt: skip
def test_values_are_given_in_order(values: str, code: str | None) -> None:
    count = 1 if code is None else 2
    assert errors(HEAD + f"generate Plant {count} {{ {values} }}") == ([code] if code else [])


def test_a_block_sees_the_rows_that_stood_there_before_it() -> None:
    rows = world(
        "generate Plant 2 { bed = north, place = n, height = count(Plant) } generate Plant for p in Plant { bed = south, place = p.place, height = count(Plant) + p.height, near = p } "
        "generate Plant for p in (Plant sort .id desc take 1), i in range(p.height) { bed = north, place = 10 + i }"
    )
    assert column(rows, "height") == [0, 0, 2, 2, 1, 1]
    assert column(rows, "near") == [None, None, 1, 2, None, None]


def test_rows_are_drawn_again_when_they_hit_one_that_is_there() -> None:
    rows = world("generate Plant 6 { bed = pick(Bed), place = between(1, 3) }")
    assert sorted((row["bed"], row["place"]) for row in rows) == [
        (bed, place) for bed in (1, 2) for place in (1, 2, 3)
    ]
    assert errors(HEAD + "generate Plant 7 { bed = pick(Bed), place = between(1, 3) }") == ["AWM408"]


def test_the_same_seed_is_the_same_world_and_another_is_another() -> None:
    text = "generate Plant 20 { bed = pick(Bed), place = n, height = between(1, 1000) }"
    once, again = (environment(HEAD + text)._files for _ in range(2))
    assert once == again
    other = environment(HEAD + text, seed=1)
    assert column(world(text), "height") != column(world(text, seed=1), "height")
    assert other.manifest["seed"] == 1
    # What comes behind a block is drawn by itself: another block before it does not move it.
    more = world('generate Bed 3 { name = "bed {n}" } ' + text.replace("pick(Bed)", "north"))
    assert len(more) == 20


def test_templates_are_instantiated_anew_in_another_world() -> None:
    task = (
        "generate Plant 9 { bed = north, place = n, height = between(1, 3) } "
        'task find "Which plant is {p.height} high?" for p in (Plant where .height == 2) { solution { list_() } answer: int = p.id }'
    )
    made = [environment(HEAD + task, seed=seed) for seed in range(3)]
    assert len({tuple(str(entry["variable"]) for entry in world.tasks.values()) for world in made}) > 1
    for world_ in made:
        twos = [row["id"] for row in world_.session().call("plants").value["items"] if row["height"] == 2]
        for entry, key in zip(world_.tasks, twos, strict=True):
            assert world_.session(task=entry).grade(answer=key).complete


def test_other_data_is_another_world(tmp_path) -> None:
    (tmp_path / "bed.csv").write_text("label,name\nnorth,East\n,West\n,Middle\n")
    rows = world(
        "generate Plant for bed in Bed { bed = bed, place = n } data Plant (bed, place) { (north, 99) }",
        data=tmp_path,
    )
    assert column(rows, "bed") == [1, 2, 3, 1]
