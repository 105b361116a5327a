"""What is shipped for editors: the extension, the hooks, and the page about them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from awmlang.cli import cli
from awmlang.diagnostics import Source
from awmlang.syntax.parser import parse

ROOT = Path(__file__).parents[2]
VSCODE = ROOT / "editors" / "vscode"
PACKAGE = json.loads((VSCODE / "package.json").read_text("utf-8"))
SNIPPETS = json.loads((VSCODE / "snippets" / "awm.json").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
SPEC = (ROOT / "specs" / "food_delivery.awm").read_text("utf-8")


# ---- The extension


def test_what_the_extension_names_is_there() -> None:
    contributes = PACKAGE["contributes"]
    (language,) = contributes["languages"]
    paths = [
        language["configuration"],
        *(each["path"] for each in contributes["grammars"] + contributes["snippets"]),
    ]
    assert all((VSCODE / path).is_file() for path in paths), paths
    assert language["extensions"] == [".awm"]
    grammar = json.loads((VSCODE / contributes["grammars"][0]["path"]).read_text("utf-8"))
    assert grammar["scopeName"] == contributes["grammars"][0]["scopeName"]


def test_the_client_reads_the_settings_and_has_the_commands_that_are_declared() -> None:
    client = (VSCODE / "src" / "extension.js").read_text("utf-8")
    for name in (*PACKAGE["contributes"]["configuration"]["properties"], "awm.restart"):
        section, _, rest = name.partition(".")
        assert f'"{name}"' in client or (
            f'"{section}"' in client and (f'"{rest}"' in client or "trace" in rest)
        ), name


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_client_starts_and_stops_the_server() -> None:
    command = ["node", "--test", str(VSCODE / "test" / "extension.test.cjs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_versions_are_exact_and_the_lock_names_no_host() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in PACKAGE["devDependencies"].values())
    packages = json.loads((VSCODE / "package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 50
    assert all("resolved" not in package for package in packages.values())
    assert packages[""]["devDependencies"] == PACKAGE["devDependencies"]


def filled_in(body: list[str]) -> str:
    """A snippet with its own suggestions taken."""
    return re.sub(r"\$\{\d+:([^}]*)\}|\$\d+", lambda match: match[1] or "", "\n".join(body))


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_is_of_the_language(name: str) -> None:
    body = filled_in(SNIPPETS[name]["body"])
    around = {
        "Environment": "{}",
        "Flow": 'environment a "A."\nentity Item {{ status: text {} }}',
        "Require": 'environment a "A."\ntool t() {{ {} }}',
        "Update": 'environment a "A."\ntool t() {{ {} }}',
    }
    text = around.get(name, 'environment a "A."\n{}').format(body)
    _, found = parse(Source(0, "a.awm", text))
    assert [finding.message for finding in found] == []


# ---- The hooks of pre-commit


def test_hooks_are_as_pre_commit_wants_them() -> None:
    assert [hook["id"] for hook in HOOKS] == ["awmc-check", "awmc-fmt"]
    for hook in HOOKS:
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        program, command, *_ = hook["entry"].split()
        assert program == "awmc" and command in cli.commands
        assert hook["language"] == "python"
        assert re.search(hook["files"], "specs/todo.awm") and not re.search(hook["files"], "todo.md")


def run_hook(id: str, path: Path) -> int:
    (hook,) = [hook for hook in HOOKS if hook["id"] == id]
    code = "from awmlang.cli import main; main()"
    command = [sys.executable, "-c", code, *hook["entry"].split()[1:], str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_hooks_do_what_they_say(tmp_path: Path) -> None:
    spec = tmp_path / "a.awm"
    spec.write_text(SPEC.replace("entity User {", "entity    User {", 1), "utf-8")
    assert run_hook("awmc-check", spec) == 0
    assert run_hook("awmc-fmt", spec) == 0
    assert spec.read_text("utf-8") == SPEC
    spec.write_text(SPEC.replace("me.wallet", "me.walet", 1), "utf-8")
    assert run_hook("awmc-check", spec) == 1


# ---- The package


def test_what_the_page_says_to_install_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [requirement.split("==")[0] for requirement in project["optional-dependencies"]["lsp"]] == [
        "pygls"
    ]
    page = (ROOT / "docs" / "editors.md").read_text("utf-8")
    assert "pip install 'awmlang[lsp]'" in page
    module, _, name = project["entry-points"]["pygments.lexers"]["awm"].partition(":")
    assert hasattr(__import__(module, fromlist=[name]), name)
    for setting in PACKAGE["contributes"]["configuration"]["properties"]:
        assert f"`{setting}`" in page
