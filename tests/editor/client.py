"""A client of the language server, which it starts as an editor would: ``awmc lsp`` over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

AWMC = ("-c", "from awmlang.cli import main; main()", "lsp", "--stdio")
URI = "file:///specs/shop.awm"


class Client(LanguageClient):
    def __init__(self) -> None:
        super().__init__("tests", "1")
        self.published: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        self.version = 0

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

    def open(self, text: str, uri: str = URI) -> None:
        self.version += 1
        item = lsp.TextDocumentItem(uri, "awm", self.version, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, text: str, uri: str = URI) -> None:
        self.version += 1
        self.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.version, uri),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def findings(self) -> list[lsp.Diagnostic]:
        """What is published about the text as it was sent last."""
        while True:
            found = await asyncio.wait_for(self.published.get(), 30)
            if found.version == self.version:
                return list(found.diagnostics)


@asynccontextmanager
async def started(encodings: Sequence[lsp.PositionEncodingKind] | None = None) -> AsyncIterator[Client]:
    """A client of a server that is ready."""
    client = Client()
    await client.start_io(sys.executable, *AWMC, cwd=Path(__file__).parents[2])
    general = lsp.GeneralClientCapabilities(position_encodings=encodings)
    await client.initialize_async(
        lsp.InitializeParams(capabilities=lsp.ClientCapabilities(general=general), root_uri="file:///specs")
    )
    client.initialized(lsp.InitializedParams())
    try:
        yield client
        await client.shutdown_async(None)
    finally:
        client.exit(None)
        await client.stop()
