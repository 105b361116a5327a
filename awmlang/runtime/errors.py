"""How a call ends when it does not end well."""

from __future__ import annotations


class ToolError(Exception):
    """An error that the language knows: a declared one, or one of the built-in codes.

    ``field`` is the JSON path of the argument that is to blame, such as ``items[1].quantity``.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(code, message, field)
        self.code = code
        self.message = message
        self.field = field


def arithmetic(message: str) -> ToolError:
    """Division by zero, overflow, an index out of range, a bad ``calc``."""
    return ToolError("arithmetic", message)


def too_expensive(message: str = "This takes too much work.") -> ToolError:
    """The call went beyond its budget of work, or made a text or list beyond all bounds."""
    return ToolError("too_expensive", message)
