"""What somebody waits for who types in an editor: the findings after a keystroke, and completion.

A client starts ``awmc lsp`` and types a statement into a spec of 1,000 lines, letter by letter. A keystroke is timed from
the change that the client sends until it has the findings of that text; the server's own delay is in it.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from bench.launches import AWMC
from bench.measure import Effort, Figure, child_environment

SPEC = Path(__file__).parents[1] / "specs" / "airline.awm"
PLACE = "  require "
TYPED = 'let bookings = count(Reservation where .user == me and .status == "active")\n'
URI = "file:///airline.awm"
PAUSE = 0.05  # seconds between two keystrokes


def measure(effort: Effort) -> Iterator[Figure]:
    keystrokes, completions = asyncio.run(_type(TYPED[: max(2, effort.rounds * 3)]))
    lines = SPEC.read_text("utf-8").count("\n")
    yield Figure(
        "editor",
        f"keystroke to findings, {lines:,} lines",
        "s",
        statistics.median(keystrokes),
        goal=("at most", 0.080),
    )
    yield Figure("editor", "  completion", "s", statistics.median(completions))


async def _type(typed: str) -> tuple[list[float], list[float]]:
    client = LanguageClient("bench", "1")
    published: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def found(params: lsp.PublishDiagnosticsParams) -> None:
        published.put_nowait(params)

    await client.start_io(str(AWMC), "lsp", env=child_environment())
    await client.initialize_async(lsp.InitializeParams(capabilities=lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    text = SPEC.read_text("utf-8")
    at = text.index(PLACE)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(URI, "awm", 0, text)))
    await published.get()
    keystrokes, completions = [], []
    for count in range(1, len(typed) + 1):
        now = text[:at] + typed[:count] + text[at:]
        start = perf_counter()
        client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(count, URI),
                [lsp.TextDocumentContentChangeWholeDocument(now)],
            )
        )
        while (await published.get()).version != count:
            pass
        keystrokes.append(perf_counter() - start)
        position = lsp.Position(text.count("\n", 0, at), count)
        start = perf_counter()
        await client.text_document_completion_async(
            lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), position)
        )
        completions.append(perf_counter() - start)
        await asyncio.sleep(PAUSE)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return keystrokes, completions
