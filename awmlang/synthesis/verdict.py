"""What is to be said of a draft: the compiler's findings, and whether it is what was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from awmlang.diagnostics import Diagnostic, Source, in_order
from awmlang.lowering.compile import Compiled, compile_model
from awmlang.proving.properties import RULES
from awmlang.proving.prove import prove, weaknesses
from awmlang.proving.testing import Budget, Finding, check_files
from awmlang.semantics.analyze import analyze
from awmlang.semantics.fixing import fix_all
from awmlang.syntax.forms import fit_fixes, parse
from awmlang.synthesis import drafts

TRIES = 200
"""Calls by which the tools of a draft are tried."""

Phase = Literal["syntax", "meaning", "proofs", "done"]
_PHASES: tuple[Phase, ...] = ("syntax", "meaning", "proofs", "done")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a spec must hold at least."""

    tools: int = 1
    tasks: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """``draft`` is the text with all safe fixes made, ``fixed`` how many; ``phase`` the first that has errors.

    ``lacks`` says what is missing of what was wanted, and what tools do not keep to.
    """

    draft: str
    fixed: int
    phase: Phase
    findings: tuple[Diagnostic, ...]
    lacks: tuple[str, ...]

    @property
    def source(self) -> Source:
        return Source(0, drafts.path_of(self.draft), self.draft)

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @property
    def is_done(self) -> bool:
        return not self.errors and not self.lacks

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Greater is better: how far it came, then what is missing and how much is found."""
        return _PHASES.index(self.phase), -len(self.lacks), -self.errors, -self.warnings


def judge(draft: str, wanted: Wanted) -> Verdict:
    """Makes the safe fixes of a draft, compiles it, attacks its rewards and tries its tools."""
    source = Source(0, drafts.path_of(draft), draft)
    source, applied = fix_all(source)
    phase, found, compiled = _compile(source)
    lacks = () if phase in ("syntax", "meaning") else tuple(_lacks(source.text, wanted))
    if compiled is not None and not lacks:
        lacks = tuple(map(_told, check_files(compiled.files, Budget(calls=TRIES)).findings))
    findings = tuple(in_order(fit_fixes(source, found)))
    return Verdict(source.text, len(applied), phase, findings, lacks)


def _compile(source: Source) -> tuple[Phase, list[Diagnostic], Compiled | None]:
    spec, found = parse(source)
    writing = list(found)
    model, more = analyze(spec, source, writing)
    found = [*writing, *more]
    if _has_error(writing):
        return "syntax", found, None
    if model is None or _has_error(found):
        return "meaning", found, None
    with TemporaryDirectory() as empty:  # a draft brings its rows along, and reads no files
        compiled, more = compile_model(model, source=source, spec_dir=Path(empty))
    found += more
    if compiled is None:
        return "proofs", found, None
    return "done", [*found, *weaknesses(prove(model, compiled))], compiled


def _told(finding: Finding) -> str:
    calls = "; ".join(
        f"{call.tool} {json.dumps(call.arguments, ensure_ascii=False)[:300]}" for call in finding.calls
    )
    return f"tool {finding.tool}: {finding.words} ({RULES[finding.rule]}) After: {calls}"


def _has_error(found: Iterable[Diagnostic]) -> bool:
    return any(finding.is_error for finding in found)


def _lacks(draft: str, wanted: Wanted) -> Iterable[str]:
    for kind, most in (("tool", wanted.tools), ("task", wanted.tasks)):
        there = drafts.count(draft, kind)
        if there < most:
            yield f"The spec has {there} of at least {most} {kind}s: write more."


def as_language(draft: str) -> str:
    """A draft without errors as formatted text of the language."""
    from awmlang.syntax.convert import convert

    source = Source(0, drafts.path_of(draft), draft)
    text, _, _ = convert(source, "awm")
    if text is None:
        raise ValueError("the draft has errors")
    return text
