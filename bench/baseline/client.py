"""Start the baseline, list its tools, play episodes over MCP, and print what it cost as JSON.

Runs with the packages of requirements.txt: ``python -m bench.baseline.client PASSES < calls.json``.
The database file is put back between episodes from outside, while the server is idle.
"""

import asyncio
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

START_TIMEOUT = 60  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.002)
    raise TimeoutError(f"no answer on port {port} in {START_TIMEOUT} s")


def copy_database(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as before, sqlite3.connect(target) as after:
        before.backup(after)


async def play(session: ClientSession, calls: list[Any]) -> tuple[list[float], list[Any]]:
    """Seconds and parsed result of each call, in order."""
    seconds, results = [], []
    for tool, arguments in calls:
        start = time.perf_counter()
        result = await session.call_tool(tool, arguments)
        seconds.append(time.perf_counter() - start)
        text = result.content[0].text
        if result.isError:
            raise RuntimeError(f"{tool}: {text}")
        results.append(json.loads(text))
    return seconds, results


async def measure(folder: Path, calls: list[Any], passes: int) -> dict[str, Any]:
    port = free_port()
    database, pristine = folder / "clinic.db", folder / "pristine.db"
    environment = {**os.environ, "PORT": str(port), "DATABASE_PATH": f"sqlite:///{database}"}
    start = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "bench.baseline.main"], env=environment)
    try:
        wait_for_port(server, port)
        async with (
            streamablehttp_client(f"http://127.0.0.1:{port}/mcp") as (reader, writer, _),
            ClientSession(reader, writer) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            started = time.perf_counter() - start
            copy_database(database, pristine)
            episodes: list[list[float]] = []
            results: list[Any] = []
            for number in range(passes + 1):
                seconds, answers = await play(session, calls)
                if number == 0:  # the warm-up, from which the answers are taken
                    results = answers
                else:
                    episodes.append(seconds)
                copy_database(pristine, database)
            memory = psutil.Process(server.pid).memory_full_info()
        return {
            "start": started,
            "tools": sorted(tool.name for tool in tools),
            "resident": memory.rss,
            "unique": memory.uss,
            "episodes": episodes,
            "results": results,
        }
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    calls = json.load(sys.stdin)
    memory_disk = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory_disk if memory_disk.is_dir() else None))
    try:
        print(json.dumps(asyncio.run(measure(folder, calls, int(sys.argv[1])))))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
