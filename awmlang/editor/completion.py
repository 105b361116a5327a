"""What can be typed at a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from awmlang.diagnostics import Source
from awmlang.editor import vocabulary
from awmlang.editor.document import Reading, read
from awmlang.editor.finishing import HOLE, Finished, finish
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.calls import FAKES, IN_GENERATE, IN_TASKS
from awmlang.semantics.context import Context, Scope
from awmlang.semantics.convert import base
from awmlang.semantics.describe import describe
from awmlang.semantics.notes import Seen
from awmlang.semantics.typenodes import SCALARS
from awmlang.syntax import tree
from awmlang.syntax.format.words import text as quoted

Kind = Literal[
    "member",
    "field",
    "parameter",
    "local",
    "label",
    "entity",
    "type",
    "tool",
    "function",
    "value",
    "keyword",
    "code",
]
_ORDER = (
    "member",
    "parameter",
    "field",
    "local",
    "tool",
    "label",
    "value",
    "entity",
    "type",
    "code",
    "function",
    "keyword",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """``text`` takes the place of what is typed; ``name`` is what it is found and shown by."""

    kind: Kind
    name: str
    text: str
    detail: str = ""
    doc: str = ""
    fits: bool = False
    """Whether its type is the one that is expected."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may stand from ``start`` to ``end``, best first."""

    start: int
    end: int
    items: tuple[Choice, ...]


def complete(source: Source, offset: int, last_good: Reading | None = None) -> Choices:
    """The choices at a character of a text in the language, broken or not.

    Where nothing can be made of the text, the names of ``last_good`` are offered.
    """
    finished = finish(source.text, offset)
    if finished is None:
        return Choices(offset, offset, ())
    found: list[Choice] = []
    if finished.text is not None:
        reading = read(replace(source, text=finished.text))
        path = _path(reading.spec)
        if path:
            found += _at(path, reading, finished)
        elif last_good is not None and last_good.notes.context is not None and "NAME" in finished.kinds:
            found += _names(last_good.notes.context, Scope("rule"), None)
    found += _keywords(finished)
    once = {(each.kind == "keyword", each.name): each for each in found}
    items = sorted(once.values(), key=lambda each: (not each.fits, _ORDER.index(each.kind)))
    return Choices(finished.start, finished.end, tuple(items))


def _keywords(finished: Finished) -> Iterator[Choice]:
    if finished.in_text:
        return
    for kind in sorted(finished.kinds):
        word = kind.rstrip(":")
        if word.isalpha() and word.islower():
            doc = vocabulary.KEYWORDS.get(word, "")
            yield Choice("keyword", word, "me: " if kind == "me:" else kind, doc=doc)


def _path(spec: tree.Spec) -> list[tree.Node]:
    """The nodes from a declaration down to the one with the hole; empty if it is not there."""

    def below(value: object) -> list[tree.Node]:
        if isinstance(value, tuple):
            return next((found for each in value if (found := below(each))), [])
        if not isinstance(value, tree.Node):
            return []
        match value:
            case tree.Name(text=text) | tree.Reference(name=text) | tree.String(parts=(str() as text,)):
                return [value] if text == HOLE else []
        for name in tree.child_fields(type(value)):  # type: ignore[arg-type]
            if found := below(getattr(value, name)):
                return [value, *found]
        return []

    return below((spec.declarations, spec.environment))


class _Place:
    """The hole in a tree that was read."""

    def __init__(self, path: list[tree.Node], reading: Reading) -> None:
        assert reading.notes.context is not None and reading.notes.seen is not None
        self.path = path
        self.notes = reading.notes
        self.context: Context = reading.notes.context
        self.seen = reading.notes.seen

    def around(self, node_class: type[tree.Node]) -> tree.Node | None:
        """The innermost node of a class that the hole is in."""
        return next((node for node in reversed(self.path) if isinstance(node, node_class)), None)

    def type_of(self, node: tree.Node) -> t.Type | None:
        found = self.seen.get(id(node))
        return found.type if found is not None else None

    def entity(self, name: tree.Name) -> m.Entity | None:
        return self.context.entities.get(name.text)


def _at(path: list[tree.Node], reading: Reading, finished: Finished) -> Iterator[Choice]:
    if reading.notes.context is None or len(path) < 2:
        return
    place = _Place(path, reading)
    context, node, parent = place.context, path[-1], path[-2]
    match parent:
        case _ if isinstance(node, tree.String):
            yield from _texts(place, node, parent)
        case tree.Attribute(base=of):
            yield from _fields(context, place.type_of(of))
        case tree.RowField():
            seen = place.seen.get(id(parent))
            rules = place.around(tree.Entity)
            if seen is not None and seen.scope.row is not None:
                yield from _fields(context, seen.scope.row.type)
            elif seen is None and isinstance(rules, tree.Entity):  # in `unique` or `disjoint`
                yield from _columns(place.entity(rules.name), ())
        case tree.NamedType():
            yield from _types(context, only_entities=parent.lifted)
        case tree.Create() | tree.Rows() | tree.Crud() | tree.Data() | tree.DataFile() | tree.Generate():
            if node is parent.entity:
                yield from _entities(context)
            elif isinstance(parent, tree.Data):
                yield from _columns(place.entity(parent.entity), parent.columns)
        case tree.SignedIn(entity=entity):
            yield from _entities(context) if node is entity else _labels(context, entity.text)
        case tree.Allowed(entity=entity):
            yield from _entities(context) if node is entity else _columns(place.entity(entity), ())
        case tree.Accepted(tool=tool):
            found = _tools(context, opened=False) if node is tool else _parameters(place, tool, ())
            yield from (replace(each, text=each.name) for each in found)
        case tree.Value():
            around = path[-3]
            if isinstance(around, (tree.Create, tree.Generate)):
                yield from _set(place.entity(around.entity), [each.name.text for each in around.values])
        case tree.Change():
            update = place.around(tree.Update)
            row = place.notes.shaped.get(id(update))
            if isinstance(update, tree.Update) and isinstance(row, t.Ref):
                yield from _set(context.entities[row.entity], [each.name.text for each in update.changes])
        case tree.Entry():
            if parent.value is None:
                yield from _fields(context, place.notes.shaped.get(id(path[-3])))
        case tree.Pair() | tree.Argument(name=tree.Name()):
            yield from _named(place, parent, node)
        case tree.Operation():
            crud = place.around(tree.Crud)
            yield from (
                _columns(place.entity(crud.entity), parent.columns or ())
                if isinstance(crud, tree.Crud)
                else ()
            )
        case tree.Mark():
            yield from _ways_back(place)
        case tree.Flow() | tree.Transition():
            yield from _states(place, node)
        case tree.SortOption():
            choice = place.around(tree.SortChoice)
            if isinstance(choice, tree.SortChoice):
                yield from _members(place.type_of(choice.selector), bare=True)
        case tree.Otherwise() | tree.Fail():
            yield from (
                Choice("code", s.name, s.name)
                for s in reading.index.symbols.values()
                if s.kind == "code" and s.name not in (HOLE, "x_")
            )
        case tree.Assign():
            yield from _anywhere(place, parent.value)
        case tree.Call() if node is parent.name:
            yield from _anywhere(place, parent)
    if isinstance(node, tree.Reference):
        yield from _value(place, node, parent, finished)


# ---- By what stands around


def _value(place: _Place, node: tree.Reference, parent: tree.Node, finished: Finished) -> Iterator[Choice]:
    """Where an expression begins."""
    call = place.path[-3] if len(place.path) > 2 else None
    if isinstance(parent, tree.Argument) and isinstance(call, tree.Call):
        if call.name.text == "called":
            yield from _tools(place.context, opened=False)
            return
        if call.name.text == "fake":
            yield from (Choice("value", kind, kind) for kind in FAKES)
            return
        yield from _parameters(place, call.name, call.arguments)
        if call.name.text in place.context.tools:
            seen = place.seen.get(id(call))
            if seen is not None and not any(a.name and a.value is node for a in call.arguments):
                return  # tools are called by name alone
    seen = place.seen.get(id(node)) or _in_row(place, node)
    if seen is not None:
        yield from _members(seen.expected, bare=False)
        if isinstance(t.required(seen.expected or t.Unknown()), t.Bool):
            yield from (Choice("value", word, word, fits=True) for word in ("true", "false"))
        yield from _names(place.context, seen.scope, seen.expected)
    elif finished.kinds >= {"NAME"}:  # in a call that has too few arguments, say
        around = next((place.seen[id(each)] for each in reversed(place.path) if id(each) in place.seen), None)
        yield from _names(place.context, around.scope if around else Scope("code"), None)


def _in_row(place: _Place, node: tree.Expr) -> Seen | None:
    """What a value in a row of data would be, were the row as long as it has to be."""
    data, row = place.around(tree.Data), place.around(tree.Row)
    if not isinstance(data, tree.Data) or not isinstance(row, tree.Row) or node not in row.values:
        return None
    entity, number = place.entity(data.entity), row.values.index(node)
    if entity is None or number >= len(data.columns):
        return None
    field = entity.fields.get(data.columns[number].text)
    return Seen(node, Scope("data"), field.type if field is not None else None, t.Unknown())


def _anywhere(place: _Place, node: tree.Node) -> Iterator[Choice]:
    """Where a statement begins: what can be called or set."""
    seen = place.seen.get(id(node))
    if seen is None:
        return
    if seen.scope.place == "solution":
        yield from _tools(place.context)
        return
    for name, symbol in seen.scope.names.items():
        if isinstance(symbol, m.Variable) and symbol.kind == "var":
            yield Choice("local", name, name, describe(symbol.type))
    yield from _functions(place.context)


def _texts(place: _Place, node: tree.String, parent: tree.Node) -> Iterator[Choice]:
    call = place.path[-3] if len(place.path) > 2 else None
    if isinstance(parent, tree.Argument) and isinstance(call, tree.Call) and call.name.text == "fake":
        yield from (Choice("value", kind, kind) for kind in FAKES)
    seen = place.seen.get(id(node)) or _in_row(place, node)
    if seen is not None:
        for each in _members(seen.expected, bare=True):
            yield replace(each, text=quoted(each.name)[1:-1])


def _names(context: Context, scope: Scope, expected: t.Type | None) -> Iterator[Choice]:
    """What a bare name can mean in a scope."""

    def fits(type: t.Type) -> bool:
        return expected is not None and base(t.required(type)) == base(t.required(expected))

    for name, symbol in reversed(list(scope.names.items())):
        yield Choice("local", name, name, describe(symbol.type), fits=fits(symbol.type))
    if context.me is not None:
        yield Choice(
            "value", "me", "me", context.me.entity, vocabulary.VALUES["me"], fits(t.Ref(context.me.entity))
        )
    yield Choice("value", "now", "now", "datetime", vocabulary.VALUES["now"], fits(t.Datetime()))
    if scope.this is not None:
        yield Choice("value", "this", "this", describe(scope.this.type), vocabulary.VALUES["this"])
    if scope.place == "generate":
        yield Choice("value", "n", "n", "int", vocabulary.VALUES["n"], fits(t.Int()))
    if scope.place == "task":
        yield Choice("value", "unchanged", "unchanged", "bool", vocabulary.VALUES["unchanged"])
    if scope.sees_labels:
        for label, (entity, _) in context.labels.items():
            yield Choice("label", label, label, entity, fits=fits(t.Ref(entity)))
    yield from _entities(context)
    if scope.place == "solution":
        yield from _tools(context)
    yield from _functions(context)
    special = {"task": IN_TASKS, "generate": IN_GENERATE}.get(scope.place, ())
    yield from (_language_function(name) for name in special)


def _functions(context: Context) -> Iterator[Choice]:
    for name, node in context.functions.items():
        yield Choice("function", name, name, "function", node.doc.value if node.doc else "")
    yield from (_language_function(name) for name in vocabulary.function_names())


def _language_function(name: str) -> Choice:
    word = vocabulary.function(name)
    return Choice("function", name, name, word.usage if word else "", word.doc if word else "")


def _tools(context: Context, opened: bool = True) -> Iterator[Choice]:
    for name, tool in context.done_tools.items():
        opening = ("(" if tool.parameters else "()") if opened else ""
        yield Choice(
            "tool", name, name + opening, ", ".join(p.name for p in tool.parameters), tool.doc, fits=True
        )


def _entities(context: Context) -> Iterator[Choice]:
    for name, entity in context.entities.items():
        yield Choice("entity", name, name, "entity", entity.doc or "")


def _types(context: Context, only_entities: bool) -> Iterator[Choice]:
    if not only_entities:
        yield from (Choice("type", name, name, "", vocabulary.TYPES.get(name, "")) for name in SCALARS)
        yield from (
            Choice("type", name, name, "enum", ", ".join(e.members)) for name, e in context.enums.items()
        )
        yield from (Choice("type", name, name, "type") for name in context.aliases)
    yield from _entities(context)


def _labels(context: Context, entity: str) -> Iterator[Choice]:
    yield from (
        Choice("label", name, name, owner) for name, (owner, _) in context.labels.items() if owner == entity
    )


def _members(type: t.Type | None, bare: bool) -> Iterator[Choice]:
    enum = t.required(type) if type is not None else None
    if isinstance(enum, t.List):
        enum = enum.item
    if isinstance(enum, t.Enum):
        for member in enum.members:
            yield Choice("member", member, member if bare else quoted(member), enum.name, fits=True)


def _fields(context: Context, type: t.Type | None) -> Iterator[Choice]:
    """What a dot behind a value can be followed by."""
    match t.required(type) if type is not None else None:
        case t.Ref(entity):
            found = context.entities[entity]
            for field in found.fields.values():
                yield Choice("field", field.name, field.name, describe(field.type), field.doc or "")
            for inverse in found.inverses.values():
                kind = f"{inverse.target}?" if inverse.single else f"[{inverse.target}]"
                yield Choice("field", inverse.name, inverse.name, kind)
            for computed in found.computed.values():
                yield Choice(
                    "field", computed.name, computed.name, describe(computed.type), computed.doc or ""
                )
        case t.Record(fields):
            for each in fields:
                yield Choice("field", each.name, each.name, describe(each.type), each.doc or "")
        case t.Group(key, row):
            yield Choice("field", "key", "key", describe(key))
            yield Choice("field", "rows", "rows", f"[{describe(row)}]")


def _columns(entity: m.Entity | None, given: Iterable[tree.Name]) -> Iterator[Choice]:
    """The stored fields of an entity, but for those that are there."""
    there = {name.text for name in given}
    for field in entity.fields.values() if entity is not None else ():
        if field.name not in there:
            yield Choice("field", field.name, field.name, describe(field.type), field.doc or "")


def _set(entity: m.Entity | None, given: list[str]) -> Iterator[Choice]:
    """The fields that can be set, but for those that are."""
    for field in entity.fields.values() if entity is not None else ():
        if field.name not in given and not field.is_key:
            yield Choice("field", field.name, field.name, describe(field.type), field.doc or "")


def _parameters(
    place: _Place, called_name: tree.Name | None, arguments: Sequence[tree.Argument]
) -> Iterator[Choice]:
    """The parameters of what is called that have no argument yet."""
    context, name = place.context, called_name.text if called_name else ""
    called: m.Tool | m.Function | None = context.done_functions.get(name) or context.done_tools.get(name)
    given = {a.name.text for a in arguments if a.name is not None}
    for p in called.parameters if called is not None else ():
        if p.name not in given:
            yield Choice("parameter", p.name, f"{p.name} = ", describe(p.type), p.doc or "", fits=True)


def _named(place: _Place, parent: tree.Node, node: tree.Node) -> Iterator[Choice]:
    """The name of a value in a record, or of an argument."""
    around = place.path[-3]
    seen = place.seen.get(id(around))
    if isinstance(around, tree.Record) and seen is not None:
        wanted = t.required(seen.expected or t.Unknown())
        given = {pair.name.text for pair in around.pairs}
        if isinstance(wanted, t.Record):
            yield from (each for each in _fields(place.context, wanted) if each.name not in given)
    elif isinstance(around, tree.Call) and isinstance(parent, tree.Argument):
        if node is parent.name and around.name.text == "weighted" and seen is not None:
            yield from _members(seen.expected, bare=True)
        elif node is parent.name:
            yield from _parameters(place, around.name, around.arguments)


def _ways_back(place: _Place) -> Iterator[Choice]:
    """The references of another entity to this one."""
    field, entity = place.around(tree.Field), place.around(tree.Entity)
    if not isinstance(field, tree.Field) or not isinstance(entity, tree.Entity):
        return
    for node in tree.walk(field.type):
        target = place.entity(node.name) if isinstance(node, tree.NamedType) else None
        for each in target.fields.values() if target is not None else ():
            inner = t.required(each.type)
            if isinstance(inner, t.Ref) and inner.entity == entity.name.text:
                yield Choice("field", each.name, each.name, describe(each.type))


def _states(place: _Place, node: tree.Node) -> Iterator[Choice]:
    flow, around = place.around(tree.Flow), place.around(tree.Entity)
    if not isinstance(flow, tree.Flow) or not isinstance(around, tree.Entity):
        return
    entity = place.entity(around.name)
    for field in entity.fields.values() if entity is not None else ():
        if isinstance(field.type, t.Enum):
            if node is flow.field:
                yield Choice("field", field.name, field.name, field.type.name)
            elif field.name == flow.field.text:
                yield from _members(field.type, bare=True)
