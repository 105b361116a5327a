"""Scripts for other engines, run in them: the same rows, and the same rows refused."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import apsw
import pytest

from awmlang import bundle
from awmlang.cli.specs import Built, build
from awmlang.lowering.dialect_checks import FUNCTIONS, NotCarried, functions, postgres_pattern
from awmlang.lowering.dialects import DIALECTS, script
from awmlang.lowering.names import table_name
from awmlang.runtime import functions as fn
from awmlang.runtime.database import create
from tests.cli.conftest import invoke
from tests.conftest import Golden
from tests.lowering.engines import DuckDB, Engine, server, why_no_postgres

SPECS = sorted((Path(__file__).parent.parent.parent / "specs").glob("*.awm"))
RULES = Path(__file__).parent / "rules.awm"

Open = Callable[[str], Engine]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Open]:
    if reason := why_no_postgres():
        pytest.skip(reason)
    with server() as database:
        yield database


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def engine(dialect: str, request: pytest.FixtureRequest) -> Engine:
    """An empty database."""
    if dialect == "duckdb":
        return DuckDB()
    database: Open = request.getfixturevalue("postgres")
    return database(f"t{next(_numbers)}")


_numbers = itertools.count()


@cache
def built(path: Path) -> Built:
    made = build(str(path))
    assert made.compiled is not None and made.model is not None, made.diagnostics
    return made


def seed(made: Built) -> apsw.Connection:
    assert made.compiled is not None
    database = apsw.Connection(":memory:")
    database.deserialize("main", made.compiled.files[bundle.SEED])
    return database


def script_of(made: Built, dialect: Any, rows: bool = True) -> str:
    assert made.compiled is not None and made.model is not None
    return script(made.model, made.compiled.files[bundle.SEED], dialect, rows=rows)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_rows_are_those_of_the_seed(path: Path, dialect: str, engine: Engine) -> None:
    made = built(path)
    engine.run(script_of(made, dialect))
    database = seed(made)
    assert made.model is not None
    for entity in made.model.entities.values():
        columns = ", ".join(f'"{field}"' for field in entity.fields)
        query = f'SELECT {columns} FROM "{table_name(entity.name)}" ORDER BY "{entity.key.name}"'
        expected = database.execute(query).fetchall()
        assert engine.rows(query) == expected, entity.name


def test_how_a_script_looks(dialect: str, golden: Golden) -> None:
    golden(f"golden/rules.{dialect}.sql", script_of(built(RULES), dialect))


# ---- Rules


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


VALUES: dict[str, list[object]] = {
    "code": ["ABC-1", "abc-1", "ABC-", "XYZ-12\n", "\tAB-1", "É", "A.C-7"],
    "name": ["x", "", "a name of more than twenty letters", "Ünder", "straw"],
    "level": ["low", "high", "mid", "Low"],
    "is_on": [0, 1, 2],
    "amount": [0, 500, -1, 100_001],
    "ratio": [0.0, 0.5, 1.5, 1.0],
    "tags": ["[]", '["a"]', '["a","b","c"]'],
    "note": [None, "Needle", "hay", "in a NEEDLEstack", "straw hat"],
    "starts": ["2025-06-02", "2025-06-03", "2025-06-08"],
    "ends": [None, "2025-06-02", "2025-06-04", "2024-02-29"],
    "at": [None, "2025-06-02T09:00:00", "2025-06-03T23:30:00"],
    "of": [None, 1, 2, 77],
    "kind": ["k1", "k2", "zz"],
}


def attempts(count: int) -> list[dict[str, object]]:
    """Rows to try: nearly right, with up to two values of others."""
    rng = random.Random(5)
    right = {name: values[0] for name, values in VALUES.items()}
    found = []
    for number in range(count):
        row: dict[str, object] = {
            **right,
            "id": 100 + number,
            "name": f"row {number % 60}",
            "of": rng.choice([None, 1]),
        }
        row["starts"] = f"2025-06-{2 + 7 * rng.randrange(4):02}"
        for name in rng.sample(sorted(VALUES), rng.choice([0, 1, 1, 2])):
            row[name] = rng.choice(VALUES[name])
        found.append(row)
    return found


def test_the_same_rows_are_refused(dialect: str, engine: Engine) -> None:
    made = built(RULES)
    engine.run(script_of(made, dialect))
    assert made.compiled is not None
    sqlite = create(made.compiled.files[bundle.SCHEMA].decode())
    seeded = seed(made)
    sqlite.deserialize("main", seeded.serialize("main"))
    sqlite.execute("PRAGMA foreign_keys = ON")
    statements, kept = [], []
    for row in attempts(400):
        columns = ", ".join(f'"{name}"' for name in row)
        statement = f'INSERT INTO "thing" ({columns}) VALUES ({", ".join(map(literal, row.values()))})'
        statements.append(statement)
        try:
            sqlite.execute(statement)
            kept.append(True)
        except apsw.ConstraintError:
            kept.append(False)
    said = engine.attempt(statements)
    different = [
        (statement, answer)
        for statement, answer, accepted in zip(statements, said, kept, strict=True)
        if (answer == "") is not accepted
    ]
    assert not different
    assert 80 < sum(kept) < 350


def test_postgres_names_the_rule(postgres: Open) -> None:
    database = postgres("names")
    database.run(script_of(built(RULES), "postgres"))
    row = {**{name: values[0] for name, values in VALUES.items()}, "id": 900, "name": "other", "is_on": 1}
    wrong = {"level": "mid", "amount": -1, "code": "abc-1", "of": 77, "starts": "2025-06-03"}
    statements = []
    for name, value in wrong.items():
        changed = {**row, name: value}
        columns = ", ".join(f'"{column}"' for column in changed)
        statements.append(
            f'INSERT INTO "thing" ({columns}) VALUES ({", ".join(map(literal, changed.values()))})'
        )
    said = database.attempt(statements)
    rules = ["Thing.level", "Thing.amount", "Thing.code", "Thing.of.reference", "Thing.check_2"]
    for answer, rule in zip(said, rules, strict=True):
        assert f'"{rule}"' in answer


def test_deleting(dialect: str, engine: Engine) -> None:
    engine.run(script_of(built(RULES), dialect))
    deletes = [f'DELETE FROM "owner" WHERE "id" = {owner}' for owner in (1, 3, 2)]
    said = engine.attempt(deletes)
    pets = engine.rows('SELECT "name", "owner", "sitter" FROM "pet" ORDER BY "id"')
    if dialect == "postgres":
        assert [bool(answer) for answer in said] == [False, True, False]
        assert '"Pet.vet.reference"' in said[1]
        assert pets == [("Bello", 3, None), ("Coco", 3, None)]
    else:
        assert all(said)
        assert len(pets) == 4
        assert "ON DELETE CASCADE; the row it leads to cannot be deleted" in script_of(built(RULES), dialect)


def test_new_rows_go_on_counting(dialect: str, engine: Engine) -> None:
    engine.run(script_of(built(RULES), dialect))
    assert engine.attempt(['INSERT INTO "owner" ("name") VALUES (\'new\')']) == [""]
    assert engine.rows('SELECT max("id") AS m FROM "owner"') == [(4,)]


def test_ranges_that_must_not_overlap(postgres: Open) -> None:
    database = postgres("ranges")
    database.run(script_of(built(RULES), "postgres"))

    def booking(room: int, start: str, end: str, gone: int = 0) -> str:
        return (
            'INSERT INTO "booking" ("room", "starts", "ends", "is_gone", "is_gone_reason") '
            f"VALUES ({room}, '2025-06-02T{start}:00', '2025-06-02T{end}:00', {gone}, 'a')"
        )

    said = database.attempt(
        [
            booking(1, "09:00", "10:00"),
            booking(1, "10:00", "11:00"),
            booking(1, "09:30", "09:45"),
            booking(2, "09:30", "09:45"),
            booking(1, "09:30", "09:45", gone=1),
        ]
    )
    assert [bool(answer) for answer in said] == [False, False, True, False, False]
    assert '"Booking.check_1"' in said[2]


# ---- Functions and patterns

TEXTS = ["", "a", "Needle in HAY", " \t pad \n", "Éclair", "x'y\\z", "straw", "STRAW"]
TIMES = ["2024-02-29T23:59:59", "2025-06-02T00:00:00", "2025-12-31T12:30:00"]
DAYS = [time[:10] for time in TIMES]
NUMBERS = [-7, -1, 0, 2, 9]
SAMPLES: dict[str, list[tuple[Any, ...]]] = {
    **{name: [(text,) for text in TEXTS] for name in ("fold", "lower", "upper", "trim")},
    **{name: list(itertools.product(TEXTS, TEXTS)) for name in ("contains", "starts_with", "ends_with")},
    "divide": [(a, b) for a in NUMBERS for b in NUMBERS if b],
    "modulo": [(a, b) for a in NUMBERS for b in NUMBERS if b] + [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0)],
    **{name: [(value,) for value in (-1.5, -1.0, 0.0, 0.5, 2.999, 3)] for name in ("floor", "ceil")},
    **{name: [(value,) for value in TIMES] for name in ("date", "time")},
    **{name: [(value,) for value in TIMES + DAYS] for name in ("year", "month", "day", "weekday")},
    "datetime": list(itertools.product(DAYS, ["09:30:00"])),
    "shift": list(itertools.product(TIMES + DAYS, [0, 1, -1, 86_400, -90_000, 31_536_000])),
    "elapsed": [*itertools.product(TIMES, TIMES), *itertools.product(DAYS, DAYS)],
    "matches": list(itertools.product(TEXTS, ["[a-z]*", "straw|hay", r"\s.*"])),
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_is_that_of_the_language(name: str, dialect: Any, engine: Engine) -> None:
    if dialect not in FUNCTIONS[name]:
        assert name == "awm_matches"  # it becomes an operator there
        return
    engine.run("\n".join(functions([name], dialect)))
    plain = name.removeprefix("awm_")
    samples = SAMPLES[plain]
    calls = ", ".join(
        f"{name}({', '.join(map(literal, arguments))}) AS c{i}" for i, arguments in enumerate(samples)
    )
    (found,) = engine.rows(f"SELECT {calls}")
    expected = [getattr(fn, plain)(*arguments) for arguments in samples]
    assert [(a, b, c) for a, b, c in zip(samples, found, expected, strict=True) if b != c] == []


PATTERNS = [
    "[A-Z]{3}-[0-9]+", r"\d{2,4}", r"[\w.+-]+@[\w-]+\.[a-z]{2,}", "a|bc|", "(?:ab)*c?", r".*\.x", r"[^a-z]+", r"\S+\s\S+",
    r"\w*", "x{3}", "a+?b", r"\+[0-9 ]{1,5}", "[a\\-c]*", "^ab$", "é+", r"\D",
]  # fmt: skip
SUBJECTS = [
    "", "a", "ab", "abc", "ababc", "ABC-12", "abc-12", "12", "12345", "me@x.org", "me.x", "\n.x", "A B", "é", "éé", "xxx", "aab",
    "+49 1", "a-c", "a\n", "_", "٣", "z\tz", "Z9_",
]  # fmt: skip


def test_patterns_match_the_same(postgres: Open) -> None:
    cases = list(itertools.product(SUBJECTS, PATTERNS))
    parts = [
        f'{literal(subject)} COLLATE "C" ~ {literal(f"^(?:{postgres_pattern(pattern)})$")} AS c{i}'
        for i, (subject, pattern) in enumerate(cases)
    ]
    duck = DuckDB()
    duck.run("\n".join(functions(["awm_matches"], "duckdb")))
    in_duck = [f"awm_matches({literal(a)}, {literal(b)}) AS c{i}" for i, (a, b) in enumerate(cases)]
    expected = [fn.matches(subject, pattern) for subject, pattern in cases]
    for engine, made in ((postgres("patterns"), parts), (duck, in_duck)):
        (found,) = engine.rows(f"SELECT {', '.join(made)}")
        assert [case for case, a, b in zip(cases, found, expected, strict=True) if a != b] == []


@pytest.mark.parametrize(
    "pattern", ["(?i)a", r"\pL+", "a{300}", r"\bx", "[[:alpha:]]", r"[\D]", r"\x41", "(?P<a>b)"]
)
def test_a_pattern_that_postgres_reads_otherwise_is_not_carried(pattern: str) -> None:
    with pytest.raises(NotCarried):
        postgres_pattern(pattern)


# ---- The command


def test_the_command(dialect: str, engine: Engine) -> None:
    done = invoke("sql", RULES, "--dialect", dialect, "--no-rows")
    assert done.exit_code == 0
    engine.run(done.stdout)
    assert engine.rows('SELECT count(*) AS n FROM "thing"') == [(0,)]


def test_a_broken_spec(tmp_path: Path) -> None:
    path = tmp_path / "x.awm"
    path.write_text("entity")
    assert invoke("sql", path, "--dialect", "duckdb").exit_code == 1
    assert invoke("sql", path).exit_code == 2


def test_a_text_that_no_script_can_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.awm"
    path.write_text(
        'environment x "X."\nclock = "2025-06-02T09:00:00"\nentity A { t: text }\ndata A from "a.json"\n'
    )
    (tmp_path / "a.json").write_text('[{"t": "a\\u0000b"}]')
    done = invoke("sql", path, "--dialect", "postgres")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
