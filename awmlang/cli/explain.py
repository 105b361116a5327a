"""``awmc explain``: the pages of the diagnostics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from awmlang.cli.output import console, print_json

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from awmlang.diagnostics import Code
    from awmlang.diagnostics.explain import Example, Page

_WIDEST = 100


def _complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from awmlang.diagnostics import all_codes

    return [
        CompletionItem(code.id, help=code.title)
        for code in all_codes()
        if code.id.startswith(incomplete.upper())
    ]


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1, shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="Print every page.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of records.")
def explain(codes: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Say what a diagnostic means, with an example that gives it and the same as it should be.

    Without a CODE: list them all.
    """
    from awmlang.diagnostics import all_codes
    from awmlang.diagnostics.explain import page

    if every and codes:
        raise click.UsageError("Name codes, or ask for all.")
    chosen = [_code(code) for code in codes] or list(all_codes())
    if as_json:
        print_json(json.dumps([_record(page(code)) for code in chosen], ensure_ascii=False))
    elif codes or every:
        out = console(soft_wrap=False)
        for code in chosen:
            out.print(_shown(page(code)), width=min(out.width, _WIDEST))
    else:
        _print_list(chosen)


def _code(name: str) -> Code:
    """The code of that name, of whatever capitals, or of that number. Raises UsageError."""
    from awmlang.diagnostics import all_codes
    from awmlang.diagnostics.spelling import nearest

    every = {code.id: code for code in all_codes()}
    wanted = name.upper() if name.upper().startswith("AWM") else f"AWM{name}"
    if wanted in every:
        return every[wanted]
    near = nearest(wanted, every)
    raise click.UsageError(
        f"There is no code {name}." + (f" Did you mean {near}?" if near else " awmc explain lists them.")
    )


def _record(page: Page) -> dict[str, object]:
    return {
        "code": page.code.id,
        "title": page.code.title,
        "severity": page.code.severity,
        "meaning": page.meaning,
        "wrong": page.wrong.text,
        "files": {name: file.text for name, file in page.files.items()},
        "right": page.right.text,
    }


def _print_list(codes: list[Code]) -> None:
    from rich.text import Text

    from awmlang.diagnostics.explain import by_room

    out = console()
    for room, members in by_room(codes):
        out.print(Text(room, "bold"))
        for code in members:
            out.print(Text.assemble("  ", (code.id, _style(code)), f"  {code.title}"))
        out.print()
    out.print("awmc explain CODE says more.")


def _style(code: Code) -> str:
    return "bold red" if code.severity == "error" else "bold yellow"


def _shown(page: Page) -> Group:
    from rich.console import Group
    from rich.text import Text

    title = Text.assemble(
        (f"{page.code.severity}[{page.code.id}]", _style(page.code)), (f": {page.code.title}", "bold")
    )
    files = [
        part for name, file in page.files.items() for part in (Text(f"{name}:\n", "bold"), _indented(file))
    ]
    return Group(
        title,
        "",
        *map(_paragraph, page.meaning.split("\n\n")),
        Text("Wrong:\n", "bold red"),
        _indented(page.wrong),
        *files,
        Text("Right:\n", "bold green"),
        _indented(page.right),
    )


def _paragraph(text: str) -> Text:
    """Backquotes stay, so that code is told from words without colours too."""
    from rich.text import Text

    shown = Text(" ".join(text.split()) + "\n")
    shown.highlight_regex(r"`[^`]*`", "cyan")
    return shown


def _indented(example: Example) -> Text:
    from rich.text import Text

    text = "".join(f"    {line}\n" for line in example.text.splitlines())
    return Text(text, no_wrap=True, overflow="ignore")
