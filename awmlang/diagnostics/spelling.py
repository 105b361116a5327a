"""Which of several words a misspelled one was meant to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def nearest(
    word: str, names: Iterable[str], is_likely: Callable[[str], bool] = lambda name: False
) -> str | None:
    """The name that ``word`` most likely was meant to be, if one is near enough.

    Of names that are equally near, it is one that ``is_likely``, else the last.
    """
    from rapidfuzz.distance import Prefix

    return min(
        reversed(all_near(word, names)),
        key=lambda name: (
            _farness(word, name),
            not is_likely(name),
            -Prefix.similarity(word.casefold(), name.casefold()),
        ),
        default=None,
    )


def all_near(word: str, names: Iterable[str]) -> list[str]:
    """The names that ``word`` may be a misspelling of, in their order."""
    return [name for name in names if name != word and _farness(word, name) <= _most_differences(word, name)]


def _farness(word: str, name: str) -> int:
    """How many letters differ; that capitals differ counts as one."""
    from rapidfuzz.distance import OSA

    return min(OSA.distance(word, name), OSA.distance(word.casefold(), name.casefold()) + 1)


def _most_differences(word: str, name: str) -> int:
    """How many letters may differ in two spellings of one name."""
    differs_in_capitals = word.casefold() == name.casefold()
    return len(word) if differs_in_capitals else max(1, min(len(word), len(name)) // 3)
