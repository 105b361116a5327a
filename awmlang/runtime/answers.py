"""Whether a final answer, a value or a sentence, says what was expected.

A sentence may say it in whatever form a person would: ``$1,234.50``, ``June 2, 2025``, ``three``. Of what it says
of the same kind, all that is not expected must be little: with more than MOST_OTHERS other amounts (or dates, or
times, or texts of the same column of the database, or all there are) it is a list to choose from and no answer. What
stands right behind ``not`` is not said; what other words around a value mean is not judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from awmlang.runtime import phrases
from awmlang.runtime.functions import float_text, money_text
from awmlang.runtime.phrases import Number
from awmlang.runtime.state import public

MOST_OTHERS = 3
LONGEST = 20_000  # characters of an answer that are read

_HUGE = 1e300
_NOT = re.compile(r"\b(not|\w+n['’]t) +", re.I)
_DENIED = re.compile(_NOT.pattern + r"((on|at|the) +)*\S+", re.I)
_NOTHING = re.compile(r"\b(no|none|nothing|nobody|never|not|null|n/a|empty|zero|0)\b|n't\b")


class Expected(NamedTuple):
    """``type`` as in ``checks.Answer``; ``value`` in its inside form, a list as JSON text."""

    name: str | None
    type: str
    value: Any


Alternatives = Callable[[str], Iterable[set[str]]]
"""For a text, the texts of each column in which it stands."""


class Verdict(NamedTuple):
    message: str
    holds: bool


def judge(
    expected: Sequence[Expected], answer: object, alternatives: Alternatives = lambda text: ()
) -> list[Verdict]:
    """A verdict on each expected answer. Several are found by name in an object, or all in one sentence."""
    answer = _read(answer)
    verdicts = []
    for one in expected:
        given = answer
        if one.name is not None and isinstance(answer, dict):
            given = answer.get(one.name)
        elif isinstance(answer, dict) and len(answer) == 1:
            given = next(iter(answer.values()))
        wanted = public(one.type, one.value)
        siblings = [public(other.type, other.value) for other in expected if other is not one]
        label = "the answer" if one.name is None else f"the answer {one.name}"
        holds = _says(one.type, wanted, given, siblings)
        if holds and isinstance(given, str) and one.type.strip("[]") in ("text", "enum"):
            holds = not _to_choose_from(wanted, given, siblings, alternatives)
        verdicts.append(Verdict(f"{label} is {_words(one)}", holds))
    return verdicts


def _read(answer: object) -> object:
    """An answer that is the text of a JSON object or list is that object or list."""
    if isinstance(answer, str):
        answer = answer[:LONGEST].strip()
        if answer[:1] in ("{", "["):
            try:
                return json.loads(answer)
            except (ValueError, RecursionError):
                pass
    return answer


def _words(expected: Expected) -> str:
    if expected.value is None:
        return "that there is none"
    if expected.type == "money":
        return money_text(expected.value)
    return json.dumps(public(expected.type, expected.value), ensure_ascii=False)


def _says(type: str, wanted: Any, given: object, siblings: Iterable[Any] = ()) -> bool:
    if wanted is None or wanted == []:
        return (
            given is None or given == [] or (isinstance(given, str) and bool(_NOTHING.search(given.lower())))
        )
    if given is None:
        return False
    if type.startswith("["):
        return _says_list(type[1:-1], wanted, given, siblings)
    if not isinstance(given, str):
        return _equals(type, wanted, given)
    return _in_sentence(type, [wanted], given, siblings)


def _says_list(item: str, wanted: list[Any], given: object, siblings: Iterable[Any]) -> bool:
    """Every item, in any order; of a list, no other and none twice."""
    if isinstance(given, str):
        return _in_sentence(item, wanted, given, siblings)
    if not isinstance(given, list) or len(given) != len(wanted):
        return False
    left = list(given)
    for one in wanted:
        found = next((index for index, other in enumerate(left) if _says(item, one, other)), None)
        if found is None:
            return False
        del left[found]
    return True


def _equals(type: str, wanted: Any, given: object) -> bool:
    """Whether a JSON value that is no text is the answer."""
    if isinstance(given, bool) or type == "bool":
        return type == "bool" and given is wanted
    if isinstance(given, (int, float)) and type in ("int", "float", "money"):
        return _same_number(type, wanted, Number(given, None, False))
    return False


def _in_sentence(type: str, wanted: Sequence[Any], sentence: str, siblings: Iterable[Any]) -> bool:
    sentence = normalize("NFKC", sentence[:LONGEST])
    if type in ("int", "float", "money", "date", "time", "datetime"):
        sentence = _DENIED.sub(" ", sentence)
    match type:
        case "int" | "float" | "money":
            return _says_numbers(type, wanted, sentence, siblings)
        case "date":
            dates = phrases.dates(sentence)
            return _all_said(wanted, dates, _same_date, siblings)
        case "time":
            return _all_said(wanted, phrases.times(sentence), str.__eq__, siblings)
        case "datetime":
            days, hours = phrases.dates(sentence), phrases.times(sentence)
            return _all_said(
                [moment[:10] for moment in wanted], days, _same_date, _parts(siblings, 0)
            ) and _all_said([moment[11:] for moment in wanted], hours, str.__eq__, _parts(siblings, 1))
        case "bool":
            return phrases.yes_or_no(sentence) is bool(wanted[0])
    said = f" {_plain(sentence)} "
    denied = f" {_plain(_NOT.sub('not ', sentence))} "
    return all(said.count(f" {_plain(text)} ") > denied.count(f" not {_plain(text)} ") for text in wanted)


def _to_choose_from(
    wanted: str | list[str], sentence: str, siblings: Iterable[Any], alternatives: Alternatives
) -> bool:
    """Whether a sentence lists a column in which the text is found."""
    texts = wanted if isinstance(wanted, list) else [wanted]
    said = f" {_plain(sentence[:LONGEST])} "
    expected = {_plain(text) for text in (*texts, *siblings) if isinstance(text, str)}
    room = len(said.split()) - sum(len(_plain(text).split()) for text in texts)
    if room < 2:
        return False
    for column in (column for text in texts for column in alternatives(text)):
        others = {_plain(text) for text in column} - expected - {""}
        most = min(MOST_OTHERS, max(1, len(others) - 1))
        if sum(f" {other} " in said for other in others) > most:
            return True
    return False


def _parts(siblings: Iterable[Any], part: int) -> list[Any]:
    return [moment.split("T")[part] for moment in siblings if isinstance(moment, str) and "T" in moment]


def _all_said(wanted: Sequence[Any], said: Sequence[Any], same: Any, siblings: Iterable[Any]) -> bool:
    """Whether all that is wanted is said, and little else of the kind (what siblings say is nothing else)."""
    expected = [*wanted, *(value for value in siblings if isinstance(value, str))]
    others = [one for one in said if not any(same(value, one) for value in expected)]
    return len(set(others)) <= MOST_OTHERS and all(any(same(value, one) for one in said) for value in wanted)


def _says_numbers(type: str, wanted: Sequence[float], sentence: str, siblings: Iterable[Any]) -> bool:
    """Amounts marked as money are all that counts for money, where there are any."""
    said = phrases.numbers(sentence)
    if type == "money" and any(number.money for number in said):
        said = [number for number in said if number.money]
    expected = [*wanted, *(value for value in siblings if isinstance(value, (int, float)))]
    others = {
        number.value for number in said if not any(_same_number(type, value, number) for value in expected)
    }
    return len(others) <= MOST_OTHERS and all(
        any(_same_number(type, value, number) for number in said) for value in wanted
    )


def _same_number(type: str, wanted: float, said: Number) -> bool:
    """A float may be rounded, to two decimals at least; a fraction may be said in percent."""
    if not -_HUGE < said.value < _HUGE or type == "int":  # not a number is not in the range either
        return said.value == wanted
    if type == "money":
        return round(said.value * 100) == round(wanted * 100)
    if abs(said.value - wanted) <= 1e-9 * max(1.0, abs(wanted)):
        return True
    places = len(float_text(wanted).partition("e")[0].partition(".")[2])
    if said.places is not None and said.places >= min(2, places):
        return bool(abs(said.value - wanted) <= 0.5000001 * 10**-said.places)
    return False


def _same_date(wanted: str, said: str) -> bool:
    """A date said without its year begins with ``--``."""
    return said in (wanted, f"--{wanted[5:]}")


def _plain(text: str) -> str:
    """Words alone: no case, accents, punctuation."""
    decomposed = normalize("NFKD", str(text)).casefold()
    letters = "".join(character for character in decomposed if not combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters.replace("'", "").replace("’", "")))
