"""What a compiled environment is on disk: the files of ``compiled/<name>/``.

==============  ==========================================================================================
schema.sql      tables, named constraints, triggers, indexes
seed.db         the seed image: a SQLite database
tools.py        the tools, generated
rewards.py      what tasks are graded by: SQL as data
tools.json      ``{"openai": [...], "mcp": [...]}``
tasks.json      a list with an entry for each instance of a task
manifest.json   name, title, clock, ``me``, policies, entities with their tables, keys and columns
contract.json   what the tools promise, for tests: declared errors, access, flows
test_tools.py   property tests of the tools, for pytest
==============  ==========================================================================================

The last two are nothing that an environment needs to run; a bundle may lack them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SCHEMA = "schema.sql"
SEED = "seed.db"
TOOLS = "tools.py"
REWARDS = "rewards.py"
TOOLS_JSON = "tools.json"
TASKS = "tasks.json"
CONTRACT = "contract.json"
TESTS = "test_tools.py"
MANIFEST = "manifest.json"
FILES = (SCHEMA, SEED, TOOLS, REWARDS, TOOLS_JSON, TASKS, MANIFEST)
TEST_FILES = (CONTRACT, TESTS)


def read(folder: str | os.PathLike[str]) -> dict[str, bytes]:
    """The files of a bundle by name. Raises FileNotFoundError when one that it needs is missing."""
    present = [name for name in TEST_FILES if (Path(folder) / name).is_file()]
    return {name: (Path(folder) / name).read_bytes() for name in (*FILES, *present)}


def write(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Replace the folder by one with these files, as a whole: it is never seen, nor left, half written.

    Only plain file names are taken (ValueError). What else was in the folder is gone. A reader that comes in the
    moment between the two renames finds no folder; a crash there leaves the old one beside, as ``.<name>.*``.
    """
    for name in files:
        if not name or name in (".", "..") or Path(name).name != name or "\\" in name or "\0" in name:
            raise ValueError(f"{name!r} is not the name of a file of a bundle")
    import tempfile  # loads slowly, and who only reads bundles has no need of it

    target = Path(folder).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as temporary:
        made = Path(temporary) / "new"
        made.mkdir()
        for name, content in files.items():
            (made / name).write_bytes(content)
        old = Path(temporary) / "old"
        if target.exists():
            target.rename(old)
        try:
            made.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise
