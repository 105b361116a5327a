"""Where a run is kept: a folder with ``run.json``, what was played, and ``episodes.jsonl``, a line an episode.

An episode is in the run when its line is on the disk. Lines are only ever appended, so a process that is killed leaves at most
one line half written, which the next one cuts off.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from awmlang.rollouts.episode import Key
from awmlang.rollouts.turns import Json

SETTINGS, EPISODES = "run.json", "episodes.jsonl"


class Unusable(Exception):
    """The folder cannot take the run, or is none of a run. ``help`` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


class Run:
    """A run that is being played: ``done`` are the episodes that it has."""

    def __init__(self, folder: Path, settings: Json) -> None:
        """Begin a run in ``folder``, or go on with the one that is there.

        Its settings must be the same, except for those under ``"free"``. Raises Unusable, OSError.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._file = _locked(folder / EPISODES)
        try:
            _settle(folder / SETTINGS, settings)
            self.done = _repair(self._file)
            _sync(folder)
        except BaseException:
            self._file.close()
            raise
        self._pending: list[bytes] = []
        self._lock = asyncio.Lock()

    async def append(self, episode: Json) -> None:
        """Add an episode; it is on the disk when this returns. Those that come at the same time go together."""
        line = json.dumps(episode, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        batch = self._pending
        batch.append(line.encode("utf-8", "replace") + b"\n")
        async with self._lock:
            if batch:  # else somebody has written it meanwhile
                self._pending = []
                await asyncio.to_thread(self._write, batch)
        self.done.add(_key(episode))

    def _write(self, lines: list[bytes]) -> None:
        file, left = self._file.fileno(), memoryview(b"".join(lines))
        end = os.fstat(file).st_size
        try:
            while left:
                left = left[os.write(file, left) :]
            os.fsync(file)
        except OSError:
            os.truncate(file, end)
            raise
        lines.clear()

    def close(self) -> None:
        self._file.close()


def settings(folder: Path) -> Json:
    """What was played. Raises Unusable."""
    try:
        found: Json = json.loads((folder / SETTINGS).read_bytes())
        return found
    except FileNotFoundError:
        raise Unusable(f"{folder} is no run: it has no {SETTINGS}", "awmc rollout --out makes runs") from None
    except ValueError:
        raise Unusable(f"{folder / SETTINGS} is damaged", "play the run again in another folder") from None


def episodes(folder: Path) -> Iterator[Json]:
    """The episodes of a run, which may be in the middle of being played. Raises Unusable."""
    settings(folder)
    with (folder / EPISODES).open("rb") as file:
        for line, _ in _whole_lines(file):
            yield line


def _locked(path: Path) -> IO[bytes]:
    """The file, which no other process writes to."""
    file = path.open("a+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Unusable(
            f"{path.parent} is being played by another process", "wait for it, or end it"
        ) from None
    return file


def _settle(path: Path, wanted: Json) -> None:
    """Keep the settings of a new run; make sure that those of an old one are the same."""
    if path.exists():
        kept = settings(path.parent)
        for name in sorted({*kept, *wanted} - {"free"}):
            if kept.get(name) != wanted.get(name):
                raise Unusable(
                    f"{path.parent} was played with another {name}: {_short(kept.get(name))}, "
                    f"not {_short(wanted.get(name))}",
                    "go on as it was begun, or choose another folder",
                )
    elif (path.parent / EPISODES).stat().st_size:
        raise Unusable(f"{path.parent} has episodes, but no {SETTINGS}", "choose another folder")
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(wanted, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _repair(file: IO[bytes]) -> set[Key]:
    """The episodes that are there whole; what is behind them is cut off."""
    file.seek(0)
    done, end = set(), 0
    for episode, after in _whole_lines(file):
        done.add(_key(episode))
        end = after
    if end < file.seek(0, os.SEEK_END):
        file.truncate(end)
        os.fsync(file.fileno())
    return done


def _whole_lines(file: IO[bytes]) -> Iterator[tuple[Json, int]]:
    """Episodes, each with the offset behind it. Raises Unusable where there is more behind a line that is damaged."""
    end, damaged = 0, 0
    for number, line in enumerate(file, start=1):
        end += len(line)
        try:
            episode = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            episode = None
        if not isinstance(episode, dict):
            damaged = damaged or number
        elif damaged:
            raise Unusable(f"line {damaged} of {file.name} is damaged", "delete the line, and play it again")
        else:
            yield episode, end


def _key(episode: Json) -> Key:
    return Key(episode["environment"], episode["task"], episode["attempt"])


def _sync(folder: Path) -> None:
    """So that the names of new files are on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
