"""Indexes: those of the rules and references, and what the queries of the spec can use beside them.

A query can use an index on the fields that its ``where`` holds equal to something, then on one more: what it is sorted
by where only the first rows are wanted, else a field with a bound. Fields of few values (bools, small enums) find too
many rows to be worth it. Each write pays for each index, so a table has few: those that most queries can use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from awmlang.lowering.rules import entity_rules, unique_fields
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in

MOST = 4  # indexes of a table that neither its rules nor its references ask for
FEW = 8  # members of an enum by which rows are not looked for

Path = tuple[m.Field, ...]
"""The fields that lead from the row of a query to a value."""

_IN_ORDER = (t.Int, t.Float, t.Money, t.Date, t.Time, t.Datetime)  # as their columns are; others are not


@dataclass(frozen=True)
class Column:
    field: m.Field
    descending: bool = False


@dataclass(frozen=True)
class Index:
    """``check`` limits a unique one to the rows for which its condition holds."""

    name: str
    columns: tuple[Column, ...]
    unique: bool = False
    check: m.Check | None = None

    @property
    def is_partial(self) -> bool:
        return self.check is not None and self.check.condition is not None


@dataclass(frozen=True)
class Need:
    """Some fields, in whatever order, then ``tail`` as it is, or with ``either`` in any direction."""

    fields: frozenset[m.Field]
    tail: tuple[Column, ...] = ()
    either: bool = False

    def met_by(self, columns: Sequence[Column]) -> bool:
        n = len(self.fields)
        if {column.field for column in columns[:n]} != self.fields:
            return False
        tail = columns[n : n + len(self.tail)]
        if self.either:
            return [column.field for column in tail] == [column.field for column in self.tail]
        return tuple(tail) == self.tail


def indexes(model: m.Model) -> dict[str, list[Index]]:
    """The indexes of each entity's table, beside that of its key."""
    needs: dict[str, Counter[Need]] = {name: Counter() for name in model.entities}
    for entity, need in _needs(model):
        needs[entity.name][need] += 1
    return {name: _chosen(entity, needs[name]) for name, entity in model.entities.items()}


def _chosen(entity: m.Entity, needs: Counter[Need]) -> list[Index]:
    """The widest first, so that narrower needs find themselves met; then the references that are left."""
    made = list(_of_rules(entity))
    found = [(Column(entity.key),), *(index.columns for index in made if not index.is_partial)]
    place = {f: number for number, f in enumerate(entity.fields.values())}
    often: Counter[m.Field] = Counter()
    for need, count in needs.items():
        often.update(dict.fromkeys(need.fields, count))

    def columns(need: Need) -> tuple[Column, ...]:
        first = sorted(need.fields, key=lambda f: (-often[f], place[f]))
        return (*map(Column, first), *need.tail)

    def placed(columns: Sequence[Column]) -> list[tuple[int, bool]]:
        return [(place[column.field], column.descending) for column in columns]

    def widest_first(need: Need) -> tuple[object, ...]:
        made = columns(need)
        return (-len(made), not need.tail, need.either, -needs[need], placed(made))

    inferred: list[tuple[Column, ...]] = []
    for need in sorted(needs, key=widest_first):
        if not any(need.met_by(other) for other in (*found, *inferred)):
            inferred.append(columns(need))
    inferred.sort(key=lambda columns: -sum(n for need, n in needs.items() if need.met_by(columns)))
    references = [Need(frozenset([f])) for f in place if isinstance(t.required(f.type), t.Ref)]
    alone = [columns(need) for need in references]
    chosen = [made for made in inferred if made not in alone][:MOST]
    for need in references:
        if not any(need.met_by(other) for other in (*found, *chosen)):
            chosen.append(columns(need))
    return made + [Index(_name(entity, made), made) for made in sorted(chosen, key=placed)]


def _of_rules(entity: m.Entity) -> Iterator[Index]:
    for rule in entity_rules(entity):
        if rule.kind == "unique":
            yield Index(rule.name, tuple(map(Column, rule.fields)), True, rule.check)
        elif rule.kind == "disjoint" and len(rule.fields) > 2:
            start, _, *by = rule.fields
            yield Index(f"{rule.name}.search", tuple(map(Column, (*by, start))))


def _name(entity: m.Entity, columns: Sequence[Column]) -> str:
    return f"{entity.name}.{','.join(c.field.name + (' desc' if c.descending else '') for c in columns)}"


# ---- What queries need


@dataclass(slots=True)
class _Terms:
    """The fields of one row that a condition holds equal to something, and those that it bounds; in order."""

    equal: dict[m.Field, None] = field(default_factory=dict)
    bounded: dict[m.Field, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Condition:
    """What a condition says of rows, by the path that leads to them; of each of ``choices`` one or more."""

    at: dict[m.Binding, Path]
    rows: dict[Path, _Terms] = field(default_factory=dict)
    choices: list[list[_Condition]] = field(default_factory=list)

    def add(self, e: m.Expression) -> None:
        match e:
            case m.With(row=row, binding=binding, value=value):
                path = _path(row, self.at)
                if path is not None:
                    self.at[binding] = path
                    self.add(value)
            case m.Operation(operator="and", arguments=arguments):
                for argument in arguments:
                    self.add(argument)
            case m.Operation(operator="or", arguments=arguments):
                branches = [_Condition(dict(self.at)) for _ in arguments]
                for branch, argument in zip(branches, arguments, strict=True):
                    branch.add(argument)
                self.choices.append(branches)
            case m.Operation(operator="==" | "<" | "<=" | ">" | ">=" as operator, arguments=(a, b)):
                for one, other in ((a, b), (b, a)):
                    self._compare(one, other, operator == "==")
            case m.Operation(operator="in", arguments=(item, items)):
                self._compare(item, items, False, in_order=False)

    def _compare(
        self, value: m.Expression, other: m.Expression, is_equal: bool, in_order: bool = True
    ) -> None:
        path = _path(value, self.at)
        null = isinstance(other, m.Constant) and other.value is None
        if not path or null or not _finds_few(path[-1]) or self._reads(other):
            return
        terms = self.rows.setdefault(path[:-1], _Terms())
        if is_equal:
            terms.equal[path[-1]] = None
        elif not in_order or isinstance(t.required(path[-1].type), _IN_ORDER):
            terms.bounded[path[-1]] = None

    def _reads(self, e: m.Expression) -> bool:
        return any(isinstance(part, m.RowOf) and part.binding in self.at for part in expressions_in(e))


def _path(e: m.Expression, at: Mapping[m.Binding, Path]) -> Path | None:
    """How a value is reached from the row of a query; None if it is no field of such a row."""
    match e:
        case m.RowOf(binding=binding):
            return at.get(binding)
        case m.Get(row=row, field=field):
            base = _path(row, at)
            return base if base is None or (base and field.is_key) else (*base, field)
        case m.GetComputed(row=row, field=computed):
            base = _path(row, at)
            return None if base is None else _path(computed.value, {computed.this: base})
    return None


def _finds_few(field: m.Field) -> bool:
    """Whether few rows have the same value, as far as the type tells."""
    match t.required(field.type):
        case t.Bool() | t.List():
            return False
        case t.Enum(_, members):
            return len(members) > FEW
    return True


def _needs(model: m.Model) -> Iterator[tuple[m.Entity, Need]]:
    for root in _roots(model):
        nodes = expressions_in(root)
        cut = _cut(nodes)
        for node in nodes:
            if isinstance(node, m.Query) and isinstance(node.source, m.AllRows):
                yield from _of_query(model, node.source.entity, node, cut)
            elif isinstance(node, m.GroupRows) and isinstance(node.query.source, m.AllRows):
                yield from _of_groups(node.query.source.entity, node)


def _roots(model: m.Model) -> Iterator[object]:
    """The expressions and statements whose queries run in calls, and while rows are generated."""
    for body in [f.body for f in model.functions.values()] + [tool.body for tool in model.tools.values()]:
        yield from body
    for entity in model.entities.values():
        yield from [computed.value for computed in entity.computed.values()]
        if entity.access is not None:
            yield entity.access
    yield from [invariant.condition for invariant in model.invariants]
    for block in model.blocks:
        if isinstance(block, m.GenerateBlock):
            yield from [source for _, source in block.loops] + [value for _, value in block.values]


def _cut(nodes: Sequence[m.Expression]) -> dict[m.Query, m.Expression | None]:
    """The queries of which the first rows are wanted: by their own sort, or (not None) the least or most by a value."""
    found: dict[m.Query, m.Expression | None] = {}
    for node in nodes:
        if isinstance(node, m.Aggregate) and node.kind in ("min", "max") and not node.query.take:
            found[node.query] = node.value
        elif isinstance(node, m.Aggregate) and node.kind in ("first", "page"):
            found[node.query] = None
        elif isinstance(node, m.Query) and node.take is not None:
            found[node] = None
    return found


def _of_query(
    model: m.Model, entity: m.Entity, query: m.Query, cut: Mapping[m.Query, m.Expression | None]
) -> Iterator[tuple[m.Entity, Need]]:
    condition = _Condition({query.binding: ()})
    if query.where is not None:
        condition.add(query.where)
    own = condition.rows.get((), _Terms())
    extreme = cut.get(query)
    order = _order(query, condition.at, own) if query in cut and extreme is None else []
    if extreme is not None:
        column = _sorted_by(extreme, False, condition.at)
        order = [column] if column is not None and column.field not in own.equal else []
    if order:
        if not _is_unique(entity, own):
            yield entity, Need(frozenset(own.equal), tuple(order), extreme is not None)
    elif own.equal or own.bounded:
        yield from _of_terms(entity, own)
    else:
        for path, terms in condition.rows.items():
            if path:
                yield from _of_terms(_target(model, path[-1]), terms)
        for branches in condition.choices:
            if all(branch.rows.get((), _Terms()).equal for branch in branches):
                for branch in branches:
                    yield from _of_terms(entity, branch.rows[()])


def _order(query: m.Query, at: Mapping[m.Binding, Path], terms: _Terms) -> list[Column]:
    """What the query is sorted by, as far as an index has it.

    An index that has only the first of it is of use only where it finds the rows as well.
    """
    found: list[Column] = []
    for key in query.sort:
        column = _sorted_by(key.value, key.descending, at) if isinstance(key, m.SortKey) else None
        if column is None:
            return found if terms.equal else []
        if column.field.is_key and not column.descending:  # in which every index ends
            break
        if column.field not in terms.equal:
            found.append(column)
    return found


def _sorted_by(value: m.Expression, descending: bool, at: Mapping[m.Binding, Path]) -> Column | None:
    """The column, if the value is one of the row's own and an index has its order."""
    path = _path(value, at)
    has_order = isinstance(t.required(value.type), _IN_ORDER)
    return Column(path[0], descending) if has_order and path is not None and len(path) == 1 else None


def _of_terms(entity: m.Entity, terms: _Terms) -> Iterator[tuple[m.Entity, Need]]:
    if (terms.equal or terms.bounded) and not _is_unique(entity, terms):
        tail = [Column(f) for f in terms.bounded if f not in terms.equal][:1]
        yield entity, Need(frozenset(terms.equal), tuple(tail), either=True)


def _of_groups(entity: m.Entity, groups: m.GroupRows) -> Iterator[tuple[m.Entity, Need]]:
    """The rows of one group are those of the query with its key."""
    condition = _Condition({groups.query.binding: ()})
    if groups.query.where is not None:
        condition.add(groups.query.where)
    terms = condition.rows.setdefault((), _Terms())
    path = _path(groups.key, condition.at)
    if path is not None and len(path) == 1 and _finds_few(path[0]):
        terms.equal[path[0]] = None
        yield from _of_terms(entity, terms)


def _is_unique(entity: m.Entity, terms: _Terms) -> bool:
    """Whether a rule leaves one row at most."""
    return any(all(field in terms.equal for field in fields) for fields in unique_fields(entity))


def _target(model: m.Model, reference: m.Field) -> m.Entity:
    target = t.required(reference.type)
    assert isinstance(target, t.Ref)
    return model.entities[target.entity]
