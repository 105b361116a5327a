"""A copy of the repository with a bug in it, its specs compiled by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.oracle import recording
from tests.plants.plant import Plant

COPIED = ("awmlang", "grammar", "specs", "compiled", "tests", "docs", "bench", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "constraints.txt")  # fmt: skip
AWMC = ("-c", "from awmlang.cli import main; main()")
LONGEST = 900  # seconds that one command may take


class Done(NamedTuple):
    """How a command ended; ``code`` is None where it took too long."""

    code: int | None
    lines: list[str]
    seconds: float


class Tree:
    """``uncompiled``: what the compiler said of each spec that it made no bundle of, by the path of the spec."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.uncompiled: dict[str, list[str]] = {}
        self.said: list[str] = []
        self.seconds = 0.0

    def run(self, *arguments: str) -> Done:
        """Run Python in the copy, on the copy."""
        start = time.monotonic()
        environment = {**os.environ, "PYTHONPATH": str(self.root), "COLUMNS": "160", "NO_COLOR": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return Done(None, [], time.monotonic() - start)
        text = output.decode("utf-8", "replace").replace(f"{self.root}/", "")
        return Done(process.returncode, text.splitlines(), time.monotonic() - start)

    def awmc(self, *arguments: str) -> Done:
        return self.run(*AWMC, *arguments)

    def compile(self, plant: Plant | None) -> None:
        """Compile the specs that the plant may change into ``compiled`` of the copy."""
        for spec in self.specs(plant):
            done = self.awmc("compile", spec)
            self.seconds += done.seconds
            self.said += [line for line in done.lines if line.startswith(("error", "warning", "Traceback"))]
            if done.code:
                self.uncompiled[spec] = done.lines
                shutil.rmtree(self.root / "compiled" / Path(spec).stem)

    def specs(self, plant: Plant | None) -> Sequence[str]:
        """The specs that the plant may change, of those that compile."""
        if plant is not None and plant.spec:
            found = [plant.spec]
        else:
            found = sorted(f"specs/{path.name}" for path in (self.root / "specs").glob("*.awm"))
        return [spec for spec in found if spec not in self.uncompiled]


@contextmanager
def planted_tree(repository: Path, plant: Plant | None) -> Iterator[Tree]:
    """The copy has the recordings of the oracle beside it, where there are any."""
    with tempfile.TemporaryDirectory(prefix="plant-") as folder:
        root = Path(folder) / "tree"
        root.mkdir()
        for name in COPIED:
            source = repository / name
            if source.is_dir():
                shutil.copytree(
                    source, root / name, copy_function=os.link if _links(folder, source) else shutil.copy2
                )
            else:
                shutil.copy2(source, root / name)
        recordings = recording.folder()
        if recordings is not None:
            (Path(folder) / "shared/oracle").mkdir(parents=True)
            (Path(folder) / "shared/oracle/airline").symlink_to(recordings)
        if plant is not None:
            text = plant.planted(root)
            (root / plant.file).unlink()  # it may be a link to the file of the repository
            (root / plant.file).write_text(text, "utf-8")
        yield Tree(root)


def _links(folder: str, source: Path) -> bool:
    return Path(folder).stat().st_dev == source.stat().st_dev
