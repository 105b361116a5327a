"""Random expressions and queries."""

from __future__ import annotations

from tests.proving.random_specs.scope import CONSTANTS, ENTITIES, FIELDS, ORDERED, RECORD, Choices, Scope


class Expressions(Choices):
    # ---- Queries

    def about(self, entity: str, scope: Scope, depth: int, name: str = "") -> str:
        """A condition on the row at hand."""
        inner = scope.named()
        for each, type in self.fields[entity].items():
            inner.values.setdefault(type.rstrip("!"), []).extend([f"{name}.{each}"] * 3)
        return self.expression("bool", inner, depth)

    def query(self, entity: str, scope: Scope, depth: int, cut: bool, name: str = "") -> str:
        source = (
            self.pick(entity, f"new {entity}", f"gone {entity}", f"changed {entity}")
            if self.in_task
            else entity
        )
        source += f" as {name}" if name else ""
        where = f" where {self.about(entity, scope, depth, name)}" if self.chance(2) else ""
        if not cut or self.chance(2):
            return f"{source}{where}"
        orders = [n for n, type in self.fields[entity].items() if type.rstrip("?!") in (*ORDERED, "Color")]
        order = ""
        if orders:
            keys = [
                f"{name}.{self.pick(*orders)} {self.pick('', 'desc', 'asc')}"
                for _ in range(self.random.randrange(2) + 1)
            ]
            order = f" sort {' then '.join(keys)}"
        number = self.expression("int", scope, 0).replace("-3", "0 - 3")  # of a literal the sign is seen
        skip = self.pick("", " skip 1", f" skip {number}")
        return f"{source}{where}{order}{skip}{self.pick('', ' take 2', f' take {number}')}"

    def over(self, scope: Scope, wanted: tuple[str, ...]) -> tuple[str, str] | None:
        """A query with a name, and a field of it of a wanted type."""
        name = self.name("q")
        if scope.records and self.chance(2):
            fields = [n for n, type in RECORD.items() if type.rstrip("?") in wanted]
            if not fields:
                return None
            where = f" where {name}.x > {self.expression('int', scope, 0)}" if self.chance(2) else ""
            return f"{self.pick(*scope.records)} as {name}{where}", f"{name}.{self.pick(*fields)}"
        entity = self.pick(*ENTITIES)
        fields = [n for n, type in self.fields[entity].items() if type.rstrip("?!") in wanted]
        return (self.query(entity, scope, 1, True, name), f"{name}.{self.pick(*fields)}") if fields else None

    # ---- Expressions

    def expression(self, type: str, scope: Scope, depth: int) -> str:
        """Of a type without ``?``; never null."""
        leaves = scope.values.get(type, [])
        if not depth or not self.mostly(3):
            if leaves and not self.chance(4):
                return self.pick(*leaves)
            maybe = scope.values.get(f"{type}?", [])
            if CONSTANTS[type] and not (maybe and self.chance(2)):
                return self.pick(*CONSTANTS[type])
            if maybe:
                none = Scope(scope.values | {f"{type}?": []})
                return f"({self.pick(*maybe)} ?? {self.expression(type, none, 0)})"
        if type == "Color":
            return "tint()"
        if self.in_task and self.chance(5):
            self.in_task = False  # `old` of all of it
            before = self.expression(type, scope, depth - 1)
            self.in_task = True
            return f"old({before})"
        if self.chance(6):
            condition, one, other = (self.expression(t, scope, depth - 1) for t in ("bool", type, type))
            return f"(if {condition} then {one} else {other})"
        write = getattr(self, "_" + type.strip("[]") + ("s" if type.startswith("[") else ""))
        return str(write(scope, depth - 1))

    def _int(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(12)
        if kind < 3:
            return f"({self.expression('int', s, d)} {self.pick('+', '-', '*', '%')} {self.expression('int', s, d)})"
        if kind == 3 and (over := self.over(s, ("int",))):
            return f"(sum({over[0]}, {over[1]}))"
        if kind == 4 and (over := self.over(s, ("int",))):
            return f"({self.pick('min', 'max')}({over[0]}, {over[1]}) ?? {self.expression('int', s, d)})"
        if kind == 5:
            return f"count({self.query(self.pick(*ENTITIES), s, 1, True)})"
        if kind == 6:
            return (
                f"{self.pick('round', 'floor', 'ceil')}({self.expression(self.pick('float', 'money'), s, d)})"
            )
        if kind == 7:
            return f"{self.expression('[int]', s, 0)}[{self.expression('int', s, 0)}]"
        if kind == 8:
            return f"length({self.expression(self.pick('text', '[int]'), s, d)})"
        if kind == 9 and s.records:
            name = self.pick(*s.records)
            return self.pick(
                f"{name}[{self.expression('int', s, 0)}].x", f"(first({name}).x ?? 4)", f"length({name})"
            )
        if kind == 10:
            return f"-({self.expression('int', s, d)})"
        part = self.pick("year", "month", "day", "weekday")
        return f"{part}({self.expression(self.pick('date', 'datetime'), s, d)})"

    def _float(self, s: Scope, d: int) -> str:
        a, b = self.expression("float", s, d), self.expression("float", s, d)
        kind = self.random.randrange(7)
        if kind == 0:
            return f"({a} {self.pick('+', '-', '*', '/')} {b})"
        if kind == 1:
            return f"({self.expression('duration', s, d)} / {self.expression('duration', s, d)})"
        if kind == 2:
            return f"round({a}, {self.pick('0', '1', '2')})"
        if kind == 3:
            return f"{self.pick('least', 'greatest')}({a}, {b})"
        if kind == 4 and (over := self.over(s, ("int", "float"))):
            return f"(avg({over[0]}, {over[1]}) ?? {a})"
        if kind == 5:
            return f"calc({self.pick(*CALCULATIONS, self.expression('text', s, 0))})"
        return f"({self.expression('money', s, d)} / {self.expression('money', s, d)})"

    def _money(self, s: Scope, d: int) -> str:
        a = self.expression("money", s, d)
        kind = self.random.randrange(7)
        if kind < 2:
            return f"({a} {self.pick('*', '/')} {self.expression(self.pick('int', 'float'), s, d)})"
        if kind == 2 and (over := self.over(s, ("money",))):
            return f"({self.pick('min', 'avg', 'max')}({over[0]}, {over[1]}) ?? {a})"
        if kind == 3 and (over := self.over(s, ("money",))):
            return f"sum({over[0]}, {over[1]})"
        if kind == 4:
            return f"abs(-{a})"
        if kind == 5:
            return f"round({a}, 1)"
        return f"({a} {self.pick('+', '-')} {self.expression('money', s, d)})"

    def _bool(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(12)
        if kind < 2:
            return (
                f"({self.expression('bool', s, d)} {self.pick('and', 'or')} {self.expression('bool', s, d)})"
            )
        if kind == 2:
            return f"(not {self.expression('bool', s, d)})"
        if kind == 3:
            return f"({self.expression('text', s, d)} contains {self.expression('text', s, d)})"
        if kind == 4:
            item = self.pick(self.expression("int", s, d), *s.values.get("int?", []))
            return f"({item} {self.pick('in', 'not in')} {self.expression('[int]', s, d)})"
        if kind == 5:
            return f"exists({self.query(self.pick(*ENTITIES), s, 1, True)})"
        if kind == 6:
            name, entity = self.name("q"), self.pick(*ENTITIES)
            return f"all({self.query(entity, s, 1, True, name)}, {self.about(entity, s, d, name)})"
        if kind == 7:
            nullable = [name for type, names in s.values.items() if type.endswith("?") for name in names]
            return f"({self.pick(*nullable)} {self.pick('==', '!=')} null)" if nullable else "true"
        if kind == 8:
            test = self.pick("starts_with", "ends_with")
            return f"{test}({self.expression('text', s, d)}, {self.expression('text', s, d)})"
        if kind == 9:
            return f"matches({self.expression('text', s, d)}, {self.pick(*PATTERNS)})"
        if kind == 10 and s.records:
            name = self.name("q")
            return (
                f"exists({self.pick(*s.records)} as {name} where {name}.y == {self.expression('text', s, 0)})"
            )
        type = self.pick(*ORDERED)
        a, b = (
            self.expression(type, s, d),
            self.pick(self.expression(type, s, d), *s.values.get(f"{type}?", [])),
        )
        if self.chance(2):
            a, b = b, a
        return f"({a} {self.pick('==', '!=', '<', '<=', '>', '>=')} {b})" if a != b else "true"

    def _text(self, s: Scope, d: int) -> str:
        a = self.expression("text", s, d)
        kind = self.random.randrange(6)
        if kind == 0:
            return f"{self.pick('lower', 'upper', 'trim')}({a})"
        if kind == 1:
            return f'join({self.expression("[text]", s, d)}, "-")'
        if kind == 2:
            return f"replace({a}, {self.expression('text', s, 0)}, {self.expression('text', s, 0)})"
        if kind == 3 and (over := self.over(s, ("text",))):
            return f"(first({over[0]}){over[1][over[1].index('.') :]} ?? {a})"
        parts = [
            n
            for type in ("int", "money", "date", "bool", "float", "datetime")
            for n in s.values.get(type, [])
            if not n.startswith("[") and '"' not in n
        ]
        return f'"<{{{self.pick(*parts)}}}>"' if parts else a

    def _date(self, s: Scope, d: int) -> str:
        moved = self.pick("days(2)", "months(1)", "months(-13)", self.expression("duration", s, d))
        return f"({self.expression('date', s, d)} {self.pick('+', '-')} {moved})"

    def _time(self, s: Scope, d: int) -> str:
        return f"time({self.expression('datetime', s, d)})"

    def _datetime(self, s: Scope, d: int) -> str:
        if self.chance(3):
            return f"datetime({self.expression('date', s, d)}, {self.expression('time', s, d)})"
        moved = self.pick("months(1)", self.expression("duration", s, d))
        return f"({self.expression('datetime', s, d)} {self.pick('+', '-')} {moved})"

    def _duration(self, s: Scope, d: int) -> str:
        type = self.pick("date", "datetime")
        if self.chance(2):
            return f"({self.expression(type, s, d)} - {self.expression(type, s, d)})"
        if self.chance(4):
            return f"abs({self.expression('duration', s, d)})"
        return f"{self.pick('days', 'hours', 'minutes', 'seconds')}({self.expression('int', s, d)})"

    def _ints(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(7)
        if kind < 2 and (over := self.over(s, ("int",))):
            value = f"({over[1]} ?? 0)" if self.may_be_null(over[1]) else over[1]
            return f"{self.pick('list', 'distinct')}({over[0]}, {value})"
        if kind == 2:
            return f"sorted({self.expression('[int]', s, d)})"
        if kind == 3:
            return f"range({self.pick('0', '3')})"
        if kind == 4:
            return f"flat([{self.expression('[int]', s, d)}, {self.expression('[int]', s, 0)}])"
        if kind == 5:
            one, other = self.name("q"), self.name("q")
            inner = f"list({self.pick(f'{one}.bs', f'{one}.cs')} as {other}, {self.pick('2', f'length({other}.s)')})"
            if "s" not in self.fields["B"] or "s" not in self.fields["C"]:
                inner = f"list({one}.bs, 3)"
            return f"flat(list(A as {one}, {inner}))"
        return f"[{self.expression('int', s, d)}, {self.expression('int', s, d)}]"

    def _texts(self, s: Scope, d: int) -> str:
        if self.chance(2):
            return (
                f"split({self.expression('text', s, d)}, {self.pick(chr(34) * 2, chr(34) + 'a' + chr(34))})"
            )
        return f"[{self.expression('text', s, d)}, {self.expression('text', s, d)}]"

    def record(self, s: Scope, d: int) -> str:
        """One of a list of records."""
        return f"{{ x = {self.expression('int', s, d)}, y = {self.expression('text', s, d)}, z = {self.expression('money', s, d)} }}"

    def may_be_null(self, path: str) -> bool:
        return FIELDS.get(path.rpartition(".")[2], "").endswith("?")


CALCULATIONS = ('"1 + 2 * 3"', '"(4 - 1.5) / 2"', '"2 / 0"')
PATTERNS = ('"a.*"', '"[A-Za-z ]+"', '".?"', r'"\\w*"')
