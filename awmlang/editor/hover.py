"""What is to be said of a name, and of a call that is being written."""

from __future__ import annotations

from dataclasses import dataclass

from awmlang.diagnostics import Span
from awmlang.editor import vocabulary
from awmlang.editor.document import Document
from awmlang.editor.index import Index, Occurrence
from awmlang.editor.symbols import Symbol
from awmlang.semantics import types as t
from awmlang.semantics.describe import describe
from awmlang.syntax import grammar, tree
from awmlang.syntax.tokens import Token, tokenize

_MOST_LINES = 16


@dataclass(frozen=True, slots=True)
class Hover:
    """``code`` in the language and ``doc`` in plain words, about ``span``."""

    span: Span
    code: str
    doc: str


def hover(document: Document, offset: int) -> Hover | None:
    """What is known of the name or the word at a character."""
    found = document.name_at(offset)
    if found is not None:
        occurrence, index = found
        if occurrence.symbol is not None:
            symbol = occurrence.symbol
            return Hover(occurrence.span, _code(document, index, occurrence, symbol), symbol.doc or "")
        return _of_the_language(occurrence)
    return _keyword(document, offset)


def _of_the_language(occurrence: Occurrence) -> Hover | None:
    text = occurrence.text
    if isinstance(occurrence.parent, tree.Call) and (word := vocabulary.function(text)) is not None:
        return Hover(occurrence.span, word.usage, word.doc)
    if isinstance(occurrence.parent, tree.NamedType) and text in vocabulary.TYPES:
        return Hover(occurrence.span, text, vocabulary.TYPES[text])
    if isinstance(occurrence.node, tree.Reference) and text in vocabulary.VALUES:
        return Hover(occurrence.span, text, vocabulary.VALUES[text])
    if text == "id":
        return Hover(occurrence.span, "id: int", "The key that the database gives to each row.")
    return None


def _keyword(document: Document, offset: int) -> Hover | None:
    for token in tokenize(grammar.load(), document.text):
        word = token.text.rstrip(":")
        if token.start <= offset <= token.end and word in vocabulary.KEYWORDS and token.kind != "STRING":
            span = Span(0, token.start, token.end)
            return Hover(span, word, vocabulary.KEYWORDS[word])
    return None


# ---- The code of a declaration


def _code(document: Document, index: Index, occurrence: Occurrence, symbol: Symbol) -> str:
    text = index.source.text
    node, within = symbol.node, f"{symbol.within}." if symbol.within else ""
    match symbol.kind:
        case "local" | "row" | "parameter" if (type := _type(index, occurrence, symbol)) is not None:
            return f"{symbol.name}: {describe(type)}"
        case "field":
            return within + _one_line(text[symbol.whole.start : symbol.whole.end])
        case "tool" if symbol.is_made:
            return _signature_of_made(index, symbol)
        case "tool" | "function" if isinstance(node, (tree.Tool, tree.Function)):
            return _one_line(text[node.span.start : node.body.span.start])
        case "entity" | "enum" | "type" | "data":
            return _few_lines(text[symbol.whole.start : symbol.whole.end])
        case "member":
            return f'{within}"{symbol.name}"'
        case "code":
            return f"error {symbol.name}"
        case "task" if isinstance(node, tree.Task):
            return f"task {symbol.name} {_one_line(text[node.prompt.span.start : node.prompt.span.end])}"
        case "label":
            return f"{symbol.within}: {_one_line(text[symbol.whole.start : symbol.whole.end])}"
        case "published":
            return f"named {symbol.name}"
    return _few_lines(text[symbol.whole.start : symbol.whole.end])


def _type(index: Index, occurrence: Occurrence, symbol: Symbol) -> t.Type | None:
    """The type of a local: where it is used, as narrowed there; else as at another use."""
    seen = index.notes.seen or {}
    uses = [occurrence, *index.uses(symbol)]
    found = next((seen[id(use.node)].type for use in uses if id(use.node) in seen), None)
    if found is None and isinstance(symbol.node, (tree.Let, tree.Var)):
        value = seen.get(id(symbol.node.value))
        found = value.type if value is not None else None
    return None if isinstance(found, t.Unknown) else found


def _signature_of_made(index: Index, symbol: Symbol) -> str:
    context = index.notes.context
    tool = context.done_tools.get(symbol.name) if context is not None else None
    parameters = ", ".join(f"{p.name}: {describe(p.type)}" for p in tool.parameters) if tool else ""
    return f"tool {symbol.name}({parameters})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _few_lines(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "  ..."])


# ---- Calls


@dataclass(frozen=True, slots=True)
class Signature:
    """A call being written: how it is written, the places of its parameters in that, and which is written now."""

    label: str
    doc: str
    parameters: tuple[tuple[int, int], ...]
    active: int | None


def signature(document: Document, offset: int) -> Signature | None:
    """The call whose parentheses a character is in."""
    found = _open_call(document.text, offset)
    if found is None:
        return None
    name, position, named = found
    reading = document.last_whole
    context = reading.notes.context
    called = context and (context.done_functions.get(name) or context.done_tools.get(name))
    if not called:
        word = vocabulary.function(name)
        return None if word is None else Signature(word.usage, word.doc, (), None)
    label = f"{name}("
    places: list[tuple[int, int]] = []
    for p in called.parameters:
        written = f"{p.name}: {describe(p.type)}"
        label += ", " if places else ""
        places.append((len(label), len(label) + len(written)))
        label += written
    names = [p.name for p in called.parameters]
    active = names.index(named) if named in names else position
    return Signature(f"{label})", called.doc or "", tuple(places), active if active < len(names) else None)


def _open_call(text: str, offset: int) -> tuple[str, int, str | None] | None:
    """The name called, how many arguments stand before the cursor, and the name of the one at the cursor."""
    tokens = [token for token in tokenize(grammar.load(), text, 0, offset) if token.text]
    depth = commas = 0
    named: str | None = None
    for index in range(len(tokens) - 1, -1, -1):
        kind = tokens[index].kind
        if kind in (")", "]", "}"):
            depth += 1
        elif kind in ("(", "[", "{"):
            if depth == 0:
                return _called(tokens, index, commas, named) if kind == "(" else None
            depth -= 1
        elif depth == 0 and kind == ",":
            commas += 1
        elif depth == 0 and kind == "=" and commas == 0 and index:
            named = tokens[index - 1].text
    return None


def _called(
    tokens: list[Token], index: int, commas: int, named: str | None
) -> tuple[str, int, str | None] | None:
    before = tokens[index - 1].text if index else ""
    declares = index > 1 and tokens[index - 2].kind in ("tool", "function", "data")
    return (before, commas, named) if before.isidentifier() and not declares else None
