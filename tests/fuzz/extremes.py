"""Specs that are too large, too deep, or go in circles: each must end in findings, or compile, in little time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

HEAD = """environment extreme "Far out."
clock = "2025-06-02T09:00:00"
me: User = ann
enum Color { red green }
entity User {
  name: text
  boss: User?
  staff: [User] via boss
  color: Color = "red"
  rank: int = 0
  show { id, name }
}
data User (name) { ann = ("Ann") bo = ("Bo") }
tool touch(user: User) { "Touches." update user { rank += 1 } return user }
"""


def _in_tool(expression: str) -> str:
    return f'{HEAD}tool t(user: User, a: int, b: bool) {{ "Does it." return {expression} }}\n'


def _statements(text: str) -> str:
    return f'{HEAD}tool t(user: User, a: int, b: bool) {{ "Does it." {text} return {{ a = a, b = b, user = user }} }}\n'


def _solution(text: str) -> str:
    return f'{HEAD}task t "Do it." {{ solution {{ {text} }} expect me.rank > 0 "touched" }}\n'


_NESTED: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: _in_tool("(" * n + "a" + ")" * n),
    "open parentheses": lambda n: _in_tool("(" * n + "a"),
    "closing parentheses": lambda n: _in_tool("a" + ")" * n),
    "lists": lambda n: _in_tool("[" * n + "a" + "]" * n),
    "open lists": lambda n: _in_tool("[" * n),
    "records": lambda n: _in_tool("{ x = " * n + "a" + " }" * n),
    "open records": lambda n: _in_tool("{ x = " * n),
    "braces": lambda n: HEAD + "{" * n + "}" * n,
    "open braces": lambda n: HEAD + "{" * n,
    "closing braces": lambda n: HEAD + "}" * n,
    "alternating braces": lambda n: HEAD + "}{" * n,
    "minus": lambda n: _in_tool("-" * n + "a"),
    "not": lambda n: _in_tool("not " * n + "b"),
    "conditionals": lambda n: _in_tool("if b then a else " * n + "a"),
    "conditionals within": lambda n: _in_tool("(if b then " * n + "a" + " else a)" * n),
    "open conditionals": lambda n: _in_tool("if b then " * n),
    "if chain": lambda n: _statements("if b { } else " * n + "{ }"),
    "if within if": lambda n: _statements("if b { " * n + "}" * n),
    "open ifs": lambda n: _statements("if b { " * n),
    "loops": lambda n: _statements("".join(f"for u{i} in User {{ " for i in range(n)) + "}" * n),
    "path": lambda n: _in_tool("user" + ".boss" * n),
    "inverse path": lambda n: _in_tool("first(" * n + "User" + ").staff" * n),
    "or chain": lambda n: _in_tool("b" + " or b" * n),
    "and chain": lambda n: _in_tool("b" + " and b" * n),
    "sum chain": lambda n: _in_tool("a" + " + a" * n),
    "comparison chain": lambda n: _in_tool("a" + " == a" * n),
    "?? chain": lambda n: _in_tool("user.boss" + " ?? user.boss" * n + " ?? user"),
    "calls": lambda n: _in_tool("abs(" * n + "a" + ")" * n),
    "open calls": lambda n: _in_tool("abs(" * n),
    "indices": lambda n: _in_tool("[a]" + "[0" * n + "]" * n),
    "index chain": lambda n: _in_tool("a" + "[0]" * n),
    "if given": lambda n: _in_tool("User where .rank == a" + "?" * n),
    "queries": lambda n: _in_tool("first(" + "User where .boss == first(" * n + "User" + ")" * n + ")"),
    "shadowed queries": lambda n: _in_tool(
        "".join(f"count(User as u{i} where 1 == " for i in range(n)) + "1" + ")" * n
    ),
    "aggregates": lambda n: _in_tool("sum(User, " * n + "1" + ")" * n),
    "creates": lambda n: _statements("let x = " + 'create User { name = "x", boss = ' * n + "me" + " }" * n),
    "shapes": lambda n: _in_tool("user { " + "boss { " * n + "id" + " }" * n + " }"),
    "shapes of lists": lambda n: _in_tool("user { " + "staff { " * n + "id" + " }" * n + " }"),
    "list types": lambda n: f'{HEAD}tool t(a: {"[" * n}int{"]" * n}) {{ "Does it." return a }}',
    "record types": lambda n: f'{HEAD}tool t(a: {"{ x: " * n}int{" }" * n}) {{ "Does it." return a }}',
    "optional types": lambda n: f'{HEAD}tool t(a: int{"?" * n}) {{ "Does it." return a }}',
    "type aliases": lambda n: (
        HEAD
        + "".join(f"type T{i} = {{ x: T{i + 1}, y: T{i + 1} }}\n" for i in range(n))
        + f'type T{n} = {{ x: int }}\ntool t(a: T0) {{ "Does it." return a }}\n'
    ),
    "function chain": lambda n: (
        HEAD
        + "".join(f"function f{i}(a: int): int {{ return f{i + 1}(a) + f{i + 1}(a) }}\n" for i in range(n))
        + f'function f{n}(a: int): int {{ return a }}\ntool t(a: int) {{ "Does it." return f0(a) }}\n'
    ),
    "function chain in a query": lambda n: (
        HEAD
        + "".join(f"function f{i}(a: int): int {{ return f{i + 1}(a) + f{i + 1}(a) }}\n" for i in range(n))
        + f'function f{n}(a: int): int {{ return a }}\ntool t(a: int) {{ "Does it." return User where f0(.rank) == a }}\n'
    ),
    "computed chain": lambda n: (
        f"{HEAD}entity E {{\n  c{n}: int\n"
        + "".join(f"  c{i} = .c{i + 1} + .c{i + 1}\n" for i in range(n))
        + '}\ntool t() { "Does it." return E where .c0 > 1 { c0 } }\n'
    ),
    "shows": lambda n: (
        HEAD
        + "".join(
            f"entity E{i} {{ next: E{i + 1} other: E{i + 1} show {{ next, other }} }}\n" for i in range(n)
        )
        + f'entity E{n} {{ x: int }}\ntool t(e: E0) {{ "Does it." return e }}\n'
    ),
    "several owners": lambda n: (
        HEAD
        + "".join(f"entity E{i} {{ up: E{i + 1} owner other: E{i + 1} owner }}\n" for i in range(n))
        + f'entity E{n} {{ user: User owner }}\ntool t(e: E0) {{ "Does it." return my E0 }}\n'
    ),
    "access by access": lambda n: (
        HEAD
        + "".join(
            f"entity E{i} {{ x: int access exists(my E{i + 1}) or count(my E{i + 1}) > 3 }}\n"
            for i in range(n)
        )
        + f'entity E{n} {{ user: User owner }}\ntool t(e: E0) {{ "Does it." return my E0 }}\n'
    ),
    "writing function chain": lambda n: (
        HEAD
        + "".join(f"function f{i}(a: int) {{ f{i + 1}(a) f{i + 1}(a) }}\n" for i in range(n))
        + f'function f{n}(a: int) {{ require a > 0 else no "No." update me {{ rank += a }} }}\ntool t(a: int) {{ "Does it." f0(a) return a }}\ntask u "Do it." {{ solution {{ t(a = 1) }} expect me.rank > 0 "x" }}'
    ),
    "records of records": lambda n: _statements(
        "let x0 = { a = a } "
        + "".join(f"let x{i + 1} = {{ a = x{i}, b = x{i} }} " for i in range(n))
        + f'require length([x{n}]) == 1 else no "No." '
    ),
    "lists of lists": lambda n: _statements(
        "let x0 = [a] "
        + "".join(f"let x{i + 1} = [x{i}, x{i}] " for i in range(n))
        + f'require length([x{n}]) == 1 else no "No." '
    ),
    "records by functions": lambda n: (
        HEAD
        + "".join(f"function f{i}() {{ return {{ a = f{i + 1}(), b = f{i + 1}() }} }}\n" for i in range(n))
        + f'function f{n}() {{ return {{ a = 1 }} }}\ntool t() {{ "Does it." return f0() }}\n'
    ),
    "shows within shapes": lambda n: (
        HEAD
        + "".join(
            f"entity E{i} {{ next: E{i + 1} show {{ x = {{ y = .next {{ id, next }} }} }} }}\n"
            for i in range(n)
        )
        + f'entity E{n} {{ x: int }}\ntool t(e: E0) {{ "Does it." return e }}\n'
    ),
    "owners": lambda n: (
        HEAD
        + "".join(f"entity E{i} {{ up: E{i + 1} owner }}\n" for i in range(n))
        + f'entity E{n} {{ user: User owner }}\ntool t(e: E0) {{ "Does it." return e }}\n'
    ),
    "cascades": lambda n: (
        HEAD
        + "".join(f"entity E{i} {{ up: E{i + 1} cascade }}\n" for i in range(n))
        + f'entity E{n} {{ x: int }}\ntool t(e: E{n}) {{ "Does it." delete e }}\n'
    ),
    "steps within": lambda n: _solution("if 1 == 1 { " * n + "touch(user = ann)" + " }" * n),
    "step chain": lambda n: _solution("if 1 == 2 { } else " * n + "{ touch(user = ann) }"),
    "interpolations": lambda n: _in_tool('"' + "{a}" * n + '"'),
    "nested interpolation": lambda n: _in_tool('"' + "{" * n + "a" + "}" * n + '"'),
    "block comments": lambda n: HEAD + "/*" * n + "*/" * n,
    "quotes": lambda n: HEAD + '"' * n,
    "texts in three quotes": lambda n: HEAD + 'policy """a""" ' * n,
    "open texts in three quotes": lambda n: HEAD + 'policy """a\\q ' * n,
    "lone quotes in three": lambda n: HEAD + 'policy """' + 'a"' * n,
    "environments": lambda n: 'environment e "E."\n' * n,
    "declarations within": lambda n: HEAD + "entity E { " * n + "}" * n,
    "loops on one line": lambda n: HEAD + "tool t() { " + "for x in y z " * n,
    "lists that stay open": lambda n: HEAD + "tool t() { let x = " + "[(a for b " * n,
    "misspelled": lambda n: HEAD + "entty E { a: int }\n" * n,
    "garbage": lambda n: HEAD + "§ $ ; \x01 \u202e € ' ` @ " * n,
    "wrong words": lambda n: HEAD + "while if else tool entity , ) = . " * n,
}


def _many(n: int) -> Iterator[tuple[str, str]]:
    yield "entities", HEAD + "".join(f"entity E{i} {{ x: int }}\n" for i in range(n))
    yield (
        "entities that refer",
        HEAD
        + "".join(f"entity E{i} {{ to: E{(i + 1) % n}? back: [E{(i - 1) % n}] via to }}\n" for i in range(n)),
    )
    yield "enum members", HEAD + "enum Many { " + " ".join(f"m{i}" for i in range(n)) + " }\n"
    yield (
        "enum members that go around",
        HEAD
        + "enum Many { "
        + " ".join(f"m{i}" for i in range(n))
        + " }\nentity E { s: Many flow s { "
        + " -> ".join(f"m{i}" for i in range(n))
        + " } }\n",
    )
    yield (
        "fields",
        HEAD
        + "entity E {\n"
        + "".join(f"  f{i}: int = {i}\n" for i in range(n))
        + '}\ntool t() { "Does it." return E { * } }\n',
    )
    yield (
        "computed fields",
        HEAD + "entity E {\n x: int\n" + "".join(f"  f{i} = .x + {i}\n" for i in range(n)) + "}\n",
    )
    yield (
        "checks",
        HEAD + "entity E { x: int\n" + "".join(f"  check .x != {i + 1}\n" for i in range(n)) + "}\n",
    )
    yield "functions", HEAD + "".join(f"function f{i}(a: int): int {{ return a }}\n" for i in range(n))
    yield "tools", HEAD + "".join(f'tool t{i}(a: int) {{ "Does it." return a + {i} }}\n' for i in range(n))
    yield (
        "tasks",
        HEAD
        + "".join(
            f'task t{i} "Do it." {{ solution {{ touch(user = ann) }} expect me.rank == 1 "touched" }}\n'
            for i in range(n)
        ),
    )
    yield (
        "parameters",
        HEAD
        + "tool t("
        + ", ".join(f"a{i}: int" for i in range(n))
        + ') { "Does it." return ['
        + ", ".join(f"a{i}" for i in range(n))
        + "] }\n",
    )
    yield "statements", _statements("".join(f"let x{i} = a + {i} " for i in range(n)))
    yield (
        "requirements",
        _statements("".join(f'require a != {i} and user.boss != null else e{i} "No." ' for i in range(n))),
    )
    yield "updates", _statements("".join("update user { rank += 1 } " for _ in range(n)))
    yield (
        "conditions",
        _statements(
            "".join(
                f"if a == {i} and user.boss != null {{ update user {{ rank = {i} }} }} " for i in range(n)
            )
        ),
    )
    yield "rows", HEAD + "data User (name) {\n" + "".join(f'  u{i} = ("U{i}")\n' for i in range(n)) + "}\n"
    yield "items of a list", _in_tool("[" + ", ".join(str(i) for i in range(n)) + "]")
    yield (
        "entries of a shape",
        _in_tool("user { " + ", ".join(f"e{i} = .rank + {i}" for i in range(n)) + " }"),
    )
    yield "sort keys", _in_tool("User sort .rank" + " then .rank" * n)
    yield "steps", _solution("touch(user = ann) " * n)
    yield (
        "expectations",
        HEAD
        + 'task t "Do it." { solution { touch(user = ann) } '
        + "".join(f'expect me.rank != {i + 2} "x" ' for i in range(n))
        + "}\n",
    )
    yield (
        "answers",
        HEAD
        + 'task t "Do it." { solution { touch(user = ann) } expect me.rank == 1 answer { '
        + " ".join(f"a{i}: int = {i}" for i in range(n))
        + " } }\n",
    )
    yield "invariants", HEAD + "".join(f"invariant count(User) > 0 and {i} == {i}\n" for i in range(n))
    yield "policies", HEAD + 'policy "Be kind."\n' * n
    yield "the same name", HEAD + "entity Same { x: int }\n" * n
    yield "unknown names", _statements("".join(f"let x{i} = unknown{i} " for i in range(n)))
    yield "one long line", HEAD + "".join(f"entity E{i} {{ x: int }} " for i in range(n))
    yield "comments", HEAD + "# a comment\n" * n
    yield "blank lines", HEAD + "\n" * n
    yield "carriage returns", HEAD + "\r" * n


_HUGE = {
    "int": _in_tool("1" + "0" * 5000),
    "decimal": _in_tool("1" + "0" * 400 + ".5"),
    "small decimal": _in_tool("0." + "0" * 5000 + "1"),
    "int as a default": f'{HEAD}entity E {{ x: int = {"9" * 5000} y: float = {"9" * 400}.0 z: money = {"9" * 400} }}',
    "negative int": _in_tool("-9223372036854775808"),
    "text": _in_tool('"' + "x" * 2_000_000 + '"'),
    "name": _in_tool("x" * 100_000),
    "name of a tool": f'{HEAD}tool {"t" * 3000}() {{ "Does it." return 1 }}',
    "name of an entity": f"{HEAD}entity {'E' * 3000} {{ x: int }}",
    "name of the environment": f'environment {"e" * 3000} "E."\nclock = "2025-01-01T00:00:00"\n',
    "comment": HEAD + "#" * 2_000_000,
    "text never closed": HEAD + 'policy "' + "x" * 1_000_000,
    "text of many lines never closed": HEAD + 'policy """' + 'x"\n' * 300_000,
    "range in a tool": _statements("for i in range(10000000000) { update user { rank += i } }"),
    "range in a solution": _solution("for i in range(10000000000) { touch(user = ann) }"),
    "range in a computed field": HEAD + "entity E { n: int x = sum(range(10000000000)) }\ndata E (n) { (1) }\ninvariant all(E, .x > 1)",
    "range in an expectation": HEAD + 'task t "Do it." { solution { touch(user = ann) } expect sum(range(10000000000)) > me.rank "x" }',
    "loops in a solution": _solution("for i in range(9999) { for j in range(9999) { for k in range(9999) { let x = 1 } } } touch(user = ann)"),
    "calls in a solution": _solution("for i in range(9999) { for j in range(9999) { touch(user = ann) } }"),
    "loops in a tool": _statements("var n = 0 for i in range(9999) { for j in range(9999) { for k in range(9999) { n += 1 } } } update user { rank = n }")
    + 'task t "Do it." { solution { t(user = ann, a = 1, b = true) } expect me.rank > 0 "touched" }',
    "loops in a function in an expectation": HEAD
    + "function f(a: int): int { return count(range(9999) as x where count(range(9999) as y where count(range(9999) as z where x + y + z == a) == 1) == 1) }\n"
    + 'task t "Do it." { solution { touch(user = ann) } expect f(1) == me.rank "x" }',
    "product in an invariant": HEAD + "generate User 2000 { name = \"x\" }\ninvariant count(User as a where exists(User as b where exists(User as c where a.rank + b.rank + c.rank == 5))) == 0",
    "product in a block": HEAD
    + 'generate User 2000 { name = "x" }\n'
    + 'generate User 2000 { name = "y", boss = pick(User as a where count(User as b where count(User as c where a.rank + b.rank + c.rank == 1) == 0) > 0) }',
    "product in a template": HEAD + "generate User 1000 { name = \"x\" }\n" + 'task t "Do it." for u in (User as x where exists(User as b where exists(User as c where b.rank + c.rank + x.rank == 1))) { solution { touch(user = u) } expect u.rank == 1 "x" }',
    "template of many rows": HEAD + "generate User 5000 { name = \"x\" }\n" + 'task t "Do it." for u in User { solution { touch(user = u) } expect u.rank == 1 "x" }',
    "rows generated": HEAD + 'generate User 1000000000 { name = "x" }',
    "rows generated by loops": HEAD + 'generate User for a in range(9999), b in range(9999), c in range(9999) { name = "x" }',
    "rows generated in several blocks": HEAD + 'generate User for a in range(9999) { name = "x" }\n' + 'generate User for a in User, b in User { name = "x" }\n',
    "unique values that run out": HEAD + 'entity E { c: Color unique }\ngenerate E 50 { c = weighted(red = 1, green = 1) }',
    "length of a text": f"{HEAD}entity E {{ x: text(0..99999999999999999999) }}",
    "length of a list": f"{HEAD}entity E {{ x: [int](0..99999999999999999999) }}",
    "list that is long": f"{HEAD}tool t(x: [int](9007199254740991..)) {{ \"Does it.\" return x }}",
    "bounds": f"{HEAD}entity E {{ x: int({'9' * 5000}..) y: float(..{'9' * 5000}) z: money(0.001..{'9' * 5000}) }}",
    "weights": HEAD + f'entity E {{ c: Color }}\ngenerate E 3 {{ c = weighted(red = {"9" * 5000}, green = 0.{"0" * 400}1) }}',
    "weight of an expectation": HEAD + f'task t "Do it." {{ solution {{ touch(user = ann) }} expect me.rank == 1 "x" weight {"9" * 5000} }}',
    "serial": f'{HEAD}entity E {{ code: text key = serial("{"E" * 100_000}-", {"9" * 5000}) }}',
    "page": _in_tool("User paged 10000000000"),
    "skip and take": _in_tool("User skip 9007199254740991 take 9007199254740991"),
    "date": f'{HEAD}entity E {{ d: date = "99999-01-01" e: datetime = "2025-02-30T25:61:61" f: time = "99:99" }}',
    "dates out of range": _in_tool('{ a = now + days(9007199254740991), b = now - months(9007199254740991), c = date(now) + days(1e9) }'),
    "dates computed in the data": HEAD + 'entity E { d: datetime }\ndata E (d) { (now + days(9007199254740991)) (now + months(-9007199254740991)) }',
    "durations computed in the data": HEAD + "entity E { n: int f: float }\ndata E (n, f) { (9007199254740991 * 9007199254740991, 1.5 / 0) (9007199254740991 + 1, 1.0 % 0) }",
    "clock": 'environment e "E."\nclock = "99999-99-99T99:99:99"\n',
    "clock at the end of time": 'environment e "E."\nclock = "9999-12-31T23:59:59"\n' + HEAD.split("\n", 2)[2] + 'task t "Do it." { solution { touch(user = ann) } expect me.rank == 1 "touched" }',
    "division by zero": HEAD + "entity E { n: int x = 1 / .n }\ndata E (n) { (0) }\ninvariant all(E, .x > 1)",
    "overflow in a check": HEAD + "entity E { n: int check .n * .n * .n > 0 }\ndata E (n) { (9007199254740991) }",
    "calc": HEAD + f'entity E {{ x: float }}\ndata E (x) {{ (calc("{"(" * 5000}1{")" * 5000}")) (calc("{"1+" * 5000}1")) (calc("1/0")) }}',
    "texts that grow": _statements('var s = "x" for i in range(100) { s = "{s}{s}" } let n = length(s) update user { rank = n }')
    + 'task t "Do it." { solution { t(user = ann, a = 1, b = true) } expect me.rank > 0 "touched" }',
    "replacements that grow": HEAD + f'entity E {{ x: text }}\ndata E (x) {{ (replace(replace("{"a" * 1000}", "a", "{"b" * 1000}"), "b", "{"c" * 1000}")) }}',
}  # fmt: skip

_SLOW = {
    "text of many lines never closed",
    "loops in a function in an expectation",
    "template of many rows",
    "rows generated by loops",
    "rows generated in several blocks",
    "product in a block",
    "product in an invariant",
}

_WIDE = {
    "joins": HEAD
    + "entity E {\n"
    + "".join(f"  r{i}: User\n" for i in range(100))
    + '}\ntool t(e: E) { "Does it." return e { '
    + ", ".join(f"n{i} = .r{i}.name" for i in range(100))
    + " } }\n",
    "joins in an invariant": HEAD
    + "entity E {\n"
    + "".join(f"  r{i}: User\n" for i in range(100))
    + "}\ninvariant all(E, "
    + " or ".join(f'.r{i}.name == "x"' for i in range(90))
    + ")\n",
    "joins in a computed field": HEAD
    + "entity E {\n"
    + "".join(f"  r{i}: User\n" for i in range(100))
    + "  c = "
    + " + ".join(f".r{i}.rank" for i in range(90))
    + '\n}\ntool t() { "Does it." return E where .c > 1 }\n',
    "path": HEAD + 'tool t(user: User) { "Does it." return User where .boss' + ".boss" * 80 + " == user }\n",
    "arguments": _in_tool("least(" + ", ".join(["a"] * 2000) + ")"),
    "arguments in a check": HEAD + "entity E { x: int check least(" + ", ".join([".x"] * 2000) + ") > 0 }\n",
    "record": _in_tool("{ " + ", ".join(f"x{i} = a" for i in range(2000)) + " }"),
    "text": _in_tool('"' + "{a}" * 2000 + '"'),
    "list of rows": _in_tool("[" + ", ".join(["user.rank"] * 2000) + "]"),
    "fields": HEAD
    + "entity E {\n"
    + "".join(f"  f{i}: int = {i}\n" for i in range(390))
    + '}\ntool t() { "Does it." return E { * } }\n',
    "unique": HEAD
    + "entity E {\n"
    + "".join(f"  f{i}: int = {i}\n" for i in range(390))
    + "check unique("
    + ", ".join(f".f{i}" for i in range(390))
    + ") }\n",
    "key with a long number": HEAD
    + 'entity E { code: text key = serial("E-", 3) x: int = 0 }\ndata E (code) { ("E-99999999999999999999") ("E-9007199254740991") }\ndata E (x) { (1) }\ngenerate E 2 { x = 2 }\n',
    "largest key": HEAD
    + "entity E { id: int key x: int = 0 }\ndata E (id) { (9007199254740991) }\ndata E (x) { (1) }\ngenerate E 2 { x = 2 }\n",
    "rows that break all rules": HEAD
    + "entity E { x: int(0..5) y: int unique check .x > 3 check disjoint(.x, .y) }\ndata E (x, y) {\n"
    + "(1, 1)\n" * 2000
    + "}\n",
    "rows that overlap": HEAD
    + "entity E { x: int y: int check disjoint(.x, .y) }\ndata E (x, y) {\n"
    + "(1, 5)\n" * 500
    + "}\n",
    "ranges that are apart": HEAD
    + "entity E { x: int y: int check disjoint(.x, .y) }\ngenerate E 5000 { x = n * 2, y = n * 2 + 1 }\n",
    "rule that cannot be tested": HEAD
    + 'entity E { x: text check calc(.x) > 0 }\ndata E (x) { ("1/0") ("2") }\ngenerate E 2 { x = fake("word") }\n',
    "new rows that refer to one another": HEAD
    + 'entity E { a: E? b: E? }\ntool t(a: E?, b: E?) { "Does it." return create E { a = a, b = b } { id } }\n'
    + 'task u "Do it." { solution { let x0 = t() '
    + "".join(f"let x{i + 1} = t(a = x{i}.id, b = x{i}.id) " for i in range(60))
    + "} }\n",
}

_PATTERNS = {
    "nested stars": "(a*)*b",
    "nested pluses": "((((((a+)+)+)+)+)+)+$",
    "alternatives": "(a|a|a|a|a)*b",
    "many alternatives": "|".join(f"a{i}" for i in range(5000)),
    "large repetition": "a{1000}",
    "huge repetition": "a{999999999}",
    "repeated repetition": "((a{100}){100}){100}",
    "repeated class": "[\\w\\W]{1,900}[\\w\\W]{1,900}",
    "deep groups": "(" * 5000 + "a" + ")" * 5000,
    "open groups": "(" * 5000,
    "look ahead": "(?=a)b",
    "reference": "(a)\\1",
    "bad class": "[",
    "bad escape": "\\Q",
    "bad flag": "(?z)a",
    "empty alternative": "|",
    "unicode": "\\p{Greek}+[é-€]",
    "anchor": "^$^$\\b\\B",
    "long": "a" * 100_000,
}


def _patterns() -> Iterator[tuple[str, str]]:
    for name, pattern in _PATTERNS.items():
        escaped = pattern.replace("\\", "\\\\")
        yield (
            name,
            (
                f"{HEAD}entity E {{ x: text(/{pattern}/) y: text }}\n"
                f'data E (x, y) {{ ("{"a" * 300}", "a") }}\n'
                f'generate E 3 {{ x = fake("word"), y = "b" }}\n'
                f'tool t(x: text(/{pattern}/), y: text) {{ "Does it." require matches(y, "{escaped}") else no "No." return x }}\n'
                'task u "Do it." { solution { t(x = "aab", y = "aab") touch(user = ann) } expect me.rank == 1 "touched" }\n'
            ),
        )


_CIRCLES = {
    "computed field": "entity E { x = .x }",
    "computed fields": "entity E { x = .y y = .z z = .x + 1 }",
    "computed fields of others": "entity E { f: F x = .f.y } entity F { e: E y = .e.x }",
    "computed field over an inverse": "entity E { up: E? kids: [E] via up x = sum(.kids, .x) }",
    "function": "function f(a: int): int { return f(a) }",
    "functions": "function f(a: int) { return g(a) } function g(a: int) { return h(a) } function h(a: int) { return f(a) }",
    "function and computed field": "entity E { x = f(this) } function f(e: E) { return e.x }",
    "type": "type T = T",
    "types": "type A = { b: B } type B = [C] type C = A?",
    "types in a tool": 'type A = { b: [A] } tool t(a: A) { "Does it." return a }',
    "default": "entity E { x: int = .x y: int = .y + 1 }",
    "default of a parameter": 'tool t(a: int = a) { "Does it." return a }',
    "default of a type": 'type A = { x: int = 1, b: B = { a = null } } type B = { a: A? } tool t(a: A) { "Does it." return a }',
    "default that makes a row": "entity E { e: E = create E { } }",
    "access": "entity E { e: E owner }",
    "access of two": "entity E { f: F owner } entity F { e: E owner }",
    "access that asks for itself": "entity E { e: E access exists(my E) }",
    "access by way of others": "entity E { f: F access exists(my F) } entity F { e: E access exists(my E) }",
    "show": 'entity E { e: E show { e } } tool t(e: E) { "Does it." return e }',
    "show within a shape": 'entity E { e: E show { x = { y = .e { e } } } } tool t(e: E) { "Does it." return e }',
    "shows": 'entity E { f: F show { f } } entity F { e: E show { e } } tool t(e: E) { "Does it." return e }',
    "flow": "enum S { a b } entity E { s: S flow s { a -> b -> a a -> a } }",
    "labels": "entity E { e: E } data E (e) { a = (b) b = (a) }",
    "own label": "entity E { e: E } data E (e) { a = (a) }",
    "labels of two": "entity E { f: F } entity F { e: E } data E (f) { a = (b) } data F (e) { b = (a) }",
    "labels with text keys": 'entity E { k: text key e: E? } data E (k, e) { a = ("x", b) b = ("y", a) }',
    "keys of rows": "entity E { k: text key e: E } data E (k, e) { a = (a.k, b) b = (b.k, a) }",
    "cascade": 'entity E { e: E? cascade } tool t(e: E) { "Does it." delete e return 1 }',
    "cascade of two": 'entity E { f: F? cascade } entity F { e: E? cascade } tool t(e: E) { "Does it." delete e return 1 }',
    "generated from itself": "entity E { e: E? } generate E for e in E { e = e }",
    "values of a generated row": "entity E { x: int y: int } generate E 3 { x = .y, y = .x }",
    "alias and entity": "type E = E entity E { x: int }",
    "enum and type": "enum T { T } type T = T",
    "tool in a solution": 'task t "Do it." { solution { t() } }',
    "template": 'task t "Do it." for t in t { solution { touch(user = t) } expect t.rank == 1 }',
}


def extremes(
    depths: Iterable[int] = (9, 60, 110, 10_000), many: int = 3_000, lines: int = 50_000, slow: bool = True
) -> Iterator[tuple[str, str]]:
    """Names and specs."""
    for name, nested in _NESTED.items():
        for depth in depths:
            yield f"{name} {depth}", nested(depth)
    yield from ((f"many {name}", text) for name, text in _many(many))
    yield from ((f"huge {name}", text) for name, text in _HUGE.items() if slow or name not in _SLOW)
    yield from ((f"wide {name}", text) for name, text in _WIDE.items())
    yield from ((f"pattern {name}", text) for name, text in _patterns())
    yield from ((f"circle {name}", f"{HEAD}{text}\n") for name, text in _CIRCLES.items())
    some = range(lines // 5)
    yield (
        "lines",
        HEAD + "".join(f'policy "{i}"\nfunction f{i}(a: int): int {{\n  return a\n}}\n\n' for i in some),
    )
    yield "lines of entities", HEAD + "".join(f"entity E{i} {{\n  x: int\n  y: text\n\n}}\n" for i in some)
    yield "lines of mistakes", HEAD + "".join(f"entity E{i} {{\n  x int\n  y: = text\n\n}}\n" for i in some)
    yield "lines of nothing", HEAD + "???\n" * lines
    yield "more than is read", HEAD + "x" * 5_000_000
