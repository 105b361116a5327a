"""What a run came to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import comb

from awmlang.rollouts.turns import Json


def pass_at(attempts: int, complete: int, k: int) -> float:
    """The unbiased estimate that at least one of ``k`` attempts is complete (pass@k). ``k`` is at most ``attempts``."""
    return 1 - comb(attempts - complete, k) / comb(attempts, k)


def pass_all(attempts: int, complete: int, k: int) -> float:
    """The unbiased estimate that each of ``k`` attempts is complete (pass^k). ``k`` is at most ``attempts``."""
    return comb(complete, k) / comb(attempts, k)


@dataclass
class _Task:
    attempts: int = 0
    complete: int = 0


@dataclass
class _Group:
    """Episodes that are told together."""

    tasks: dict[tuple[str, str], _Task] = field(default_factory=lambda: defaultdict(_Task))
    sums: Counter[str] = field(default_factory=Counter)

    def add(self, episode: Json) -> None:
        task = self.tasks[episode["environment"], episode["task"]]
        task.attempts += 1
        task.complete += episode["complete"]
        for name in ("reward", "turns", "prompt_tokens", "completion_tokens", "cost", "seconds"):
            self.sums[name] += episode[name]
        self.sums["calls"] += len(episode["calls"])

    def row(self) -> Json:
        episodes = sum(task.attempts for task in self.tasks.values())
        most = max((task.attempts for task in self.tasks.values()), default=0)
        sums = self.sums
        return {
            "tasks": len(self.tasks),
            "episodes": episodes,
            "complete": sum(task.complete for task in self.tasks.values()),
            "pass@k": {k: self._mean(pass_at, k) for k in range(1, most + 1)},
            "pass^k": {k: self._mean(pass_all, k) for k in range(1, most + 1)},
            "reward": sums["reward"] / episodes if episodes else None,
            "turns": sums["turns"] / episodes if episodes else None,
            "calls": sums["calls"] / episodes if episodes else None,
            "seconds": sums["seconds"] / episodes if episodes else None,
            "prompt_tokens": sums["prompt_tokens"],
            "completion_tokens": sums["completion_tokens"],
            "cost": sums["cost"],
        }

    def _mean(self, estimate: Callable[[int, int, int], float], k: int) -> float:
        """Over the tasks that have been attempted ``k`` times or more."""
        estimates = [
            estimate(task.attempts, task.complete, k) for task in self.tasks.values() if task.attempts >= k
        ]
        return sum(estimates) / len(estimates)


def report(episodes: Iterable[Json]) -> Json:
    """Figures of a run, of each of its environments, tasks, tools and error codes. JSON but for the keys of pass@k.

    Sums are of tokens and cost; ``reward``, ``turns``, ``calls`` and ``seconds`` are means of an episode, ``seconds`` of a
    tool those of a call.
    """
    total = _Group()
    environments: dict[str, _Group] = defaultdict(_Group)
    tasks: dict[tuple[str, str], _Group] = defaultdict(_Group)
    tools: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    ended: Counter[str] = Counter()
    judged: Counter[bool | None] = Counter()
    for episode in episodes:
        name = episode["environment"]
        for group in (total, environments[name], tasks[name, episode["task"]]):
            group.add(episode)
        ended[episode["ended"]] += 1
        judged.update(each["holds"] for each in episode["judge"])
        for call in episode["calls"]:
            tool = tools[name, call["tool"]]
            tool["calls"] += 1
            tool["errors"] += call["error"] is not None
            tool["seconds"] += call["seconds"]
            if call["error"] is not None:
                errors[call["error"]][f"{name}.{call['tool']}"] += 1
    return {
        "total": total.row(),
        "environments": [
            {"environment": name, **group.row()} for name, group in sorted(environments.items())
        ],
        "tasks": [
            {"environment": name, "task": task, **group.row()}
            for (name, task), group in sorted(tasks.items())
        ],
        "tools": [
            {
                "environment": name,
                "tool": tool,
                "calls": sums["calls"],
                "errors": sums["errors"],
                "seconds": sums["seconds"] / sums["calls"],
            }
            for (name, tool), sums in sorted(tools.items())
        ],
        "errors": [
            {"code": code, "calls": sum(where.values()), "tools": dict(where.most_common())}
            for code, where in sorted(errors.items(), key=lambda item: (-sum(item[1].values()), item[0]))
        ],
        "ended": dict(ended.most_common()),
        "judge": {"holds": judged[True], "does_not_hold": judged[False], "not_judged": judged[None]},
    }
