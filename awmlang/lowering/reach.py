"""Which entities' rows a tool may show or change though the signed-in user may not see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import parts_of

_OF_NO_ROW = ("count", "exists", "sum", "avg", "min", "max", "all")


def beyond_access(model: m.Model, tool: m.Tool) -> frozenset[str]:
    """The entities whose access rule the body does not keep to, as far as can be told from its text.

    It keeps to the rule with rows of ``my E``, of parameters, of what has such rows for owners, and with their
    owners. All else that gives rows counts as going beyond it, what only asks about rows does not.
    """
    reach = _Reach(model)
    reach.parameters(tool)
    for statement in tool.body:
        reach.walk(statement, frozenset())
    return reach.closed()


class _Reach:
    """``beyond`` are entities; ``follows`` says that who goes beyond the access of one goes beyond that of another."""

    def __init__(self, model: m.Model) -> None:
        self.model = model
        self.beyond: set[str] = set()
        self.follows: set[tuple[str, str]] = set()
        self._seen: set[tuple[object, frozenset[m.Variable]]] = set()

    def closed(self) -> frozenset[str]:
        beyond = set(self.beyond)
        while more := {after for before, after in self.follows if before in beyond} - beyond:
            beyond |= more
        return frozenset(beyond)

    def parameters(self, tool: m.Tool) -> None:
        for parameter in tool.parameters:
            self.beyond |= {ref.entity for _, ref in references(parameter.type) if ref.lifted}

    def walk(self, node: object, me: frozenset[m.Variable]) -> None:
        """``me`` are the variables that hold the signed-in user."""
        if isinstance(node, m.Expression) and self._asks_only(node):
            return
        match node:
            case m.Query(source=m.AllRows(entity=entity)):
                if not self._keeps(node, entity, me):
                    self.beyond.add(entity.name)
                for part in parts_of(node):
                    if part is not node.source:
                        self.walk(part, me)
                return
            case m.AllRows(entity=entity):
                self.beyond.add(entity.name)
            case m.Get(field=field):
                self._along(field)
            case m.GetComputed(field=computed):
                self._once(computed, (computed.value,), frozenset())
            case m.CallFunction(function=function, arguments=arguments):
                given = zip(function.parameters, arguments, strict=True)
                theirs = frozenset(p.variable for p, value in given if _is_me(value, me))
                self._once(function, function.body, theirs)
            case m.CreateRow(entity=entity, values=values):
                self._create(entity, dict(values), me)
            case m.Delete(entity=entity):
                self._delete(entity.name, set())
        for part in parts_of(node):
            self.walk(part, me)

    def _asks_only(self, node: m.Expression) -> bool:
        """Whether no row, and no key of one, can come out of an expression."""
        is_number = isinstance(node, m.Aggregate) and node.kind in _OF_NO_ROW
        return (is_number or isinstance(node.type, t.Bool)) and not isinstance(node, m.CallFunction)

    def _once(self, declared: object, body: Iterable[object], me: frozenset[m.Variable]) -> None:
        if (declared, me) not in self._seen:
            self._seen.add((declared, me))
            for node in body:
                self.walk(node, me)

    def _keeps(self, query: m.Query, entity: m.Entity, me: frozenset[m.Variable]) -> bool:
        """Whether a query yields rows that may be seen only, if what it compares owners with may be seen."""
        if entity.access is None:
            return True
        owners = set(_owners(entity))
        for term in _terms(query.where):
            match term:
                case m.With(binding=binding, value=value) if (
                    binding is entity.this and value is entity.access
                ):
                    return True
                case m.Operation(operator="==", arguments=(left, right)):
                    for one, other in ((left, right), (right, left)):
                        match one:
                            case m.Get(row=m.RowOf(binding=binding), field=field) if field in owners:
                                if binding is query.binding and self._owned(entity, field, other, me):
                                    owners.remove(field)
                                    if not owners:
                                        return True
        return False

    def _owned(
        self, entity: m.Entity, field: m.Field, owner: m.Expression, me: frozenset[m.Variable]
    ) -> bool:
        """Whether a row whose owner is this one may be seen, if the owner may."""
        target = t.required(field.type)
        assert isinstance(target, t.Ref)
        if self.model.me is not None and target.entity == self.model.me.entity:
            return _is_me(owner, me)
        self.follows.add((target.entity, entity.name))
        return isinstance(t.required(owner.type), t.Ref)

    def _along(self, field: m.Field) -> None:
        """From a row to one that it refers to."""
        target = t.required(field.type)
        if isinstance(target, t.Ref) and self.model.entities[target.entity].access is not None:
            if field.is_owner:
                self.follows.add((field.entity, target.entity))
            else:
                self.beyond.add(target.entity)

    def _create(
        self, entity: m.Entity, values: dict[m.Field, m.Expression], me: frozenset[m.Variable]
    ) -> None:
        owners = _owners(entity)
        is_seen = bool(owners) and all(f in values and self._owned(entity, f, values[f], me) for f in owners)
        if entity.access is not None and not is_seen:
            self.beyond.add(entity.name)

    def _delete(self, name: str, seen: set[str]) -> None:
        """The rows that go with a row, or forget it."""
        seen.add(name)
        for entity in self.model.entities.values():
            for field in entity.fields.values():
                if t.required(field.type) != t.Ref(name) or field.on_delete == "in_use":
                    continue
                if field.is_owner:
                    self.follows.add((name, entity.name))
                elif entity.access is not None:
                    self.beyond.add(entity.name)
                if field.on_delete == "cascade" and entity.name not in seen:
                    self._delete(entity.name, seen)


def references(type: t.Type, path: str = "") -> Iterator[tuple[str, t.Ref]]:
    """The references in a value that is given, by their paths: ``items[].item_id``."""
    match type:
        case t.Optional(inner):
            yield from references(inner, path)
        case t.List(item):
            yield from references(item, f"{path}[]")
        case t.Record(fields):
            for field in fields:
                yield from references(field.type, f"{path}.{field.json_name}")
        case t.Ref():
            yield path, type


def _owners(entity: m.Entity) -> list[m.Field]:
    return [field for field in entity.fields.values() if field.is_owner]


def _is_me(value: m.Expression, me: frozenset[m.Variable]) -> bool:
    return isinstance(value, m.Me) or (isinstance(value, m.Local) and value.variable in me)


def _terms(where: m.Expression | None) -> list[m.Expression]:
    if isinstance(where, m.Operation) and where.operator == "and":
        return [term for argument in where.arguments for term in _terms(argument)]
    return [] if where is None else [where]
