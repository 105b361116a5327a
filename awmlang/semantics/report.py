"""Collecting diagnostics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from awmlang.diagnostics import Code, Diagnostic, Edit, Fix, Label, Source, Span
from awmlang.diagnostics.codes import DECLARED_OTHERWISE
from awmlang.diagnostics.spelling import nearest
from awmlang.semantics.doubt import Doubt

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MOST_PLACES = 3  # of the same name that are shown beside the first


def _parts(text: str) -> list[str]:
    """The parts of all words, in small letters and in the singular."""
    return [re.sub(r"(?<=[^s])e?s$", "", part.lower()) for part in _PART.findall(text)]


class _Unknown(NamedTuple):
    """What is said of a name that nothing has; ``near`` is what was meant, ``quote`` stands around it."""

    code: Code
    message: str
    near: str | None
    quote: str


class Report:
    """The findings of one analysis, in the order found; the same finding at the same place only once.

    ``own_words`` are names of the language, which no spec declares. ``guesses``: what has an error in it is still taken
    for what it seems to be.
    """

    def __init__(
        self, source: Source, doubt: Doubt, own_words: Collection[str] = (), guesses: bool = False
    ) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.doubt = doubt
        self.meant: dict[Span, str] = {}
        """What was probably meant by names that are misspelled, where they stand."""
        self._source = source
        self._own_words = own_words
        self._guesses = guesses
        self._seen: set[tuple[str, Span]] = set()
        self._error_places: list[Span] = []
        self._places_of: dict[_Unknown, tuple[int, list[Span]]] = {}

    def add(
        self,
        code: Code,
        span: Span,
        message: str,
        *,
        help: str | None = None,
        labels: Iterable[Label] = (),
        fixes: Iterable[Fix] = (),
    ) -> None:
        if (code.id, span) in self._seen:
            return
        self._seen.add((code.id, span))
        if code.severity == "error":
            self._error_places.append(span)
        if not self.doubt.covers(span):
            self.diagnostics.append(Diagnostic(code, span, message, tuple(labels), help, tuple(fixes)))

    # ---- Unknown names

    def unknown(
        self,
        code: Code,
        span: Span,
        what: str,
        name: str,
        known: Iterable[str],
        *,
        of: str = "",
        quote: str = "`",
        help: str | None = None,
    ) -> None:
        """A name that is not among ``known``, with the nearest of those as a suggestion.

        ``of`` is the declaration that should have it, ``quote`` stands around it, and ``help`` is for where none
        is near. The same name at several places is one finding.
        """
        if (code.id, span) in self._seen or of in self.doubt.names or self.doubt.covers(span):
            self._error_places.append(span)
            return
        near = nearest(name, known, self._is_used_nowhere)
        if near is not None and (declared := self._misspelled(near, name)) is not None:
            self._declared_otherwise(declared, near, name, span)
            return
        message = f"{what} {quote}{name}{quote}."
        if near is not None:
            self.meant[span] = near
            help = f"Did you mean {quote}{near}{quote}?"
        key = _Unknown(code, message, near, quote)
        index, places = self._places_of.setdefault(key, (len(self.diagnostics), []))
        if not places:
            self.add(code, span, message, help=help)
        self._seen.add((code.id, span))
        self._error_places.append(span)
        places.append(span)
        self.diagnostics[index] = self._of_all_places(key, sorted(places), help)

    def _of_all_places(self, it: _Unknown, places: list[Span], help: str | None) -> Diagnostic:
        rest = places[1:]
        labels = [Label(place, "and here") for place in rest[:_MOST_PLACES]]
        if len(rest) > _MOST_PLACES:
            labels[-1] = Label(labels[-1].span, f"and here, and {len(rest) - _MOST_PLACES} times more")
        text = f"{it.quote}{it.near}{it.quote}"
        edits = tuple(Edit(place, self._as_written(text.strip("`"), place)) for place in places)
        fixes = (Fix(f"Write {text}", edits),) if it.near is not None else ()
        return Diagnostic(it.code, places[0], it.message, tuple(labels), help, fixes)

    def _as_written(self, text: str, place: Span) -> str:
        """``text`` without quotes where what it replaces has none."""
        return text if self._source.text.startswith('"', place.start) else text.strip('"')

    def _misspelled(self, declared: str, used: str) -> Span | None:
        """The only place of a name that is declared but used nowhere, if ``used`` is its better spelling."""
        if not self._is_used_nowhere(declared):
            return None
        if self._counts[used] < 2 and self._rarity(used) <= self._rarity(declared):
            return None
        found = next(word for word in _WORD.finditer(self._source.text) if word[0] == declared)
        return Span(self._source.file, *found.span())

    def may_declare(self, name: str, declared: Iterable[str]) -> bool:
        """Whether ``name`` may be the right spelling of something that is declared and used nowhere."""
        near = nearest(name, declared, self._is_used_nowhere)
        return near is not None and self._is_used_nowhere(near)

    def _is_used_nowhere(self, name: str) -> bool:
        return self._counts[name] == 1 and name not in self._own_words

    def _declared_otherwise(self, declared: Span, name: str, meant: str, used: Span) -> None:
        self._error_places.append(used)
        self.meant[declared] = meant
        self.add(
            DECLARED_OTHERWISE,
            declared,
            f"`{name}` is used nowhere, but `{meant}` is, which nothing declares.",
            help=f"Did you mean `{meant}`?",
            labels=(Label(used, "used here"),),
            fixes=(Fix(f"Write `{meant}`", (Edit(declared, meant),)),),
        )

    @cached_property
    def _counts(self) -> Counter[str]:
        """How often each word stands in the text."""
        return Counter(_WORD.findall(self._source.text))

    @cached_property
    def _part_counts(self) -> Counter[str]:
        """How often each part of a word (``order`` of ``OrderLine`` or ``order_ids``) stands in the text."""
        return Counter(_parts(self._source.text))

    def _rarity(self, word: str) -> int:
        """How often the rarest part of a word stands in the text."""
        return min((self._part_counts[part] for part in _parts(word)), default=0)

    # ---- Afterwards

    def failed_in(self, span: Span) -> bool:
        """Whether there is an error within ``span``."""
        return not self._guesses and any(
            place.file == span.file and span.start <= place.start < span.end for place in self._error_places
        )

    @property
    def failed(self) -> bool:
        return bool(self._error_places) or self.doubt.exists

    def without_echoes(self, again: Report) -> list[Diagnostic]:
        """The findings that stand also in an analysis in which misspelled names are what was meant."""
        return [d for d in self.diagnostics if d.span in self.meant or (d.code.id, d.span) in again._seen]
