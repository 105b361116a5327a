"""Findings: a code, a place, a message, a suggestion; how they print is in ``render``."""

from awmlang.diagnostics.codes import Code, all_codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Severity
from awmlang.diagnostics.span import NOWHERE, Source, Span

__all__ = [
    "NOWHERE",
    "Code",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Severity",
    "Source",
    "Span",
    "all_codes",
]
