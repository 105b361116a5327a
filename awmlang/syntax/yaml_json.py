"""JSON text to the nodes that YAML gives."""

from __future__ import annotations

import json
import re

from awmlang.diagnostics import codes
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax.yaml_nodes import MAX_NESTING, Composer, Document

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]|[^\s\[\]{}",:]+', re.S)
_HALF = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"-?[0-9.]+([eE][+-]?[0-9]+)?|true|false|null")


def read_json(source: Source) -> Document:
    """The nodes of a JSON file."""
    composer = Composer(source)
    tokens = list(_TOKEN.finditer(source.text))
    depth = 0
    for token in tokens:
        depth += (token.group() in "[{") - (token.group() in "]}")
        if depth > MAX_NESTING:
            place = Span(source.file, token.start(), token.end())
            composer.report(codes.TOO_DEEP, place, "this is nested too deeply")
            return composer.document()
    try:
        json.loads(source.text)
    except json.JSONDecodeError as error:
        place = Span(source.file, error.pos, min(error.pos + 1, len(source.text)))
        advice = "JSON has no comments; YAML has" if source.text[error.pos : error.pos + 1] in "#/" else None
        composer.report(codes.NO_YAML, place, f"this is no JSON: {error.msg}", advice)
        return composer.document()
    for token in tokens:
        text, (start, end) = token.group(), token.span()
        if text in "[{":
            composer.open(start, text == "{")
        elif text in "]}":
            composer.close(start, end)
        elif text[0] == '"':
            value = json.loads(text)
            if half := _HALF.search(value):
                message = f"{ascii(half.group())[1:-1]} is half of a character"
                composer.report(codes.NOT_TEXT, Span(source.file, start, end), message)
            composer.scalar(start, end, value, '"')
        else:
            if not _PLAIN.fullmatch(text):
                composer.report(codes.NO_YAML, Span(source.file, start, end), f"`{text}` is no JSON")
            composer.scalar(start, end, text, "")
    return composer.document()
