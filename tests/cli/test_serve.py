"""``awmc serve`` as a process: over HTTP until a signal, on stdin and stdout until the end of stdin."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO
from urllib.request import Request, urlopen

import pytest
from mcp import Client, StdioServerParameters

from tests.cli.conftest import invoke

CODE = ("-c", "from awmlang.cli import main; main()")


def test_over_http(starter: str) -> None:
    anywhere = ("--http", "127.0.0.1:0", "--control", "127.0.0.1:0")
    with subprocess.Popen(
        [sys.executable, *CODE, "serve", starter, *anywhere, "--task", "got_milk"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        url = re.fullmatch(r"starter: (http://127\.0\.0\.1:\d+/starter/mcp)\n", process.stdout.readline())
        control = re.fullmatch(r"control: (http://\S+) \(token (\S+)\)\n", process.stdout.readline())
        assert url and control

        def ask(path: str, body: bytes | None = None) -> object:
            headers = {"Authorization": f"Bearer {control[2]}"}
            with urlopen(Request(control[1] + path, body, headers)) as answer:
                return json.load(answer)

        async def visit() -> None:
            async with Client(url[1]) as client:
                await client.call_tool("finish_item", {"item_id": 1})
                [session] = ask("/sessions")["sessions"]
                assert ask(f"/sessions/{session['id']}/grade", b"{}")["complete"]

        asyncio.run(visit())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


def test_on_stdin_and_stdout(starter: str) -> None:
    arguments = [*CODE, "serve", starter, "--stdio", "--task", "got_milk"]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}

    async def visit(errors: IO[str]) -> None:
        server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)
        async with Client(server) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == [
                "add_item",
                "list_items",
                "finish_item",
            ]
            done = await client.call_tool("finish_item", {"item_id": 1})
            assert done.structured_content == {"id": 1, "title": "Buy milk", "is_done": True}
            again = await client.call_tool("finish_item", {"item_id": 1})
            assert again.is_error

    asyncio.run(visit(sys.stderr))


def test_lines_on_stdin_that_are_no_messages(starter: str) -> None:
    """They do no harm; and the control API is there beside, if it is given an address."""
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        },
    }
    lines = [
        *(b"hello", b"{", b"[]", b"\xff\xfe", b"[" * 50_000),
        json.dumps(hello).encode(),
        b'{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        b'{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_items"}}',
    ]
    command = [sys.executable, *CODE, "serve", starter, "--stdio", "--control", "127.0.0.1:0"]
    with subprocess.Popen(
        [*command, "--task", "got_milk"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env={**os.environ, "AWMC_TOKEN": "t"},
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        control = re.fullmatch(rb"control: (http://\S+) \(token of AWMC_TOKEN\)\n", process.stderr.readline())
        assert control
        process.stdin.write(b"\n".join(lines) + b"\n")
        results = {}
        while 2 not in results:
            answer = json.loads(process.stdout.readline())
            if "result" in answer:
                results[answer["id"]] = answer["result"]
        path = f"{control[1].decode()}/sessions/stdio/grade"
        with urlopen(Request(path, b"{}", {"Authorization": "Bearer t"})) as graded:
            assert json.load(graded)["complete"] is False
        process.stdin.close()
        assert process.wait(20) == 0
    assert results[1]["instructions"].startswith("Keep a list of things to do.")
    assert results[2]["structuredContent"]["items"][0]["title"] == "Buy milk"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--http", "8000"), 2, "8000 is not of the form HOST:PORT"),
        (("--http", "127.0.0.1:99999"), 2, "is not of the form HOST:PORT"),
        (("--http", "127.0.0.1:0", "--stdio"), 2, "Give --http or --stdio, not both."),
        (("--idle", "0"), 2, "--idle"),
        (("--task", "got_milc"), 1, "did you mean got_milk?"),
    ],
)
def test_mistakes(starter: str, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = invoke("serve", starter, *arguments)
    assert done.exit_code == code
    assert words in " ".join(done.stderr.split())


def test_what_cannot_be_served(starter: str, broken: str, tmp_path: Path) -> None:
    assert "does not compile" in invoke("serve", broken).stderr
    assert invoke("serve", starter, str(tmp_path / "none.awm"), "--stdio").exit_code == 2
    assert invoke("serve", "-", "--stdio").exit_code == 2
    invoke("compile", starter, "--out", tmp_path)
    assert "both called starter" in invoke("serve", starter, tmp_path / "starter").stderr


def test_a_port_that_is_taken(starter: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match="Address already in use") as caught:
            invoke("serve", starter, "--http", place)
    assert (caught.value.strerror, caught.value.filename) == ("Address already in use", place)
