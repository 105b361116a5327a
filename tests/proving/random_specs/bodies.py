"""Random tools and functions."""

from __future__ import annotations

from tests.proving.random_specs.expressions import Expressions
from tests.proving.random_specs.scope import CONSTANTS, ORDERED, RECORD, SAMPLES, Scope

PARAMETERS = {
    "int": ("int", "int(-9..50)"), "float": ("float", "float(..9.5)"), "money": ("money", "money(0..)"), "bool": ("bool",),
    "text": ("text", "text(1..8)", "text(/[a-z]{1,4}/)"), "date": ("date",), "Color": ("Color",),
    "[int]": ("[int]", "[int](1..3)"), "int?": ("int?", "int(0..9)?"), "text?": ("text?",), "money?": ("money?",),
}  # fmt: skip
"""Types of parameters, as they may be written."""


class Bodies(Expressions):
    def functions(self) -> list[str]:
        scope = Scope()
        self.see(scope, "row", "A")
        scope.add("int", "n")
        given = " ".join(f"{name} = {self.pick(*SAMPLES[type])}" for name, type in self.required("C").items())
        key = "k" if "k" in self.fields["B"] else "id"
        return [
            f"function worth(row: A, n: int): int {{ return {self.expression('int', scope, 3)} }}",
            f"function give(n: int) {{ create C {{ b = one(B take 1) {given} }} }}",
            f'function nth(n: int): B {{ return first(B sort .{key} skip n) else none_left "Not {{n}}." }}',
            "function half(n: int) { let doubled = n * 2 if n > 50 { return doubled } return n }",
            "function coin(n: money): money { return n }",
            'function tint(): Color { return "green" }',
        ]

    def tool(self, name: str) -> str:
        scope, parameters, known = Scope(), [], self.tools.setdefault(name, {})
        self.see(scope, "me", "A")
        for entity in ("A", "B", "C", "D"):
            if self.chance(2):
                row = self.name("p")
                lifted = "any " if entity in "BD" and self.chance(2) else ""
                alias = f" named {row}_key" if self.chance(3) else ""
                parameters.append(f"{row}: {lifted}{entity}{alias}")
                self.see(scope, row, entity)
                known[row] = entity
        for _ in range(self.random.randrange(3)):
            value, type = self.name("p"), self.pick(*PARAMETERS)
            default = (
                f" = {self.pick(*SAMPLES[type])}"
                if type in ("int", "bool", "text") and self.chance(3)
                else ""
            )
            written = self.pick(*PARAMETERS[type]) if not default else type
            parameters.append(
                f"{value}: {written}{default}{self.pick('', f' {chr(34)}It is {value}.{chr(34)}')}"
            )
            scope.add(type, value)
            known[value] = type
            if type.endswith("?"):
                scope.given.append((value, type.rstrip("?")))
        if self.chance(3):
            record = self.name("p")
            parameters.append(f"{record}: {self.pick('{ x: int, y: text? }', 'Pair')}")
            scope.add("int", f"{record}.x")
            scope.add("text?", f"{record}.y")
            known[record] = "record"
        if self.chance(3):
            records = self.name("p")
            parameters.append(f"{records}: [{{ x: int(-9..9), y: text?, z: money, row: B }}]")
            scope.records.append(records)
            known[records] = "[record]"
        if self.chance(3):
            rows = self.name("p")
            entity = self.pick("B", "D")
            parameters.append(f"{rows}: [{entity}]")
            scope.lists.append((rows, entity))
            known[rows] = f"[{entity}]"
        optional = self.name("p")
        maybe = []
        if self.chance(3):
            parameters.append(f"{optional}: B?")
            inner = scope.inner()
            self.see(inner, optional, "B")
            maybe.append(f"if {optional} != null {{ {self.statement(inner, 1)} }}")
        self.random.shuffle(parameters)
        body = [self.statement(scope, 2) for _ in range(self.random.randrange(4))]
        lines = "\n  ".join([*maybe, *body, self.returns(scope)])
        return f'tool {name}({", ".join(parameters)}) {{\n  "Random."\n  {lines}\n}}'

    # ---- Statements

    def statement(self, scope: Scope, depth: int) -> str:
        simple = (
            self._let,
            self._require,
            self._update,
            self._update_all,
            self._create,
            self._delete,
            self._let_records,
            self._let_of_function,
        )
        deep = (
            self._if,
            self._for,
            self._for_both,
            self._for_records,
            self._var,
            self._fail,
            self._run,
            self._first,
            self._for_rows,
        )
        options = (*simple, *deep) if depth else simple
        return options[self.random.randrange(len(options))](scope, depth)

    def _let(self, scope: Scope, depth: int) -> str:
        name = self.name("v")
        nullable = [
            (each, type) for type, names in scope.values.items() if type.endswith("?") for each in names
        ]
        if nullable and self.chance(3):
            each, type = nullable[self.random.randrange(len(nullable))]
            scope.add(type.rstrip("?"), name)
            return f'let {name} = {each} else missing "There is none."'
        type = self.pick(*CONSTANTS)
        made = f"let {name} = {self.expression(type, scope, 3)}"
        scope.add(type, name)
        return made

    def _let_records(self, scope: Scope, depth: int) -> str:
        name, row = self.name("v"), self.name("q")
        inner = scope.inner()
        source = self.query("B", scope, 1, True, row)
        inner.rows.clear()
        self.see(inner, row, "B")
        made = f"let {name} = list({source}, {self.record(inner, 1)})"
        scope.records.append(name)
        return made

    def _let_of_function(self, scope: Scope, depth: int) -> str:
        if self.chance(2):
            name = self.name("v")
            made = f"let {name} = half(n = {self.expression('int', scope, 1)})"
            scope.add("int", name)
            return made
        row = self.name("v")
        made = f"let {row} = nth({self.expression('int', scope, 0)})"
        self.see(scope, row, "B")
        return made

    def _require(self, scope: Scope, depth: int) -> str:
        return f'require {self.expression("bool", scope, 3)} else refused "No: {{me.id}}."'

    def _update(self, scope: Scope, depth: int) -> str:
        row, entity = scope.rows[self.random.randrange(len(scope.rows))]
        return f"update {row} {{ {self.changes(entity, scope)} }}"

    def _update_all(self, scope: Scope, depth: int) -> str:
        entity = self.pick("B", "C", "D")
        return f"update {self.query(entity, scope, 1, cut=False)} {{ {self.changes(entity, scope)} }}"

    def _create(self, scope: Scope, depth: int) -> str:
        row, entity = self.name("v"), self.pick("B", "C", "D")
        if entity == "B":
            target = "a = me"
        elif (of := scope.row({"C": "B", "D": "C"}[entity])) is not None:
            target = f"b = {of}" if entity == "C" else f'c = {of} code = "<{{me.id}}>"'
        else:
            return self._require(scope, depth)
        given = " ".join(f"{n} = {self.expression(t, scope, 1)}" for n, t in self.required(entity).items())
        made = f"create {entity} {{ {target} {given} }}"
        if self.chance(3):
            made = f"first({self.query(entity, scope, 1, True)}) ?? {made}"
        made = f"let {row} = {made}"
        self.see(scope, row, entity)
        return made

    def _delete(self, scope: Scope, depth: int) -> str:
        rows = [row for row, entity in scope.rows if entity in "CD"]
        return (
            f"delete {self.pick(*rows)}"
            if rows
            else f"delete {self.query(self.pick('C', 'D'), scope, 1, cut=True)}"
        )

    def _if(self, scope: Scope, depth: int) -> str:
        one = f"if {self.expression('bool', scope, 2)} {{ {self.statement(scope.inner(), depth - 1)} }}"
        match self.random.randrange(3):
            case 0:
                return one
            case 1:
                return f"{one} else {{ {self.statement(scope.inner(), depth - 1)} }}"
        other = f"if {self.expression('bool', scope, 1)} {{ {self.statement(scope.inner(), 0)} }}"
        return f"{one} else {other}"

    def _for(self, scope: Scope, depth: int) -> str:
        row, entity, inner = self.name("r"), self.pick("B", "C", "D"), scope.inner()
        source = self.query(entity, scope, 1, cut=True)
        if entity != "D" and self.chance(3):
            source = f"me.{entity.lower()}s where {self.about(entity, scope, 1)}"
        self.see(inner, row, entity)
        return f"for {row} in {source} {{ {self.statement(inner, depth - 1)} }}"

    def _for_both(self, scope: Scope, depth: int) -> str:
        one, two, inner = self.name("r"), self.name("r"), scope.inner()
        source = f"zip({self.expression('[int]', scope, 1)}, {self.expression('[text]', scope, 1)})"
        inner.add("int", one)
        inner.add("text", two)
        return f"for {one}, {two} in {source} {{ {self.statement(inner, depth - 1)} }}"

    def _for_records(self, scope: Scope, depth: int) -> str:
        if not scope.records:
            return self._var(scope, depth)
        each, inner = self.name("r"), scope.inner()
        records = self.pick(*scope.records)
        inner.add("int", f"{each}.x")
        inner.add("money", f"{each}.z")
        if records.startswith("p"):  # parameters have a row besides
            self.see(inner, f"{each}.row", "B")
        return f"for {each} in {records} {{ {self.statement(inner, depth - 1)} }}"

    def _for_rows(self, scope: Scope, depth: int) -> str:
        if not scope.lists:
            return self._let(scope, depth)
        (rows, entity), row, inner = scope.lists[0], self.name("r"), scope.inner()
        self.see(inner, row, entity)
        return f"for {row} in {rows} {{ {self.statement(inner, depth - 1)} }}"

    def _var(self, scope: Scope, depth: int) -> str:
        total, type = self.name("v"), self.pick("int", "money")
        typed = f"var {total}: {type}" if type == "money" or self.chance(2) else f"var {total}"
        assign = self.pick("=", "+=", "-=")
        made = (
            f"{typed} = {self.expression(type, scope, 2)} {total} {assign} {self.expression(type, scope, 2)}"
        )
        scope.add(type, total)
        return made

    def _fail(self, scope: Scope, depth: int) -> str:
        return f'if {self.expression("bool", scope, 2)} {{ fail stopped "At {{me.id}}." }}'

    def _run(self, scope: Scope, depth: int) -> str:
        return f"give({self.expression('int', scope, 1)})"

    def _first(self, scope: Scope, depth: int) -> str:
        row = self.name("v")
        if self.chance(2):
            otherwise = self.pick("", ' else several "None, or several."')
            made = f"let {row} = one({self.query('A', scope, 1, cut=True)}){otherwise}"
            self.see(scope, row, "A")
        else:
            made = f'let {row} = first({self.query("B", scope, 1, cut=True)}) else nothing "No B."'
            self.see(scope, row, "B")
        return made

    def changes(self, entity: str, scope: Scope) -> str:
        plain = list(self.stored(entity).items())
        chosen = self.random.sample(plain, min(len(plain), 2))
        made = []
        for name, type in chosen:
            assign = self.pick("=", "+=", "-=") if type in ("int", "money", "float") else "="
            value = (
                "null"
                if type.endswith("?") and self.chance(5)
                else self.expression(type.rstrip("?"), scope, 2)
            )
            made.append(f"{name} {assign} {value}")
        return ", ".join(made)

    # ---- Results

    def returns(self, scope: Scope) -> str:
        options = (
            self._values, self._rows, self._row, self._groups, self._pages, self._maps, self._chosen_order, self._records,
            self._found_or_not, self._searched,
        )  # fmt: skip
        return f"return {options[self.random.randrange(len(options))](scope)}"

    def _values(self, scope: Scope) -> str:
        types = [self.pick(*(type for type in CONSTANTS if type != "duration")) for _ in range(4)]
        return (
            f"{{ {', '.join(f'x{n} = {self.expression(type, scope, 3)}' for n, type in enumerate(types))} }}"
        )

    def _rows(self, scope: Scope) -> str:
        source = self.query(self.pick("B", "C", "D"), scope, 2, cut=True)
        return f"{source} {{ *, x = {self.expression('int', scope, 2)} }}"

    def _row(self, scope: Scope) -> str:
        row, entity = scope.rows[self.random.randrange(len(scope.rows))]
        of_c = f"where {self.about('C', scope, 1)} {{ id, b, a {{ id }}, twin {{ *, c {{ id }} }} }}"
        lines = {
            "A": f"cs {of_c}, count = count(.bs), bs as z sort z.id desc take 1 {{ *, inner = z.cs {{ id }} }}",
            "B": f"cs {of_c}, owner = .a {{ id }}",
            "C": "twin, up = .b.a",
            "D": "x = .code, up = .c { b { a } }",
        }[entity]
        if entity in "AB" and "k" in self.fields["B"]:
            lines = lines.replace("z.id", "z.k")
        return f"{row} {{ *, {lines} }}"

    def _groups(self, scope: Scope) -> str:
        name = self.name("g")
        keys = [
            n
            for n, type in self.fields["B"].items()
            if type.rstrip("?!") in ORDERED or type.startswith("Color")
        ]
        key = self.pick(*keys, "a.id")
        rows = self.pick(
            "", ", rows sort .a.id desc { a }", ", some = first(.rows)", ", most = max(.rows, .a.id)"
        )
        where = self.pick("", " where count(.rows) > 1", " where .key != null")
        return (
            f"group(B as {name}, {name}.{key}){where} sort count(.rows) {self.pick('', 'desc')}"
            f" {{ key, n = count(.rows){rows} }}"
        )

    def _pages(self, scope: Scope) -> str:
        return f"{self.query(self.pick('B', 'C'), scope, 1, cut=False)} sort .{self.pick(*self._sortable('B', 'C'))} paged 2 {{ * }}"

    def _sortable(self, *entities: str) -> list[str]:
        """Fields that all of them have, to sort by."""
        found = [n for n in self.fields[entities[0]] if all(n in self.fields[e] for e in entities)]
        return [n for n in found if self.fields[entities[0]][n].rstrip("?!") in ORDERED] or ["a.id"]

    def _maps(self, scope: Scope) -> str:
        name = self.name("q")
        made = (
            f"map({self.query('B', scope, 1, True, name)}, {name}.a.id, {self.expression('int', scope, 2)})"
        )
        return (
            f"{{ m = {made}, f = {self.expression('int', scope, 1)} + {self.expression('float', scope, 1)} }}"
        )

    def _chosen_order(self, scope: Scope) -> str:
        if "i" not in self.fields["C"]:
            return self._values(scope)
        name = self.name("q")
        options = f'red = {name}.i, green = {name}.id desc, "dark blue" = {name}.b.a.id'
        return f"list(my C as {name} sort by tint() {{ {options} }}, {name}.id)"

    def _records(self, scope: Scope) -> str:
        if not scope.records:
            return f"[{self.record(scope, 1)}, {self.record(scope, 0)}]"
        name, records = self.name("q"), self.pick(*scope.records)
        return (
            f"{{ r = {records} as {name} where {name}.x > 0 sort {name}.{self.pick(*RECORD)} desc {{ x, y }}, "
            f"first = first({records}), sum = sum({records} as {name}, {name}.z) }}"
        )

    def _found_or_not(self, scope: Scope) -> str:
        return f'first({self.query("C", scope, 2, True)}) else nothing_found "Nothing." {{ *, twin }}'

    def _searched(self, scope: Scope) -> str:
        """With parameters that may be left out."""
        terms = []
        for name, type in scope.given:
            fields = [f for f, of in self.fields["B"].items() if of.rstrip("?!") == type]
            if fields:
                compare = self.pick("==", "!=", *(("<=", ">") if type != "text" else ("contains",)))
                terms.append(f".{self.pick(*fields)} {compare} {name}?")
        if not terms:
            return self._pages(scope)
        other = self.about("B", scope, 1)
        return f"{self.pick('B', 'my B')} where {self.pick(f' and {other} and ', ' or ', ' and ').join(terms) if len(terms) > 1 else terms[0]} {{ * }}"
