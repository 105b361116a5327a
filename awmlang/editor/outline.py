"""The shape of a file: its declarations with what is in them, and what can be folded away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from awmlang.diagnostics import Source, Span
from awmlang.editor.symbols import Kind
from awmlang.semantics.crud import made_name
from awmlang.syntax import grammar, tree
from awmlang.syntax.tokens import comments, tokenize


@dataclass(frozen=True, slots=True)
class Entry:
    """A declaration: all of it at ``whole``, its name at ``span``."""

    kind: Kind
    name: str
    detail: str
    whole: Span
    span: Span
    inside: tuple[Entry, ...] = ()


def outline(spec: tree.Spec, source: Source) -> list[Entry]:
    """The declarations that have names, in order."""
    return [entry for declaration in spec.declarations for entry in _entries(declaration, source)]


def _entries(declaration: tree.Declaration, source: Source) -> Iterator[Entry]:
    whole = declaration.span
    match declaration:
        case tree.Enum(name=name, members=members):
            inside = tuple(Entry("member", each.text, "", each.span, each.span) for each in members)
            yield Entry("enum", name.text, "", whole, name.span, inside)
        case tree.TypeAlias(name=name):
            yield Entry("type", name.text, "", whole, name.span)
        case tree.Entity(name=name, members=parts):
            yield Entry("entity", name.text, "", whole, name.span, tuple(_fields(parts, source)))
        case tree.Tool(name=name) | tree.Function(name=name):
            kind: Kind = "tool" if isinstance(declaration, tree.Tool) else "function"
            yield Entry(kind, name.text, "", whole, name.span)
        case tree.Crud(entity=entity, operations=operations):
            made = tuple(
                Entry("tool", made_name(each.kind, entity.text), "", each.span, each.span)
                for each in operations
            )
            yield Entry("tool", f"crud {entity.text}", "", whole, entity.span, made)
        case tree.Data(entity=entity, rows=rows):
            labels = tuple(
                Entry("label", row.label.text, "", row.span, row.label.span) for row in rows if row.label
            )
            yield Entry("label", f"data {entity.text}", f"{len(rows)} rows", whole, entity.span, labels)
        case tree.DataFile(entity=entity) | tree.Generate(entity=entity):
            word = "data" if isinstance(declaration, tree.DataFile) else "generate"
            yield Entry("label", f"{word} {entity.text}", "", whole, entity.span)
        case tree.Task(name=name):
            yield Entry("task", name.text, "", whole, name.span)


def _fields(parts: tuple[tree.Member, ...], source: Source) -> Iterator[Entry]:
    for part in parts:
        if isinstance(part, tree.Field):
            written = source.text[part.type.span.start : part.type.span.end]
            yield Entry("field", part.name.text, " ".join(written.split()), part.span, part.name.span)
        elif isinstance(part, tree.Computed):
            yield Entry("field", part.name.text, "computed", part.span, part.name.span)


def folds(source: Source) -> list[tuple[int, int, bool]]:
    """What can be folded: from which line to which, from 1, and whether it is a comment."""
    tokens = tokenize(grammar.load(), source.text)
    found: list[tuple[int, int, bool]] = []
    open_: list[int] = []
    for token in tokens:
        if token.kind in ("{", "(", "["):
            open_.append(token.start)
        elif token.kind in ("}", ")", "]") and open_:
            first, last = source.position(open_.pop())[0], source.position(token.start)[0]
            if last - 1 > first:
                found.append((first, last - 1, False))
    lines = [
        source.position(each.span.start)[0] for each in comments(source.text, tokens, 0) if not each.trailing
    ]
    begin = 0
    for index, line in enumerate(lines):
        if index + 1 == len(lines) or lines[index + 1] != line + 1:
            if index > begin:
                found.append((lines[begin], line, True))
            begin = index + 1
    return sorted(found)
