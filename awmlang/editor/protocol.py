"""What the rooms of the editor say, in the terms of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from awmlang.diagnostics import Diagnostic, Edit, Fix, Span
from awmlang.diagnostics.codes import (
    UNREACHABLE,
    UNUSED_LOCAL,
    UNUSED_PARAMETER,
)
from awmlang.editor.completion import Choice, Choices
from awmlang.editor.document import Document
from awmlang.editor.index import Occurrence, is_of_the_language
from awmlang.editor.outline import Entry, folds
from awmlang.editor.symbols import Kind

_SYMBOLS: dict[Kind, lsp.SymbolKind] = {
    "environment": lsp.SymbolKind.Module,
    "enum": lsp.SymbolKind.Enum,
    "member": lsp.SymbolKind.EnumMember,
    "type": lsp.SymbolKind.Struct,
    "entity": lsp.SymbolKind.Class,
    "field": lsp.SymbolKind.Field,
    "tool": lsp.SymbolKind.Method,
    "function": lsp.SymbolKind.Function,
    "task": lsp.SymbolKind.Event,
    "label": lsp.SymbolKind.Constant,
}
_ITEMS = {
    "member": lsp.CompletionItemKind.EnumMember,
    "field": lsp.CompletionItemKind.Field,
    "parameter": lsp.CompletionItemKind.Property,
    "local": lsp.CompletionItemKind.Variable,
    "label": lsp.CompletionItemKind.Constant,
    "entity": lsp.CompletionItemKind.Class,
    "type": lsp.CompletionItemKind.Struct,
    "tool": lsp.CompletionItemKind.Method,
    "function": lsp.CompletionItemKind.Function,
    "value": lsp.CompletionItemKind.Value,
    "keyword": lsp.CompletionItemKind.Keyword,
    "code": lsp.CompletionItemKind.Event,
}
_TOKENS: dict[Kind, str] = {
    "environment": "namespace", "enum": "enum", "member": "enumMember", "type": "type", "entity": "class",
    "field": "property", "tool": "function", "function": "function", "task": "event", "parameter": "parameter",
    "local": "variable", "row": "variable", "label": "variable", "result": "property", "answer": "property",
    "code": "event", "published": "property",
}  # fmt: skip
_MODIFIERS = ("declaration", "readonly", "defaultLibrary")
LEGEND = lsp.SemanticTokensLegend(sorted(set(_TOKENS.values())), list(_MODIFIERS))

_NEEDLESS = {UNUSED_LOCAL, UNUSED_PARAMETER, UNREACHABLE}


def position(document: Document, offset: int) -> lsp.Position:
    return lsp.Position(*document.lines.place(offset))


def offset(document: Document, position: lsp.Position) -> int:
    return document.lines.offset(position.line, position.character)


def range_(document: Document, span: Span) -> lsp.Range:
    return lsp.Range(position(document, span.start), position(document, span.end))


def location(document: Document, uri: str, span: Span) -> lsp.Location:
    return lsp.Location(uri, range_(document, span))


# ---- Findings and their fixes


def diagnostic(document: Document, uri: str, finding: Diagnostic) -> lsp.Diagnostic:
    message = finding.message if finding.help is None else f"{finding.message}\n{finding.help}"
    related = [
        lsp.DiagnosticRelatedInformation(location(document, uri, label.span), label.message)
        for label in finding.labels
    ]
    return lsp.Diagnostic(
        range_(document, finding.span),
        message,
        severity=lsp.DiagnosticSeverity.Error if finding.is_error else lsp.DiagnosticSeverity.Warning,
        code=finding.code.id,
        source="awmc",
        tags=[lsp.DiagnosticTag.Unnecessary] if finding.code in _NEEDLESS else None,
        related_information=related or None,
    )


def quick_fix(document: Document, uri: str, finding: Diagnostic, fix: Fix) -> lsp.CodeAction:
    return lsp.CodeAction(
        fix.message[:1].upper() + fix.message[1:],
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(document, uri, finding)],
        is_preferred=fix.safe,
        edit=edit(document, uri, fix.edits),
    )


def edit(document: Document, uri: str, edits: Iterable[Edit]) -> lsp.WorkspaceEdit:
    return lsp.WorkspaceEdit({uri: [text_edit(document, each.span, each.text) for each in edits]})


def text_edit(document: Document, span: Span, text: str) -> lsp.TextEdit:
    """An edit with the line breaks of the file."""
    if "\r\n" in document.text:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return lsp.TextEdit(range_(document, span), text)


def change(document: Document, text: str) -> list[lsp.TextEdit]:
    """What turns the whole text into another: one edit of the lines that differ."""
    old, new = document.text.splitlines(keepends=True), text.splitlines(keepends=True)
    if old == new:
        return []
    before = _same(old, new)
    behind = _same(old[before:][::-1], new[before:][::-1])
    start = sum(map(len, old[:before]))
    end = start + sum(map(len, old[before : len(old) - behind]))
    return [text_edit(document, Span(0, start, end), "".join(new[before : len(new) - behind]))]


def _same(old: list[str], new: list[str]) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )


# ---- Completion


def completions(document: Document, choices: Choices) -> list[lsp.CompletionItem]:
    where = range_(document, Span(0, choices.start, choices.end))
    return [_item(number, each, where) for number, each in enumerate(choices.items)]


def _item(number: int, choice: Choice, where: lsp.Range) -> lsp.CompletionItem:
    again = choice.text.endswith(("(", "= ")) or choice.text == "me: "
    return lsp.CompletionItem(
        choice.name,
        kind=_ITEMS[choice.kind],
        detail=choice.detail or None,
        documentation=choice.doc or None,
        sort_text=f"{number:05}",
        filter_text=choice.name,
        text_edit=lsp.TextEdit(where, choice.text),
        command=lsp.Command("Suggest", "editor.action.triggerSuggest") if again else None,
    )


# ---- The shape of a file


def document_symbol(document: Document, entry: Entry) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        entry.name or '""',
        _SYMBOLS[entry.kind],
        range_(document, entry.whole.to(entry.span)),
        range_(document, entry.span),
        detail=entry.detail or None,
        children=[document_symbol(document, each) for each in entry.inside],
    )


def workspace_symbols(document: Document, uri: str, query: str) -> list[lsp.WorkspaceSymbol]:
    return [
        lsp.WorkspaceSymbol(
            location(document, uri, each.span), each.name, _SYMBOLS[each.kind], container_name=each.within
        )
        for each in document.last_whole.index.symbols.values()
        if each.kind in _SYMBOLS and query.lower() in each.name.lower()
    ]


def folding(document: Document) -> list[lsp.FoldingRange]:
    return [
        lsp.FoldingRange(first - 1, last - 1, kind=lsp.FoldingRangeKind.Comment if is_comment else None)
        for first, last, is_comment in folds(document.source)
    ]


def semantic_tokens(document: Document) -> list[int]:
    """The names, five numbers each: lines and units from the one before, length, kind, modifiers."""
    data: list[int] = []
    before = (0, 0)
    for each in document.reading.index.occurrences:
        found = _token(each)
        (line, unit), (last, end) = map(document.lines.place, each.span[1:])
        if found is None or line != last:
            continue
        kind, modifiers = found
        data += (line - before[0], unit - before[1] if line == before[0] else unit, end - unit)
        data += (LEGEND.token_types.index(kind), sum(1 << _MODIFIERS.index(word) for word in modifiers))
        before = (line, unit)
    return data


def _token(occurrence: Occurrence) -> tuple[str, tuple[str, ...]] | None:
    symbol = occurrence.symbol
    if symbol is None:
        if occurrence.text == "id":
            return "property", ()
        return (
            ("function", ("defaultLibrary",))
            if is_of_the_language(occurrence) and occurrence.is_called
            else None
        )
    declares = ("declaration",) if symbol.span == occurrence.span else ()
    fixed = ("readonly",) if symbol.kind == "label" else ()
    return _TOKENS[symbol.kind], (*declares, *fixed)
