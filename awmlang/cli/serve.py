"""``awmc serve``: environments for agents, over MCP."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.call import near, task_names
from awmlang.cli.extras import need
from awmlang.cli.output import Failure, console
from awmlang.cli.specs import STDIN, complete_from, open_environments

if TYPE_CHECKING:
    from awmlang.runtime.environment import Environment
    from awmlang.serving.serve import Begun, Plan

TOKEN = "AWMC_TOKEN"

Place = tuple[str, int]


class HostPort(click.ParamType[Place]):
    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        if isinstance(value, tuple):
            return value
        host, colon, port = str(value).rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            self.fail(f"{value} is not of the form HOST:PORT, as in 127.0.0.1:8000.", param, ctx)
        return host, int(port)


@click.command()
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@click.option("--http", type=HostPort(), help="Where agents come to.  [default: 127.0.0.1:8000]")
@click.option("--stdio", is_flag=True, help="Serve one session on stdin and stdout instead.")
@click.option(
    "--control", type=HostPort(), help="The control API.  [default: 127.0.0.1:8001; with --stdio none]"
)
@click.option(
    "--task", shell_complete=complete_from(task_names), help="The task of sessions for which none is chosen."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Its instance, of a template."
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name that agents know this host by."
)
@click.option(
    "--max-sessions",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    help="Sessions open at once.",
)
@click.option(
    "--idle",
    type=click.FloatRange(min=0, min_open=True),
    default=1_800,
    show_default=True,
    help="Seconds until an idle session is closed.",
)
@click.option(
    "--max-body",
    type=click.IntRange(min=1),
    default=1 << 20,
    show_default=True,
    help="Bytes of a request.",
)
@click.option(
    "--call-time",
    type=click.FloatRange(min=0, min_open=True),
    default=10,
    show_default=True,
    help="Seconds that a call may take.",
)
def serve(
    bundles: tuple[str, ...],
    http: Place | None,
    stdio: bool,
    control: Place | None,
    task: str | None,
    seed: int,
    hosts: tuple[str, ...],
    max_sessions: int,
    idle: float,
    max_body: int,
    call_time: float,
) -> None:
    """Serve environments to agents over MCP, and their sessions over HTTP.

    BUNDLE is a spec or the folder of a bundle. Every client has a session of its own. Sessions, tasks and grades are in
    the control API, which asks for a token: that of the variable AWMC_TOKEN, or else a new one, which is printed.
    """
    if stdio and http:
        raise click.UsageError("Give --http or --stdio, not both.")
    if stdio and len(bundles) > 1:
        raise click.UsageError("--stdio serves one environment.")
    if stdio and STDIN in bundles:
        raise click.UsageError("stdin has the messages; the spec must be a file or a folder.")
    need("serve", "mcp", "starlette", "uvicorn")
    import asyncio

    from awmlang.serving.serve import Address, Plan, serve_http, serve_stdio
    from awmlang.serving.sessions import Limits

    environments = open_environments(bundles)
    if task is not None:
        _check_task(environments, task)
    given = os.environ.get(TOKEN)
    token = given or secrets.token_urlsafe(24)
    plan = Plan(environments, task, seed, token, hosts, Limits(max_sessions, idle, max_body, call_time))
    shown = None if given else token
    if stdio:
        place = None if control is None else Address(*control)
        asyncio.run(serve_stdio(plan, place, lambda begun: _announce(plan, begun, shown, stderr=True)))
        return
    http, control = http or ("127.0.0.1", 8000), control or ("127.0.0.1", 8001)
    asyncio.run(
        serve_http(plan, Address(*http), Address(*control), lambda begun: _announce(plan, begun, shown))
    )


def _check_task(environments: tuple[Environment, ...], task: str) -> None:
    """Every environment must have it, as every session gets it."""
    for environment in environments:
        names = [name for entry in environment.tasks.values() for name in (entry["id"], entry["task"])]
        if task not in names:
            raise Failure(f"{environment.name} has no task {task}", near(task, environment.tasks))


def _announce(plan: Plan, begun: Begun, token: str | None, stderr: bool = False) -> None:
    out = console(stderr=stderr)
    if begun.agents:
        for environment in plan.environments:
            out.print(f"{environment.name}: {begun.agents}/{environment.name}/mcp")
    if begun.control:
        out.print(f"control: {begun.control} (token {token or f'of {TOKEN}'})")
