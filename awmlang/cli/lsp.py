"""``awmc lsp``: the language server that editors start."""

from __future__ import annotations

import click

from awmlang.cli.output import Failure


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as it always does.")
def lsp(stdio: bool) -> None:
    """Help an editor with specs: mistakes as you type, completion, renaming and more.

    Editors start this themselves; docs/editors.md says how to set them up.
    """
    try:
        from awmlang.editor.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise Failure("the language server needs pygls", "pip install 'awmlang[lsp]'") from None
    serve()
