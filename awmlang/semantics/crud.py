"""``crud E { ... }`` written out: the tree of the ordinary tools it stands for."""

from __future__ import annotations

import re

from awmlang.diagnostics import Span
from awmlang.diagnostics.codes import BAD_CRUD, DUPLICATE_CLAUSE, UNKNOWN_FIELD
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.calls import is_required
from awmlang.semantics.context import Context
from awmlang.semantics.typenodes import plural
from awmlang.syntax import tree

PAGE_SIZE = 20


def snake(name: str) -> str:
    """``OrderLine`` to ``order_line``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def a(noun: str) -> str:
    return ("an " if noun[:1] in "aeiou" else "a ") + noun


def made_name(kind: str, entity: str) -> str:
    """The name of the tool for an operation: ``list_order_lines``, ``get_order_line``."""
    return f"{kind}_{plural(snake(entity)) if kind == 'list' else snake(entity)}"


class CrudTools:
    """Makes the tools of one ``crud`` declaration."""

    def __init__(self, context: Context, entity: m.Entity, node: tree.Crud) -> None:
        self.context = context
        self.entity = entity
        self.node = node
        self.noun = snake(entity.name).replace("_", " ")
        stem = snake(entity.name)
        self.row = f"the_{stem}" if stem in entity.fields else stem

    def tools(self) -> list[tuple[str, tree.Tool]]:
        """Each operation's kind and tool, in order."""
        made: dict[str, tree.Tool] = {}
        for operation in self.node.operations:
            if operation.kind in made:
                self.context.report.add(
                    DUPLICATE_CLAUSE, operation.span, f"`{operation.kind}` is said twice."
                )
                continue
            self.context.notes.made.add(operation.span)
            made[operation.kind] = self._tool(operation)
        return list(made.items())

    def _tool(self, operation: tree.Operation) -> tree.Tool:
        span, kind = operation.span, operation.kind
        columns = self._columns(operation)
        name = made_name(kind, self.entity.name)
        match kind:
            case "list":
                words = [f.name.replace("_", " ") for f in columns]
                by = (
                    f", filtered by {' and '.join([', '.join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]}"
                    if words
                    else ""
                )
                return self._make(
                    span,
                    name,
                    f"List {plural(self.noun)}{by}.",
                    self._filters(columns, span),
                    (self._list(columns, span),),
                )
            case "get":
                return self._make(
                    span,
                    name,
                    f"Look up {a(self.noun)}.",
                    (self._row_parameter(span),),
                    (self._return(span),),
                )
            case "create":
                fields = self._created(columns)
                return self._make(
                    span,
                    name,
                    f"Create {a(self.noun)}.",
                    tuple(self._created_parameter(f, span) for f in fields),
                    self._create(fields, span),
                )
            case "update":
                if operation.columns is None:
                    columns = [f for f in self.entity.fields.values() if not f.is_key and not f.is_owner]
                return self._make(
                    span,
                    name,
                    f"Change {a(self.noun)}; what is left out stays.",
                    (self._row_parameter(span), *self._filters(columns, span)),
                    self._update(columns, span),
                )
        return self._make(
            span,
            name,
            f"Delete {a(self.noun)}.",
            (self._row_parameter(span),),
            self._delete(span),
        )

    def _columns(self, operation: tree.Operation) -> list[m.Field]:
        found: list[m.Field] = []
        for name in operation.columns or ():
            field = self.entity.fields.get(name.text)
            if field is not None:
                self.context.notes.refer(name.span, field.span)
            if field is None:
                self.context.report.unknown(
                    UNKNOWN_FIELD,
                    name.span,
                    f"{self.entity.name} stores no field",
                    name.text,
                    self.entity.fields,
                )
            elif operation.kind == "update" and field.is_key:
                self.context.report.add(BAD_CRUD, name.span, "A key never changes.")
            elif isinstance(t.required(field.type), t.List) and operation.kind == "list":
                self.context.report.add(BAD_CRUD, name.span, "Rows are not filtered by a list.")
            else:
                found.append(field)
        if operation.columns is not None and operation.kind in ("get", "delete"):
            self.context.report.add(BAD_CRUD, operation.span, f"`{operation.kind}` takes no fields.")
            return []
        return found

    # ---- Pieces of tree

    def _make(
        self,
        span: Span,
        name: str,
        doc: str,
        parameters: tuple[tree.Parameter, ...],
        body: tuple[tree.Statement, ...],
    ) -> tree.Tool:
        return tree.Tool(
            span, tree.Name(span, name), parameters, tree.Text(span, doc), tree.Block(span, body)
        )

    def _parameter(
        self, span: Span, field: m.Field, type: tree.TypeNode, default: tree.Expr | None
    ) -> tree.Parameter:
        doc = tree.Text(span, field.doc) if field.doc else None
        return tree.Parameter(span, tree.Name(field.span, field.name), type, None, default, doc)

    def _row_parameter(self, span: Span) -> tree.Parameter:
        type = tree.NamedType(span, tree.Name(span, self.entity.name), None, False)
        alias = tree.Name(span, f"{snake(self.entity.name)}_id")
        return tree.Parameter(span, tree.Name(span, self.row), type, alias, None, None)

    def _written(self, field: m.Field) -> tree.Field:
        node = self.context.entity_nodes[self.entity.name]
        return next(x for x in node.members if isinstance(x, tree.Field) and x.name.text == field.name)

    def _type(self, field: m.Field, span: Span, optional: bool) -> tree.TypeNode:
        if field.is_key and field.name == "id":
            written: tree.TypeNode = tree.NamedType(span, tree.Name(span, "int"), None, False)
        else:
            written = self._written(field).type
        if optional and not isinstance(written, tree.OptionalType):
            return tree.OptionalType(span, written)
        return written

    def _filters(self, columns: list[m.Field], span: Span) -> tuple[tree.Parameter, ...]:
        return tuple(self._parameter(span, f, self._type(f, span, True), None) for f in columns)

    def _reference(self, name: str, span: Span) -> tree.Reference:
        return tree.Reference(span, name)

    def _field(self, name: str, span: Span) -> tree.RowField:
        return tree.RowField(span, tree.Name(span, name))

    def _shape(self, span: Span) -> tree.Shape:
        computed = [name for owner, name in self.context.computed_nodes if owner == self.entity.name]
        entries = [tree.Entry(span, tree.Name(span, name), None, None, None) for name in computed]
        return tree.Shape(span, span, tuple(entries))

    def _return(self, span: Span) -> tree.Return:
        return tree.Return(span, self._reference(self.row, span), None, self._shape(span))

    # ---- Bodies

    def _list(self, columns: list[m.Field], span: Span) -> tree.Statement:
        name = tree.Name(span, self.entity.name)
        restricted = self.context.resolve_access(self.entity) is not None
        source: tree.Expr = (
            tree.Rows(span, "my", name) if restricted else self._reference(self.entity.name, span)
        )
        where: tree.Expr | None = None
        for f in columns:
            given = tree.IfGiven(span, self._reference(f.name, span))
            term: tree.Expr = tree.Binary(span, "==", self._field(f.name, span), given, span)
            where = term if where is None else tree.Binary(span, "and", where, term, span)
        query = tree.Query(span, source, None, where, None, None, None, tree.Number(span, str(PAGE_SIZE)))
        return tree.Return(span, query, None, self._shape(span))

    def _owned_by_me(self, field: m.Field) -> bool:
        me = self.context.me
        return field.is_owner and me is not None and t.required(field.type) == t.Ref(me.entity)

    def _created(self, columns: list[m.Field]) -> list[m.Field]:
        """The fields that a new row is asked for: those named, or all but what has its value already."""
        if columns:
            return columns
        flows = {flow.field.name for flow in self.entity.flows}
        found = []
        for f in self.entity.fields.values():
            automatic = f.is_key and not is_required(f)
            moving = f.default is not None and not isinstance(f.default, (m.Constant, m.MakeList))
            if not (automatic or self._owned_by_me(f) or f.name in flows or moving):
                found.append(f)
        return found

    def _created_parameter(self, f: m.Field, span: Span) -> tree.Parameter:
        return self._parameter(span, f, self._type(f, span, False), self._written(f).default)

    def _create(self, fields: list[m.Field], span: Span) -> tuple[tree.Statement, ...]:
        values = [tree.Value(span, tree.Name(span, f.name), self._reference(f.name, span)) for f in fields]
        for f in self.entity.fields.values():
            if self._owned_by_me(f) and f not in fields:
                values.append(tree.Value(span, tree.Name(span, f.name), self._reference("me", span)))
        create = tree.Create(span, tree.Name(span, self.entity.name), tuple(values))
        name = f"new_{snake(self.entity.name)}"
        let = tree.Let(span, tree.Name(span, name), create, None)
        return let, tree.Return(span, self._reference(name, span), None, self._shape(span))

    def _update(self, columns: list[m.Field], span: Span) -> tuple[tree.Statement, ...]:
        changes = []
        for f in columns:
            value = tree.Binary(span, "??", self._reference(f.name, span), self._field(f.name, span), span)
            changes.append(tree.Change(span, tree.Name(span, f.name), "=", value))
        update = tree.Update(span, self._reference(self.row, span), tuple(changes))
        return (update, self._return(span)) if changes else (self._return(span),)

    def _delete(self, span: Span) -> tuple[tree.Statement, ...]:
        key = self.entity.key.name
        let = tree.Let(
            span,
            tree.Name(span, f"{key}_deleted"),
            tree.Attribute(span, self._reference(self.row, span), tree.Name(span, key)),
            None,
        )
        pair = tree.Pair(span, tree.Name(span, key), self._reference(f"{key}_deleted", span), None)
        return (
            let,
            tree.Delete(span, self._reference(self.row, span)),
            tree.Return(span, tree.Record(span, (pair,)), None, None),
        )
