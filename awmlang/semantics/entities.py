"""Entities: stored fields, inverses, computed fields."""

from __future__ import annotations

from awmlang.diagnostics import Edit, Label, Span
from awmlang.diagnostics.codes import (
    BAD_DEFAULT,
    BAD_FIELD_TYPE,
    BAD_INVERSE,
    BAD_KEY,
    BAD_MARK,
    BAD_SERIAL,
    COMPUTED_CYCLE,
    DUPLICATE_CLAUSE,
    DUPLICATE_NAME,
    RESERVED_NAME,
    TOO_EXTENSIVE,
    UNKNOWN_FIELD,
)
from awmlang.semantics import foreign
from awmlang.semantics import model as m
from awmlang.semantics import types as t
from awmlang.semantics.context import Context, Scope, rule_scope
from awmlang.semantics.convert import base
from awmlang.semantics.describe import describe
from awmlang.semantics.expressions import Elaborator, as_value
from awmlang.semantics.extent import MAX_WIDTH
from awmlang.semantics.numbers import whole
from awmlang.semantics.typenodes import SCALARS, Types
from awmlang.semantics.visit import expressions_in
from awmlang.syntax import tree
from awmlang.syntax.idioms import FOREIGN_TYPES

STORED = (t.Int, t.Float, t.Money, t.Bool, t.Text, t.Date, t.Time, t.Datetime, t.Enum)


class Entities:
    """Fills the entities of a context, in the order of its methods."""

    def __init__(self, e: Elaborator, types: Types) -> None:
        self.e = e
        self.types = types
        self.context: Context = e.context
        self.report = e.report
        self._computing: list[tuple[str, str]] = []
        self._computed: set[tuple[str, str]] = set()
        self._inverse_nodes: list[tuple[m.Entity, tree.Field]] = []
        self._defaults: list[tuple[m.Field, tree.Expr]] = []

    # ---- Stored fields

    def fields(self, entity: m.Entity, node: tree.Entity) -> None:
        seen: dict[str, Span] = {}
        fields = [member for member in node.members if isinstance(member, (tree.Field, tree.Computed))]
        if len(fields) > MAX_WIDTH:
            at = fields[MAX_WIDTH].name.span
            self.report.add(TOO_EXTENSIVE, at, f"An entity has {MAX_WIDTH} fields at most.")
        for member in node.members:
            if not isinstance(member, (tree.Field, tree.Computed)):
                continue
            name = member.name
            if name.text.casefold() in seen:
                label = Label(seen[name.text.casefold()], "the other one")
                self.report.add(
                    DUPLICATE_NAME,
                    name.span,
                    f"{entity.name} has a field `{name.text}` already.",
                    labels=(label,),
                )
                continue
            seen[name.text.casefold()] = name.span
            if name.text.startswith("awm_") or name.text in ("this",):
                self.report.add(RESERVED_NAME, name.span, f"`{name.text}` belongs to the language.")
            if isinstance(member, tree.Computed):
                self.context.computed_nodes[entity.name, name.text] = member
            elif any(mark.kind == "via" for mark in member.marks):
                self._inverse_nodes.append((entity, member))
            else:
                entity.fields[name.text] = self._field(entity, member)
        self._key(entity, node)

    def _field(self, entity: m.Entity, node: tree.Field) -> m.Field:
        type = self.types.resolve(node.type)
        field = m.Field(
            node.name.text, entity.name, type, node.name.span, doc=node.doc.value if node.doc else None
        )
        inner = t.required(type)
        if isinstance(inner, t.List):
            if isinstance(type, t.Optional) or not isinstance(inner.item, (*STORED, t.Unknown)):
                help = "For rows, give the other entity a reference to this one and name the way back: `lines: [Line] via order`."
                self.report.add(
                    BAD_FIELD_TYPE,
                    node.type.span,
                    "A field holds a list of plain values, never null.",
                    help=help,
                )
        elif not isinstance(inner, (*STORED, t.Ref, t.Unknown)):
            self.report.add(
                BAD_FIELD_TYPE,
                node.type.span,
                f"A field cannot hold {describe(type)}.",
                help="Make it an entity of its own.",
            )
        if isinstance(inner, t.Ref) and inner.lifted:
            self.report.add(BAD_FIELD_TYPE, node.type.span, "`any` is for parameters of tools.")
        self._marks(field, node)
        if node.default is not None:
            if isinstance(node.default, tree.Call) and node.default.name.text == "serial":
                self._serial(field, node.default)
            else:
                self._defaults.append((field, node.default))
        return field

    def _marks(self, field: m.Field, node: tree.Field) -> None:
        inner = t.required(field.type)
        seen: set[str] = set()
        for mark in node.marks:
            if mark.kind in seen:
                self.report.add(DUPLICATE_CLAUSE, mark.span, f"`{mark.kind}` is said twice.")
            seen.add(mark.kind)
            if mark.kind in ("owner", "cascade", "clears") and not isinstance(inner, (t.Ref, t.Unknown)):
                self.report.add(
                    BAD_MARK,
                    mark.span,
                    f"`{mark.kind}` marks a reference, and `{field.name}` is {describe(field.type)}.",
                )
                continue
            match mark.kind:
                case "key":
                    field.is_key = True
                case "unique":
                    field.is_unique = True
                    if isinstance(inner, t.List):
                        self.report.add(BAD_MARK, mark.span, "A list cannot be unique.")
                case "owner":
                    field.is_owner = True
                case "cascade":
                    field.on_delete = "cascade"
                case "clears":
                    field.on_delete = "clears"
                    if not isinstance(field.type, t.Optional):
                        self.report.add(
                            BAD_MARK,
                            mark.span,
                            f"`clears` sets `{field.name}` to null, so its type needs a `?`.",
                        )
        if {"cascade", "clears"} <= seen:
            self.report.add(
                BAD_MARK, node.span, "`cascade` deletes the row, `clears` keeps it: only one can be."
            )

    def _key(self, entity: m.Entity, node: tree.Entity) -> None:
        keys = [f for f in entity.fields.values() if f.is_key]
        for extra in keys[1:]:
            self.report.add(BAD_KEY, extra.span, f"{entity.name} has a key already: `{keys[0].name}`.")
            extra.is_key = False
        if keys:
            key = keys[0]
            if not isinstance(key.type, (t.Text, t.Int, t.Unknown)):
                self.report.add(
                    BAD_KEY, key.span, f"A key is text or int, never null, but this is {describe(key.type)}."
                )
            if "id" in entity.fields and key.name != "id":
                return
        elif "id" in entity.fields:
            own = entity.fields["id"]
            self.report.add(
                BAD_KEY,
                own.span,
                f"{entity.name} has an `id` of its own already.",
                help="Leave the field out, or mark it `key`.",
            )
            own.is_key = True
        else:
            id_ = m.Field("id", entity.name, t.Int(1), node.name.span, is_key=True)
            entity.fields = {"id": id_, **entity.fields}

    def _serial(self, field: m.Field, node: tree.Call) -> None:
        values = [a.value for a in node.arguments]
        match values:
            case [tree.String(parts=parts), tree.Number(text=width)] if 1 <= (whole(width) or 0) <= 12:
                if (
                    len(parts) <= 1
                    and all(isinstance(part, str) for part in parts)
                    and field.is_key
                    and isinstance(field.type, t.Text)
                ):
                    field.serial = m.Serial(str(parts[0]) if parts else "", int(width))
                    return
        self.report.add(
            BAD_SERIAL,
            node.span,
            "`serial` numbers a text key.",
            help='Write `code: text key = serial("ORD-", 5)`: a prefix and how many digits.',
        )

    def defaults(self) -> None:
        for field, node in self._defaults:
            value = self.e.fit(node, Scope("rule"), field.type, f"`{field.name}`")
            bad = (m.Get, m.GetComputed, m.Query, m.AllRows, m.Aggregate, m.CallFunction, m.Me)
            if any(isinstance(x, bad) for x in expressions_in(value)):
                self.report.add(
                    BAD_DEFAULT, node.span, "A default is a constant, or made of constants and `now`."
                )
            elif not isinstance(value.type, t.Unknown):
                field.default = value
            if field.is_key:
                self.report.add(
                    BAD_DEFAULT,
                    node.span,
                    "A key has no default.",
                    help='`serial("X-", 5)` numbers a text key.',
                )

    # ---- Inverses

    def inverses(self) -> None:
        for entity, node in self._inverse_nodes:
            inverse = self._inverse(entity, node)
            if inverse is not None:
                entity.inverses[inverse.name] = inverse

    def _inverse(self, entity: m.Entity, node: tree.Field) -> m.InverseField | None:
        via = next(mark.via for mark in node.marks if mark.kind == "via")
        assert via is not None
        type = self.types.resolve(node.type)
        match type:
            case t.List(item=t.Ref(entity=target)):
                single = False
            case t.Optional(inner=t.Ref(entity=target)):
                single = True
            case t.Unknown():
                return None
            case _:
                self.report.add(
                    BAD_INVERSE,
                    node.type.span,
                    "With `via` a field is `[Entity]`, or `Entity?` where it is one to one.",
                )
                return None
        other = self.context.entities[target].fields.get(via.text)
        if other is None:
            references = [
                f.name
                for f in self.context.entities[target].fields.values()
                if t.required(f.type) == t.Ref(entity.name)
            ]
            self.report.unknown(
                UNKNOWN_FIELD,
                via.span,
                f"{target} has no field",
                via.text,
                references or self.context.entities[target].fields,
            )
            return None
        self.context.notes.refer(via.span, other.span)
        if t.required(other.type) != t.Ref(entity.name):
            self.report.add(
                BAD_INVERSE,
                via.span,
                f"{target}.{via.text} is {describe(other.type)}, no {entity.name}.",
                labels=(Label(other.span, "declared here"),),
            )
            return None
        if single and not other.is_unique:
            self.report.add(
                BAD_INVERSE,
                node.span,
                f"{target}.{via.text} is not `unique`, so there may be several.",
                help=f"Write `[{target}]`, or mark the field `unique`.",
            )
        for mark in node.marks:
            if mark.kind != "via":
                self.report.add(
                    BAD_MARK, mark.span, f"`{mark.kind}` marks a stored field; with `via` nothing is stored."
                )
        if node.default is not None:
            self.report.add(
                BAD_DEFAULT, node.default.span, "With `via` nothing is stored, so there is no default."
            )
        return m.InverseField(node.name.text, entity.name, target, via.text, single, node.name.span)

    # ---- Computed fields

    def computed(self, entity_name: str, name: str) -> m.ComputedField | None:
        """The computed field, analysed when first asked for; None if that failed or goes in a circle."""
        entity = self.context.entities[entity_name]
        key = (entity_name, name)
        if key in self._computed:
            return entity.computed.get(name)
        node = self.context.computed_nodes[key]
        if key in self._computing:
            circle = self._computing[self._computing.index(key) :]
            first = min(circle, key=lambda key: self.context.computed_nodes[key].span)
            start = circle.index(first)
            names = [f"{a}.{b}" for a, b in (*circle[start:], *circle[:start], first)]
            at = self.context.computed_nodes[first].name.span
            self.report.add(COMPUTED_CYCLE, at, f"This needs itself: {' -> '.join(names)}.")
            return None
        if self._is_a_type(node):
            return None
        self._computing.append(key)
        self.context.at = node.name.span
        value = as_value(self.e.expr(node.value, rule_scope(entity)))
        self._computing.pop()
        self._computed.add(key)
        if self._may_be_computed(node, value):
            doc = node.doc.value if node.doc else None
            entity.computed[name] = m.ComputedField(
                name, entity_name, base(value.type), entity.this, value, node.name.span, doc
            )
        return entity.computed.get(name)

    def _may_be_computed(self, node: tree.Computed, value: m.Expression) -> bool:
        if isinstance(value.type, t.Unknown):
            return False
        if isinstance(t.required(value.type), (t.Null, t.Void, t.Group)):
            self.report.add(
                BAD_FIELD_TYPE, node.value.span, f"A computed field cannot be {describe(value.type)}."
            )
            return False
        what = f"`{node.name.text}`"
        return self.context.fits(value, node.name.span, what) and self.context.type_fits(
            value.type, node.name.span, what
        )

    def _is_a_type(self, node: tree.Computed) -> bool:
        """Whether a type stands where a value is computed; reported."""
        if not isinstance(node.value, tree.Reference):
            return False
        word = FOREIGN_TYPES.get(node.value.name.lower(), node.value.name)
        if word not in SCALARS and word not in self.context.enums:
            return False
        field = f"{node.name.text}: {word}"
        edit = Edit(node.name.span.to(node.value.span), field)
        foreign.say(self.e, node.value.span, f"a type stands behind `:`, as in `{field}`", edit)
        return True

    def order_computed(self) -> None:
        """Put the computed fields, which were made as they were needed, in the order of declaration."""
        made = {entity.name: entity.computed for entity in self.context.entities.values()}
        for entity in self.context.entities.values():
            entity.computed = {}
        for owner, name in self.context.computed_nodes:
            if name in made[owner]:
                self.context.entities[owner].computed[name] = made[owner][name]
