"""Safe fixes, made until there are none left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from awmlang.diagnostics import Diagnostic, Fix, Source, apply_edits, in_order
from awmlang.semantics.analyze import analyze
from awmlang.syntax.forms import fit_fixes, parse

_MOST_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """A fix that was made for a finding, at a line of the text as it was then."""

    diagnostic: Diagnostic
    fix: Fix
    line: int


@dataclass(frozen=True, slots=True)
class _State:
    """A text and what is found in it. ``errors``: those of writing, then all."""

    source: Source
    found: list[Diagnostic]
    errors: tuple[int, int]

    def is_no_worse_than(self, other: _State) -> bool:
        """Fewer errors of writing may bring others to light; otherwise there are no more than before."""
        if self.errors[0] != other.errors[0]:
            return self.errors[0] < other.errors[0]
        return self.errors[1] <= other.errors[1]


def fix_all(source: Source) -> tuple[Source, list[Applied]]:
    """The source with all safe fixes made, round by round, and which they were.

    Fixes of one round do not overlap. One that would leave more errors than there were is not made. What this gives
    has no safe fix left that could be made.
    """
    state = _state(source)
    applied: list[Applied] = []
    refused: set[tuple[str, str]] = set()
    seen = {source.text}
    for _ in range(_MOST_ROUNDS):
        chosen = _chosen(state, refused)
        if not chosen:
            break
        after = _after(state, chosen)
        while not after.is_no_worse_than(state) and len(chosen) > 1:
            chosen = chosen[: len(chosen) // 2]
            after = _after(state, chosen)
        if not after.is_no_worse_than(state) or after.source.text in seen:
            refused.add(_key(state, *chosen[0]))
            continue
        applied += [Applied(d, fix, state.source.position(d.span.start)[0]) for d, fix in chosen]
        seen.add(after.source.text)
        state = after
    return state.source, applied


def _state(source: Source) -> _State:
    spec, writing = parse(source)
    _, meaning = analyze(spec, source, writing)
    found = fit_fixes(source, in_order([*writing, *meaning]))
    return _State(source, found, (_errors(writing), _errors(found)))


def _errors(found: Iterable[Diagnostic]) -> int:
    return sum(d.is_error for d in found)


def _chosen(state: _State, refused: set[tuple[str, str]]) -> list[tuple[Diagnostic, Fix]]:
    """The first safe fix of each finding, without those that touch what another changes."""
    chosen: list[tuple[Diagnostic, Fix]] = []
    taken: list[tuple[int, int]] = []
    for diagnostic in state.found:
        fix = next((fix for fix in diagnostic.fixes if fix.safe and fix.edits), None)
        if fix is None or _key(state, diagnostic, fix) in refused:
            continue
        places = [(edit.span.start, edit.span.end) for edit in fix.edits]
        low, high = min(start for start, _ in places), max(end for _, end in places)
        if all(high < start or end < low for start, end in taken):
            taken.append((low, high))
            chosen.append((diagnostic, fix))
    return chosen


def _after(state: _State, chosen: list[tuple[Diagnostic, Fix]]) -> _State:
    crlf = "\r\n" in state.source.text
    edits = [edit for _, fix in chosen for edit in fix.edits]
    if crlf:
        edits = [replace(edit, text=edit.text.replace("\r\n", "\n").replace("\n", "\r\n")) for edit in edits]
    return _state(replace(state.source, text=apply_edits(state.source.text, edits)))


def _key(state: _State, diagnostic: Diagnostic, fix: Fix) -> tuple[str, str]:
    """What tells a fix from others through changes elsewhere: the finding, the line that it is about."""
    line, _ = state.source.position(diagnostic.span.start)
    return diagnostic.message, state.source.line(line)
