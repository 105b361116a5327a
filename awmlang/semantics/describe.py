"""Types in words, for messages."""

from __future__ import annotations

from collections.abc import Iterable

from awmlang.semantics import types as t


def describe(type: t.Type) -> str:
    """The type as it is written in a spec, bounds left out."""
    match type:
        case t.Optional(inner):
            return describe(inner) + "?"
        case t.Enum(name=name):
            return name
        case t.Ref(entity=name):
            return name
        case t.List(item=t.Group()):
            return "groups"
        case t.List(item):
            return f"[{describe(item)}]"
        case t.Record(fields, name):
            return name or "{ " + ", ".join(f"{f.name}: {describe(f.type)}" for f in fields) + " }"
        case t.Map(value):
            return f"a map to {describe(value)}"
        case t.Group():
            return "a group"
        case t.Void():
            return "nothing"
        case t.Months():
            return "a number of months"
        case _:
            return type.__class__.__name__.lower()


def words(names: Iterable[str], last: str = "or") -> str:
    """``a, b or c``, each in backquotes."""
    quoted = [f"`{name}`" for name in names]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
