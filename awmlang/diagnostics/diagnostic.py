"""The one record every room reports with. Renderers turn it into text, JSON, SARIF, annotations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from awmlang.diagnostics.codes import TOO_MANY_ERRORS, Code
from awmlang.diagnostics.span import Span

Severity = Literal["error", "warning"]

MOST_CHARACTERS = 600  # of a message


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, and why."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of ``span`` with ``text``; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend the finding together. ``safe``: may be applied without asking."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", self.message[:1].upper() + self.message[1:])


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong (``message``), where (``span``), and what to do about it (``help``)."""

    code: Code
    span: Span
    message: str
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fixes: tuple[Fix, ...] = field(default=())

    def __post_init__(self) -> None:
        # Names and texts of a spec are quoted in them, however long they are.
        object.__setattr__(self, "message", _shortened(self.message))
        if self.help is not None:
            object.__setattr__(self, "help", _shortened(self.help))

    @property
    def severity(self) -> Severity:
        return self.code.severity

    @property
    def is_error(self) -> bool:
        return self.code.severity == "error"


def sentence(text: str) -> str:
    """The text with a capital letter at its beginning and a full stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def finding(
    code: Code, span: Span, message: str, *, help: str | None = None, fixes: tuple[Fix, ...] = ()
) -> Diagnostic:
    """A diagnostic whose message and help are put together of pieces, and become sentences here."""
    return Diagnostic(
        code, span, sentence(message), help=None if help is None else sentence(help), fixes=fixes
    )


def limited(found: Iterable[Diagnostic], most: int) -> list[Diagnostic]:
    """The findings in order of place; of more than ``most`` the first, and a last one that says so."""
    every = sorted(found, key=lambda d: d.span)
    if len(every) <= most:
        return every
    left_out = every[most:]
    errors = [d for d in left_out if d.is_error]
    if not errors:
        return every
    more = "1 more finding is" if len(left_out) == 1 else f"{len(left_out)} more findings are"
    message = f"{more} not shown"
    return [*every[:most], Diagnostic(TOO_MANY_ERRORS, errors[0].span, message)]


def _shortened(text: str) -> str:
    half = MOST_CHARACTERS // 2
    return text if len(text) <= MOST_CHARACTERS else f"{text[:half]} … {text[-half:]}"
