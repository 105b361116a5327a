"""The rules of the house that a program can keep."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "awmlang"
MODULES = sorted(PACKAGE.rglob("*.py"))

MOST_LINES = 500

# They import nothing of the compiler (tested below), so that every room may import them.
FOUNDATION = {"bundle", "runtime"}

COMPILER_ONLY = {
    "lark",
    "sqlglot",
    "jinja2",
    "hypothesis",
    "openai",
    "click",
    "rich",
    "prompt_toolkit",
    "rapidfuzz",
    "duckdb",
    "pygls",
    "lsprotocol",
    "mcp",
    "starlette",
    "uvicorn",
}


def rooms() -> list[str]:
    """The rooms in the order of the table in docs/internals.md."""
    table = re.findall(
        r"^\| `(\w+)(?:/|\.py)` \|", (ROOT / "docs/internals.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(table) > 5
    return table


def room_of(module: str) -> str:
    """``syntax`` for ``awmlang.syntax.parser``; nothing for ``awmlang`` itself."""
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> Iterator[str]:
    """The modules of this package that a file imports, wherever in it, except for type checking only."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "awmlang")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "awmlang":
                yield from (f"awmlang.{alias.name}" for alias in node.names if alias.name != "__version__")
            elif node.module and node.module.startswith("awmlang."):
                yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_is_not_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    order = rooms()
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own == "__init__":
        assert not list(imports_of(path))
        return
    for module in imports_of(path):
        room = room_of(module)
        assert room in order, f"{room} is no room of docs/internals.md"
        if own in FOUNDATION:
            assert room in FOUNDATION, f"{own} imports {room}"
        elif room not in FOUNDATION:
            assert order.index(room) <= order.index(own), f"{own} imports {room}, which comes after it"


def test_every_room_is_in_the_table() -> None:
    on_disk = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in MODULES if path.stat().st_size}
    assert on_disk - {"__init__"} <= set(rooms())


def test_the_runtime_loads_without_the_compiler() -> None:
    runtime = [path for path in MODULES if path.is_relative_to(PACKAGE / "runtime")]
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in runtime
    ]
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {name.split(".")[0] for name in loaded} & COMPILER_ONLY
    assert {room_of(name) for name in loaded if name.startswith("awmlang")} <= FOUNDATION | {""}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_loads_no_compiler(argument: str) -> None:
    code = (
        "import sys; from awmlang.cli import cli\n"
        f"cli([{argument!r}], standalone_mode=False); print('modules:', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split("modules:")[1].split()}
    assert not loaded & (COMPILER_ONLY - {"click"} | {"apsw", "re2"})


def tracked_files() -> list[Path]:
    """The files that git keeps or would keep; none outside of a checkout."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name.decode() for name in listed.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize(
    "pattern",
    [
        rb"(?<![\w.~-])/(?:home|root|Users|work)/[\w.]",
        rb"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|registry|debian)[\w.-]*",
    ],
    ids=["machine paths", "registry hosts"],
)
def test_tracked_files_know_nothing_of_a_machine(pattern: bytes) -> None:
    files = tracked_files()
    if not files:
        pytest.skip("needs a git checkout")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in files
        if path.suffix not in (".db", ".png")
        for match in re.finditer(pattern, path.read_bytes())
    ]
    assert not found


def test_all_versions_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = (ROOT / "constraints.txt", ROOT / "bench" / "baseline" / "requirements.txt")
    lines = (line for path in lists for line in path.read_text("utf-8").splitlines())
    constraints = [line for line in lines if line and not line.startswith("#")]
    named = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(line for group in project["dependency-groups"].values() for line in group),
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *constraints,
    ]
    own_extras = r"awmlang\[[\w,]+\]"
    assert all(re.fullmatch(rf"[\w.-]+(\[\w+\])?==[\w.]+|{own_extras}", line) for line in named), named
