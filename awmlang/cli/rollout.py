"""``awmc rollout``: agents play the tasks of environments."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from awmlang.cli.call import near, parse_arguments, task_names
from awmlang.cli.extras import need
from awmlang.cli.output import Failure, console
from awmlang.cli.specs import complete_from, open_environments

if TYPE_CHECKING:
    from awmlang.rollouts.episode import Key
    from awmlang.rollouts.rollout import Players, Progress
    from awmlang.rollouts.store import Run
    from awmlang.runtime.environment import Environment

SCRIPTED = ("reference", "random", "nothing")
REWARDS = ("complete", "partial", "malformed", "otherwise")


@dataclass(frozen=True)
class Options:
    """What the command line says about how episodes are played."""

    agent: str | None
    model: str | None
    text_tools: bool
    parameters: dict[str, Any]
    user_model: str | None
    judge_model: str | None
    seed: int
    max_turns: int
    max_tokens: int | None
    reward: dict[str, float]
    keep_going: bool
    price_in: float
    price_out: float


@dataclass(frozen=True)
class Means:
    """What may change when a run goes on."""

    base_url: str | None
    timeout: float
    requests: int
    concurrency: int


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    return parse_arguments(given)


def _rewards(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, float]:
    found = parse_arguments(given)
    for name, value in found.items():
        if name not in REWARDS or isinstance(value, bool) or not isinstance(value, (int, float)):
            raise click.BadParameter(f"{name}={value} is not one of {', '.join(REWARDS)} with a number.")
    return {name: float(value) for name, value in found.items()}


_POSITIVE = click.FloatRange(min=0, min_open=True)
_COUNT = click.IntRange(min=1)


@click.command()
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@click.option("--model", "-m", help="Name of the model, as its endpoint has it.")
@click.option("--agent", type=click.Choice(SCRIPTED), help="An agent without a model.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the run."
)
@click.option("-k", "attempts", type=_COUNT, default=1, show_default=True, help="Attempts at each task.")
@click.option(
    "--task", "tasks", multiple=True, shell_complete=complete_from(task_names), help="Only this task."
)
@click.option("--concurrency", type=_COUNT, default=16, show_default=True, help="Episodes at once.")
@click.option("--base-url", help="Address of the endpoint.  [default: that of OpenAI]")
@click.option("--text-tools", is_flag=True, help="Tool calls as text, for models without others.")
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="Of every request, as temperature=0.7.",
)
@click.option("--timeout", type=_POSITIVE, default=300, show_default=True, help="Seconds for a reply.")
@click.option("--requests", type=_COUNT, default=6, show_default=True, help="Requests for a reply, at most.")
@click.option("--max-turns", type=_COUNT, default=30, show_default=True, help="Turns of an episode.")
@click.option("--max-tokens", type=_COUNT, help="Tokens that the model may write in an episode.")
@click.option("--user-model", help="Model that plays the user, in tasks with a script for one.")
@click.option("--judge-model", help="Model that judges, in tasks with a rubric.")
@click.option("--price-in", type=click.FloatRange(min=0), default=0, help="Price of a million tokens read.")
@click.option(
    "--price-out", type=click.FloatRange(min=0), default=0, help="Price of a million tokens written."
)
@click.option(
    "--reward",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_rewards,
    help="Instead of complete=1, partial=0.1, malformed=-1, otherwise=0.",
)
@click.option("--keep-going", is_flag=True, help="Let episodes go on after a malformed call.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random agent."
)
@click.pass_context
def rollout(
    context: click.Context,
    /,
    bundles: tuple[str, ...],
    out: Path,
    attempts: int,
    tasks: tuple[str, ...],
    base_url: str | None,
    timeout: float,
    requests: int,
    concurrency: int,
    **options: Any,
) -> None:
    """Let an agent play the tasks of environments, and keep the episodes.

    BUNDLE is a spec or the folder of a bundle. The agent is a model (--model; its key is in OPENAI_API_KEY) or a
    script (--agent). The same command again goes on with a run where it was left.

    Exit code 1 if episodes are missing because the model could not be reached.
    """
    given, means = Options(**options), Means(base_url, timeout, requests, concurrency)
    if (given.model is None) == (given.agent is None):
        raise click.UsageError("Give --model or --agent.")
    if given.model:
        need("llm", "openai")
    elif given.user_model or given.judge_model:
        raise click.UsageError("--user-model and --judge-model go with --model.")
    from awmlang.rollouts import store
    from awmlang.rollouts.rollout import keys
    from awmlang.rollouts.turns import Misused

    environments = open_environments(bundles)
    _check_tasks(environments, tasks)
    todo = keys(environments, tasks, attempts)
    _tell_of_users(environments, todo, given)
    hashes = {environment.name: environment.hash for environment in environments}
    settings = {"format": 1, "environments": hashes, **asdict(given), "free": asdict(means)}
    try:
        run = store.Run(out, settings)
    except store.Unusable as error:
        raise Failure(str(error), error.help) from None
    try:
        progress = asyncio.run(_play(environments, todo, run, given, means))
    except Misused as error:
        raise Failure(
            f"the endpoint refuses: {error}", "see --model, --base-url, --param, OPENAI_API_KEY"
        ) from None
    except KeyboardInterrupt:
        raise Failure(
            f"interrupted; episodes that are kept: {len(run.done)}", "the same command again goes on"
        ) from None
    finally:
        run.close()
    _summarize(progress, todo, run, given)
    context.exit(1 if progress.failed else 0)


def _check_tasks(environments: tuple[Environment, ...], tasks: tuple[str, ...]) -> None:
    entries = [entry for environment in environments for entry in environment.tasks.values()]
    names = dict.fromkeys(name for entry in entries for name in (entry["id"], entry["task"]))
    for task in tasks:
        if task not in names:
            raise Failure(f"there is no task {task}", near(task, names))


def _tell_of_users(environments: tuple[Environment, ...], todo: list[Key], given: Options) -> None:
    """An agent that hears the first words alone can hardly do a task that is a talk."""
    by_name = {environment.name: environment for environment in environments}
    talks = {key[:2] for key in todo if by_name[key.environment].tasks[key.task]["user"]}
    if talks and given.model and not given.user_model:
        console(stderr=True).print(
            f"tasks with a script for a user: {len(talks)}; without --user-model the agent hears the prompt alone"
        )


async def _play(
    environments: tuple[Environment, ...], todo: list[Key], run: Run, given: Options, means: Means
) -> Progress:
    from awmlang.rollouts.episode import Rules
    from awmlang.rollouts.rewards import Rewards
    from awmlang.rollouts.rollout import rollout

    rules = Rules(
        turns=given.max_turns,
        tokens=given.max_tokens,
        rewards=Rewards(**given.reward, stop=not given.keep_going),
        price_in=given.price_in,
        price_out=given.price_out,
    )
    async with AsyncExitStack() as stack:
        if given.agent is not None:
            players = _scripted(given.agent, given.seed)
        else:
            players = await _models(given, means, stack)
        with _shown(sum(key not in run.done for key in todo), given) as moved:
            return await rollout(environments, todo, players, rules, run, means.concurrency, moved)


async def _models(given: Options, means: Means, stack: AsyncExitStack) -> Players:
    from awmlang.rollouts.endpoint import Endpoint, Settings
    from awmlang.rollouts.models import Model, ModelJudge, ModelUser
    from awmlang.rollouts.rollout import Players

    def endpoint(model: str, parameters: dict[str, Any]) -> Endpoint:
        settings = Settings(
            model,
            means.base_url,
            parameters=parameters,
            timeout=means.timeout,
            attempts=means.requests,
        )
        made = Endpoint(settings)
        stack.push_async_callback(made.close)
        return made

    main = endpoint(str(given.model), given.parameters)
    user = endpoint(given.user_model, {}) if given.user_model else None
    judge = endpoint(given.judge_model, {}) if given.judge_model else None
    return Players(
        agent=lambda environment, _: Model(main, environment, given.text_tools),
        user=None if user is None else lambda script: ModelUser(user, script),
        judge=None if judge is None else ModelJudge(judge),
    )


def _scripted(agent: str, seed: int) -> Players:
    from awmlang.rollouts import scripted
    from awmlang.rollouts.rollout import Players
    from awmlang.rollouts.turns import Agent

    def make(environment: Environment, key: Key) -> Agent:
        if agent == "reference":
            return scripted.Reference(environment.task(key.task))
        if agent == "nothing":
            return scripted.Nothing()
        return scripted.Random(environment, f"{seed}/{key.environment}/{key.task}/{key.attempt}")

    return Players(make)


@contextmanager
def _shown(episodes: int, given: Options) -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr while it lasts, if that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        shown = bar.add_task("", total=episodes)

        def moved(progress: Progress) -> None:
            words = ", ".join(_figures(progress, given))
            bar.update(shown, completed=progress.episodes + len(progress.failed), description=words)

        yield moved


def _figures(progress: Progress, given: Options) -> Iterator[str]:
    yield f"{progress.complete} of {progress.episodes} complete"
    if progress.episodes:
        yield f"mean reward {progress.reward / progress.episodes:.2f}"
    if given.model:
        yield f"{progress.tokens:,} tokens"
    if given.price_in or given.price_out:
        yield f"cost {progress.cost:,.4f}"


def _summarize(progress: Progress, todo: list[Key], run: Run, given: Options) -> None:
    from rich.text import Text

    from awmlang.diagnostics import visible

    out = console()
    kept = sum(key in run.done for key in todo)
    before = kept - progress.episodes
    out.print(", ".join(_figures(progress, given)) + (f"; {before} were there already" if before else ""))
    missing = len(todo) - kept
    if missing:
        reasons = Counter(progress.failed.values())
        errors = console(stderr=True)
        for reason, times in reasons.most_common(3):
            errors.print(
                Text.assemble(("error", "bold red"), f": {visible(reason)}", f" (episodes: {times})")
            )
        errors.print(f"episodes that are missing: {missing}; the same command again plays them")
