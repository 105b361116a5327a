from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awmlang.lowering.files import CellError, FileError, cell_value, inside, read_rows
from awmlang.semantics import types as t


def no_key(type, cell):
    raise CellError(f"no row {cell}")


def rows(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return [(row.place, row.cells) for row in read_rows(path, content)]


def test_csv_has_named_columns_and_empty_cells_are_null(tmp_path):
    content = '\ufefflabel,name,born\nada,"Ada\nLovelace",1815-12-10\n\n,Bob,\n'.encode()
    assert rows(tmp_path, "user.csv", content) == [
        ("line 2", {"label": "ada", "name": "Ada\nLovelace", "born": "1815-12-10"}),
        ("line 5", {"label": None, "name": "Bob", "born": None}),
    ]


def test_json_is_a_list_of_objects(tmp_path):
    assert rows(tmp_path, "user.json", b'[{"name": "Ada", "wallet": 1.10}, {}]') == [
        ("row 1", {"name": "Ada", "wallet": Decimal("1.10")}),
        ("row 2", {}),
    ]


def test_parquet_keeps_its_types(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "user.parquet"
    query = "SELECT 'Ada' AS name, 1.10::DECIMAL(9, 2) AS wallet, DATE '1815-12-10' AS born, NULL AS phone"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    (row,) = read_rows(path, path.read_bytes())
    assert row.place == "row 1"
    assert cell_value(t.Money(), row.cells["wallet"], no_key) == 110
    assert cell_value(t.Date(), row.cells["born"], no_key) == "1815-12-10"
    assert cell_value(t.Optional(t.Text()), row.cells["phone"], no_key) is None


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "it is empty: the first line names the columns"),
        ("a.csv", b"x,x\n1,2\n", "it has two columns x"),
        ("a.csv", b"x,y\n1,2\n1\n", "line 3 has 1 cells, but there are 2 columns"),
        ("a.csv", b'x\n"1', "line 2: unexpected end of data"),
        ("a.csv", b"x\n\xff\n", "it is not UTF-8: byte 2 is wrong"),
        ("a.json", b"{}", "it is not a list of objects"),
        ("a.json", b"[1]", "it is not a list of objects"),
        ("a.json", b"[" * 100_000, "it is not JSON: "),
        ("a.parquet", b"x", "it cannot be read as Parquet: "),
        ("a.txt", b"x", "a.txt is none of .csv, .json, .parquet"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, name, content, problem):
    with pytest.raises(FileError) as error:
        rows(tmp_path, name, content)
    assert str(error.value).startswith(problem)


def test_paths_stay_inside_the_folder(tmp_path):
    folder = tmp_path / "spec"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("x\n")
    outside = tmp_path / "secret.csv"
    outside.write_text("x\n")
    (folder / "link.csv").symlink_to(outside)
    assert inside(folder, "data/a.csv") == (folder / "data" / "a.csv").resolve()
    for written in ("../secret.csv", str(outside), "link.csv", "data/../../secret.csv"):
        with pytest.raises(FileError, match="lies outside the folder of the spec"):
            inside(folder, written)
    for written in ("data", "data/b.csv"):
        with pytest.raises(FileError, match="there is no file"):
            inside(folder, written)


STATUS = t.Enum("Status", ("open", "done"))


@pytest.mark.parametrize(
    ("type", "cell", "value"),
    [
        (t.Int(), "12", 12),
        (t.Int(), 12.0, 12),
        (t.Float(), "1e-2", 0.01),
        (t.Money(), "12.5", 1250),
        (t.Money(), 4.35, 435),
        (t.Bool(), "TRUE", 1),
        (t.Bool(), False, 0),
        (t.Text(), "e\u0301", "\u00e9"),
        (STATUS, "done", "done"),
        (t.Date(), "2024-02-29", "2024-02-29"),
        (t.Time(), "18:30", "18:30:00"),
        (t.Datetime(), "2024-02-29 18:30", "2024-02-29T18:30:00"),
        (t.List(t.Text()), '["a", "b"]', '["a","b"]'),
        (t.List(t.Money()), [1, 2.5], "[100,250]"),
        (t.Optional(t.Int()), None, None),
    ],
)
def test_what_a_cell_means(type, cell, value):
    assert cell_value(type, cell, no_key) == value


@pytest.mark.parametrize(
    ("type", "cell", "problem"),
    [
        (t.Int(), None, "a value is needed"),
        (t.Int(), "1.5", '"1.5" is not a whole number'),
        (t.Int(), "9007199254740992", '"9007199254740992" is not a whole number'),
        (t.Int(), "1e400", '"1e400" is not a whole number'),
        (t.Int(), True, '"True" is not a whole number'),
        (t.Float(), "NaN", '"NaN" is not a number'),
        (t.Money(), "1.005", '"1.005" has more than two decimals'),
        (t.Money(), "lots", '"lots" is not an amount of money'),
        (t.Bool(), "yes", '"yes" is neither true nor false'),
        (t.Text(), 5, '"5" is not a text'),
        (STATUS, "opened", '"opened" is none of open, done'),
        (t.Date(), "2023-02-29", '"2023-02-29" is no date, such as 2025-06-02'),
        (t.Datetime(), "2024-02-29T18:30:00Z", '"2024-02-29T18:30:00Z" is no date and time'),
        (t.List(t.Int()), "1, 2", 'a list is written as JSON, such as ["a", "b"]'),
        (t.List(t.Int()), '["x"]', '"x" is not a whole number'),
        (t.Ref("User"), "zoe", "no row zoe"),
    ],
)
def test_a_cell_that_does_not_fit(type, cell, problem):
    with pytest.raises(CellError) as error:
        cell_value(type, cell, no_key)
    assert str(error.value).startswith(problem)


ANY_TYPE = st.sampled_from(
    [t.Int(), t.Float(), t.Money(), t.Bool(), t.Date(), t.Time(), t.Datetime(), STATUS]
)


@given(ANY_TYPE, st.text() | st.integers() | st.floats() | st.lists(st.text()))
def test_any_cell_is_a_value_or_an_error(type, cell):
    try:
        value = cell_value(type, cell, no_key)
    except CellError as error:
        assert str(error)
    else:
        assert (
            cell_value(type, value / 100 if isinstance(type, t.Money) else _shown(type, value), no_key)
            == value
        )


def _shown(type, value):
    return bool(value) if isinstance(type, t.Bool) else value
