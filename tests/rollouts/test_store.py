"""A run survives whatever happens to the process that plays it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awmlang.rollouts.episode import Key, Rules
from awmlang.rollouts.rollout import Players, keys, rollout
from awmlang.rollouts.scripted import Reference
from awmlang.rollouts.store import EPISODES, SETTINGS, Run, Unusable, episodes
from awmlang.rollouts.turns import Unavailable
from awmlang.runtime import Environment
from tests.rollouts.conftest import COMPILED

Json = dict[str, Any]

PLAYED = {"model": "m", "free": {"concurrency": 1}}


def record(attempt: int, words: str = "") -> Json:
    return {"environment": "e", "task": "t", "attempt": attempt, "words": words}


def append(run: Run, *records: Json) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(run.append(each) for each in records))

    asyncio.run(all_at_once())


def test_what_is_appended_is_there(tmp_path: Path) -> None:
    run = Run(tmp_path / "new" / "run", PLAYED)
    append(run, *(record(attempt, "ü\n\x00\ud800") for attempt in range(50)))
    run.close()
    found = list(episodes(tmp_path / "new" / "run"))
    assert [each["attempt"] for each in found] == list(range(50))
    assert found[0]["words"] == "ü\n\x00?"
    again = Run(tmp_path / "new" / "run", {**PLAYED, "free": {"concurrency": 2}})
    assert again.done == {Key("e", "t", attempt) for attempt in range(50)}
    again.close()


@settings(max_examples=20)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.data())
def test_a_file_cut_anywhere(words: list[str], data: st.DataObject) -> None:
    """A reader skips the half line, the next player cuts it off and goes on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = Run(folder, PLAYED)
        append(run, *(record(attempt, text) for attempt, text in enumerate(words)))
        run.close()
        file = folder / EPISODES
        content = file.read_bytes()
        kept = data.draw(st.integers(0, len(content)))
        garbage = data.draw(st.sampled_from([b"", b"\0" * 100, b"\0\0\n\0", b"{\n"]))
        file.write_bytes(content[:kept] + garbage)
        whole = content[:kept].count(b"\n")
        assert len(list(episodes(folder))) == whole
        run = Run(folder, PLAYED)
        assert len(run.done) == whole
        append(run, record(100))
        run.close()
        assert [each["attempt"] for each in episodes(folder)] == [*range(whole), 100]


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path, PLAYED)
    append(run, record(0), record(1))
    run.close()
    file = tmp_path / EPISODES
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + b"{]\n" + lines[1])
    with pytest.raises(Unusable, match=r"line 2 of .* is damaged"):
        Run(tmp_path, PLAYED)
    with pytest.raises(Unusable, match=r"line 2 of .* is damaged"):
        list(episodes(tmp_path))
    assert file.read_bytes().count(b"\n") == 3, "nothing was lost"


def test_a_run_goes_on_only_as_it_was_begun(tmp_path: Path) -> None:
    Run(tmp_path, PLAYED).close()
    with pytest.raises(Unusable, match='another model: "m", not "n"'):
        Run(tmp_path, {**PLAYED, "model": "n"})
    assert json.loads((tmp_path / SETTINGS).read_text()) == PLAYED
    (tmp_path / SETTINGS).unlink()
    Run(tmp_path, PLAYED).close()
    (tmp_path / EPISODES).write_text('{"environment":"e","task":"t","attempt":0}\n')
    (tmp_path / SETTINGS).unlink()
    with pytest.raises(Unusable, match=r"has episodes, but no run\.json"):
        Run(tmp_path, PLAYED)
    (tmp_path / SETTINGS).write_text("{")
    with pytest.raises(Unusable, match="is damaged"):
        Run(tmp_path, PLAYED)
    with pytest.raises(Unusable, match="is no run"):
        list(episodes(tmp_path / "none"))


def test_one_process_at_a_time(tmp_path: Path) -> None:
    run = Run(tmp_path, PLAYED)
    with pytest.raises(Unusable, match="by another process"):
        Run(tmp_path, PLAYED)
    run.close()
    Run(tmp_path, PLAYED).close()


def test_a_disk_that_is_full_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(tmp_path, PLAYED)
    append(run, record(0))
    write = os.write

    def half(file: int, data: memoryview) -> int:
        write(file, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space"):
            append(run, record(1))
    append(run, record(2))
    run.close()
    assert [each["attempt"] for each in episodes(tmp_path)] == [0, 2]


# ---- Playing


def play(food: Environment, folder: Path, players: Players, attempts: int = 2) -> Any:
    run = Run(folder, PLAYED)
    try:
        todo = keys([food], (), attempts)
        return asyncio.run(rollout([food], todo, players, Rules(), run, concurrency=4))
    finally:
        run.close()


def test_an_episode_that_no_reply_came_for_is_played_later(food: Environment, tmp_path: Path) -> None:
    class Away:
        async def turn(self, messages: list[Json], most_tokens: int | None) -> Any:
            raise Unavailable("nobody there")

    def second_attempts_fail(environment: Environment, key: Key) -> Any:
        return Away() if key.attempt else Reference(environment.task(key.task))

    progress = play(food, tmp_path, Players(second_attempts_fail))
    assert (progress.episodes, progress.complete) == (6, 6)
    assert set(progress.failed) == {Key(food.name, task, 1) for task in food.tasks}
    progress = play(food, tmp_path, Players(lambda environment, key: Reference(environment.task(key.task))))
    assert (progress.episodes, progress.failed) == (6, {})
    assert len(list(episodes(tmp_path))) == 12


def test_an_endpoint_that_is_gone_is_left_alone(food: Environment, tmp_path: Path) -> None:
    asked = []

    class Away:
        async def turn(self, messages: list[Json], most_tokens: int | None) -> Any:
            asked.append(1)
            raise Unavailable("nobody there")

    progress = play(food, tmp_path, Players(lambda *_: Away()), attempts=50)
    assert progress.episodes == 0
    assert 10 <= len(asked) < 20


def test_what_an_agent_raises_ends_the_run(food: Environment, tmp_path: Path) -> None:
    class Broken:
        async def turn(self, messages: list[Json], most_tokens: int | None) -> Any:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        play(food, tmp_path, Players(lambda *_: Broken()))
    Run(tmp_path, PLAYED).close()


def test_a_run_that_is_killed_again_and_again(tmp_path: Path) -> None:
    """No episode is lost, none is played twice, wherever kill -9 hits."""
    attempts, tasks = 250, 6
    command = [
        *(sys.executable, "-c", "from awmlang.cli import main; main()"),
        *("rollout", str(COMPILED / "food_delivery"), "--agent", "reference"),
        *("-k", str(attempts), "--concurrency", "8", "--out", str(tmp_path)),
    ]
    file, moments = tmp_path / EPISODES, random.Random(7)
    killed = 0
    for _ in range(4):
        until = (file.stat().st_size if file.exists() else 0) + moments.randrange(1, 500_000)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            while process.poll() is None and (not file.exists() or file.stat().st_size < until):
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
        lines = file.read_bytes().split(b"\n")[:-1]
        assert all(json.loads(line) for line in lines), "at most the last line is half written"
    assert killed >= 3
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "were there already" in done.stdout
    played = Counter((each["task"], each["attempt"]) for each in episodes(tmp_path))
    assert len(played) == attempts * tasks
    assert set(played.values()) == {1}
