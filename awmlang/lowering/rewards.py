"""rewards.py: the checks of each task, as data."""

from __future__ import annotations

from collections.abc import Callable

from awmlang.lowering.effects import Deletions
from awmlang.lowering.names import constant_name, layout_sql
from awmlang.lowering.operators import logic
from awmlang.lowering.source import literal, sql_text
from awmlang.lowering.sql import Context, Lowering
from awmlang.semantics import model as m
from awmlang.semantics import types as t


def rewards_py(model: m.Model, label: Callable[[str], int | str]) -> str:
    """The text of rewards.py; ``label`` gives the key of a labelled row."""
    context = Context(model, label, str)
    deleted = Deletions(model).of(*(statement for tool in model.tools.values() for statement in tool.body))
    lines = [
        f'"""How the tasks of {model.name} are graded: SQL over the state now, and over `old`, that at the start."""',
        "",
        "from awmlang.runtime.checks import Answer, Expect, Task",
        "",
    ]
    names = []
    for task in model.tasks.values():
        name = constant_name(task.name)
        names.append((task.name, name))
        expects = [_expect(Lowering(context, vanishing=deleted), expect) for expect in task.expects]
        answers = [_answer(Lowering(context, vanishing=deleted), answer) for answer in task.answers]
        lines += [
            f"{name} = Task(",
            *_tuple("expects", expects),
            *_tuple("answers", answers),
            f"    allowed={literal(task.allowed)},",
            ")",
            "",
        ]
    lines += ["TASKS = {", *(f"    {literal(task)}: {name}," for task, name in names), "}"]
    return "\n".join(lines) + "\n"


def _tuple(name: str, items: list[str]) -> list[str]:
    return [f"    {name}=(", *items, "    ),"] if items else [f"    {name}=(),"]


def _expect(s: Lowering, expect: m.Expect) -> str:
    sql = layout_sql(s.finish(s.root(lambda: logic(s, expect.condition, strict=True))))
    return f"        Expect(\n            {literal(expect.message)},\n            {sql_text(sql)},\n            weight={expect.weight!r},\n        ),"


def _answer(s: Lowering, answer: m.Answer) -> str:
    sql = layout_sql(s.finish(s.root(lambda: s.checked(answer.value))))
    return f"        Answer(\n            {literal(answer.name)},\n            {literal(type_word(answer.type))},\n            {sql_text(sql)},\n        ),"


def type_word(type: t.Type) -> str:
    """``money``, ``[text]``."""
    if isinstance(type, t.List):
        return f"[{type_word(type.item)}]"
    return type.__class__.__name__.lower()
