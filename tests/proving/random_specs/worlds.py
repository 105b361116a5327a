"""Random worlds: entities with their rules, rows, and the tools over them."""

from __future__ import annotations

from tests.proving.random_specs.scope import FIELDS, SAMPLES, Scope
from tests.proving.random_specs.tasks import Tasks

DRAWN = {
    "int": ("between(0, 9)", "n", "7"), "float": ("between(0.5, 2.5)", "1.25"), "money": ("between(1, 20)", "2.50"),
    "bool": ("true", "n > 1"), "text": ('fake("name")', '"t{n}"', '"x"'), "date": ('between("2025-01-01", "2025-02-01")', "date(now)"),
    "time": ('"09:30:00"',), "datetime": ('between("2025-01-01T00:00:00", now)', "now"),
    "Color": ('weighted(red = 2, green = 1)', '"red"'), "[int]": ("[n, 2]",), "[text]": ('["ab"]',),
}  # fmt: skip
"""Values of fields, as ``generate`` writes them."""


class Worlds(Tasks):
    def spec(self) -> str:
        for entity in ("A", "B", "C", "D"):
            kept = [name for name in FIELDS if self.mostly(4)]
            self.fields[entity] = {name: FIELDS[name] for name in kept or ["i"]}
        keyed = self.chance(2)
        if keyed:
            self.fields["B"]["k"] = "text!"  # is not written
        owned = self.pick("", "owner")
        if spans := self.chance(2):
            self.fields["C"] |= {"lo": "int", "hi": "int"}
        parts = [
            'environment random "Random."\nclock = "2025-06-02T09:00:00"\nme: A = a1\npolicy "Be random."',
            'enum Color { red green "dark blue" }\ntype Pair = { x: int, y: text? }',
            self.entity("A", "", ["bs: [B] via a", "cs: [C] via a", *self.computed("A")]),
            self.entity(
                "B",
                f"a: A {owned} {self.pick('', 'cascade')}",
                ["cs: [C] via b", *self.computed("B"), *self.rules("B")],
            ),
            self.entity(
                "C",
                f"a: A? {self.pick('', 'clears')} {self.pick('', 'owner')} b: B {self.pick('', owned)} {self.pick('', 'cascade')}",
                [
                    "twin: D? via c",
                    *(['check disjoint(.lo, .hi, .b) "one at a time"'] if spans else []),
                    *self.computed("C"),
                    *self.rules("C"),
                ],
            ),
            self.entity(
                "D",
                f"code: text key  c: C unique {self.pick('', 'cascade')}",
                [
                    *self.access(),
                    *self.computed("D"),
                    *self.rules("D"),
                    self.pick("", "show { code, c }", "show { *, at_home = .c.b }"),
                ],
            ),
            *self.functions(),
            *self.invariants(),
        ]
        parts += [self.tool(f"tool_{number}") for number in range(self.random.randrange(4) + 1)]
        parts += [self.crud(entity) for entity in ("B", "C", "D") if self.chance(2)]
        parts += [
            self.data("A", [("a1",), ("a2",), ("a3",)], ()),
            self.data("B", [("b1", "a1"), ("b2", "a2"), ("b3", "a1")], ("a",)),
            self.data("C", [("c1", "null", "b1"), ("c2", "a1", "b2"), ("c3", "a2", "b1")], ("a", "b")),
            self.data("D", [("d1", '"x1"', "c1"), ("d2", '"x2"', "c2")], ("code", "c")),
            *self.generated(),
        ]
        parts += [self.task(f"task_{number}") for number in range(self.random.randrange(3))]
        return "\n".join(part for part in parts if part) + "\n"

    def entity(self, name: str, references: str, more: list[str]) -> str:
        stored = []
        for each, type in self.stored(name).items():
            if each == "e":
                stored.append('e: Color = "red"')
                continue
            default = "" if type.endswith("?") or self.chance(2) else f" = {self.pick(*SAMPLES[type])}"
            if each in ("lo", "hi"):
                default = " = 0"
            words = self.pick("", f' "Of {name}."')
            stored.append(f"{each}: {type}{default}{words}")
        if self.fields[name].get("k"):
            stored.insert(0, 'k: text key = serial("B-", 3)')
        lines = "\n  ".join(line for line in [references, *stored, *more] if line.strip())
        return f"entity {name} {{\n  {lines}\n}}"

    def computed(self, entity: str) -> list[str]:
        if not self.mostly(3):
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
            found.append(f'check .i > -{self.pick("90", "8")} "i is large enough"')
        if "s" in mine and "i" in mine and self.chance(3):
            found.append('check unique(.s, .i) where .i > 12 "no two alike"')
        if "e" in mine and self.chance(2):
            found.append(
                'flow e { red -> green -> "dark blue" green -> red when now > "2025-01-01T00:00:00" else "too early" }'
            )
        return found

    def access(self) -> list[str]:
        if not self.mostly(3):
            return []
        more = [f".{name}" for name, type in self.fields["D"].items() if type == "bool"]
        rule = self.pick(
            ".c.b.a == me", ".c.a == me or .c.b.a == me", *(f"{each} or .c.b.a == me" for each in more)
        )
        return [f"access {rule}"]

    def invariants(self) -> list[str]:
        found = []
        if "i" in self.fields["C"] and self.chance(3):
            found.append('invariant all(C as q, q.i > -60) "no C is too low"')
        if self.chance(4):
            found.append(f'invariant count({self.pick("B", "C")}) < {self.pick("10", "12")} "there is room"')
        if "m" in self.fields["B"] and self.chance(4):
            found.append("invariant sum(B, .m) > coin(-200)")
        return found

    def crud(self, entity: str) -> str:
        plain = [name for name in self.stored(entity) if name in ("i", "n", "m", "s", "e")]
        some = f"({', '.join(plain[:2])})" if plain and self.chance(2) else ""
        filters = f"({', '.join(plain[-2:])})" if plain and self.chance(2) else ""
        return f"crud {entity} {{ list{filters} get create update{some} delete }}"

    # ---- Rows

    def data(self, entity: str, rows: list[tuple[str, ...]], references: tuple[str, ...]) -> str:
        stored = self.stored(entity)
        lines = []
        for label, *targets in rows:
            values = ["0" if name in ("lo", "hi") else self.sample(type) for name, type in stored.items()]
            lines.append(f"{label} = ({', '.join([*targets, *values])})")
        return f"data {entity} ({', '.join([*references, *stored])}) {{ {' '.join(lines)} }}"

    def sample(self, type: str) -> str:
        return "null" if type.endswith("?") and self.chance(2) else self.pick(*SAMPLES[type.rstrip("?")])

    def generated(self) -> list[str]:
        values = " ".join(
            f"{name} = {self.pick(*DRAWN[type.rstrip('?')])}"
            for name, type in self.stored("C").items()
            if name not in ("lo", "hi") and not (type.endswith("?") and self.chance(2))
        )
        found = []
        if self.chance(2):
            found.append(
                f"generate C {self.pick('1', '3')} {{ b = {self.pick('pick(B)', 'pick([b1, b2])')} {values} }}"
            )
        if self.chance(3):
            found.append(
                f"generate C for x in B{self.pick('', ' where .a == a1')}, y in range(1) {{ b = x {values} }}"
            )
        return found
