"""Findings: a code, a place, a message, a suggestion; and how they print."""

from awmlang.diagnostics.codes import Code, all_codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Severity, limited
from awmlang.diagnostics.edits import apply_edits
from awmlang.diagnostics.render import FORMATS, Format, exit_code, in_order, render, summary
from awmlang.diagnostics.span import NOWHERE, Source, Span
from awmlang.diagnostics.visible import visible, visible_character

__all__ = [
    "FORMATS",
    "NOWHERE",
    "Code",
    "Diagnostic",
    "Edit",
    "Fix",
    "Format",
    "Label",
    "Severity",
    "Source",
    "Span",
    "all_codes",
    "apply_edits",
    "exit_code",
    "in_order",
    "limited",
    "render",
    "summary",
    "visible",
    "visible_character",
]
