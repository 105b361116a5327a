"""The one style of the language: from a tree, and the comments of its file, to text.

What a text means is kept, and where its comments stand; how it was laid out is not, but for blank lines.
"""

from awmlang.syntax.format.comments import FormatError
from awmlang.syntax.format.formatter import (
    WIDTH,
    format_expression,
    format_part,
    format_solution,
    format_source,
    format_spec,
)

__all__ = [
    "WIDTH",
    "FormatError",
    "format_expression",
    "format_part",
    "format_solution",
    "format_source",
    "format_spec",
]
