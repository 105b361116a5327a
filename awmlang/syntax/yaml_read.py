"""From the nodes of a YAML or JSON file to the tree."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import tree
from awmlang.syntax import yaml_form as form
from awmlang.syntax.grammar import Part
from awmlang.syntax.parser import MAX_ERRORS
from awmlang.syntax.yaml_build import Builder, Parts
from awmlang.syntax.yaml_chunks import Chunks
from awmlang.syntax.yaml_nodes import Document, Mapping, Node, Scalar, Sequence, quoting
from awmlang.syntax.yaml_places import content

_LABEL = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*:")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null")
_PHRASES: dict[type, str] = {
    form.Text: "a text",
    form.Name: "a name",
    form.Member: "a text",
    form.Number: "a number",
    form.Code: "text in the language",
    form.Pairs: "a mapping",
    form.Fields: "a mapping",
    form.Answers: "text in the language or a mapping",
}


_Item = TypeVar("_Item")
_MOST_FINDINGS = 4 * MAX_ERRORS


class Reader:
    """Reads one file. ``texts`` are the scalars that are no pieces of the language."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self._chunks = Chunks(document.source)
        self._build = Builder()
        self.texts: set[Scalar] = set()

    @property
    def findings(self) -> list[Diagnostic]:
        return self._chunks.findings

    @property
    def comments(self) -> list[tree.Comment]:
        """Comments within pieces of the language."""
        return self._chunks.comments

    def spec(self, root: Node) -> tree.Spec:
        """The whole file, without comments."""
        if not isinstance(root, Mapping):
            self._expected("a mapping with `environment` and `title`", root)
            return tree.Spec(root.span, None, (), ())
        return self._build.spec(root.span, self._parts(root, "spec", None))

    # ---- Mappings

    def _parts(self, mapping: Mapping, name: str, rule: Part | None) -> Parts:
        """What the keys of a mapping of the form ``name`` hold, so far as it can be read, in the order of the file."""
        keys = {key.name: key for key in form.FORMS[name]}
        parts: Parts = {}
        present = {scalar.value for scalar, _ in mapping.pairs}
        for scalar, node in self._few(mapping.pairs):
            key = keys.get(scalar.value) or keys.get(self._unknown_key(scalar, keys.keys() - present, keys))
            if key is None:
                continue
            present.add(key.name)
            if not (isinstance(node, Scalar) and node.absent) or (key.required and _may_be_null(key.kind)):
                parts[key.name] = self._value(node, key.kind, rule)
            elif key.required:
                self._expected(_PHRASES.get(type(key.kind), "a list"), node, key.about)
        place = mapping.pairs[0][0].span if mapping.pairs else mapping.span
        for key in keys.values():
            if key.required and key.name not in present:
                self._report(codes.MISSING_KEY, place, f"the key `{key.name}` is missing", key.about)
        either = form.EITHER.get(name, ())
        if either and sum(key in parts for key in either) != 1:
            wrong = "only one of the keys" if all(key in parts for key in either) else "one of the keys"
            self._report(codes.MISSING_KEY, place, f"{wrong} {_one_of(either)} must stand here")
        return {key: value for key, value in parts.items() if value is not None}

    def _form(self, node: Node, names: tuple[str, ...], rule: Part | None = None) -> Any | None:
        """A mapping of one of several forms, which their first keys tell apart."""
        if isinstance(node, Scalar) and len(names) == 1:
            key = form.FORMS[names[0]][0]
            name: str | None = names[0]
            value = self._value(node, key.kind, rule)
            parts = {} if value is None else {key.name: value}
        else:
            if not isinstance(node, Mapping) or not node.pairs:
                self._expected(f"a mapping with the key {_one_of(names)}", node)
                return None
            present = [scalar.value for scalar, _ in node.pairs]
            name = next((key for key in present if key in names), None)
            if name is None:
                scalar, held = node.pairs[0]
                name = self._unknown_key(scalar, names, names)
                if not name:
                    return None
                meant = replace(scalar, value=name.partition(" ")[0])
                node = replace(node, pairs=[(meant, held), *node.pairs[1:]])
            if name == "data" and "from" in present:
                name = "data from"
            parts = self._parts(node, name, rule)
        assert name is not None
        required = [key.name for key in form.FORMS[name] if key.required]
        either = form.EITHER.get(name, ())
        if any(key not in parts for key in required) or (either and sum(key in parts for key in either) != 1):
            return None
        return getattr(self._build, f"{name}_".replace(" ", "_"))(node.span, parts)

    def _unknown_key(self, scalar: Scalar, free: Iterable[str], known: Iterable[str]) -> str:
        """Reports a key that is not ``known``. Which of those that are ``free`` was meant, or nothing."""
        names = list(known)
        near = difflib.get_close_matches(scalar.value, list(free), n=1)
        fixes: tuple[Fix, ...] = ()
        advice = f"the keys here are {', '.join(f'`{name}`' for name in names)}"
        if near:
            start, end = content(self._source.text, scalar.span.start, scalar.span.end, scalar.style)
            fixes = (Fix(f"write `{near[0]}`", (Edit(Span(scalar.span.file, start, end), near[0]),)),)
            advice = f"did you mean `{near[0]}`?"
        message = f"there is no key `{scalar.value}` here"
        self.findings.append(finding(codes.UNKNOWN_KEY, scalar.span, message, help=advice, fixes=fixes))
        return near[0] if near else ""

    # ---- What stands behind keys

    def _value(self, node: Node, kind: form.Kind, rule: Part | None) -> Any | None:
        """What a node holds: a node of the tree, or a tuple of them."""
        match kind:
            case form.Many(item):
                nodes = node.items if isinstance(node, Sequence) else [node]
                if not nodes:
                    self._expected(f"{_PHRASES[type(item)]} in the list", node)
                    return None
                return _present(self._scalar(n, item) for n in self._few(nodes)) or None
            case form.Pairs(as_rule, between):
                return _present(self._pairs(node, as_rule, between))
            case form.Fields():
                return _present(self._pairs(node, "field", ": "))
            case form.Answers():
                named = not isinstance(node, Scalar)
                return _present(self._pairs(node, "named_answer", ": ") if named else [self._answer(node)])
            case form.Statements(as_rule, chained):
                if chained and isinstance(node, Mapping):
                    return self._form(node, ("if",), rule)
                return self._block(node, as_rule or rule)
            case form.Solutions():
                several = (
                    isinstance(node, Sequence)
                    and node.items
                    and all(isinstance(n, Sequence) for n in node.items)
                )
                return _present(self._block(n, "step") for n in (self._items(node) if several else [node]))
            case form.Rows():
                return _present(self._rows(node))
            case form.Cells():
                return self._cells(node)
            case form.Forms(names):
                return _present(self._form(item, names) for item in self._few(self._items(node)))
            case form.Groups(name):
                return tuple(
                    self._build.members(self._parts(item, name, rule)) for item in self._mappings(node)
                )
        return self._scalar(node, kind)

    def _scalar(
        self, node: Node, kind: form.Text | form.Name | form.Member | form.Number | form.Code
    ) -> Any | None:
        if not isinstance(node, Scalar):
            self._expected(_PHRASES[type(kind)], node)
            return None
        match kind:
            case form.Code(rule, before, after):
                if rule == "shape" and node.value.lstrip().startswith("{"):
                    before = after = ""  # it has braces of its own
                return self._code(rule, before, node, after)
            case form.Text(braces):
                self.texts.add(node)
                return self._chunks.string(node) if braces else self._chunks.text(node)
            case form.Name(rule):
                return self._chunks.name(node, rule)
            case form.Member():
                self.texts.add(node)
                text = self._chunks.text(node)
                return None if text is None else tree.Name(text.span, text.value)
            case form.Number():
                number = self._code("expr", node)
                if number is None or isinstance(number, tree.Number):
                    return number
                self._expected("a number", node)
                return None

    def _code(self, rule: Part, *parts: Scalar | str) -> Any | None:
        return self._chunks.parse(self._chunks.chunk(*(part for part in parts if part)), rule)

    def _items(self, node: Node) -> list[Node]:
        if isinstance(node, Sequence):
            return node.items
        self._expected("a list", node)
        return []

    def _mappings(self, node: Node) -> Iterator[Mapping]:
        for item in self._items(node):
            if isinstance(item, Mapping):
                yield item
            else:
                self._expected("a mapping", item)

    def _pairs(self, node: Node, rule: Part, between: str) -> Iterator[Any]:
        """A mapping, or a list of ``name: what`` as text or as mappings."""
        if isinstance(node, Sequence):
            for item in self._few(node.items):
                if isinstance(item, Scalar):
                    yield self._pair(item, rule)
                elif isinstance(item, Mapping):
                    yield from self._pairs(item, rule, between)
                else:
                    self._expected(f"`name{between}...`", item)
        elif isinstance(node, Mapping):
            for name, held in self._few(node.pairs):
                if not isinstance(held, Scalar):
                    self._expected("text in the language", held)
                elif not _WORD.fullmatch(name.value):
                    self._chunks.name(name, "_word")
                elif rule == "field" and held.value.lstrip().startswith("="):
                    yield self._code("computed", name, " ", held)
                else:
                    yield self._code(rule, name, between, held)
        else:
            self._expected("a mapping or a list", node)

    def _pair(self, scalar: Scalar, rule: Part) -> Any | None:
        if rule in ("field", "named_answer") and not _LABEL.match(scalar.value):
            return self._code("computed", scalar) if rule == "field" else self._answer(scalar)
        return self._code(rule, scalar)

    def _answer(self, scalar: Node) -> Any | None:
        """``type = value`` without a name."""
        assert isinstance(scalar, Scalar)
        item = self._code("answer", "answer: ", scalar)
        return None if item is None else item.nodes[0]

    def _block(self, node: Node, rule: Part | None) -> tree.Block | None:
        assert rule is not None, "`if` and `for` stand in a block"
        if isinstance(node, Sequence):
            return tree.Block(
                node.span, _present(self._statement(item, rule) for item in self._few(node.items))
            )
        self._expected("a list of statements" if rule == "statement" else "a list of steps", node)
        return None

    def _statement(self, node: Node, rule: Part) -> Any | None:
        if isinstance(node, Scalar):
            return self._code(rule, node)
        keys = {scalar.value for scalar, _ in node.pairs} if isinstance(node, Mapping) else set()
        if keys & {"if", "for"}:
            return self._form(node, ("if", "for"), rule)
        fixes = _quoted(self._source, node)
        what = "a statement" if rule == "statement" else "a step"
        self._expected(f"{what} as text, or a mapping with the key `if` or `for`", node, fixes=fixes)
        return None

    # ---- Rows

    def _rows(self, node: Node) -> Iterator[tree.Row | None]:
        if isinstance(node, Mapping):
            for label, cells in self._few(node.pairs):
                yield self._row(
                    node.span if len(node.pairs) == 1 else label.span.to(cells.span), label, cells
                )
            return
        for item in self._few(self._items(node)):
            if not isinstance(item, Mapping):
                yield self._row(item.span, None, item)
            elif {scalar.value for scalar, _ in item.pairs} == {"label", "values"}:
                parts = self._parts(item, "row", None)
                if "values" in parts:
                    yield tree.Row(item.span, parts.get("label"), parts["values"])
            else:
                yield from self._rows(item)

    def _row(self, span: Span, label: Scalar | None, cells: Node) -> tree.Row | None:
        name = None if label is None else self._chunks.name(label, "_name")
        values = self._cells(cells)
        return None if values is None else tree.Row(span, name, values)

    def _cells(self, node: Node) -> tuple[tree.Expr, ...] | None:
        if isinstance(node, Sequence) and node.items:
            return _present(map(self._cell, self._few(node.items)))
        self._expected("a list of cells", node)
        return None

    def _cell(self, node: Node) -> Any | None:
        if isinstance(node, Sequence):
            return tree.ListOf(node.span, _present(map(self._cell, self._few(node.items))))
        if isinstance(node, Mapping):
            self._expected("a text, a number, true, false, null or a list", node)
            return None
        if not node.style and not node.value:
            return tree.Null(node.span)
        if not node.style and (literal := _LITERAL.fullmatch(node.value)):
            if literal[3]:
                self._report(
                    codes.UNEXPECTED, node.span, "a number has no exponent here", "write out its digits"
                )
                return None
            return self._code("expr", node)
        if node.value.startswith("="):
            return self._chunks.parse(self._chunks.chunk(node).behind(1), "expr")
        self.texts.add(node)
        return self._chunks.string(node)

    # ---- Findings

    def _few(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items, until there are more findings than anybody reads."""
        for item in items:
            if len(self.findings) > _MOST_FINDINGS:
                return
            yield item

    def _report(self, code: codes.Code, span: Span, message: str, advice: str | None = None) -> None:
        self._chunks.report(code, span, message, advice)

    def _expected(
        self, what: str, node: Node, advice: str | None = None, fixes: tuple[Fix, ...] = ()
    ) -> None:
        span = node.span
        match node:
            case Scalar():
                found = "nothing" if node.absent else "a text"
            case Sequence():
                found = "a list"
            case Mapping():
                found = "a mapping"
        if not fixes and what in ("text in the language", "a text"):
            fixes = _quoted(self._source, node)
        message = f"expected {what}, found {found}"
        self.findings.append(finding(codes.WRONG_NODE, span, message, help=advice, fixes=fixes))


def _present(values: Iterable[Any]) -> tuple[Any, ...]:
    """Those that could be read."""
    return tuple(value for value in values if value is not None)


def _may_be_null(kind: form.Kind) -> bool:
    """Whether ``null`` has a meaning of its own in the language there."""
    return isinstance(kind, form.Code) and kind.rule == "expr"


def _one_of(names: tuple[str, ...]) -> str:
    shown = list(dict.fromkeys(name.partition(" ")[0] for name in names))
    return (
        ", ".join(f"`{name}`" for name in shown[:-1]) + (" or " if len(shown) > 1 else "") + f"`{shown[-1]}`"
    )


def _quoted(source: Source, node: Node) -> tuple[Fix, ...]:
    """Puts quotes around what was meant as text and read as a list or mapping, if that stands in one line."""
    text, (_, start, end) = source.text, node.span
    line_end = text.find("\n", start)
    rest = text[start : line_end if line_end >= 0 else len(text)].rstrip()
    if isinstance(node, Scalar) or end > start + len(rest) or " #" in rest:
        return ()
    return (quoting(source, start, end),)
