"""Types in words, for messages, and the nearest of several names."""

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


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that ``word`` most likely was meant to be, if one is near enough."""
    from rapidfuzz.distance import OSA

    folded = word.casefold()
    best: tuple[int, int, str] | None = None
    for name in dict.fromkeys(names):
        distance = OSA.distance(folded, name.casefold())
        prefix = -len(_common_prefix(folded, name.casefold()))
        if best is None or (distance, prefix) < best[:2]:
            best = (distance, prefix, name)
    if best is None or best[2] == word:
        return None
    allowed = max(1, min(len(word), len(best[2])) // 3)
    return best[2] if best[0] <= allowed else None


def _common_prefix(a: str, b: str) -> str:
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return a[:n]


def words(names: Iterable[str], last: str = "or") -> str:
    """``a, b or c``, each in backquotes."""
    quoted = [f"`{name}`" for name in names]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
