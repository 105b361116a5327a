"""Tokens that do not parse to tokens that do, with a finding for each change.

Where a token cannot stand, the cheapest small change after which the next tokens fit is made: something
inserted, left out, replaced or swapped, there or up to two tokens before. Where none helps, the statement is
left out and the parser goes on at the next line that fits. Nothing invented stays: a statement that needed a
name or a value which is not there is left out too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
from awmlang.diagnostics.span import Source, Span
from awmlang.diagnostics.spelling import all_near
from awmlang.syntax import wording
from awmlang.syntax.automaton import Automaton, Reduced, Stack
from awmlang.syntax.depth import ADVICE, MAX_STACK, TOO_DEEP
from awmlang.syntax.grammar import END, Table
from awmlang.syntax.habits import DECISIVE, Habit, advice, habits
from awmlang.syntax.tokens import Token

_TIGHT = re.compile(r"(?<=[(\[]) | (?=[)\]])")
_LOOK_AHEAD = 8
_LOOK_BACK = 2
_MOST_SKIPPED = 400  # tokens that are looked at to find where to go on
_DROPPED = {"statement", "step", "member", "task_item", "row", "declaration"}
_HARMLESS = ("(", ")", "[", "]", "{", "}", ",", "=", "->", "else", ":")
_OPERATORS = {
    "+",
    "-",
    "*",
    "/",
    "%",
    "??",
    "and",
    "or",
    "==",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "contains",
    "in",
    "not",
}
_ALIKE = ({"(", "[", "{"}, {")", "]", "}"}, {"=", "->", ":", "+=", "-="})
_BRACKETS = {")": "(", "]": "[", "}": "{"}


class _Change(NamedTuple):
    """``size`` tokens, the first ``back`` before the error, become ``tokens``."""

    how: Literal["insert", "leave out", "replace", "swap", "habit", "spelling", "reserved"]
    back: int
    size: int
    tokens: tuple[Token, ...]
    cost: float
    message: str = ""


class Repairer:
    """Repairs the tokens of one declaration or other part that is to be parsed as ``start``.

    ``budget`` is how many findings and silent changes may be made at most.
    """

    def __init__(self, table: Table, source: Source, start: str, budget: int) -> None:
        self._table = table
        self._source = source
        self._automaton = Automaton(table, start)
        self._budget = budget
        self._kept: list[Token] = []
        self._stacks: list[Stack] = []  # before each token kept
        self._stack = self._automaton.bottom
        self._invented: list[int] = []
        self._dropped: list[tuple[int, int]] = []
        self._last_place = -1  # of the last finding
        self._surplus = 0  # opening braces without a closing one
        self._since = 99  # tokens shifted since the last change
        self.diagnostics: list[Diagnostic] = []
        self.rest: Sequence[Token] = ()

    def repair(self, tokens: Sequence[Token]) -> list[Token] | None:
        """Tokens that parse, or None. ``tokens`` end in one of kind ``END``.

        ``rest`` is then what stands behind something complete, and does not belong to it.
        """
        index = 0
        queue = list(tokens)
        self._surplus = sum((token.kind == "{") - (token.kind == "}") for token in tokens)
        while True:
            token = queue[index]
            if self._shift(token):
                if token.kind == END:
                    return self._result()
                if self._stack.depth > MAX_STACK:
                    self.diagnostics.append(finding(codes.TOO_DEEP, self._span(token), TOO_DEEP, help=ADVICE))
                    return None
                index += 1
                continue
            if self._automaton.accepted(self._stack) == {END}:
                self.rest = queue[index:]
                self._shift(Token(END, token.start, token.start, ""))
                return self._result()
            self._budget -= 1
            if self._budget < 0:
                return None
            ahead = queue[index : index + _LOOK_AHEAD + _LOOK_BACK]
            change = self._best(ahead)
            if change is None:
                skipped = self._skip(queue, index)
                if skipped is None:
                    return None
                index = skipped
            else:
                self._report(change, ahead)
                del queue[index : index + change.size - change.back]
                again = self._take_back(change)
                queue[index:index] = again
            self._since = 0

    # ---- Steps

    def _shift(self, token: Token) -> bool:
        reduced: list[Reduced] = []
        following = self._automaton.shift(self._stack, token.kind, reduced if self._invented else None)
        if following is None:
            return False
        self._drop(reduced)
        if token.kind != END:
            self._kept.append(token)
            self._stacks.append(self._stack)
            self._since += 1
        self._stack = following
        return True

    def _drop(self, reduced: list[Reduced]) -> None:
        for origin, begin, end in reduced:
            if origin in _DROPPED and any(begin <= place < end for place in self._invented):
                self._dropped.append((begin, end))
                self._invented = [place for place in self._invented if not begin <= place < end]

    def _result(self) -> list[Token] | None:
        if self._invented:
            return None
        result = list(self._kept)
        for begin, end in sorted(self._dropped, reverse=True):
            comma = end < len(result) and result[end].kind == ","
            del result[begin : end + comma]
        return [*result, Token(END, self._end(), self._end(), "")]

    def _end(self) -> int:
        return self._kept[-1].end if self._kept else 0

    def _go_back(self, count: int) -> None:
        """Takes the last ``count`` tokens from the stack."""
        if count:
            self._stack = self._stacks[-count]
            del self._kept[-count:], self._stacks[-count:]
        size = len(self._kept)
        self._invented = [place for place in self._invented if place < size]
        self._dropped = [(begin, end) for begin, end in self._dropped if end <= size]

    def _take_back(self, change: _Change) -> list[Token]:
        """Makes a change up to the error; gives what is to be parsed again behind it."""
        again = self._kept[len(self._kept) - change.back :][change.size :] if change.back else []
        self._go_back(change.back)
        for token in change.tokens:
            if change.how == "insert" and token.kind not in _HARMLESS:
                self._invented.append(len(self._kept))
            self._shift(token)
        return again

    # ---- Changes

    def _best(self, ahead: Sequence[Token]) -> _Change | None:
        best, best_score = None, 0.0
        for change in self._changes(ahead):
            stack: Stack | None = self._stacks[-change.back] if change.back else self._stack
            assert stack is not None
            stack = self._automaton.put(stack, [token.kind for token in change.tokens])
            if stack is None:
                continue
            following = [*self._kept[len(self._kept) - change.back :], *ahead] if change.back else ahead
            following = following[change.size :]
            reached, complete = self._automaton.reach(stack, following)
            # Of what is reached, only what lies behind the error counts.
            passed = reached - max(change.back - change.size, 0)
            if complete and self._ends_here(following[reached]):
                passed = _LOOK_AHEAD
            score = min(passed, _LOOK_AHEAD) - change.cost
            enough = 1 if change.how == "habit" else 3
            if passed >= enough and (best is None or score > best_score):
                best, best_score = change, score
        return best

    def _ends_here(self, token: Token) -> bool:
        """Whether what is complete before ``token`` may well end there: at the end, or at a line not indented."""
        return token.kind == END or token.start == 0 or self._source.text[token.start - 1] == "\n"

    def _changes(self, ahead: Sequence[Token]) -> Iterator[_Change]:
        yield from self._foreign(ahead)
        for back in range(min(_LOOK_BACK, len(self._kept)) + 1):
            tokens = [*self._kept[len(self._kept) - back :], *ahead[:2]] if back else ahead[:2]
            stack = self._stacks[-back] if back else self._stack
            yield from self._one_token(tokens, stack, back)

    def _foreign(self, ahead: Sequence[Token]) -> Iterator[_Change]:
        for back in range(min(_LOOK_BACK, len(self._kept)) + 1):
            tokens = [*self._kept[len(self._kept) - back :], *ahead] if back else ahead
            for habit in habits(tokens):
                yield _Change(
                    "habit",
                    back,
                    habit.size,
                    self._meant(habit, tokens),
                    habit.cost + 0.2 * back,
                    habit.message,
                )

    def _meant(self, habit: Habit, tokens: Sequence[Token]) -> tuple[Token, ...]:
        start, end = tokens[0].start, tokens[habit.size - 1].end
        return tuple(Token(self._kind(word), start, end, word) for word in habit.words)

    def _kind(self, word: str) -> str:
        if word in self._table.words:
            return word
        if ".." in word:
            return "BOUNDS"
        return "LABEL" if word.endswith(":") else "NAME"

    def _one_token(self, tokens: Sequence[Token], stack: Stack, back: int) -> Iterator[_Change]:
        token = tokens[0]
        accepted = self._automaton.accepted(stack)
        far = 0.7 * back
        if back == 0 and self._begins_line_as_name():
            far = 0.5
        near_break = -0.5 if self._breaks_before(token, back) else 0.0
        place = self._kept[-back - 1].end if len(self._kept) > back else token.start
        for kind in self._insertable(stack, accepted):
            cost = far + near_break + _cost_of_inserting(kind)
            if kind in "([" and "==" in accepted:
                cost += 1.0  # behind a value, an operator is missing rather than a call or an index
            cost += self._against_balance(kind, 1)
            yield _Change("insert", back, 0, (Token(kind, place, place, _stand_in(kind)),), cost)
        if token.kind == END:
            return
        yield _Change("leave out", back, 1, (), far + 1.6 + self._against_balance(token.kind, -1))
        if token.kind in self._table.words and token.text.isalpha() and "NAME" in accepted:
            yield _Change("reserved", back, 1, (token._replace(kind="NAME"),), far + 0.6)
        if token.kind in ("NAME", "LABEL"):
            colon = token.kind == "LABEL"
            words = sorted(word for word in accepted if word[:1].isalpha() and word.islower())
            for word in all_near(token.text.lower(), [w for w in words if w.endswith(":") == colon]):
                yield _Change("spelling", back, 1, (token._replace(kind=word, text=word),), far * 0.3 + 0.45)
        for alike in _ALIKE:
            for kind in sorted(alike & accepted - {token.kind}) if token.kind in alike else ():
                yield _Change("replace", back, 1, (token._replace(kind=kind, text=kind),), far + 1.5)
        if len(tokens) > 1 and tokens[1].kind != END:
            cost = 1.1 + 0.7 * abs(back - 1)
            if self._breaks_before(token, back) and not tokens[1].text[:1].isalpha():
                cost += 1.0  # no line begins with punctuation
            yield _Change("swap", back, 2, (tokens[1], token), cost)

    def _begins_line_as_name(self) -> bool:
        """Whether the last token is a word that begins a line but was taken for a name: it was meant to begin more."""
        token = self._kept[-1] if self._kept else None
        if token is None or not token.text.isalpha() or token.kind not in self._table.words:
            return False
        return self._automaton.is_name(self._stacks[-1], token.kind) and self._breaks_before(token, 1)

    def _insertable(self, stack: Stack, accepted: set[str]) -> list[str]:
        """What may be missing on ``stack``, most likely first. Names are ``NAME``, never words that are names too."""
        words = {kind for kind in accepted - {END} if kind in self._table.words and kind[0].isalpha()}
        names = {kind for kind in words if self._automaton.is_name(stack, kind)}
        return sorted(accepted - {END} - names, key=lambda kind: (kind not in _HARMLESS, kind in words, kind))

    def _against_balance(self, kind: str, count: int) -> float:
        """What it costs extra to bring braces, whose surplus is known, further out of balance."""
        step = count * ((kind == "{") - (kind == "}"))
        return 2.0 if abs(self._surplus + step) > abs(self._surplus) else 0.0

    def _breaks_before(self, token: Token, back: int) -> bool:
        if len(self._kept) <= back:
            return False
        return "\n" in self._source.text[self._kept[-back - 1].end : token.start]

    # ---- Giving up on a statement

    def _skip(self, queue: Sequence[Token], index: int) -> int | None:
        """Drops what is on the stack until a later token fits; gives its index."""
        self._say_unexpected(queue, index)
        text, depth = self._source.text, 0
        for later in range(index, min(index + _MOST_SKIPPED, len(queue))):
            candidate = queue[later]
            depth -= candidate.kind == "}"
            new_line = later > index and "\n" in text[queue[later - 1].end : candidate.start]
            if depth <= 0 and (new_line or candidate.kind in ("}", END)):
                ahead = queue[later : later + 4]
                stack: Stack | None = self._stack
                while stack is not None:
                    reached, complete = self._automaton.reach(stack, ahead)
                    if reached >= 3 or (complete and self._ends_here(ahead[reached])):
                        self._go_back(len(self._kept) - stack.end)
                        self._stack = stack
                        return later
                    stack = stack.below
            depth += candidate.kind == "{"
        return None

    # ---- Findings

    def _say(
        self, code: codes.Code, span: Span, message: str, help: str | None = None, fixes: tuple[Fix, ...] = ()
    ) -> None:
        line, _ = self._source.position(span.start)
        silent = self._since < 3 or line == self._last_place
        self._last_place = line
        if not silent:
            self.diagnostics.append(finding(code, span, message, help=help, fixes=fixes))

    def _span(self, token: Token) -> Span:
        return Span(self._source.file, token.start, token.end)

    def _say_unexpected(self, queue: Sequence[Token], index: int) -> None:
        token = queue[index]
        if known := advice(self._kept, queue[index : index + 2]):
            self._say(codes.FOREIGN, self._span(known[0]), known[1])
            return
        expected = self._expected_on(self._stack)
        before = self._kept[-1] if self._kept else None
        if expected and before and self._breaks_before(token, 0):
            span = Span(self._source.file, before.end, before.end)
            self._say(codes.MISSING, span, f"expected {expected} after {wording.found(before)}")
        elif expected:
            message = f"expected {expected}, found {wording.found(token)}"
            self._say(codes.UNEXPECTED, self._span(token), message)
        else:
            self._say(codes.UNEXPECTED, self._span(token), f"unexpected {wording.found(token)}")

    def _expected_on(self, stack: Stack) -> str | None:
        """What is expected on ``stack``, if that can be said in a few words."""
        accepted = self._automaton.accepted(stack)
        if "==" not in accepted:
            for kind in ("NUMBER", "NAME", "LABEL"):
                if kind in accepted:
                    rules = self._automaton.begins(self._automaton.before(stack, kind))
                    if phrase := wording.beginning(rules):
                        return phrase
        return wording.beginning(self._automaton.begins(stack)) or wording.one_of(accepted)

    def _report(self, change: _Change, ahead: Sequence[Token]) -> None:
        decisive = change.how != "habit" or ahead[0].kind in DECISIVE
        if decisive and (known := advice(self._kept, ahead)):
            self._say(codes.FOREIGN, self._span(known[0]), known[1])
            return
        changed = [*self._kept[len(self._kept) - change.back :], *ahead] if change.back else ahead
        first, last = changed[0], changed[max(change.size, 1) - 1]
        span = Span(self._source.file, first.start, max(first.end, last.end))
        new = change.tokens[0] if change.tokens else first
        match change.how:
            case "habit":
                text = _TIGHT.sub("", " ".join(token.text for token in change.tokens))
                fix = Fix(f"write `{text}`" if text else "remove it", (Edit(span, text),), safe=True)
                self._say(codes.FOREIGN, span, change.message, fixes=(fix,))
            case "spelling":
                fix = Fix(f"write `{new.text}`", (Edit(span, new.text),))
                message = f"`{first.text}` is no word of the language here; did you mean `{new.text}`?"
                self._say(codes.MISSPELLED, span, message, fixes=(fix,))
            case "reserved":
                kept = self._kept[: len(self._kept) - change.back]
                self._say_reserved(new, kept[-1] if kept else None)
            case "leave out":
                self._say_left_out(change, first)
            case "replace":
                fix = Fix(f"write `{new.text}`", (Edit(span, new.text),))
                message = f"expected `{new.text}`, found {wording.found(first)}"
                self._say(codes.UNEXPECTED, span, message, fixes=(fix,))
            case "swap":
                second = change.tokens[0]
                fix = Fix("swap them", (Edit(span, f"{second.text} {first.text}"),))
                message = f"{wording.found(second)} must stand before {wording.found(first)}"
                self._say(codes.UNEXPECTED, span, message, fixes=(fix,))
            case "insert":
                self._say_missing(change, new, first)

    def _say_reserved(self, token: Token, before: Token | None) -> None:
        reserved = token.text in self._table.reserved
        message = f"`{token.text}` is a {'reserved word' if reserved else 'word of the language'} and cannot be a name"
        of_a_type = before is not None and before.kind in ("entity", "enum", "type")
        name = token.text.capitalize() if of_a_type else f"{token.text}_"
        fix = Fix(f"rename it to `{name}`", (Edit(self._span(token), name),))
        here = "" if reserved else " here"
        self._say(codes.RESERVED_WORD, self._span(token), message + here, fixes=(fix,))

    def _say_left_out(self, change: _Change, token: Token) -> None:
        code = codes.UNOPENED if token.kind in _BRACKETS else codes.UNEXPECTED
        fix = Fix("remove it", (Edit(self._span(token), ""),))
        if code is codes.UNOPENED:
            message = f"this `{token.text}` closes nothing"
            self._say(code, self._span(token), message, fixes=(fix,))
            return
        stack = self._stacks[-change.back] if change.back else self._stack
        expected = wording.beginning(self._automaton.begins(stack))
        message = f"unexpected {wording.found(token)}"
        if expected:
            message = f"expected {expected}, found {wording.found(token)}"
        self._say(code, self._span(token), message, fixes=(fix,))

    def _say_missing(self, change: _Change, new: Token, following: Token) -> None:
        kept = self._kept[: len(self._kept) - change.back]
        stack = self._stacks[-change.back] if change.back else self._stack
        before = kept[-1] if kept else None
        expected = self._expected(stack, new.kind)
        if expected == "a name" and before and before.kind in ("else", "fail"):
            expected = "an error code such as `too_late`"
        same_line = before is None or "\n" not in self._source.text[before.end : following.start]
        fixes: tuple[Fix, ...] = ()
        place = before.end if before else following.start
        if new.kind in _HARMLESS:
            text = new.kind if new.kind in (")", "]", ",", "(") else f" {new.kind}"
            if new.kind == "(" or new.kind.isalpha():
                text += "" if self._source.text[place : place + 1].isspace() or new.kind == "(" else " "
            fixes = (Fix(f"insert `{new.kind}`", (Edit(Span(self._source.file, place, place), text),)),)
        if new.kind in _BRACKETS and (opener := self._opener(kept, new.kind)):
            line, _ = self._source.position(opener.start)
            here, _ = self._source.position(place)
            where = "" if line == here else f" of line {line}"
            message = f"expected `{new.kind}` to close the `{opener.text}`{where}"
            span = Span(self._source.file, place, place)
            self._say(codes.UNCLOSED, span, message, fixes=fixes)
        elif same_line and following.kind != END:
            message = f"expected {expected}, found {wording.found(following)}"
            self._say(codes.MISSING, self._span(following), message, fixes=fixes)
        else:
            after = f" after {wording.found(before)}" if before else ""
            span = Span(self._source.file, place, place)
            self._say(codes.MISSING, span, f"expected {expected}{after}", fixes=fixes)

    def _expected(self, stack: Stack, kind: str) -> str:
        """What a token of ``kind``, which is missing on ``stack``, would have begun."""
        if kind in _HARMLESS and kind not in "([{":
            return wording.kind(kind)
        if kind in _OPERATORS:
            return "an operator"
        phrase = wording.beginning(self._automaton.begins(self._automaton.before(stack, kind)))
        return phrase or wording.kind(kind)

    def _opener(self, kept: Sequence[Token], closer: str) -> Token | None:
        """The bracket that is open at the end of ``kept`` and fits ``closer``."""
        depth = 0
        for token in reversed(kept):
            if token.kind == closer:
                depth += 1
            elif token.kind == _BRACKETS[closer]:
                if not depth:
                    return token
                depth -= 1
        return None


def _cost_of_inserting(kind: str) -> float:
    if kind in _HARMLESS:
        return 1.0
    if kind in _OPERATORS:
        return 1.7
    return 1.3 if kind.isupper() else 1.6


def _stand_in(kind: str) -> str:
    return {"STRING": '""', "NUMBER": "0", "LABEL": "x:", "FIELD": ".x", "BOUNDS": "0..", "NAME": "x"}.get(
        kind, kind
    )
