"""What an expression does beside giving a value: what only Python can do, and how it may end without one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.visit import expressions_in, statements_in

Node = m.Expression | m.Statement


def is_effect(e: m.Expression) -> bool:
    """Whether it makes a row or calls a function that writes or may fail."""
    return isinstance(e, m.CreateRow) or (isinstance(e, m.CallFunction) and not e.function.is_pure)


def has_effect(node: Node) -> bool:
    """Whether something in it does."""
    return any(map(is_effect, expressions_in(node)))


class Deletions:
    """Which entities' rows may be deleted, by cascades too; ``before`` a function is called, by those who call it."""

    def __init__(self, model: m.Model) -> None:
        self._cascades: dict[str, set[str]] = {name: set() for name in model.entities}
        for entity in model.entities.values():
            for field in entity.fields.values():
                target = t.required(field.type)
                if field.on_delete == "cascade" and isinstance(target, t.Ref):
                    self._cascades[target.entity].add(entity.name)
        self.before: dict[m.Function, frozenset[str]] = {f: frozenset() for f in model.functions.values()}
        for tool in model.tools.values():
            functions: dict[m.Function, None] = {}
            deleted = self._closed(_deleted(tool.body, functions))
            for function in functions:
                self.before[function] |= deleted

    def of(self, *statements: m.Statement) -> frozenset[str]:
        """The entities of which some statements, or the functions they call, may delete rows."""
        return self._closed(_deleted(statements, {}))

    def _closed(self, names: set[str]) -> frozenset[str]:
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += self._cascades[name]
        return frozenset(found)


def _deleted(body: tuple[m.Statement, ...], functions: dict[m.Function, None]) -> set[str]:
    """The entities of which the body deletes rows; the functions it calls are added to ``functions``."""
    found = {s.entity.name for s in statements_in(body) if isinstance(s, m.Delete)}
    for statement in body:
        for part in expressions_in(statement):
            if isinstance(part, m.CallFunction) and part.function not in functions:
                functions[part.function] = None
                found |= _deleted(part.function.body, functions)
    return found


def reads_rows(e: m.Expression) -> bool:
    """Whether its value may be another once something is written."""
    kinds = (m.Get, m.GetComputed, m.AllRows, m.Query, m.CallFunction)
    return any(
        isinstance(x, kinds) and not (isinstance(x, m.Get) and x.field.is_key) for x in expressions_in(e)
    )


def may_fail(e: m.Expression, vanishing: Collection[str] = ()) -> bool:
    """Whether it may end in an error for some values, be they ever so ordinary (numbers too large aside).

    SQL works out both sides of AND and OR where it likes, and all columns of rows that a LIMIT then leaves out.
    ``vanishing``: the entities whose rows may be gone though a name stands for them.
    """
    return any(_fails(part) or _reads_named(part, vanishing) for part in _all_of(e))


def _reads_named(e: m.Expression, entities: Collection[str]) -> bool:
    """Whether it reads a row that a name stands for."""
    if not isinstance(e, (m.Get, m.GetComputed)) or not isinstance(e.row, (m.Local, m.Label, m.Me)):
        return False
    row = t.required(e.row.type)
    return isinstance(row, t.Ref) and row.entity in entities


def _fails(e: m.Expression) -> bool:
    match e:
        case m.Operation(operator="/" | "%", arguments=(_, by)):
            return not _is_some_number(by)
        case m.Scale(over=over):
            return not all(map(_is_some_number, over))
        case m.At() | m.Aggregate(kind="one") | m.CallBuiltin(name="calc"):
            return True
    return False


def _is_some_number(e: m.Expression) -> bool:
    """Whether it is a number or a duration that is not 0, whatever the rows."""
    if isinstance(e, m.CallBuiltin) and e.name in ("days", "hours", "minutes", "seconds"):
        return _is_some_number(e.arguments[0])
    if isinstance(e, m.Convert):
        return _is_some_number(e.value)
    return isinstance(e, m.Constant) and bool(e.value)


def _all_of(e: m.Expression) -> Iterator[m.Expression]:
    """The parts of an expression, those of the computed fields and functions in it too."""
    for part in expressions_in(e):
        yield part
        if isinstance(part, m.GetComputed):
            yield from _all_of(part.field.value)
        elif isinstance(part, m.CallFunction):
            for statement in statements_in(part.function.body):
                for inner in expressions_in(statement):
                    yield from _all_of(inner)
