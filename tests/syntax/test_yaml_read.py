"""Specs in YAML and JSON: every form and the tree it makes, the dangers of YAML, mistakes and their places."""

from __future__ import annotations

import json
import random
from textwrap import dedent, indent

import pytest

from awmlang.diagnostics import Diagnostic, Source, codes, render
from awmlang.diagnostics.edits import apply_edits
from awmlang.semantics.analyze import analyze
from awmlang.syntax import forms, tree
from awmlang.syntax.parser import MAX_ERRORS
from awmlang.syntax.yaml_nodes import MAX_NESTING
from awmlang.syntax.yaml_write import write_json, write_yaml
from tests.syntax.specs import SPECS
from tests.syntax.trees import declaration, line

HEAD = "environment: test\ntitle: A test.\n"


def read(text: str, name: str = "test.awm.yaml") -> tuple[tree.Spec, list[Diagnostic]]:
    return forms.parse(Source(0, name, text))


def declared(text: str) -> tree.Node:
    """A declaration in YAML that must be right."""
    spec, found = read(f"{HEAD}declarations:\n- {indent(dedent(text).strip(), '  ').strip()}\n")
    assert not found, found
    (only,) = spec.declarations
    return only


def found_in(text: str) -> list[Diagnostic]:
    return read(HEAD + dedent(text))[1]


PAIRS = [
    ("clock: 2025-06-02T18:30:00", 'clock = "2025-06-02T18:30:00"'),
    ("me: User = alice", "me: User = alice"),
    ("policy: 'Ask: {first}.'", 'policy "Ask: {first}."'),
    ("enum: S\nmembers: [a, on time, b]", 'enum S { a "on time" b }'),
    ("enum: S\nmembers: a", "enum S { a }"),
    (
        "type: L\nis: '{ item: Item, n: int(1..20) = 1 \"How many\" }'",
        'type L = { item: Item, n: int(1..20) = 1 "How many" }',
    ),
    ("entity: A", "entity A { }"),
    ("entity: A\ndoc: It is.\nfields: {b: text unique}", 'entity A "It is." { b: text unique }'),
    ("entity: A\nfields: ['b: text', 'c = 1']", "entity A { b: text c = 1 }"),
    ("entity: A\nfields:\n- b: text\n- c: = 1", "entity A { b: text c = 1 }"),
    ("entity: A\nfields:\n  check: text\n  me: int", "entity A { check: text me: int }"),
    ("entity: A\nchecks: [.a > 1]", "entity A { check .a > 1 }"),
    ("entity: A\nchecks:\n- check: .a > 1\n  message: more", 'entity A { check .a > 1 "more" }'),
    ("entity: A\nshow: '*, a { b }'\naccess: .a == me", "entity A { show { *, a { b } } access .a == me }"),
    ("entity: A\nshow: '{ a }'", "entity A { show { a } }"),
    (
        "entity: A\nflows:\n- flow: s\n  transitions: [a -> b, 'b -> c when .x else \"no\"']",
        'entity A { flow s { a -> b, b -> c when .x else "no" } }',
    ),
    (
        "entity: A\nchecks: [.a]\nfields: {a: bool}\nmore:\n- checks: [.b]\n- fields: {b: bool}\n  access: .a",
        "entity A { check .a a: bool check .b b: bool access .a }",
    ),
    ("function: f\nbody: []", "function f() { }"),
    (
        "function: f\nparameters: {a: 'text?'}\nresult: money\nbody: [return a]",
        "function f(a: text?): money { return a }",
    ),
    ("tool: t\ndoc: Does.\nbody:\n- f(1)", 'tool t() { "Does." f(1) }'),
    (
        'tool: t\nparameters:\n  user: User named user_id\n  text: text = "x" "What"\nbody: []',
        'tool t(user: User named user_id, text: text = "x" "What") { }',
    ),
    (
        "tool: t\nbody:\n- if: a\n  then: [f()]\n  else:\n    if: b\n    then: []\n    else: [g()]",
        "tool t() { if a { f() } else if b { } else { g() } }",
    ),
    (
        "tool: t\nbody:\n- if: a\n  then: []\n  else:\n  - if: b\n    then: []",
        "tool t() { if a { } else { if b { } } }",
    ),
    (
        "tool: t\nbody:\n- for: a, b in zip(p, q)\n  do:\n  - a += b",
        "tool t() { for a, b in zip(p, q) { a += b } }",
    ),
    (
        "tool: t\nbody:\n- |\n  return a  # a note\n    where .b\n    { c }",
        "tool t() { return a where .b { c } }",
    ),
    ("tool: t\nbody:\n- if a { f() } else { g() }", "tool t() { if a { f() } else { g() } }"),
    ("crud: A\noperations: [list, get, 'update(a, b)']", "crud A { list get update(a, b) }"),
    ("data: A\ncolumns: [x]\nrows: []", "data A (x) { }"),
    ("data: A\nfrom: a.csv", 'data A from "a.csv"'),
    ("generate: A\ncount: 40\nvalues: {x: pick(U), n: 3}", "generate A 40 { x = pick(U) n = 3 }"),
    (
        "generate: A\nfor: [d in D, n in range(10)]\nvalues: ['x = d']",
        "generate A for d in D, n in range(10) { x = d }",
    ),
    ("invariant: all(A, .x)", "invariant all(A, .x)"),
    ("invariant: true\nmessage: always", 'invariant true "always"'),
    ("task: t\nprompt: Do {r.name}.\nfor: r in R", 'task t "Do {r.name}." for r in R { }'),
    (
        "task: t\nprompt: x\nsolution:\n- let o = f(x = 1)\n- if: o.a\n  then: [g()]",
        'task t "x" { solution { let o = f(x = 1) if o.a { g() } } }',
    ),
    (
        "task: t\nprompt: x\nexpects: [unchanged]\nallow: [A.b, C]",
        'task t "x" { expect unchanged allow A.b, C }',
    ),
    (
        "task: t\nprompt: x\naccept: ['f.x \"why\"', 'f \"why\"', '\"why\"']",
        'task t "x" { accept f.x "why" accept f "why" accept "why" }',
    ),
    (
        "task: t\nprompt: x\nexpects:\n- expect: a\n  message: b\n  weight: 1.50",
        'task t "x" { expect a "b" weight 1.50 }',
    ),
    ("task: t\nprompt: x\nanswer: money = a from b", 'task t "x" { answer: money = a from b }'),
    (
        "task: t\nprompt: x\nanswer: {n: int = 1, m: text = a}",
        'task t "x" { answer { n: int = 1, m: text = a } }',
    ),
    (
        "task: t\nprompt: x\nanswer: ['n: int = 1', bool = b]",
        'task t "x" { answer { n: int = 1 } answer: bool = b }',
    ),
    ("task: t\nprompt: x\njudge: a\nuser: [b, c]", 'task t "x" { judge "a" user "b" user "c" }'),
    ("task: t\nprompt: x\nsolution: [[], []]", 'task t "x" { solution { } solution { } }'),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS, ids=[expected for _, expected in PAIRS])
def test_a_declaration(text: str, expected: str) -> None:
    assert line(declared(text)) == declaration(expected)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a: [x, 1]", 'a = ("x", 1)'),
        ("- [x, 1]", '("x", 1)'),
        ("- a: [x]\n- [y]", 'a = ("x") ("y")'),
        ("- label: a\n  values: [x]\n- label: null\n  values: [y]", 'a = ("x") ("y")'),
        ("values: [x]", 'values = ("x")'),
        ("- [=a, '=b.c', '=-1', '=\"=x\"']", '(a, b.c, -1, "=x")'),
        ("-\n  - -1.50\n  - true\n  - false\n  - null\n  -\n  - ''", '(-1.50, true, false, null, null, "")'),
        ("- [[x, 1, [=a]], []]", '(["x", 1, [a]], [])'),
        ("- ['say {a.b}', '{{x}}']", '("say {a.b}", "{{x}}")'),
        # What YAML takes for something else is the text that it is.
        (
            "- [no, on, yes, 012, 1_000, 0x1f, 2025-06-01, 12:30:45, ~, .inf]",
            '("no", "on", "yes", "012", "1_000", "0x1f", "2025-06-01", "12:30:45", "~", ".inf")',
        ),
        ("- ['1', \"true\", 'null']", '("1", "true", "null")'),
    ],
)
def test_rows(rows: str, expected: str) -> None:
    text = f"data: A\ncolumns: [x]\nrows:\n{indent(rows, '  ')}"
    assert line(declared(text)) == declaration(f"data A (x) {{ {expected} }}")


def test_the_keys_of_the_file_are_declarations_in_its_order() -> None:
    spec, found = read(
        "policy: P.\nenvironment: e\nme: U = a\ndeclarations: [policy: Q.]\ntitle: T.\nclock: now\n"
    )
    assert not found
    assert line(spec) == (
        "Spec(environment=Environment(e Text(T.)) "
        "declarations=[Policy(Text(P.)) SignedIn(U a) Policy(Text(Q.)) Clock(Text(now))])"
    )


def test_null_is_a_key_that_is_left_out() -> None:
    text = json.dumps({"environment": "e", "title": "T.", "clock": None, "me": None, "declarations": None})
    spec, found = read(text, "test.awm.json")
    assert not found
    assert not spec.declarations
    _, found = read('{"environment": "e", "title": null}', "test.awm.json")
    assert [d.code for d in found] == [codes.WRONG_NODE]


def test_json_with_escapes_and_pairs_of_surrogates() -> None:
    spec, found = read(r'{"environment": "e", "title": "a\/\"\u00e9\ud83d\ude00\n"}', "test.awm.json")
    assert not found
    assert spec.environment is not None
    assert spec.environment.title.value == 'a/"é😀\n'


def test_every_span_is_the_place_of_its_text() -> None:
    text = HEAD + dedent(
        r"""
        declarations:
        - tool: go
          doc: |
            One {line}.
            Another.
          parameters: {item: "Item = \"x\u0041\" 'y"}
          body:
          - require item.is_x
              else bad "Not {item.name}."
          - "let a = \"\\\"{item.b}\" + item.c"
          - >
            let b = f(item.d,

              item.e)
          - 'let c = "it''s {item.f}" + item.g'
        """
    )
    spec, found = read(text.replace(" 'y", ""))
    text = text.replace(" 'y", "")
    assert not found
    seen = set()
    for node in tree.walk(spec):
        assert node.span.file == 0
        written = text[node.span.start : node.span.end]
        match node:
            case tree.Name(_, name):
                assert written == name
                seen.add(name)
            case tree.Reference(_, name):
                assert written == name
            case tree.Attribute(_, _, field):
                assert written == f"item.{field.text}"
            case tree.Let(_, name):
                assert written.startswith(f"let {name.text} = ")
    assert {"go", "item", "is_x", "bad", "name", "a", "b", "c", "d", "e", "f", "g"} <= seen


def test_comments_of_yaml_and_of_code_in_it() -> None:
    text = "# one\nenvironment: e # two\ntitle: 'a # b'\n\n  # three\ndeclarations:\n- tool: t\n  body:\n  - |  # four\n    f() # five\n    # six\n"
    spec, found = read(text)
    assert not found
    assert [(c.text, c.trailing) for c in spec.comments] == [
        ("one", False), ("two", True), ("three", False), ("four", True), ("five", True), ("six", False),
    ]  # fmt: skip
    for comment in spec.comments:
        assert text[comment.span.start : comment.span.end] == f"# {comment.text}"


# ---- Dangers


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("clock: &a x", codes.REFUSED_YAML, "&"),
        ("me: *a", codes.REFUSED_YAML, "*a"),
        ("clock: !!python/object:os.system x", codes.REFUSED_YAML, "!"),
        ("clock: !x y", codes.REFUSED_YAML, "!"),
        ("---\nenvironment: x", codes.REFUSED_YAML, "---"),
        ("<<: {a: b}", codes.UNKNOWN_KEY, "<<"),
        ("? [a]\n: b", codes.REFUSED_YAML, "["),
        ("? {a: b}\n: c", codes.REFUSED_YAML, "{"),
        ("clock: a\nclock: b", codes.DUPLICATE_KEY, "clock"),
        ("clock: a\n'clock': b", codes.DUPLICATE_KEY, "'clock'"),
        ("clock: [a", codes.NO_YAML, None),
        ("clock: a: b", codes.NO_YAML, None),
        ("\tclock: a", codes.NO_YAML, None),
        ("clock: \x07", codes.NOT_TEXT, "\x07"),
        ('clock: "\\a"', codes.BAD_ESCAPE, "\\a"),
        ("declarations: " + "[" * 1000, codes.TOO_DEEP, "["),
        ("declarations: " + "{a: " * 1000, codes.TOO_DEEP, "{"),
    ],
)
def test_what_is_refused(text: str, code: codes.Code, place: str | None) -> None:
    whole = HEAD + text
    found = read(whole)[1]
    (only,) = {d for d in found if d.code is code}
    if place is not None:
        assert whole[only.span.start : only.span.end] == place


def test_aliases_cannot_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(100))
    assert codes.REFUSED_YAML in {d.code for d in found_in(bomb)}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"a": 1, "a": 2}', codes.DUPLICATE_KEY, '"a"'),
        ('{"a": 1,}', codes.NO_YAML, None),
        ("{'a': 1}", codes.NO_YAML, None),
        ('{"a": 1} // no', codes.NO_YAML, "/"),
        ('{"a": NaN}', codes.NO_YAML, "NaN"),
        ('{"title": "\\ud800"}', codes.NOT_TEXT, '"\\ud800"'),
        ("[" * 100_000, codes.TOO_DEEP, "["),
        ("", codes.NO_YAML, ""),
    ],
)
def test_what_is_no_json(text: str, code: codes.Code, place: str | None) -> None:
    found = [d for d in read(text, "x.json")[1] if d.code is code]
    assert found
    if place is not None:
        assert text[found[0].span.start : found[0].span.end] == place


def test_statements_that_are_nested_too_deeply() -> None:
    depth = MAX_NESTING // 2 - 6
    body = (
        "".join(f"{'  ' * n}- if: a\n{'  ' * n}  then:\n" for n in range(1, depth)) + "  " * depth + "- f()\n"
    )
    text = f"declarations:\n- tool: t\n  body:\n{body}"
    assert not found_in(text)
    deep = "f(" * 60 + ")" * 60
    assert [d.code for d in found_in(text.replace("f()", deep))] == [codes.TOO_DEEP]


def test_an_empty_file() -> None:
    for text in ("", "# nothing\n", "---\n"):
        spec, found = read(text)
        assert found
        assert spec.environment is None


def test_of_many_mistakes_the_first_are_told() -> None:
    for text in (
        HEAD + "declarations:\n" + "- a\n" * 5_000,
        HEAD + "".join(f"k{n}: x\n" for n in range(5_000)),
    ):
        found = read(text)[1]
        assert len(found) == MAX_ERRORS + 1
        assert found[0].span.start < len(HEAD) + 20


PIECES = [
    *" \n\t:-[]{}\"'#&*!|>%@`,?=.\\",
    "null",
    "~",
    "- ",
    "  ",
    "é",
    "\u2028",
    "😀",
    "\x00",
    "if",
    "for",
    "}}",
    "<<: ",
]


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
def test_whatever_is_broken_has_its_place(name: str) -> None:
    spec, _ = read(SPECS["food_delivery"], "x.awm")
    whole = write_yaml(spec) if name == "x.yaml" else write_json(spec)
    rng = random.Random(7)
    broken = 0
    for _ in range(40):
        start = rng.randrange(len(whole))
        text = whole[:start] + rng.choice(PIECES) + whole[start + rng.choice([0, 1, 3, 20]) :]
        source = Source(0, name, text)
        made, found = forms.parse(source)
        found = forms.fit_fixes(source, [*found, *analyze(made, source)[1]])
        broken += bool(found)
        assert render(found, {0: source}, "text") or not found
        for finding in found:
            spans = [finding.span, *(edit.span for fix in finding.fixes for edit in fix.edits)]
            assert all(span.file == 0 and 0 <= span.start <= span.end <= len(text) for span in spans)
    assert broken > 20


# ---- Mistakes


MISTAKES = [
    ("tittle: x", codes.UNKNOWN_KEY, "tittle"),
    ("declarations: [entitty: A]", codes.UNKNOWN_KEY, "entitty"),
    ("declarations: [{}]", codes.WRONG_NODE, "{}"),
    ("declarations: [x]", codes.WRONG_NODE, "x"),
    ("declarations: x", codes.WRONG_NODE, "x"),
    ("clock: [x]", codes.WRONG_NODE, "[x]"),
    ("declarations: [{enum: A}]", codes.MISSING_KEY, "enum"),
    ("declarations: [{enum: A, members: []}]", codes.WRONG_NODE, "[]"),
    ("declarations: [{enum: and-or, members: [a]}]", codes.UNEXPECTED, "and-or"),
    ("declarations: [{enum: list, members: [a]}]", codes.RESERVED_WORD, "list"),
    ("declarations: [{tool: where, body: []}]", codes.RESERVED_WORD, "where"),
    ("declarations: [{entity: A, fields: {a b: text}}]", codes.UNEXPECTED, "a b"),
    ("declarations: [{entity: A, fields: {b: text unqiue}}]", codes.MISSPELLED, "unqiue"),
    ("declarations: [{entity: A, fields: {b: [text]}}]", codes.WRONG_NODE, "[text]"),
    ("declarations: [{entity: A, fields: {b: 'text c: text'}}]", codes.UNEXPECTED, "c:"),
    ("declarations: [{tool: t, body: f()}]", codes.WRONG_NODE, "f()"),
    ("declarations: [{tool: t, body: ['f() g()']}]", codes.UNEXPECTED, "g"),
    ("declarations: [{tool: t, body: ['f() } tool u() {']}]", codes.UNEXPECTED, "}"),
    ("declarations:\n- tool: t\n  body:\n  - var x: int = 0", codes.WRONG_NODE, "var x: int = 0"),
    ("declarations: [{tool: t, body: [{for: 'x in q { f() }', do: []}]}]", codes.UNEXPECTED, ""),
    ("declarations: [{generate: A, values: {}}]", codes.MISSING_KEY, "generate"),
    ("declarations: [{generate: A, count: 1, for: x in X, values: {}}]", codes.MISSING_KEY, "generate"),
    ("declarations: [{generate: A, count: x, values: {}}]", codes.WRONG_NODE, "x"),
    ("declarations: [{data: A, columns: [x], rows: [[]]}]", codes.WRONG_NODE, "[]"),
    ("declarations: [{data: A, columns: [x], rows: [[{a: 1}]]}]", codes.WRONG_NODE, "{a: 1}"),
    ("declarations: [{data: A, columns: [x], rows: [[=]]}]", codes.MISSING, ""),
    ("declarations: [{data: A, columns: [x], rows: [x]}]", codes.WRONG_NODE, "x"),
    ("declarations: [{data: A, columns: [x], rows: [[1e5]]}]", codes.UNEXPECTED, "1e5"),
    ("declarations: [{task: t, prompt: 'a {b'}]", codes.BAD_INTERPOLATION, "{"),
    ("declarations: [{task: t, prompt: x, answer: 'money = '}]", codes.MISSING, ""),
]


@pytest.mark.parametrize(("text", "code", "place"), MISTAKES, ids=[text for text, _, _ in MISTAKES])
def test_a_mistake(text: str, code: codes.Code, place: str) -> None:
    whole = HEAD + text
    found = [d for d in read(whole)[1] if d.code is code]
    assert found, read(whole)[1]
    assert whole[found[0].span.start : found[0].span.end] == place


def test_a_misspelled_key_is_read_as_what_was_meant() -> None:
    spec, found = read(f"{HEAD}declarations:\n- entitty: A\n  feilds: {{b: text}}\n")
    assert [d.help for d in found] == ["did you mean `entity`?", "did you mean `fields`?"]
    assert line(spec.declarations) == "[Entity(A members=[Field(b NamedType(text False))])]"


# ---- Fixes


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("fields: {a: text unqiue}", "fields: {a: text unique}"),
        ("fields: {a: 'text unqiue'}", "fields: {a: 'text unique'}"),
        ("checks: ['.a == \"it''s\" && .b']", "checks: ['.a == \"it''s\" and .b']"),
        ('checks: [".a == \\"x\\" && .b"]', 'checks: [".a == \\"x\\" and .b"]'),
        ("checks:\n  - >-\n    .a\n    && .b", "checks:\n  - >-\n    .a\n    and .b"),
        ("checks: [\".a == 'x'\"]", 'checks: [".a == \\"x\\""]'),
        ("checks:\n  - .a == 'x'", 'checks:\n  - .a == "x"'),
        ("feilds: {a: text}", "fields: {a: text}"),
        ("'feilds': {a: text}", "'fields': {a: text}"),
        ("fields:\n    a: [text]", "fields:\n    a: '[text]'"),
        ("fields:\n    a: [A] via b", "fields:\n    a: '[A] via b'"),
        ("fields:\n    a: '[A] vai b'", "fields:\n    a: '[A] via b'"),
    ],
)
def test_a_fix_fits_the_scalar_it_stands_in(written: str, fixed: str) -> None:
    text = f"{HEAD}declarations:\n- entity: A\n  {written}\n"
    source = Source(0, "x.yaml", text)
    found = forms.fit_fixes(source, forms.parse(source)[1])
    edits = [edit for d in found for fix in d.fixes for edit in fix.edits]
    assert apply_edits(text, edits) == f"{HEAD}declarations:\n- entity: A\n  {fixed}\n"
    assert not read(apply_edits(text, edits))[1]


def test_a_fix_that_does_not_fit_becomes_advice() -> None:
    source = Source(0, "x.yaml", f"{HEAD}declarations:\n- {{invariant: .a == ['x', 'y'}}\n")
    found = forms.fit_fixes(source, forms.parse(source)[1])
    assert found
    for finding in found:
        for fix in finding.fixes:
            assert not read(apply_edits(source.text, fix.edits))[1] or finding.code is not codes.FOREIGN


# ---- Which form a file has


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.awm", HEAD, "awm"),
        ("a.awm.yaml", "", "yaml"),
        ("a.yml", "", "yaml"),
        ("A.AWM.JSON", "", "json"),
        ("<stdin>", 'environment a "b"', "awm"),
        ("<stdin>", "# c\n\n" + HEAD, "yaml"),
        ("<stdin>", "---\n'title': x", "yaml"),
        ("<stdin>", ' \n{"environment": 1}', "json"),
        ("<stdin>", "me: User = alice", "awm"),
        ("<stdin>", "", "awm"),
    ],
)
def test_the_form_of_a_file(name: str, text: str, form: str) -> None:
    assert (forms.form_of(name) or forms.form_in(text)) == form
