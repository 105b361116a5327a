"""Every measurement runs and finds something; how much is nothing for a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from awmlang.runtime.environment import Environment
from bench import against, airline, report, world
from bench.episode import EPISODE
from bench.measure import QUICK, Figure
from bench.run import MEASUREMENTS, main
from tests.oracle import recording

needs_baseline = pytest.mark.skipif(not against.available(), reason="make bench/.venv/installed")
NAMES = [pytest.param(name, marks=needs_baseline if name == "against" else ()) for name in MEASUREMENTS]


@pytest.mark.parametrize("name", NAMES)
def test_measurement_finds_positive_figures(name: str) -> None:
    figures = list(MEASUREMENTS[name](QUICK))
    assert figures
    for figure in figures:
        assert figure.measurement == name
        assert figure.ours >= 0
        assert figure.other is None or figure.other > 0
        assert figure.ratio is None or figure.ratio > 0
        assert (figure.met is None) == (figure.goal is None)


@pytest.mark.skipif(recording.folder() is None, reason="no shared/oracle/airline beside the repository")
def test_the_airline_is_measured() -> None:
    figures = list(airline.measure(QUICK, ("replay", "perturbed")))
    assert len(figures) == 1 + 14 + 3
    assert all(figure.ours > 0 for figure in figures)


def test_the_episode_calls_every_tool_and_all_succeed() -> None:
    environment = world.clinic()
    assert {tool for tool, _ in EPISODE} == set(environment.program)
    with environment.session() as session:
        for tool, arguments in EPISODE:
            assert session.call(tool, arguments).ok, tool


@needs_baseline
def test_the_baseline_answers_as_the_environment_does() -> None:
    life = against.baseline_life(episodes=1)
    assert life["tools"] == sorted(world.clinic().program)
    assert against.differences(life["results"]) == []


@pytest.mark.parametrize("rows", [150, 1_500])
def test_larger_worlds_have_as_many_rows_as_asked_for(rows: int) -> None:
    environment: Environment = world.clinic_of(rows)
    assert world.count_rows(environment.session().database.connection) == rows


def test_a_goal_is_met_or_not() -> None:
    slow = Figure("calls", "a call", "s", ours=3.0, other=1.0, ratio=3.0, goal=("ratio at most", 2))
    quick = Figure("calls", "a call", "s", ours=1.0, other=300.0, ratio=300.0, goal=("ratio at least", 100))
    large = Figure("crowd", "sessions", "B", ours=3e9, goal=("at most", 2e9))
    assert [figure.met for figure in (slow, quick, large)] == [False, True, False]
    assert report.table([slow, quick, large]).row_count == 3


def test_figures_are_written_to_their_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}old\n{report.END}after\n")
    figure = Figure("calls", "  a call", "s", ours=3e-6, other=1e-6, ratio=3.0, goal=("ratio at most", 2))
    for _ in range(2):
        report.write(page, report.markdown([figure], "On this machine."))
    begin, lines, end = page.read_text().partition("| a call | 3 µs | 1 µs | 3.00 | ≤ 2× | NO |\n")
    assert begin.startswith(f"before\n{report.BEGIN}\nOn this machine.\n\n| what |")
    assert lines
    assert end == f"\n{report.END}after\n"
    page.write_text("no place")
    with pytest.raises(ValueError, match="no place for figures"):
        report.write(page, "")
    assert list(tmp_path.iterdir()) == [page]


def test_the_docs_have_a_place_for_figures() -> None:
    page = (against.ROOT / "docs" / "bench.md").read_text("utf-8")
    assert page.index(report.BEGIN) < page.index(report.END)


@pytest.mark.parametrize("options", [["--quick"], ["--only", "calls"]])
def test_only_the_figures_of_a_whole_run_are_written(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("")
    done = CliRunner().invoke(main, [*options, "--write", str(tmp_path / "page.md")])
    assert done.exit_code == 2
    assert "all measurements" in done.output


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.34e-6, "s", "12.3 µs"),
        (0.15, "s", "150 ms"),
        (2.5, "s", "2.5 s"),
        (2e9, "B", "2 GB"),
        (79.2e6, "B", "79.2 MB"),
    ],
)
def test_amounts_have_a_unit_that_fits(value: float, unit: str, text: str) -> None:
    assert report.amount(value, unit) == text


def test_the_episode_is_json() -> None:
    assert json.loads(json.dumps(EPISODE)) == [list(call) for call in EPISODE]
