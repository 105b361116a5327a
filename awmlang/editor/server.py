"""The language server: ``awmc lsp``, over standard input and output."""

from __future__ import annotations

import asyncio
import gc
from typing import Protocol

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from awmlang import __version__
from awmlang.diagnostics import Span
from awmlang.editor import protocol
from awmlang.editor.completion import complete
from awmlang.editor.document import Document
from awmlang.editor.hover import hover, signature
from awmlang.editor.index import Occurrence
from awmlang.editor.outline import outline
from awmlang.editor.rename import Refused, renamable, rename
from awmlang.semantics.fixing import fix_all
from awmlang.syntax.format import FormatError, format_source

DELAY = 0.005
"""Seconds without a change after which a text is read, so that changes that come together are read together."""

_FIX_ALL = lsp.CodeActionKind.SourceFixAll


class Asking(Protocol):
    """A request about a place in a document."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier: ...

    @property
    def position(self) -> lsp.Position: ...


class Server(LanguageServer):
    """Keeps the open documents, and says what is wrong with them as they change."""

    def __init__(self) -> None:
        super().__init__("awmc", __version__, lsp.TextDocumentSyncKind.Full)
        self.documents: dict[str, Document] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def open(self, uri: str, text: str) -> None:
        encoding = self.workspace.position_encoding or "utf-16"
        self.documents[uri] = Document(uris.to_fs_path(uri) or uri, text, encoding)  # type: ignore[arg-type]
        self.check_soon(uri)

    def close(self, uri: str) -> None:
        self.documents.pop(uri, None)
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def check_soon(self, uri: str) -> None:
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        self._waiting[uri] = asyncio.get_running_loop().call_later(DELAY, self._check, uri)

    def _check(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        document = self.documents[uri]
        found = [protocol.diagnostic(document, uri, each) for each in document.reading.findings]
        version = self.workspace.get_text_document(uri).version
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    def at(self, params: Asking) -> tuple[Document, int] | None:
        """The document and the character that a request is about."""
        document = self.documents.get(params.text_document.uri)
        return None if document is None else (document, protocol.offset(document, params.position))

    def in_language(self, uri: str) -> Document | None:
        """The document, if it is open and in the language."""
        document = self.documents.get(uri)
        return document if document is not None and document.is_of_the_language else None


def serve() -> None:
    """Serves until the editor ends it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # a reading makes much that goes at once, when the next one is there
    make().start_io()


def make() -> Server:
    """A server with all that it can do."""
    server = Server()
    _texts(server)
    _names(server)
    _writing(server)
    _shape(server)
    return server


def _texts(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.open(params.text_document.uri, params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if (document := server.documents.get(uri)) is not None and params.content_changes:
            document.edit(params.content_changes[-1].text)
            server.check_soon(uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)


def _names(server: Server) -> None:
    def places(params: Asking) -> tuple[Document, list[Span], list[Span]] | None:
        """The document, where the name at a place is declared, and where it stands."""
        found = server.at(params)
        named = found and found[0].name_at(found[1])
        if not found or not named or (symbol := named[0].symbol) is None:
            return None
        document, index = found[0], named[1]
        uses = [use.span for use in index.uses(symbol)]
        return document, document.spans_now(index, [symbol.span]), document.spans_now(index, uses)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        found = server.at(params)
        said = found and hover(*found)
        if not found or not said:
            return None
        text = f"```awm\n{said.code}\n```" + (f"\n\n{said.doc}" if said.doc else "")
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
        return lsp.Hover(content, protocol.range_(found[0], said.span))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        found = places(params)
        return (
            [protocol.location(found[0], params.text_document.uri, span) for span in found[1]]
            if found
            else []
        )

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        found = places(params)
        if found is None:
            return []
        document, own, uses = found
        wanted = [span for span in uses if params.context.include_declaration or span not in own]
        return [protocol.location(document, params.text_document.uri, span) for span in wanted]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        found = places(params)
        return [lsp.DocumentHighlight(protocol.range_(found[0], span)) for span in found[2]] if found else []

    def to_rename(params: Asking) -> tuple[Document, Occurrence]:
        document = server.in_language(params.text_document.uri)
        if document is None:
            raise Refused("Names are changed in files of the language alone.")
        occurrence = document.reading.index.at(protocol.offset(document, params.position))
        if occurrence is None:
            raise Refused("There is no name here.")
        return document, occurrence

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder:
        try:
            document, occurrence = to_rename(params)
            renamable(document.reading, occurrence)
        except Refused as refused:
            raise JsonRpcInvalidParams(str(refused)) from None
        return lsp.PrepareRenamePlaceholder(protocol.range_(document, occurrence.span), occurrence.text)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        try:
            document, occurrence = to_rename(params)
            edits = rename(document.reading, occurrence, params.new_name)
        except Refused as refused:
            raise JsonRpcInvalidParams(str(refused)) from None
        return protocol.edit(document, params.text_document.uri, edits)


def _writing(server: Server) -> None:
    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", '"', ":", "(", "=", "{"])
    )
    def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        document = server.in_language(params.text_document.uri)
        if document is None:
            return lsp.CompletionList(False, [])
        choices = complete(document.source, protocol.offset(document, params.position), document.last_whole)
        return lsp.CompletionList(False, protocol.completions(document, choices))

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(["(", ","]))
    def signed(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        document = server.in_language(params.text_document.uri)
        found = document and signature(document, protocol.offset(document, params.position))
        if not found:
            return None
        parameters = [lsp.ParameterInformation(place) for place in found.parameters]
        information = lsp.SignatureInformation(found.label, found.doc or None, parameters, found.active)
        return lsp.SignatureHelp([information], 0, found.active)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, _FIX_ALL], resolve_provider=True),
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        document = server.documents.get(uri)
        if document is None:
            return []

        def wanted(kind: str) -> bool:
            only = params.context.only
            return only is None or any(kind == each or kind.startswith(f"{each}.") for each in only)

        start, end = (protocol.offset(document, each) for each in (params.range.start, params.range.end))
        found = [each for each in document.reading.findings if each.fixes]
        made = [
            protocol.quick_fix(document, uri, each, fix)
            for each in found
            if wanted(lsp.CodeActionKind.QuickFix) and each.span.start <= end and start <= each.span.end
            for fix in each.fixes
        ]
        if wanted(_FIX_ALL) and any(fix.safe for each in found for fix in each.fixes):
            made.append(lsp.CodeAction("Make all fixes that are certain", kind=_FIX_ALL, data=uri))
        return made

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    def resolved(action: lsp.CodeAction) -> lsp.CodeAction:
        document = server.documents.get(str(action.data))
        if document is not None:
            after, _ = fix_all(document.source)
            action.edit = lsp.WorkspaceEdit({str(action.data): protocol.change(document, after.text)})
        return action

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        document = server.in_language(params.text_document.uri)
        if document is None:
            return None
        try:
            text, _ = format_source(document.source)
        except FormatError:
            return None
        return None if text is None else protocol.change(document, text)


def _shape(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return []
        entries = outline(document.reading.spec, document.source)
        return [protocol.document_symbol(document, entry) for entry in entries]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def found(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        return [
            symbol
            for uri, document in server.documents.items()
            for symbol in protocol.workspace_symbols(document, uri, params.query)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        document = server.in_language(params.text_document.uri)
        return protocol.folding(document) if document is not None else []

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, protocol.LEGEND)
    def tokens(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        document = server.in_language(params.text_document.uri)
        return lsp.SemanticTokens(protocol.semantic_tokens(document) if document is not None else [])
