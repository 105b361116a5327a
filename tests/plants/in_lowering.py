"""Bugs of what is made of a spec: conditions, queries, order, null, statements, tables."""

from __future__ import annotations

from functools import partial

from tests.plants.plant import Plant

_queries = partial(Plant, "lowering", file="awmlang/lowering/queries.py")
_operators = partial(Plant, "lowering", file="awmlang/lowering/operators.py")
_sql = partial(Plant, "lowering", file="awmlang/lowering/sql.py")
_shapes = partial(Plant, "lowering", file="awmlang/lowering/shapes.py")
_python = partial(Plant, "lowering", file="awmlang/lowering/python.py")
_statements = partial(Plant, "lowering", file="awmlang/lowering/statements.py")
_writes = partial(Plant, "lowering", file="awmlang/lowering/writes.py")
_schema = partial(Plant, "lowering", file="awmlang/lowering/schema.py")
_tools = partial(Plant, "lowering", file="awmlang/lowering/tools.py")

PLANTS = [
    # ---- Queries
    _queries(
        name="group-rows-unfiltered",
        old="            frame.where(s.condition(rows.query.where))\n        frame.where(trees.same(s.value(rows.key), key, True))",
        new="            pass\n        frame.where(trees.same(s.value(rows.key), key, True))",
        breaks="the rows of a group forget the where that was grouped",
    ),
    _queries(
        name="group-of-null",
        old="frame.where(trees.same(s.value(rows.key), key, True))",
        new="frame.where(trees.same(s.value(rows.key), key, False))",
        breaks="a group whose key is null has no rows",
    ),
    _queries(
        name="having-left-out",
        old='            if query.where is not None:\n                frame.select.set("having"',
        new='            if query.where is not None and query.sort:\n                frame.select.set("having"',
        breaks="a where over groups that are not sorted is dropped",
    ),
    _queries(
        name="negative-take",
        old="return tree if bounds(count)[0] >= 0 else",
        new="return tree if bounds(count)[1] >= 0 else",
        breaks="take -1 is no limit at all",
    ),
    _queries(
        name="page-off-by-one",
        old='before = m.Operation(e.span, whole, "-", (e.page, one))',
        new="before = e.page",
        breaks="the first page is the second",
    ),
    _queries(
        name="page-total-of-page",
        old="    with opened(s, e.query) as found:\n        total =",
        new="    with opened(s, shown) as found:\n        total =",
        breaks="the total of a page counts the page",
    ),
    _queries(
        name="page-without-skip",
        old="    if e.query.skip is not None:\n        skip =",
        new="    if e.query.skip is not None and e.query.take is not None:\n        skip =",
        breaks="a paged query forgets its own skip",
    ),
    _queries(
        name="no-tie",
        old="return [*_sorted(self.s, self.query), *self.tie()]",
        new="return _sorted(self.s, self.query) or self.tie()",
        breaks="rows that sort alike come in any order",
    ),
    _queries(
        name="one-direction",
        old="terms += _ordered(s, key.value, key.descending)",
        new="terms += _ordered(s, key.value, key.descending or bool(terms and terms[0].args.get('desc')))",
        breaks="the second sort key takes the direction of the first",
    ),
    _queries(
        name="sum-of-nothing",
        old='return trees.call("coalesce", filtered(trees.call("sum", value)), zero)',
        new='return filtered(trees.call("sum", value))',
        breaks="the sum over no rows is null",
    ),
    _queries(
        name="average-divided",
        old="""            return trees.call(
                "awm_average", filtered(trees.call("sum", value)), filtered(trees.call("count", value.copy()))
            )""",
        new="""            return trees.binary(
                exp.Div, filtered(trees.call("sum", value)), filtered(trees.call("count", value.copy()))
            )""",
        breaks="the mean of amounts is an integer division",
    ),
    _queries(
        name="all-with-null",
        old="fails = trees.negation(logic(s, e.value, strict=True))",
        new="fails = trees.negation(logic(s, e.value, strict=False))",
        breaks="all(...) holds where the condition is null",
    ),
    _queries(
        name="first-entry-wins",
        old='exp.Alias(this=trees.call("max", place), alias=place.this)',
        new='exp.Alias(this=trees.call("min", place), alias=place.this)',
        breaks="of entries of a map with one key the first is kept",
    ),
    _queries(
        name="changed-from-null",
        old="trees.differ(s.column(f, alias), s.column(f, row.alias), True)",
        new="trees.differ(s.column(f, alias), s.column(f, row.alias), False)",
        breaks="`changed` rows leave out those whose value was null",
    ),
    _queries(
        name="extreme-of-null",
        old="        if may_be_null(value):\n            found.frame.where(trees.is_not_null(s.value(value)))\n",
        new="",
        breaks="the greatest text is null where one is null",
    ),
    Plant(
        "lowering",
        "nulls-first",
        "awmlang/lowering/trees.py",
        "nulls_first=not nullable and not descending\n",
        "nulls_first=not descending\n",
        "nulls come first in ascending order",
    ),
    Plant(
        "lowering",
        "first-reads-all",
        "awmlang/lowering/choosing.py",
        "query.skip is not None or only_first\n",
        "query.skip is not None\n",
        "first(...) fails for a row that it leaves out",
    ),
    Plant(
        "lowering",
        "unique-in-a-cut",
        "awmlang/lowering/choosing.py",
        "    return any(map(fixed.issuperset, unique_fields(entity)))",
        "    return any(map(fixed.intersection, unique_fields(entity)))",
        "a key of a map is thought to be unique with half of its fields",
    ),
    # ---- Conditions and null
    _operators(
        name="unequal-to-null",
        old="return relation(s.value(a), s.value(b), may_be_null(a) or may_be_null(b))",
        new="return relation(s.value(a), s.value(b), may_be_null(a) and may_be_null(b))",
        breaks="null differs from nothing",
    ),
    _operators(
        name="order-of-null",
        old="return _settled(tree, strict and (may_be_null(a) or may_be_null(b)))",
        new="return _settled(tree, strict and may_be_null(a))",
        breaks="a comparison with null on its right is null",
    ),
    _operators(
        name="not-in-with-null",
        old="return trees.negation(_settled(found, _unsure(a, b)))",
        new="return trees.negation(found)",
        breaks="null is neither in a list nor not in it",
    ),
    _operators(
        name="not-of-null",
        old="return trees.negation(logic(s, a, True))",
        new="return trees.negation(logic(s, a, strict))",
        breaks="`not` of what is null is null",
    ),
    _operators(
        name="at-most-is-less",
        old='"<=": exp.LTE',
        new='"<=": exp.LT',
        breaks="<= leaves out the bound",
    ),
    _operators(
        name="days-before-are-after",
        old='    if operator == "-":\n        amount = exp.Neg',
        new='    if operator == "-" and isinstance(moved, t.Duration):\n        amount = exp.Neg',
        breaks="a date less some months lies after it",
    ),
    _operators(
        name="guards-unguarded",
        old="safe = next((i for i, term in enumerate(terms) if may_fail(term, s.vanishing or ())), len(terms))",
        new="safe = len(terms)",
        breaks="a term that may fail is worked out though a term before it says no",
    ),
    _operators(
        name="integer-division",
        old='case "/", (a, b) if isinstance(b, m.Constant) and isinstance(b.value, float) and b.value:',
        new='case "/", (a, b) if isinstance(b, m.Constant) and b.value:',
        breaks="7 / 2 is 3",
    ),
    _operators(
        name="enums-by-name",
        old="            return [enum_number(s, e, members)]\n",
        new="            return [s.value(e)]\n",
        breaks="enums are ordered by their names",
    ),
    _operators(
        name="text-by-code-point",
        old='return [trees.call("awm_fold", s.value(e)), s.value(e)]',
        new="return [s.value(e)]",
        breaks="Zoe comes before anna",
    ),
    Plant(
        "lowering",
        "smallest-unchecked",
        "awmlang/lowering/bounds.py",
        "return low < STORED[0] or high > STORED[1] or not _parts_fit(value)",
        "return high > STORED[1] or not _parts_fit(value)",
        "numbers that are too small leave an expression",
    ),
    Plant(
        "lowering",
        "sum-without-bound",
        "awmlang/lowering/bounds.py",
        "return min(low * MOST_ROWS, 0), max(high * MOST_ROWS, 0)",
        "return min(low, 0), max(high, 0)",
        "a sum is thought to be no larger than what it adds",
    ),
    Plant(
        "lowering",
        "division-by-what-is-not-0",
        "awmlang/lowering/effects.py",
        "            return not _is_some_number(by)\n",
        "            return isinstance(by, m.Constant) and not by.value\n",
        "a division by a field is thought never to fail",
    ),
    # ---- Rows
    _sql(
        name="inner-join",
        old="optional = row.optional or isinstance(field.type, t.Optional)",
        new="optional = row.optional",
        breaks="rows with a null reference vanish from queries that follow it",
    ),
    _sql(
        name="old-is-now",
        old="return found if isinstance(found, Row) and not (self.old and found.schema is None) else None",
        new="return found if isinstance(found, Row) else None",
        breaks="old(x.y) of a row of a query reads the present",
    ),
    _sql(
        name="gone-is-now",
        old='schema: Schema = "old" if self.old or self.is_past(row) else None',
        new='schema: Schema = "old" if self.old else None',
        breaks="what rows that are gone refer to is read of the present",
    ),
    _tools(
        name="everything-is-visible",
        old="        frame.where(s.condition(entity.access))\n",
        new="",
        breaks="every row may be named in arguments",
    ),
    _tools(
        name="invariants-of-some-writes",
        old="if tool.writes & set(read))",
        new="if tool.writes <= set(read))",
        breaks="an invariant is asked only of tools that write nothing that it does not read",
    ),
    _tools(
        name="invariants-by-path",
        old="            elif isinstance(x, m.Get):\n                found.add(x.field.entity)\n",
        new="",
        breaks="an invariant is not asked when a row that it only follows is written",
    ),
    Plant(
        "lowering",
        "last-owner",
        "awmlang/semantics/access.py",
        "result = conjunction(result, self._owner_rule(entity, field))",
        "result = self._owner_rule(entity, field)",
        "of two owners only the last has to be me",
    ),
    Plant(
        "lowering",
        "crud-lists-all",
        "awmlang/semantics/crud.py",
        "restricted = self.context.resolve_access(self.entity) is not None",
        "restricted = any(f.is_owner for f in self.entity.fields.values())",
        "a crud list of an entity with an access rule shows all rows",
    ),
    # ---- Results
    _shapes(
        name="cents-cut",
        old="units = trees.binary(exp.Div, make(), trees.number(100.0))",
        new="units = trees.binary(exp.Div, make(), trees.number(100))",
        breaks="amounts in results lose their cents",
    ),
    _shapes(
        name="null-is-false",
        old='            if nullable:\n                return trees.call("json", trees.case(words, of=make()))\n',
        new="",
        breaks="a bool that is null shows as false",
    ),
    _shapes(
        name="null-record",
        old="if may_be_null(e.row) else made",
        new="if may_be_null(e.value) else made",
        breaks="what is shown of a record that is null is no null",
    ),
    Plant(
        "lowering",
        "schema-never-null",
        "awmlang/lowering/jsonschema.py",
        "            return _nullable(type_schema(model, inner))\n",
        "            return type_schema(model, inner)\n",
        "the published schema of results knows no null",
    ),
    # ---- Statements
    _statements(
        name="settle-left-out",
        old="        if any(collisions(st)):\n",
        new="        if any(collisions(st)) and len(st.changes) > 1:\n",
        breaks="rows are left unsettled: their unique rule is never asked",
    ),
    _statements(
        name="one-or-more",
        old='body.when(f"len({name}) != 1"',
        new='body.when(f"len({name}) < 1"',
        breaks="one(...) else takes the first of several",
    ),
    _statements(
        name="gone-unnoticed",
        old="may_be_gone = not isinstance(st.target, m.Query) and st.entity.name in body.vanishing",
        new="may_be_gone = False",
        breaks="an update of a row that was deleted before is no error",
    ),
    _python(
        name="reads-after-writes",
        old="if i < last and not self.hoists(value) and reads_rows(value)",
        new="if i < last and self.hoists(value) and reads_rows(value)",
        breaks="what stands before a write in an expression is read after it",
    ),
    _python(
        name="zero-is-null",
        old='"??": ("found", "{} is None")',
        new='"??": ("found", "not {}")',
        breaks="0 ?? create ... makes the row",
    ),
    _python(
        name="or-goes-on",
        old='"or": ("holds", "not {}")',
        new='"or": ("holds", "{}")',
        breaks="the right side of `or` is done when the left side holds",
    ),
    _writes(
        name="default-of-the-moment",
        old="if field not in given and field.default is not None\n",
        new="if field not in given and isinstance(field.default, m.Constant)\n",
        breaks="defaults such as now or [] are not applied",
    ),
    _writes(
        name="serials-count-together",
        old='"UPDATE awm_serial SET next = next + 1 WHERE entity = :entity"',
        new='"UPDATE awm_serial SET next = next + 1"',
        breaks="a new row moves the counters of other entities",
    ),
    _writes(
        name="update-sees-itself",
        old='    if select.args.get("joins") or any(x.find(exp.Select) for x in (*values, *([where] if where else ()))):\n',
        new='    if select.args.get("joins"):\n',
        breaks="an update over a query sees rows that it has changed already",
    ),
    _writes(
        name="delete-all-of-cut",
        old="or not found.is_whole:\n        return None",
        new="and not found.is_whole:\n        return None",
        breaks="delete and update of a query with take touch all of its rows",
    ),
    # ---- Tables
    _schema(
        name="no-cascade",
        old='"cascade": ["ON DELETE CASCADE"]',
        new='"cascade": []',
        breaks="rows are not deleted with their owner",
    ),
    _schema(
        name="no-clearing",
        old='"clears": ["ON DELETE SET NULL"]',
        new='"clears": ["ON DELETE CASCADE"]',
        breaks="rows are deleted with what they refer to instead of forgetting it",
    ),
    _schema(
        name="second-flow",
        old="for flow in entity.flows]",
        new="for flow in entity.flows[:1]]",
        breaks="the second flow of an entity has no trigger",
    ),
    _schema(
        name="one-guard-of-two",
        old="            if len(guards) == len(steps):\n",
        new="            if guards:\n",
        breaks="an arrow without a guard beside a guarded one is refused",
    ),
    _schema(
        name="flow-unguarded",
        old="[_moved(old, new, source, [target]), negation(any_of(guards))]",
        new="[_moved(old, new, source, [target]), is_null(any_of(guards))]",
        breaks="a guard that is false stops no arrow",
    ),
    _schema(
        name="disjoint-only-new",
        old='        _trigger(f"{rule.name}.update", event, entity, when, body),\n',
        new="",
        breaks="a range may be moved over another",
    ),
    _schema(
        name="touching-ranges",
        old="terms += [binary(exp.LT, column(start, x), column(end, y)) for x, y in ((a, b), (b, a))]",
        new="terms += [binary(exp.LTE, column(start, x), column(end, y)) for x, y in ((a, b), (b, a))]",
        breaks="ranges that touch are refused",
    ),
    _schema(
        name="lower-bound-only",
        old="return exp.Between(this=value, low=number(low), high=number(high))",
        new="return binary(exp.GTE, value, number(low))",
        breaks="a field with two bounds is held to the lower one alone",
    ),
    Plant(
        "lowering",
        "not-unique",
        "awmlang/lowering/indexes.py",
        "tuple(map(Column, rule.fields)), True, rule.check)",
        "tuple(map(Column, rule.fields)), rule.check is None, rule.check)",
        "check unique makes an index that is not unique",
    ),
    Plant(
        "lowering",
        "swapping-refused",
        "awmlang/lowering/settling.py",
        "if field in ends or (field in asked and _reads(value, update.binding)):",
        "if field in ends:",
        "rows that exchange unique values in one update stop each other",
    ),
    Plant(
        "lowering",
        "cascade-upwards",
        "awmlang/lowering/effects.py",
        "self._cascades[target.entity].add(entity.name)",
        "self._cascades[entity.name].add(target.entity)",
        "rows that a cascade has deleted are thought to be there",
    ),
    # ---- Seeds
    Plant(
        "lowering",
        "serial-starts-late",
        "awmlang/lowering/seed.py",
        "(name, self.keys.next[name])",
        "(name, self.keys.next[name] - 1)",
        "the first new row takes the serial of the last seed row",
    ),
    Plant(
        "lowering",
        "seed-invariants",
        "awmlang/lowering/seed.py",
        "                if not holds:\n",
        "                if holds is False:\n",
        "seed data that break an invariant are not reported",
    ),
    Plant(
        "lowering",
        "draw-below",
        "awmlang/lowering/draws.py",
        "        return self.below(span + 1)\n",
        "        return self.below(max(span, 1))\n",
        "drawn values never reach their upper bound",
    ),
]
