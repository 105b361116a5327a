"""From the tree to nested lists and mappings as ``yaml_form`` has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from awmlang.syntax import tree
from awmlang.syntax import yaml_form as form
from awmlang.syntax.format import format_expression, format_part
from awmlang.syntax.yaml_emit import Items, Keys, Outline, Word, to_json, to_yaml

_WIDTH = 90
"""Columns of a piece of the language in YAML, which is indented a little."""

_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_GROUPS: dict[type[tree.Node], str] = {
    tree.Field: "fields",
    tree.Computed: "fields",
    tree.Flow: "flows",
    tree.Check: "checks",
    tree.Access: "access",
    tree.Show: "show",
}

Parts = dict[str, Any]
"""What the keys of a mapping hold, as ``yaml_build`` has it. What is None or empty is left out."""


def write_yaml(spec: tree.Spec) -> str:
    """A spec as YAML, without comments. It must have its environment."""
    return to_yaml(_Writer(strict=False).mapping("spec", spec_parts(spec)))


def write_json(spec: tree.Spec) -> str:
    """A spec as JSON that fits the strict schema."""
    return to_json(_Writer(strict=True).mapping("spec", spec_parts(spec)))


# ---- From nodes to the keys of mappings


def spec_parts(spec: tree.Spec) -> Parts:
    assert spec.environment is not None, "what has none has errors"
    parts: Parts = {"environment": spec.environment.name, "title": spec.environment.title}
    rest = list(spec.declarations)
    while rest and isinstance(rest[0], (tree.Clock, tree.SignedIn, tree.Policy)):
        name, held = _declaration(rest[0])
        if name in parts:
            break
        parts |= held
        del rest[0]
    return parts | {"declarations": rest}


def _declaration(node: tree.Node) -> tuple[str, Parts]:
    """The name of a form, and what its keys hold."""
    match node:
        case tree.Clock(_, value):
            return "clock", {"clock": value}
        case tree.SignedIn():
            return "me", {"me": node}
        case tree.Policy(_, text):
            return "policy", {"policy": text}
        case tree.Enum(_, name, members):
            return "enum", {"enum": name, "members": members}
        case tree.TypeAlias(_, name, type_):
            return "type", {"type": name, "is": type_}
        case tree.Invariant(_, condition, message):
            return "invariant", {"invariant": condition, "message": message}
        case tree.Entity(_, name, doc, members):
            first, *more = _groups(members) or [{}]
            return "entity", {"entity": name, "doc": doc, **first, "more": more}
        case tree.Function(_, name, parameters, result, doc, body):
            head = {"function": name, "doc": doc, "parameters": parameters, "result": result}
            return "function", {**head, "body": body}
        case tree.Tool(_, name, parameters, doc, body):
            return "tool", {"tool": name, "doc": doc, "parameters": parameters, "body": body}
        case tree.Crud(_, entity, operations):
            return "crud", {"crud": entity, "operations": operations}
        case tree.Data(_, entity, columns, rows):
            return "data", {"data": entity, "columns": columns, "rows": rows}
        case tree.DataFile(_, entity, path):
            return "data from", {"data": entity, "from": path}
        case tree.Generate(_, entity, count, loops, values):
            return "generate", {"generate": entity, "count": count, "for": loops, "values": values}
        case tree.Task():
            return "task", _task(node)
        case tree.Flow(_, field, transitions):
            return "flow", {"flow": field, "transitions": transitions}
        case tree.Check(_, condition, message):
            return "check", {"check": condition, "message": message}
        case tree.Expect(_, condition, message, weight):
            return "expect", {"expect": condition, "message": message, "weight": weight}
        case tree.If(_, condition, then, otherwise):
            return "if", {"if": condition, "then": then, "else": otherwise}
        case tree.For(_, _, _, body):
            return "for", {"for": node, "do": body}
    raise TypeError(f"{type(node).__name__} is no mapping")


def _groups(members: Sequence[tree.Member]) -> list[Parts]:
    """Members under the keys of as few mappings as keep their order."""
    groups: list[Parts] = []
    for key, run in groupby(members, key=lambda member: _GROUPS[type(member)]):
        if not groups or key in groups[-1]:
            groups.append({})
        if key not in ("access", "show"):
            groups[-1][key] = list(run)
            continue
        for number, member in enumerate(run):
            if number:
                groups.append({})
            groups[-1][key] = member.condition if isinstance(member, tree.Access) else member.shape  # type: ignore[union-attr]
    return groups


def _task(node: tree.Task) -> Parts:
    """Kinds of items in the order in which they begin."""
    items = {
        "solution": node.solutions,
        "expects": node.expects,
        "answer": node.answers,
        "allow": node.allowed,
        "accept": node.accepted,
        "judge": node.judges,
        "user": node.users,
    }
    begun = sorted((kind for kind in items if items[kind]), key=lambda kind: items[kind][0].span.start)
    head = {"task": node.name, "prompt": node.prompt, "for": node.loop}
    return head | {kind: items[kind] for kind in begun}


# ---- From those to text


class _Writer:
    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._width = 1_000_000 if strict else _WIDTH

    def mapping(self, name: str, parts: Parts) -> Keys:
        """The keys of a form. In strict mode all of them."""
        pairs: dict[str, Outline] = {}
        for key in self._in_order(form.FORMS[name], parts):
            value = parts.get(key.name)
            if value is not None and ((value != () and value != []) or key.required):
                pairs[key.name] = self._value(key, value)
            elif self._strict:
                pairs[key.name] = Word("null", "literal")
        return Keys(pairs)

    def _in_order(self, keys: tuple[form.Key, ...], parts: Parts) -> Iterator[form.Key]:
        """Keys in the order that the parts have, which means something among members of an entity."""
        names = [key.name for key in keys]
        places = [names.index(name) for name in parts]
        if places == sorted(places):
            return iter(keys)
        return iter([*(keys[place] for place in places), *(key for key in keys if key.name not in parts)])

    def _value(self, key: form.Key, value: Any) -> Outline:
        match key.kind:
            case form.Name() | form.Member():
                return Word(value.text)
            case form.Text():
                return self._text(value)
            case form.Number():
                return self._number(value)
            case form.Code():
                return self._code(value)
            case form.Many(form.Code()):
                return self._many([self._code(node) for node in value], alone=True)
            case form.Many(form.Text()):
                return self._many([self._text(node) for node in value], alone=True)
            case form.Many():
                return self._many([Word(node.text) for node in value], alone=False)
            case form.Pairs(_, between):
                return self._pairs(value, lambda node: between)
            case form.Fields():
                return self._pairs(value, lambda node: ": " if isinstance(node, tree.Field) else " ")
            case form.Answers():
                named = all(node.name for node in value)
                if not named and len(value) == 1 and not self._strict:
                    return self._code(value[0])
                return (
                    self._pairs(value, lambda node: ": ")
                    if named
                    else Items([self._code(node) for node in value])
                )
            case form.Statements():
                return self._form(value) if isinstance(value, tree.If) else self._statements(value)
            case form.Solutions():
                blocks: list[Outline] = [self._statements(block) for block in value]
                return blocks[0] if len(blocks) == 1 else Items(blocks)
            case form.Rows():
                return self._rows(value)
            case form.Forms(names):
                return Items([self._form(node, alone=len(names) == 1) for node in value])
            case form.Groups(name):
                return Items([self.mapping(name, group) for group in value])
        raise TypeError(f"{key.name} is written with what it belongs to")

    def _form(self, node: tree.Node, alone: bool = False) -> Outline:
        """A mapping; if it may, what its first key holds ``alone`` where that is all."""
        mapping = self.mapping(*_declaration(node))
        return next(iter(mapping.pairs.values())) if alone and len(mapping.pairs) == 1 else mapping

    # ---- Scalars

    def _text(self, node: tree.Text | tree.String) -> Word:
        return Word(node.value if isinstance(node, tree.Text) else _braced(node))

    def _number(self, node: tree.Number) -> Word:
        return Word(node.text, "literal" if _NUMBER.fullmatch(node.text) else "text")

    def _code(self, node: tree.Node) -> Word:
        text = "" if isinstance(node, tree.For) else format_part(node, self._width)
        match node:
            case tree.SignedIn():
                text = text.removeprefix("me: ")
            case tree.Shape() if "\n" not in text:
                text = text[1:-1].strip()
            case tree.For():
                names = ", ".join(name.text for name in node.names)
                text = f"{names} in {format_part(node.source, self._width)}"
        return Word(text, "code")

    def _many(self, words: list[Word], alone: bool) -> Outline:
        """A list; if it may, one stands ``alone``."""
        if len(words) == 1 and alone and not self._strict:
            return words[0]
        bracketless = any(set(",[]{}\"'\n") & set(word.text) for word in words)
        return Items(list(words), "never" if bracketless else "if there is room")

    # ---- Lists

    def _pairs(self, nodes: Sequence[Any], between: Callable[[Any], str]) -> Outline:
        """A mapping by name, or a list where that would lose something."""
        names = [node.name.text for node in nodes]
        if self._strict or len(set(names)) < len(names):
            return Items([self._code(node) for node in nodes])
        pairs: dict[str, Outline] = {}
        for name, node in zip(names, nodes, strict=True):
            text = self._code(node).text
            pairs[name] = Word(text[len(name) + len(between(node)) :], "code")
        return Keys(pairs)

    def _statements(self, block: tree.Block) -> Items:
        return Items(
            [
                self._form(node) if isinstance(node, (tree.If, tree.For)) else self._code(node)
                for node in block.statements
            ]
        )

    def _rows(self, rows: Sequence[tree.Row]) -> Outline:
        cells = [Items([self._cell(cell) for cell in row.values], "always") for row in rows]
        labels = [row.label.text if row.label else None for row in rows]
        if self._strict:
            nothing = Word("null", "literal")
            pairs = zip(labels, cells, strict=True)
            return Items(
                [Keys({"label": Word(label) if label else nothing, "values": held}) for label, held in pairs]
            )
        if None not in labels and len(set(labels)) == len(labels):
            return Keys(dict(zip(labels, cells, strict=True)))  # type: ignore[arg-type]
        return Items(
            [Keys({label: held}) if label else held for label, held in zip(labels, cells, strict=True)]
        )

    def _cell(self, node: tree.Expr) -> Outline:
        match node:
            case tree.ListOf(_, items):
                return Items([self._cell(item) for item in items], "always")
            case tree.String():
                text = _braced(node)
                return Word(f"={format_expression(node)}" if text.startswith("=") else text)
            case tree.Boolean() | tree.Null():
                return Word(format_expression(node), "literal")
            case tree.Number() | tree.Negate(_, tree.Number()):
                text = format_expression(node)
                return (
                    Word(text, "literal") if _NUMBER.fullmatch(text.removeprefix("-")) else Word(f"={text}")
                )
        return Word(f"={format_expression(node)}")


def _braced(node: tree.String) -> str:
    """A text with values in braces."""
    return "".join(
        part.replace("{", "{{").replace("}", "}}")
        if isinstance(part, str)
        else "{" + format_expression(part) + "}"
        for part in node.parts
    )
