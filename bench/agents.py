"""What stands between an agent and its tools: the loop of a rollout with its store, and the server."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from mcp import Client

from awmlang.rollouts.episode import Rules
from awmlang.rollouts.rollout import Players, keys, rollout
from awmlang.rollouts.scripted import Reference
from awmlang.rollouts.store import Run
from awmlang.runtime import Environment
from bench.measure import Effort, Figure, child_environment

ROOT = Path(__file__).parent.parent
BUNDLES = sorted(path for path in (ROOT / "compiled").iterdir() if path.is_dir())
CALL = ("get_pharmacy", {"pharmacy_id": 1})
ATTEMPTS = 10


def episodes(effort: Effort) -> float:
    """Seconds an episode of the reference agent, over all tasks of ``compiled/``, each kept on the disk."""
    environments = [Environment.load(path) for path in BUNDLES]
    players = Players(lambda environment, key: Reference(environment.task(key.task)))
    todo = keys(environments, (), 1 if effort.rounds < ATTEMPTS else ATTEMPTS)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), {})
        start = perf_counter()
        progress = asyncio.run(rollout(environments, todo, players, Rules(), run, concurrency=16))
        seconds = perf_counter() - start
        run.close()
    assert progress.complete == len(todo)
    return seconds / len(todo)


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Where the clinic is in a process of its own, in which every client has its own session; and that process."""
    anywhere = ["--http", "127.0.0.1:0", "--control", "127.0.0.1:0"]
    command = [
        sys.executable,
        "-c",
        "from awmlang.cli import main; main()",
        "serve",
        "compiled/clinic",
        *anywhere,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=child_environment()
    ) as process:
        assert process.stdout
        told = re.fullmatch(r"clinic: (\S+)\n", process.stdout.readline())
        assert told
        try:
            yield told[1], process.pid
        finally:
            process.terminate()


def processor_time(process: int) -> float:
    """Seconds; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def over_mcp(url: str, process: int, calls: int) -> tuple[float, float]:
    """Seconds a call of the official client, the median; of the server's processor, the mean."""
    seconds = []
    async with Client(url) as client:
        await client.call_tool(*CALL)
        before = processor_time(process)
        for _ in range(calls):
            start = perf_counter()
            assert not (await client.call_tool(*CALL)).is_error
            seconds.append(perf_counter() - start)
        return statistics.median(seconds), (processor_time(process) - before) / calls


def in_process(calls: int) -> float:
    """Seconds a call, the median."""
    seconds = []
    with Environment.load(ROOT / "compiled" / "clinic").session() as session:
        for _ in range(calls + 1):
            start = perf_counter()
            assert session.call(*CALL).value
            seconds.append(perf_counter() - start)
    return statistics.median(seconds[1:])


def measure(effort: Effort) -> Iterator[Figure]:
    yield Figure(
        "agents", "an episode of the reference agent, with its line on the disk", "s", episodes(effort)
    )
    calls = effort.passes * 5
    with served() as (url, process):
        remote, processor = asyncio.run(over_mcp(url, process, calls))
    own = in_process(calls)
    yield Figure(
        "agents", "a call over MCP (to: in process)", "s", ours=remote, other=own, ratio=remote / own
    )
    yield Figure("agents", "of that, the server's processor", "s", ours=processor)
