"""The words of the language with what they say, for hovers and completion."""

from __future__ import annotations

from typing import NamedTuple

from awmlang.semantics.builtins import SIGNATURES, SPECIAL
from awmlang.semantics.describe import describe
from awmlang.semantics.queries import AGGREGATES


class Word(NamedTuple):
    """How it is written and what it says."""

    usage: str
    doc: str


FUNCTIONS: dict[str, Word] = {
    "count": Word("count(q)", "How many rows or items there are."),
    "exists": Word("exists(q)", "Whether there are any."),
    "sum": Word("sum(q, value)", "The sum of a value of each; 0 when there are none."),
    "avg": Word("avg(q, value)", "The mean of a value of each; null when there are none."),
    "min": Word("min(q, value)", "The least value; null when there are none."),
    "max": Word("max(q, value)", "The greatest value; null when there are none."),
    "all": Word("all(q, condition)", "Whether the condition holds for each."),
    "first": Word("first(q)", "The first, or null."),
    "one": Word("one(q)", "The only one; the error `not_found` unless there is exactly one."),
    "list": Word("list(q, value)", "A list of a value of each."),
    "map": Word("map(q, key, value)", "An object with a key and a value of each."),
    "group": Word("group(q, key)", "Groups of those with the same key; each has `.key` and `.rows`."),
    "distinct": Word("distinct(q, value)", "The different values, in the order in which they first appear."),
    "old": Word("old(value)", "The value as it was when the task began."),
    "called": Word("called(tool)", "Whether the tool was called and succeeded."),
    "pick": Word("pick(q)", "One of the rows or items, at random."),
    "weighted": Word("weighted(a = 3, b = 1)", "One of the members, at random by weight."),
    "between": Word("between(low, high)", "A value from low to high, at random."),
    "fake": Word("fake(kind)", "A made-up text such as a name or a street."),
    "unique": Word("check unique(.a, .b)", "No two rows have the same values in these fields."),
    "disjoint": Word("check disjoint(.start, .end, .by)", "The ranges of rows with the same other fields do not overlap."),
    "serial": Word('serial("ORD-", 5)', "Keys that number themselves: ORD-00001 and so on."),
}  # fmt: skip
"""Those that the tables of ``semantics`` say nothing about; ``function`` has all."""

TYPES: dict[str, str] = {
    "int": "A whole number, `int(1..20)` with bounds.",
    "float": "A number with decimals, `float(0..5)` with bounds.",
    "bool": "`true` or `false`.",
    "text": "A text; `text(1..80)` bounds its length, `text(/[A-Z]{3}/)` must match as a whole.",
    "money": "An exact amount with two decimals, `money(0..)` with bounds.",
    "date": 'A day, written `"2025-06-02"`.',
    "time": 'A time of day, written `"18:30"`.',
    "datetime": 'A day and a time of day, written `"2025-06-02T18:30:00"`.',
    "duration": "A span of time, as `hours(2)` gives; not for fields and parameters of tools.",
}

VALUES: dict[str, str] = {
    "me": "The row of the signed-in user.",
    "now": "The time of the call.",
    "this": "The row itself, in the rules and computed fields of its entity.",
    "n": "The number of the row that is generated, from 1.",
    "unchanged": "Whether nothing was written at all.",
}

KEYWORDS: dict[str, str] = {
    "environment": "The name of the environment and what it is. Stands first.",
    "clock": "The simulated time at which the environment begins.",
    "me": "Who is signed in: `me: User = alice`.",
    "policy": "What the agent is told to keep to.",
    "enum": "A type with a fixed set of members.",
    "type": "A name for a type: `type Line = { item: Item, quantity: int }`.",
    "entity": "A kind of row: its fields and its rules.",
    "function": "What tools share; agents do not see it.",
    "tool": "What an agent can call. One transaction: all of it happens, or nothing.",
    "crud": "The usual tools of an entity: `list`, `get`, `create`, `update`, `delete`.",
    "data": "Rows that are there at the start.",
    "generate": "Rows that are made at random from the seed.",
    "invariant": "What holds at the end of every call.",
    "task": "What an agent is asked to do, and how it is graded.",
    "key": "Marks the field that names a row, in place of `id`.",
    "unique": "Marks a field that no two rows share.",
    "owner": "Marks the reference to the user, or the row, to whom a row belongs.",
    "cascade": "When its target is deleted, the row is deleted too.",
    "clears": "When its target is deleted, the reference becomes null.",
    "via": "The other end of a reference; nothing is stored.",
    "check": "A rule on each row of the entity.",
    "access": "Who may see a row.",
    "show": "How a row looks inside another result.",
    "flow": "Which member of an enum may turn into which.",
    "when": "A condition of an arrow of a flow.",
    "named": "The name that a parameter has for agents.",
    "any": "A row of the entity whether or not `me` may see it.",
    "require": "Ends the call with an error unless the condition holds.",
    "fail": "Ends the call with an error.",
    "let": "Gives a value a name.",
    "var": "A name whose value can change.",
    "create": "Makes a row; as a value, the row that was made.",
    "update": "Changes fields of a row, or of all rows of a query.",
    "delete": "Deletes a row, or all rows of a query.",
    "for": "Repeats for each item of a list, or row of a query.",
    "return": "Ends the call with a result, in a shape if one follows.",
    "else": "The error, or what happens, otherwise.",
    "if": "A condition: a statement, or a value with `then` and `else`.",
    "then": "The value where the condition of `if` holds.",
    "where": "Keeps the rows for which a condition holds.",
    "sort": "Orders the rows; `then` gives further keys.",
    "desc": "From the greatest to the least.",
    "asc": "From the least to the greatest.",
    "by": "Orders by a key that an enum value picks.",
    "skip": "Leaves out that many rows.",
    "take": "Keeps that many rows at most.",
    "paged": "Makes pages of the result, with the parameters `page` and `page_size`.",
    "as": "Names the row of a query.",
    "my": "The rows that `me` may see.",
    "new": "The rows that were not there when the task began.",
    "gone": "The rows that were there when the task began, and are no more.",
    "changed": "The rows that differ from when the task began.",
    "solution": "Calls that solve the task, proved when the spec is compiled.",
    "expect": "What is so when the task is done.",
    "weight": "How much of the grade an expectation is.",
    "answer": "What the agent has to reply.",
    "from": "A file of rows; behind an answer, how the solution comes to it.",
    "allow": "What may change besides what the solution changes.",
    "accept": "A deviation from the solution that the checks may let through, and why.",
    "judge": "What a person or a model has to judge of the reply.",
    "user": "How the user behaves in the conversation.",
    "and": "Both conditions hold.",
    "or": "One of the conditions holds.",
    "not": "The condition does not hold.",
    "in": "The value is one of a list; or what `for` goes through.",
    "contains": "A text, whatever its capitals, or a list has this in it.",
    "true": "Yes.",
    "false": "No.",
    "null": "No value.",
    "list": "The tool that lists rows, with filters.",
    "get": "The tool that looks up a row.",
}


def function(name: str) -> Word | None:
    """A function of the language."""
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    if (signature := SIGNATURES.get(name)) is not None:
        parameters = ", ".join(describe(p) for p in signature.parameters)
        return Word(f"{name}({parameters}): {describe(signature.result)}", signature.doc)
    if (rule := SPECIAL.get(name)) is not None:
        return Word(rule.usage.replace("` or `", " or "), rule.doc)
    return None


def function_names() -> list[str]:
    """Those that may be called anywhere."""
    return [*AGGREGATES, *SIGNATURES, *(name for name in SPECIAL if name != "zip")]
