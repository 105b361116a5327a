"""Every construct of the language, and the tree it makes."""

from __future__ import annotations

import pytest

from awmlang.diagnostics import Source
from awmlang.syntax import tree
from awmlang.syntax.parser import parse_part
from tests.syntax.trees import ENVIRONMENT, declaration, expression, line, parsed, part

EXPRESSIONS = [
    ("1 + 2 * 3", "Binary(+ Number(1) Binary(* Number(2) Number(3)))"),
    ("a - b - c", "Binary(- Binary(- Reference(a) Reference(b)) Reference(c))"),
    ("-x * y", "Binary(* Negate(Reference(x)) Reference(y))"),
    (
        "not a == b and c or d",
        "Binary(or Binary(and Not(Binary(== Reference(a) Reference(b))) Reference(c)) Reference(d))",
    ),
    (
        "a in [1, 2] and b not in c",
        "Binary(and Binary(in Reference(a) ListOf(items=[Number(1) Number(2)])) Binary('not in' Reference(b) Reference(c)))",
    ),
    (".name contains query?", "Binary(contains RowField(name) IfGiven(Reference(query)))"),
    ("a ?? b + 1", "Binary(?? Reference(a) Binary(+ Reference(b) Number(1)))"),
    (
        "if a then b else if c then d else e",
        "Conditional(Reference(a) Reference(b) Conditional(Reference(c) Reference(d) Reference(e)))",
    ),
    ("items[0].id", "Attribute(Index(Reference(items) Number(0)) id)"),
    ("f(1, x = 2)", "Call(f arguments=[Argument(Number(1)) Argument(name=x Number(2))])"),
    (
        "{ a = 1, b = order { id } }",
        "Record(pairs=[Pair(a Number(1)) Pair(b Reference(order) shape=Shape(entries=[Entry(id)]))])",
    ),
    ("true == false", "Binary(== Boolean(True) Boolean(False))"),
    ("null", "Null()"),
    ("12.50", "Number(12.50)"),
    ("(a + b) * c", "Binary(* Binary(+ Reference(a) Reference(b)) Reference(c))"),
    ("my Order", "Rows(my Order)"),
    ("new Order where .x == 1", "Query(Rows(new Order) where=Binary(== RowField(x) Number(1)))"),
    (
        "Order as o where o.user == me sort .a desc then .b skip 1 take 2",
        "Query(Reference(Order) alias=o where=Binary(== Attribute(Reference(o) user) Reference(me)) sort=Sort(keys=[SortKey(RowField(a) True) SortKey(RowField(b) False)]) skip=Number(1) take=Number(2))",
    ),
    ("Order paged 10", "Query(Reference(Order) paged=Number(10))"),
    (
        'q sort by order { recent = .posted_at desc, "on time" = .pay }',
        "Query(Reference(q) sort=Sort(keys=[SortChoice(Reference(order) options=[SortOption(recent SortKey(RowField(posted_at) True)) SortOption(on time SortKey(RowField(pay) False))])]))",
    ),
    (
        "sum(.lines, .quantity * .unit_price)",
        "Call(sum arguments=[Argument(RowField(lines)) Argument(Binary(* RowField(quantity) RowField(unit_price)))])",
    ),
    (
        'count(.slots where .status == "open")',
        "Call(count arguments=[Argument(Query(RowField(slots) where=Binary(== RowField(status) String(parts=[open]))))])",
    ),
    (
        "create Order { user = me restaurant = r }",
        "Create(Order values=[Value(user Reference(me)) Value(restaurant Reference(r))])",
    ),
    (
        "first(Order where .user == me) ?? create Order { user = me }",
        "Binary(?? Call(first arguments=[Argument(Query(Reference(Order) where=Binary(== RowField(user) Reference(me))))]) Create(Order values=[Value(user Reference(me))]))",
    ),
    (
        "exists(gone Order) and exists(changed Order)",
        "Binary(and Call(exists arguments=[Argument(Rows(gone Order))]) Call(exists arguments=[Argument(Rows(changed Order))]))",
    ),
    ("a % b / c", "Binary(/ Binary(% Reference(a) Reference(b)) Reference(c))"),
    (
        'unique(.user) where .status == "cart"',
        "Query(Call(unique arguments=[Argument(RowField(user))]) where=Binary(== RowField(status) String(parts=[cart])))",
    ),
    (".item.restaurant.is_open", "Attribute(Attribute(RowField(item) restaurant) is_open)"),
    (
        '"You need {due} but have {me.wallet}."',
        "String(parts=['You need ' Reference(due) ' but have ' Attribute(Reference(me) wallet) .])",
    ),
    ("f(sort, take = 1)", "Call(f arguments=[Argument(Reference(sort)) Argument(name=take Number(1))])"),
    ("[]", "ListOf()"),
    ("f()", "Call(f)"),
]

DECLARATIONS = [
    ('clock = "2025-06-02T18:30:00"', "Clock(Text('2025-06-02T18:30:00'))"),
    ("me: User = alice", "SignedIn(User alice)"),
    ('policy "Ask."', "Policy(Text(Ask.))"),
    ('enum S { a "on time", b }', "Enum(S members=[a on time b])"),
    (
        'type Line = { item: MenuItem, quantity: int(1..20) = 1 "How many" }',
        "TypeAlias(Line RecordType(fields=[Parameter(item NamedType(MenuItem False)) Parameter(quantity NamedType(int size=Size(low=1 high=20) False) default=Number(1) doc=Text('How many'))]))",
    ),
    ('entity A "doc" { }', "Entity(A doc=Text(doc))"),
    (
        "entity A { user: User owner cascade }",
        "Entity(A members=[Field(user NamedType(User False) marks=[Mark(owner) Mark(cascade)])])",
    ),
    (
        'entity A { code: text(/[A-Z]{3}/) key = serial("A-", 5) "doc" }',
        "Entity(A members=[Field(code NamedType(text size=Size(pattern='[A-Z]{3}') False) marks=[Mark(key)] default=Call(serial arguments=[Argument(String(parts=['A-'])) Argument(Number(5))]) doc=Text(doc))])",
    ),
    (
        "entity A { lines: [Line](1..3) via order, tags: [text]? clears unique }",
        "Entity(A members=[Field(lines ListType(NamedType(Line False) size=Size(low=1 high=3)) marks=[Mark(via via=order)]) Field(tags OptionalType(ListType(NamedType(text False))) marks=[Mark(clears) Mark(unique)])])",
    ),
    (
        'entity A { total = sum(.lines, .a) "doc" check .a > 0 "positive" access .a == me show { id, name } }',
        "Entity(A members=[Computed(total Call(sum arguments=[Argument(RowField(lines)) Argument(RowField(a))]) doc=Text(doc)) Check(Binary(> RowField(a) Number(0)) message=Text(positive)) Access(Binary(== RowField(a) Reference(me))) Show(Shape(entries=[Entry(id) Entry(name)]))])",
    ),
    (
        'entity A { check unique(.user) where .status == "cart" "one cart" }',
        "Entity(A members=[Check(Query(Call(unique arguments=[Argument(RowField(user))]) where=Binary(== RowField(status) String(parts=[cart]))) message=Text('one cart'))])",
    ),
    (
        'entity A { flow status { a -> b -> c  a -> d when .x > 1 else "late" } }',
        "Entity(A members=[Flow(status transitions=[Transition(states=[a b c]) Transition(states=[a d] guard=Binary(> RowField(x) Number(1)) message=Text(late))])])",
    ),
    (
        'function f(a: text? "doc", b: any Order named order_id): money { return a }',
        "Function(f parameters=[Parameter(a OptionalType(NamedType(text False)) doc=Text(doc)) Parameter(b NamedType(Order True) alias=order_id)] result=NamedType(money False) Block(statements=[Return(Reference(a))]))",
    ),
    ("function f() { }", "Function(f Block())"),
    (
        'tool t(items: [{ drug: Drug, n: int(..9) }](1..50)) { "doc" return items }',
        "Tool(t parameters=[Parameter(items ListType(RecordType(fields=[Parameter(drug NamedType(Drug False)) Parameter(n NamedType(int size=Size(high=9) False))]) size=Size(low=1 high=50)))] doc=Text(doc) Block(statements=[Return(Reference(items))]))",
    ),
    (
        'tool t() { require a else code "no {x}" fail code "no" }',
        "Tool(t Block(statements=[Require(Reference(a) Otherwise(code String(parts=['no ' Reference(x)]))) Fail(code String(parts=[no]))]))",
    ),
    (
        'tool t() { let x = first(q) else none "no" var n = 0 var m: money = 0 n += 1 m = 2 n -= 1 }',
        "Tool(t Block(statements=[Let(x Call(first arguments=[Argument(Reference(q))]) otherwise=Otherwise(none String(parts=[no]))) Var(n Number(0)) Var(m type=NamedType(money False) Number(0)) Assign(n += Number(1)) Assign(m = Number(2)) Assign(n -= Number(1))]))",
    ),
    (
        "tool t() { create A { x = 1 } update a { x = 1, y += 2 } delete q where .x == 1 }",
        "Tool(t Block(statements=[Create(A values=[Value(x Number(1))]) Update(Reference(a) changes=[Change(x = Number(1)) Change(y += Number(2))]) Delete(Query(Reference(q) where=Binary(== RowField(x) Number(1))))]))",
    ),
    (
        "tool t() { if a { f(1) } else if b { } else { g() } }",
        "Tool(t Block(statements=[If(Reference(a) Block(statements=[Run(Call(f arguments=[Argument(Number(1))]))]) otherwise=If(Reference(b) Block() otherwise=Block(statements=[Run(Call(g))])))]))",
    ),
    (
        "tool t() { for x in q { } for a, b in zip(p, q) { } }",
        "Tool(t Block(statements=[For(names=[x] Reference(q) Block()) For(names=[a b] Call(zip arguments=[Argument(Reference(p)) Argument(Reference(q))]) Block())]))",
    ),
    (
        'tool t() { return one(q) else none "no" { *, id, lines as l where l.n > 1 sort .id { x }, paid = due, u = .user { name } } }',
        "Tool(t Block(statements=[Return(Call(one arguments=[Argument(Reference(q))]) otherwise=Otherwise(none String(parts=[no])) shape=Shape(star=here entries=[Entry(id) Entry(lines query=Query(RowField(lines) alias=l where=Binary(> Attribute(Reference(l) n) Number(1)) sort=Sort(keys=[SortKey(RowField(id) False)])) shape=Shape(entries=[Entry(x)])) Entry(paid value=Reference(due)) Entry(u value=RowField(user) shape=Shape(entries=[Entry(name)]))]))]))",
    ),
    ("tool t() { return a }", "Tool(t Block(statements=[Return(Reference(a))]))"),
    (
        "crud A { list(status, x) get create update(a) delete }",
        "Crud(A operations=[Operation(list columns=[status x]) Operation(get) Operation(create) Operation(update columns=[a]) Operation(delete)])",
    ),
    (
        'data A (x, y) { home = (1, "a") (2, b,) }',
        "Data(A columns=[x y] rows=[Row(label=home values=[Number(1) String(parts=[a])]) Row(values=[Number(2) Reference(b)])])",
    ),
    ('data A from "a.csv"', "DataFile(A Text(a.csv))"),
    (
        "generate A 40 { x = pick(U) }",
        "Generate(A count=Number(40) values=[Value(x Call(pick arguments=[Argument(Reference(U))]))])",
    ),
    (
        "generate A for d in D, n in range(10) { x = d y = n }",
        "Generate(A loops=[Loop(d Reference(D)) Loop(n Call(range arguments=[Argument(Number(10))]))] values=[Value(x Reference(d)) Value(y Reference(n))])",
    ),
    (
        'invariant all(q, .x) "always"',
        "Invariant(Call(all arguments=[Argument(Reference(q)) Argument(RowField(x))]) message=Text(always))",
    ),
    (
        'task t "Do {r.name}" for r in (R where .x) { solution { let o = f(x = 1) if o.a { g() } for x in q { h() } } expect unchanged "ok" weight 2 }',
        "Task(t String(parts=['Do ' Attribute(Reference(r) name)]) loop=Loop(r Query(Reference(R) where=RowField(x))) solutions=[Block(statements=[Let(o Call(f arguments=[Argument(name=x Number(1))])) If(Attribute(Reference(o) a) Block(statements=[Run(Call(g))])) For(names=[x] Reference(q) Block(statements=[Run(Call(h))]))])] expects=[Expect(Reference(unchanged) message=Text(ok) weight=Number(2))])",
    ),
    (
        'task t "Do" { answer: money = x from o.y allow A.b, C judge "nice" user "script" }',
        "Task(t String(parts=[Do]) answers=[Answer(NamedType(money False) Reference(x) derived=Attribute(Reference(o) y))] allowed=[Allowed(A field=b) Allowed(C)] judges=[String(parts=[nice])] users=[String(parts=[script])])",
    ),
    (
        'task t "Do" { accept f.x "why" accept f "why" accept "why" }',
        "Task(t String(parts=[Do]) accepted=[Accepted(tool=f parameter=x Text(why)) Accepted(tool=f Text(why)) Accepted(Text(why))])",
    ),
    (
        'task t "Do" { answer { total: money = a from b, n: int = 2 } expect a expect b weight 1.5 solution { } }',
        "Task(t String(parts=[Do]) solutions=[Block()] expects=[Expect(Reference(a)) Expect(Reference(b) weight=Number(1.5))] answers=[Answer(name=total NamedType(money False) Reference(a) derived=Reference(b)) Answer(name=n NamedType(int False) Number(2))])",
    ),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_an_expression(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(("text", "expected"), DECLARATIONS, ids=[text for text, _ in DECLARATIONS])
def test_a_declaration(text: str, expected: str) -> None:
    assert declaration(text) == expected


def test_a_file_is_an_environment_and_declarations() -> None:
    spec, found = parsed(ENVIRONMENT + 'policy "A."\nenum B { c }')
    assert not found
    assert line(spec) == (
        "Spec(environment=Environment(test Text('A test.')) "
        "declarations=[Policy(Text(A.)) Enum(B members=[c])])"
    )


@pytest.mark.parametrize(
    "text", ["a == b == c", "a < b < c", "Order where .x where .y", "Order take 2 skip 1", "f(a b)"]
)
def test_what_is_no_expression(text: str) -> None:
    source = Source(0, "test.awm", text)
    assert parse_part(source, "expr")[1]


@pytest.mark.parametrize("word", ["task", "sort", "require", "check", "when", "answer", "list", "user"])
def test_a_word_of_the_language_is_a_name_where_it_begins_nothing(word: str) -> None:
    assert expression(f"{word} + 1") == f"Binary(+ Reference({word}) Number(1))"
    assert line(part(f"entity A {{ {word}: text }}", "declaration")).startswith(
        f"Entity(A members=[Field({word} "
    )
    assert expression(f".{word}") == f"RowField({word})"


def test_a_reserved_word_is_a_field_but_no_bare_name() -> None:
    assert expression(".where") == "RowField(where)"
    assert parse_part(Source(0, "test.awm", "where + 1"), "expr")[1]


def test_comments_are_kept_beside_the_tree() -> None:
    text = '# one\nenvironment a "# no" # two\n\n  #three  \r\n#\npolicy "b" # four'
    spec, found = parsed(text)
    assert not found
    assert [(c.text, c.trailing) for c in spec.comments] == [
        ("one", False),
        ("two", True),
        ("three", False),
        ("", False),
        ("four", True),
    ]
    for comment in spec.comments:
        assert text[comment.span.start] == "#"
        assert comment.text in text[comment.span.start : comment.span.end]


def test_a_query_as_the_condition_of_a_check_has_the_call_as_its_source() -> None:
    entity = part('entity A { check unique(.user) where .status == "cart" "one" }', "declaration")
    assert isinstance(entity, tree.Entity)
    check = entity.members[0]
    assert isinstance(check, tree.Check)
    assert isinstance(check.condition, tree.Query)
    assert isinstance(check.condition.source, tree.Call)
