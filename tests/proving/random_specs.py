"""Random specs without errors, made by type: each expression is written for the type that its place wants.

All choices are drawn from a ``random.Random``, which may be one that Hypothesis drives, so that specs shrink.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

FIELDS = {
    "i": "int", "n": "int?", "f": "float", "m": "money", "mm": "money?", "ok": "bool", "s": "text", "ss": "text?",
    "d": "date", "dd": "date?", "t": "time", "at": "datetime", "e": "Color", "ee": "Color?", "l": "[int]", "w": "[text]",
}  # fmt: skip
"""The stored fields that every entity draws from; one with ``?`` may be null."""

CONSTANTS = {
    "int": ("0", "1", "2", "7", "-3", "100"),
    "float": ("0.5", "2.0", "-1.25", "3.0"),
    "money": ("coin(0.01)", "coin(0)", "coin(7.50)"),
    "bool": ("true", "false"),
    "text": ('"ab"', '"Straße"', '"50%"', '""', '"a_b"'),
    "date": ('date(now)', 'date("2025-01-31T00:00:00")'),
    "time": ('time(now)', 'time("2025-01-31T23:59:59")'),
    "datetime": ("now", 'datetime(date(now), time("2025-01-31T08:00:00"))'),
    "duration": ("days(1)", "hours(30)", "minutes(-5)", "seconds(90)"),
    "Color": ("tint()",),
    "[int]": ("[1, 2, 3]", "[7]"),
    "[text]": ('["a", "B"]', '["ab"]'),
}  # fmt: skip

ORDERED = ("int", "float", "money", "text", "date", "time", "datetime", "duration")
SAMPLES = {
    "int": ("0", "3", "-7", "12"), "float": ("0.5", "-2.25", "3"), "money": ("1.20", "0.35", "-4.99", "100"),
    "bool": ("true", "false"), "text": ('"Ab"', '"ab"', '"Ähre"', '"straße"', '"x y"'),
    "date": ('"2025-01-31"', '"2024-02-29"'), "time": ('"08:00:00"', '"23:59:59"'),
    "datetime": ('"2025-06-01T10:00:00"', '"2024-12-31T23:30:00"'), "Color": ('"red"', '"green"', '"blue"'),
    "[int]": ("[]", "[3, 1]", "[2, 2, 9]"), "[text]": ("[]", '["ab", "Ab"]'),
}  # fmt: skip


@dataclass
class Scope:
    """What may be read: expressions by the type they have, and the rows that names stand for, by entity."""

    values: dict[str, list[str]] = field(default_factory=dict)
    rows: list[tuple[str, str]] = field(default_factory=list)

    def inner(self) -> Scope:
        return Scope({type: list(names) for type, names in self.values.items()}, list(self.rows))

    def add(self, type: str, name: str) -> None:
        self.values.setdefault(type, []).append(name)


class Writer:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.fields: dict[str, dict[str, str]] = {}
        self.names = 0

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def chance(self, of: int) -> bool:
        return self.random.randrange(of) == 0

    def name(self, start: str) -> str:
        self.names += 1
        return f"{start}{self.names}"

    # ---- A whole spec

    def spec(self) -> str:
        for entity in ("A", "B", "C"):
            kept = [name for name in FIELDS if not self.chance(4)]
            self.fields[entity] = {name: FIELDS[name] for name in kept or ["i"]}
        serial = self.chance(2)
        parts = [
            'environment random "Random."\nclock = "2025-06-02T09:00:00"\nme: A = a1\nenum Color { red green blue }',
            self.entity("A", "", ["bs: [B] via a", "cs: [C] via a", *self.computed("A")]),
            self.entity(
                "B",
                f"a: A {self.pick('owner', 'cascade', 'owner cascade', '')} "
                + ('k: text key = serial("B-", 3)' if serial else ""),
                ["cs: [C] via b", *self.computed("B"), *self.rules("B")],
            ),
            self.entity(
                "C",
                f"a: A? {self.pick('clears', '')} b: B {self.pick('cascade', '')}",
                [*self.computed("C"), *self.rules("C")],
            ),
            self.function(),
            "function give(n: int) { create C { b = one(B take 1) "
            + " ".join(
                f"{name} = {self.pick(*SAMPLES[type])}"
                for name, type in self.fields["C"].items()
                if type[-1] not in "?!" and name != "e"
            )
            + " } }",
            "function coin(n: money): money { return n }",
            'function tint(): Color { return "green" }',
        ]
        parts += [self.tool(f"tool_{number}") for number in range(4)]
        parts.append(f"crud {self.pick('B', 'C')} {{ list get create update delete }}")
        parts.append(self.data("A", [("a1",), ("a2",), ("a3",)], ()))
        parts.append(self.data("B", [("b1", "a1"), ("b2", "a2"), ("b3", "a1")], ("a",)))
        parts.append(
            self.data("C", [("c1", "null", "b1"), ("c2", "a1", "b2"), ("c3", "a2", "b1")], ("a", "b"))
        )
        return "\n".join(parts) + "\n"

    def entity(self, name: str, references: str, more: list[str]) -> str:
        stored = []
        for each, type in self.fields[name].items():
            if type.endswith("!"):
                continue
            if each == "e":
                stored.append('e: Color = "red"')
                continue
            default = "" if type.endswith("?") or self.chance(2) else f" = {self.pick(*SAMPLES[type])}"
            stored.append(f"{each}: {type}{default}")
        lines = "\n  ".join([references, *stored, *more])
        return f"entity {name} {{\n  {lines}\n}}"

    def computed(self, entity: str) -> list[str]:
        if self.chance(3):
            return []
        scope = Scope()
        self.see(scope, "this", entity, computed=False)
        made = f"calculated = {self.expression('int', scope, 2)}"
        self.fields[entity]["calculated"] = "int!"
        return [made]

    def rules(self, entity: str) -> list[str]:
        mine = self.fields[entity]
        found = []
        if "i" in mine and self.chance(2):
            found.append(f'check .i > -{self.pick("8", "90")} "i is large enough"')
        if "s" in mine and "i" in mine and self.chance(3):
            found.append('check unique(.s, .i) where .i > 12 "no two alike"')
        if "e" in mine and self.chance(2):
            found.append(
                'flow e { red -> green -> blue green -> red when now > "2025-01-01T00:00:00" else "too early" }'
            )
        return found

    def data(self, entity: str, rows: list[tuple[str, ...]], references: tuple[str, ...]) -> str:
        stored = {name: type for name, type in self.fields[entity].items() if not type.endswith("!")}
        lines = []
        for label, *targets in rows:
            values = [self.sample(type) for type in stored.values()]
            lines.append(f"{label} = ({', '.join([*targets, *values])})")
        return f"data {entity} ({', '.join([*references, *stored])}) {{ {' '.join(lines)} }}"

    def sample(self, type: str) -> str:
        return "null" if type.endswith("?") and self.chance(2) else self.pick(*SAMPLES[type.rstrip("?")])

    # ---- Bodies

    def function(self) -> str:
        scope = Scope()
        self.see(scope, "row", "A")
        scope.add("int", "n")
        return f"function worth(row: A, n: int): int {{ return {self.expression('int', scope, 3)} }}"

    def tool(self, name: str) -> str:
        scope, parameters = Scope(), []
        self.see(scope, "me", "A")
        for entity in self.random.sample(["A", "B", "C"], 2):
            row = self.name("p")
            parameters.append(f"{row}: {'any ' if entity == 'B' else ''}{entity}")
            self.see(scope, row, entity)
        for _ in range(self.random.randrange(3)):
            value, type = (
                self.name("p"),
                self.pick("int", "float", "money", "bool", "text", "date", "Color", "[int]", "int?", "text?"),
            )
            parameters.append(f"{value}: {type}")
            scope.add(type, value)
        record = self.name("p")
        if self.chance(3):
            parameters.append(f"{record}: {{ x: int, y: text? }}")
            scope.add("int", f"{record}.x")
            scope.add("text?", f"{record}.y")
        body = [self.statement(scope, 2) for _ in range(self.random.randrange(1, 4))]
        return (
            f'tool {name}({", ".join(parameters)}) {{\n  "Random."\n  '
            + "\n  ".join([*body, self.returns(scope)])
            + "\n}"
        )

    def statement(self, scope: Scope, depth: int) -> str:
        kind = self.random.randrange(14 if depth else 7)
        if kind == 0:
            type, name = self.pick(*CONSTANTS), self.name("v")
            made = f"let {name} = {self.expression(type, scope, 3)}"
            scope.add(type, name)
            return made
        if kind == 1:
            return f'require {self.expression("bool", scope, 3)} else refused "No: {{me.id}}."'
        if kind in (2, 3):
            rows = [pair for pair in scope.rows if pair[0] != "this"]
            row, entity = self.random.choice(rows)
            return f"update {row} {{ {self.changes(entity, scope)} }}"
        if kind == 4:
            return f"update {self.query('B', scope, 1, cut=False)} {{ {self.changes('B', scope)} }}"
        if kind == 5:
            entity, row = self.pick("B", "C"), self.name("v")
            target = "a = me" if entity == "B" else f"b = {self.row('B', scope)}"
            given = " ".join(
                f"{name} = {self.expression(type, scope, 1)}"
                for name, type in self.fields[entity].items() if type[-1] not in "?!" and name != "e"
            )  # fmt: skip
            if self.row("B", scope) == "" and entity == "C":
                return 'require true else refused "No."'
            self_made = f"let {row} = create {entity} {{ {target} {given} }}"
            self.see(scope, row, entity)
            return self_made
        if kind == 6:
            rows = [row for row, entity in scope.rows if entity == "C"]
            return f"delete {self.pick(*rows)}" if rows else f"delete {self.query('C', scope, 1, cut=True)}"
        inner = scope.inner()
        if kind == 11:
            return f'if {self.expression("bool", scope, 2)} {{ fail stopped "At {{me.id}}." }}'
        if kind == 12:
            return f"give({self.expression('int', scope, 1)})"
        if kind == 13:
            row = self.name("v")
            made = f'let {row} = first({self.query("B", scope, 1, cut=True)}) else nothing "No B."'
            if self.chance(2):
                made = f"let {row} = one({self.query('A', scope, 1, cut=True)})"
                self.see(scope, row, "A")
            else:
                self.see(scope, row, "B")
            return made
        if kind == 7:
            otherwise = f" else {{ {self.statement(scope.inner(), depth - 1)} }}" if self.chance(2) else ""
            return (
                f"if {self.expression('bool', scope, 2)} {{ {self.statement(inner, depth - 1)} }}{otherwise}"
            )
        if kind == 8:
            row, entity = self.name("r"), self.pick("B", "C")
            source = self.query(entity, scope, 1, cut=True)
            self.see(inner, row, entity)
            return f"for {row} in {source} {{ {self.statement(inner, depth - 1)} }}"
        if kind == 9:
            one, two = self.name("r"), self.name("r")
            source = f"zip({self.expression('[int]', scope, 1)}, {self.expression('[text]', scope, 1)})"
            inner.add("int", one)
            inner.add("text", two)
            return f"for {one}, {two} in {source} {{ {self.statement(inner, depth - 1)} }}"
        total = self.name("v")
        made = f"var {total} = {self.expression('int', scope, 2)} {total} {self.pick('=', '+=', '-=')} {self.expression('int', scope, 2)}"
        scope.add("int", total)
        return made

    def changes(self, entity: str, scope: Scope) -> str:
        plain = [(name, type) for name, type in self.fields[entity].items() if not type.endswith("!")]
        chosen = self.random.sample(plain, min(len(plain), 2))
        return ", ".join(
            f"{name} {self.pick('+=', '=') if type in ('int', 'money', 'float') else '='} {self.expression(type.rstrip('?'), scope, 2)}"
            for name, type in chosen
        )

    def returns(self, scope: Scope) -> str:
        kind = self.random.randrange(7)
        if kind == 5:
            name = self.name("q")
            return f"return {{ m = map({self.query('B', scope, 1, True, name)}, {name}.a.id, {self.expression('int', scope, 2)}), f = {self.expression('int', scope, 1)} + {self.expression('float', scope, 1)} }}"
        if kind == 6 and "i" in self.fields["C"]:
            name = self.name("q")
            return f"return list(my C as {name} sort by tint() {{ red = {name}.i, green = {name}.id desc, blue = {name}.b.a.id }}, {name}.id)"
        if kind == 0:
            return f"return {self.query(self.pick('B', 'C'), scope, 2, cut=True)} {{ *, x = {self.expression('int', scope, 2)} }}"
        if kind == 1:
            row, entity = self.random.choice(scope.rows)
            lines = f"cs where {self.about('C', scope, 1)} {{ id, b }}" if entity != "C" else "x = .id"
            return f"return {row} {{ *, {lines} }}"
        if kind == 2:
            name = self.name("g")
            key = self.pick(
                *(
                    n
                    for n, type in self.fields["B"].items()
                    if type.rstrip("?!") in ORDERED or type.startswith("Color")
                ),
                "a.id",
            )
            return f"return group(B as {name}, {name}.{key}) sort count(.rows) {self.pick('desc', '')} {{ key = .key, n = count(.rows) }}"
        if kind == 3:
            return f"return {self.query('B', scope, 1, cut=False)} paged 2 {{ * }}"
        types = [self.pick(*(type for type in CONSTANTS if type != "duration")) for _ in range(4)]
        return f"return {{ {', '.join(f'x{n} = {self.expression(type, scope, 3)}' for n, type in enumerate(types))} }}"

    # ---- Rows and queries

    def see(self, scope: Scope, row: str, entity: str, computed: bool = True) -> None:
        """What can be read of a row."""
        if row != "this":
            scope.rows.append((row, entity))
        for name, type in self.fields[entity].items():
            if computed or not type.endswith("!"):
                scope.add(type.rstrip("!"), f".{name}" if row == "this" else f"{row}.{name}")

    def row(self, entity: str, scope: Scope) -> str:
        return next((row for row, of in scope.rows if of == entity), "")

    def about(self, entity: str, scope: Scope, depth: int, name: str = "") -> str:
        """A condition on the row at hand."""
        inner = scope.inner()
        inner.values = {
            type: [each for each in names if not each.startswith(".")] for type, names in scope.values.items()
        }
        for each, type in self.fields[entity].items():
            inner.values.setdefault(type.rstrip("!"), []).extend([f"{name}.{each}"] * 3)
        return self.expression("bool", inner, depth)

    def query(self, entity: str, scope: Scope, depth: int, cut: bool, name: str = "") -> str:
        source = entity if not name else f"{entity} as {name}"
        where = f" where {self.about(entity, scope, depth, name)}" if self.chance(2) else ""
        if not cut or self.chance(2):
            return f"{source}{where}"
        orders = [n for n, type in self.fields[entity].items() if type.rstrip("?!") in (*ORDERED, "Color")]
        order = f" sort {name}.{self.pick(*orders)} {self.pick('desc', '')}" if orders else ""
        return f"{source}{where}{order}{self.pick('', ' skip 1')}{self.pick('', ' take 2')}"

    # ---- Expressions

    def expression(self, type: str, scope: Scope, depth: int) -> str:
        """Of a type without ``?``; never null."""
        leaves = scope.values.get(type, [])
        if not depth or self.chance(3):
            if leaves and not self.chance(4):
                return self.pick(*leaves)
            maybe = scope.values.get(f"{type}?", [])
            if CONSTANTS[type] and not (maybe and self.chance(2)):
                return self.pick(*CONSTANTS[type])
            if maybe:
                return f"({self.pick(*maybe)} ?? {self.expression(type, Scope(scope.values | {f'{type}?': []}), 0)})"
        if type == "Color":
            return "tint()"
        if self.chance(6):
            return f"(if {self.expression('bool', scope, depth - 1)} then {self.expression(type, scope, depth - 1)} else {self.expression(type, scope, depth - 1)})"
        return str(
            getattr(self, "_" + type.strip("[]") + ("s" if type.startswith("[") else ""))(scope, depth - 1)
        )

    def _over(self, scope: Scope, wanted: tuple[str, ...]) -> tuple[str, str] | None:
        """A query with a name, and a field of it of a wanted type."""
        entity, name = self.pick("A", "B", "C"), self.name("q")
        fields = [n for n, type in self.fields[entity].items() if type.rstrip("?!") in wanted]
        return (self.query(entity, scope, 1, True, name), f"{name}.{self.pick(*fields)}") if fields else None

    def _int(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(10)
        if kind < 3:
            return f"({self.expression('int', s, d)} {self.pick('+', '-', '*', '%')} {self.expression('int', s, d)})"
        if kind == 3 and (over := self._over(s, ("int",))):
            return f"(sum({over[0]}, {over[1]}))"
        if kind == 4 and (over := self._over(s, ("int",))):
            return f"({self.pick('min', 'max')}({over[0]}, {over[1]}) ?? {self.expression('int', s, d)})"
        if kind == 5:
            return f"count({self.query(self.pick('A', 'B', 'C'), s, 1, True)})"
        if kind == 6:
            return (
                f"{self.pick('round', 'floor', 'ceil')}({self.expression(self.pick('float', 'money'), s, d)})"
            )
        if kind == 7:
            return f"{self.expression('[int]', s, 0)}[{self.expression('int', s, 0)}]"
        if kind == 8:
            return f"length({self.expression(self.pick('text', '[int]'), s, d)})"
        return f"{self.pick('year', 'month', 'day', 'weekday')}({self.expression(self.pick('date', 'datetime'), s, d)})"

    def _float(self, s: Scope, d: int) -> str:
        a, b = self.expression("float", s, d), self.expression("float", s, d)
        kind = self.random.randrange(6)
        if kind == 0:
            return f"({self.expression('money', s, d)} / {self.expression('money', s, d)})"
        if kind == 1:
            return f"({self.expression('duration', s, d)} / {self.expression('duration', s, d)})"
        if kind == 2:
            return f"round({a}, {self.pick('0', '1', '2')})"
        if kind == 3:
            return f"{self.pick('least', 'greatest')}({a}, {b})"
        if kind == 4 and (over := self._over(s, ("int", "float"))):
            return f"(avg({over[0]}, {over[1]}) ?? {a})"
        return f"({a} {self.pick('+', '-', '*', '/')} {b})"

    def _money(self, s: Scope, d: int) -> str:
        a = self.expression("money", s, d)
        kind = self.random.randrange(6)
        if kind < 2:
            return f"({a} {self.pick('*', '/')} {self.expression(self.pick('int', 'float'), s, d)})"
        if kind == 2 and (over := self._over(s, ("money",))):
            return f"({self.pick('min', 'avg', 'max')}({over[0]}, {over[1]}) ?? {a})"
        if kind == 3:
            return f"abs(-{a})"
        if kind == 4:
            return f"round({a}, 1)"
        return f"({a} {self.pick('+', '-')} {self.expression('money', s, d)})"

    def _bool(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(10)
        if kind < 2:
            return (
                f"({self.expression('bool', s, d)} {self.pick('and', 'or')} {self.expression('bool', s, d)})"
            )
        if kind == 2:
            return f"(not {self.expression('bool', s, d)})"
        if kind == 3:
            return f"({self.expression('text', s, d)} contains {self.expression('text', s, d)})"
        if kind == 4:
            return f"({self.expression('int', s, d)} {self.pick('in', 'not in')} {self.expression('[int]', s, d)})"
        if kind == 5:
            return f"exists({self.query(self.pick('A', 'B', 'C'), s, 1, True)})"
        if kind == 6:
            name, entity = self.name("q"), self.pick("A", "B", "C")
            return f"all({self.query(entity, s, 1, True, name)}, {self.about(entity, s, d, name)})"
        if kind == 7:
            nullable = [name for type, names in s.values.items() if type.endswith("?") for name in names]
            return f"({self.pick(*nullable)} {self.pick('==', '!=')} null)" if nullable else "true"
        if kind == 8:
            return f"{self.pick('starts_with', 'ends_with')}({self.expression('text', s, d)}, {self.expression('text', s, d)})"
        type = self.pick(*ORDERED)
        a, b = self.expression(type, s, d), self.expression(type, s, d)
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
        if kind == 3 and (over := self._over(s, ("text",))):
            return f"(first({over[0]}){over[1][over[1].index('.') :]} ?? {a})"
        parts = [
            n
            for type in ("int", "money", "date", "bool", "float", "datetime")
            for n in s.values.get(type, [])
            if not n.startswith("[")
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
        return f"({self.expression('datetime', s, d)} {self.pick('+', '-')} {self.pick('months(1)', self.expression('duration', s, d))})"

    def _duration(self, s: Scope, d: int) -> str:
        type = self.pick("date", "datetime")
        if self.chance(2):
            return f"({self.expression(type, s, d)} - {self.expression(type, s, d)})"
        return f"{self.pick('days', 'hours', 'minutes', 'seconds')}({self.expression('int', s, d)})"

    def _ints(self, s: Scope, d: int) -> str:
        kind = self.random.randrange(5)
        over = self._over(s, ("int",))
        if kind < 2 and over and self.chance(2):
            return (
                f"{self.pick('list', 'distinct')}({over[0]}, ({over[1]} ?? 0))"
                if self.is_null(over[1])
                else f"{self.pick('list', 'distinct')}({over[0]}, {over[1]})"
            )
        if kind == 2:
            return f"sorted({self.expression('[int]', s, d)})"
        if kind == 3:
            return f"range({self.pick('0', '3')})"
        return f"[{self.expression('int', s, d)}, {self.expression('int', s, d)}]"

    def _texts(self, s: Scope, d: int) -> str:
        if self.chance(2):
            return (
                f"split({self.expression('text', s, d)}, {self.pick(chr(34) * 2, chr(34) + 'a' + chr(34))})"
            )
        return f"[{self.expression('text', s, d)}, {self.expression('text', s, d)}]"

    def is_null(self, path: str) -> bool:
        return FIELDS.get(path.rpartition(".")[2], "").endswith("?")


def random_spec(random: Random) -> str:
    return Writer(random).spec()
