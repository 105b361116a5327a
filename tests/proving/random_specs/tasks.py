"""Random tasks. Their checks hold where the solution ends, whatever they ask: `called` sees to that, and answers are what they are."""

from __future__ import annotations

from tests.proving.random_specs.bodies import Bodies
from tests.proving.random_specs.scope import SAMPLES, Scope

GIVEN = SAMPLES | {
    "money": ("1.20", "0.35"), "text": ('"ab"', '"x"'), "[int]": ("[3, 1]", "[7]"),
    "record": ("{ x = 2 }",), "[B]": ("[b1]", "[b3, b1]"), "[D]": ("[]", "[d1]"), "[record]": ("[{ x = 3, z = 1.50, row = b1 }]", "[]"),
}  # fmt: skip
"""Arguments, which all parameters of their types take."""

ANSWERS = ("int", "float", "money", "bool", "text", "date", "datetime", "[int]")
LABELS = {"A": ("a1", "a2", "a3"), "B": ("b1", "b2", "b3"), "C": ("c1", "c2", "c3"), "D": ("d1", "d2")}


class Tasks(Bodies):
    def task(self, name: str) -> str:
        scope, template = Scope(), ""
        for entity, labels in LABELS.items():
            self.see(scope, self.pick(*labels), entity)
        if self.chance(3):
            row = self.name("t")
            template = f" for {row} in {self.query(self.pick('A', 'B', 'C'), scope, 1, True)} "
        tool = self.pick(*self.tools)
        calls = [
            self.call(tool) if each == 0 else self.call(self.pick(*self.tools))
            for each in range(self.random.randrange(2) + 1)
        ]
        self.in_task = True
        expected = [
            f"{self.expression('bool', scope, 2)} or called({tool})" for _ in range(self.random.randrange(4))
        ]
        if self.chance(3):
            expected.append(f"unchanged or called({tool})")
        answers = [
            f"{type} = {self.expression(type, scope, 2)}"
            for type in (self.pick(*ANSWERS) for _ in range(self.random.randrange(4)))
        ]
        self.in_task = False
        expects = [
            f"expect {each} {self.pick('', f'{chr(34)}One.{chr(34)}')} {self.pick('', 'weight 2')}"
            for each in expected
        ]
        lines = [
            f"solution {{ {' '.join(calls)} }}",
            f'expect called({tool}) "it was called"',
            *expects,
            self.answers(answers),
            self.pick("", "allow B", "allow C.i, A") if "i" in self.fields["C"] else "",
            self.pick(
                "", 'judge "It is polite."', 'user "Ask."', 'accept "Anything."', f'accept {tool} "Again."'
            ),
        ]
        body = "\n  ".join(line for line in lines if line)
        return f'task {name} "Do it for {{me.id}}."{template} {{\n  {body}\n}}'

    def answers(self, values: list[str]) -> str:
        match values:
            case []:
                return ""
            case [only]:
                return f"answer: {only}{self.pick('', ' from ' + only.partition(' = ')[2])}"
        return f"answer {{ {' '.join(f'x{n}: {value}' for n, value in enumerate(values))} }}"

    def call(self, tool: str) -> str:
        given = []
        for name, kind in self.tools[tool].items():
            if kind in LABELS:
                given.append(f"{name} = {self.pick(*LABELS[kind])}")
            elif not kind.endswith("?"):
                given.append(f"{name} = {self.pick(*GIVEN[kind])}")
        return f"{tool}({', '.join(given)})"
