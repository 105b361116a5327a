"""A spec in one form to its text in another."""

from __future__ import annotations

from awmlang.diagnostics.diagnostic import Diagnostic
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax import forms, grammar, tree
from awmlang.syntax.format import format_source, format_spec
from awmlang.syntax.tokens import tokenize
from awmlang.syntax.yaml_comments import carry
from awmlang.syntax.yaml_nodes import read_yaml
from awmlang.syntax.yaml_write import write_json, write_yaml


class ConvertError(Exception):
    """A fault of the conversion: what it made of a file says something else."""


def convert(source: Source, form: forms.Form) -> tuple[str | None, int, list[Diagnostic]]:
    """The text of a spec in another form, and how many comments it lost; None, with findings, where it has errors.

    Only JSON loses comments: it has none. Raises ConvertError.
    """
    spec, found = forms.parse(source)
    if found:
        return None, 0, forms.fit_fixes(source, found)
    match form:
        case "json":
            text = write_json(spec)
        case "yaml":
            text = _commented(spec, source, write_yaml(spec), form)
        case "awm":
            text = _commented(spec, source, format_spec(spec), form)
            formatted, found = format_source(_named(text, form))
            if formatted is None:
                raise ConvertError(f"{source.path} would not be the same as {form}: {found[0].message}")
            text = formatted
    again, found = forms.parse(_named(text, form))
    lost = len(spec.comments) - len(again.comments)
    if found or not tree.same(spec, again) or (lost and form != "json"):
        raise ConvertError(f"{source.path} would not be the same as {form}")
    return text, lost, []


def _named(text: str, form: forms.Form) -> Source:
    return Source(0, f"converted.{form}", text)


def _commented(spec: tree.Spec, source: Source, text: str, form: forms.Form) -> str:
    target = _named(text, form)
    made, _ = forms.parse(target)
    if form == "yaml":
        spans = [scalar.span for scalar in read_yaml(target).scalars]
    else:
        tokens = tokenize(grammar.load(), text)
        spans = [Span(0, token.start, token.end) for token in tokens if token.kind == "STRING"]
    blocks = [span for span in spans if "\n" in text[span.start : span.end]]
    return carry(spec, source, made, target, blocks)
