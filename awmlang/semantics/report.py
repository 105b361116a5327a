"""Collecting diagnostics."""

from __future__ import annotations

from collections.abc import Iterable

from awmlang.diagnostics import Code, Diagnostic, Edit, Fix, Label, Span
from awmlang.semantics.describe import nearest


class Report:
    """The findings of one analysis, in the order found; the same finding at the same place only once."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._seen: set[tuple[str, Span]] = set()

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
        if (code.id, span) not in self._seen:
            self._seen.add((code.id, span))
            self.diagnostics.append(Diagnostic(code, span, message, tuple(labels), help, tuple(fixes)))

    def unknown(self, code: Code, span: Span, what: str, name: str, known: Iterable[str]) -> None:
        """A name that is not among ``known``, with the nearest of those as a suggestion."""
        near = nearest(name, known)
        help = f"Did you mean `{near}`?" if near else None
        fixes = (Fix(f"Write `{near}`", (Edit(span, near),)),) if near else ()
        self.add(code, span, f"{what} `{name}`.", help=help, fixes=fixes)

    def failed_in(self, span: Span) -> bool:
        """Whether there is an error within ``span``."""
        return any(
            d.is_error and d.span.file == span.file and span.start <= d.span.start < span.end
            for d in self.diagnostics
        )

    @property
    def failed(self) -> bool:
        return any(d.is_error for d in self.diagnostics)
