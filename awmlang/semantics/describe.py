"""Types in words, for messages, and the nearest of several names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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


def nearest(
    word: str, names: Iterable[str], is_likely: Callable[[str], bool] = lambda name: False
) -> str | None:
    """The name that ``word`` most likely was meant to be, if one is near enough.

    Of names that are equally near, it is one that ``is_likely``, else the last.
    """
    from rapidfuzz.distance import OSA, Prefix

    def farness(name: str) -> int:
        """How many letters differ; that capitals differ counts as one."""
        return min(OSA.distance(word, name), OSA.distance(word.casefold(), name.casefold()) + 1)

    near = [name for name in names if name != word and farness(name) <= _most_differences(word, name)]
    return min(
        reversed(near),
        key=lambda name: (
            farness(name),
            not is_likely(name),
            -Prefix.similarity(word.casefold(), name.casefold()),
        ),
        default=None,
    )


def _most_differences(word: str, name: str) -> int:
    """How many letters may differ in two spellings of one name."""
    differs_in_capitals = word.casefold() == name.casefold()
    return len(word) if differs_in_capitals else max(1, min(len(word), len(name)) // 3)


def words(names: Iterable[str], last: str = "or") -> str:
    """``a, b or c``, each in backquotes."""
    quoted = [f"`{name}`" for name in names]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
