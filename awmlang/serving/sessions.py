"""The sessions that a server has open, by their ids."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from awmlang.runtime import Environment, Result, Session

T = TypeVar("T")

SWEEPS = 4  # how often in the time that a session may be idle one looks for such sessions


class Refused(Exception):
    """What cannot be done, and ``code``, a word for it: ``full``, ``unknown_environment``, ``unknown_task``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Limits:
    """``sessions`` open at once; ``idle`` seconds until one is closed; ``body`` bytes of a request; ``call`` seconds."""

    sessions: int = 1_000
    idle: float = 1_800.0
    body: int = 1 << 20
    call: float = 10.0


class Hosted:
    """A session under its id. What is done with it takes turns, in worker threads; ``used`` is when that was last."""

    def __init__(self, id: str, session: Session, seconds: float) -> None:
        self.id = id
        self.session = session
        self.used = monotonic()
        self._seconds = seconds
        self._turn = asyncio.Lock()

    @property
    def environment(self) -> Environment:
        return self.session.environment

    @property
    def busy(self) -> bool:
        return self._turn.locked()

    async def call(self, tool: str, arguments: dict[str, Any]) -> Result:
        """Call a tool. Raises ValueError when the session has been closed."""
        return await self.run(lambda session: session.call(tool, arguments, self._seconds))

    async def run(self, do: Callable[[Session], T]) -> T:
        """Do something with the session, and nothing else meanwhile."""
        async with self._turn:
            try:
                return await asyncio.to_thread(do, self.session)
            finally:
                self.used = monotonic()


class Sessions:
    """Opens and closes sessions of some environments. All of it happens in one event loop."""

    def __init__(self, environments: Iterable[Environment], limits: Limits) -> None:
        """Raises ValueError where two environments have the same name."""
        self.environments: dict[str, Environment] = {}
        for environment in environments:
            if environment.name in self.environments:
                raise ValueError(f"two environments are called {environment.name}")
            self.environments[environment.name] = environment
        self.limits = limits
        self._open: dict[str, Hosted] = {}

    def open(self, environment: str, task: str | None = None, seed: int = 0) -> Hosted:
        """A new session, whose id cannot be guessed. Raises Refused."""
        return self.open_as(secrets.token_urlsafe(18), environment, task, seed)

    def open_as(self, id: str, environment: str, task: str | None, seed: int) -> Hosted:
        """As ``open``, with an id of one's own."""
        found = self.environments.get(environment)
        if found is None:
            names = ", ".join(self.environments)
            raise Refused("unknown_environment", f"There is no environment {environment}; there is {names}.")
        if len(self._open) >= self.limits.sessions:
            raise Refused("full", f"{self.limits.sessions} sessions are open, which is the limit.")
        self._open[id] = hosted = Hosted(id, begin(found, task, seed), self.limits.call)
        return hosted

    def find(self, id: str) -> Hosted | None:
        return self._open.get(id)

    def close(self, hosted: Hosted) -> None:
        """Forget a session; it is freed when what is being done with it has ended."""
        if self._open.pop(hosted.id, None) is not None:
            asyncio.get_running_loop().run_in_executor(None, hosted.session.close)

    def __iter__(self) -> Iterator[Hosted]:
        return iter(list(self._open.values()))

    def close_idle(self) -> None:
        """Close sessions that have been idle for too long."""
        oldest = monotonic() - self.limits.idle
        for hosted in self:
            if hosted.used < oldest and not hosted.busy:
                self.close(hosted)

    async def sweep(self) -> None:
        """Close idle sessions for ever."""
        while True:
            await asyncio.sleep(self.limits.idle / SWEEPS)
            self.close_idle()


def begin(environment: Environment, task: str | None, seed: int) -> Session:
    """A session at the start of a task, or of none. Raises Refused."""
    try:
        return environment.session(task, seed)
    except KeyError:
        raise Refused("unknown_task", f"{environment.name} has no task {task}.") from None
