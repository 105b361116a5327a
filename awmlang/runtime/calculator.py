"""``calc(text)``: arithmetic on decimal numbers, and nothing else."""

from __future__ import annotations

import math

from awmlang.runtime.errors import ToolError, arithmetic

LONGEST = 1_000  # characters
DEEPEST = 50  # parentheses and signs


def calculate(text: str) -> float:
    """The value of an expression of numbers, ``+ - * / ( )`` and spaces; anything else is ``arithmetic``."""
    if len(text) > LONGEST:
        raise arithmetic(f"calc takes at most {LONGEST:,} characters.")
    parser = _Parser(text)
    value = parser.sum(0)
    if parser.peek():
        raise parser.unexpected()
    if not math.isfinite(value):
        raise arithmetic("A number is too large.")
    return value


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while self.text[self.position : self.position + 1] == " ":
            self.position += 1
        return self.text[self.position : self.position + 1]

    def sum(self, depth: int) -> float:
        value = self.product(depth)
        while (operator := self.peek()) and operator in "+-":
            self.position += 1
            right = self.product(depth)
            value = value + right if operator == "+" else value - right
        return value

    def product(self, depth: int) -> float:
        value = self.factor(depth)
        while (operator := self.peek()) and operator in "*/":
            self.position += 1
            right = self.factor(depth)
            if operator == "/" and right == 0:
                raise arithmetic("Division by zero.")
            value = value * right if operator == "*" else value / right
        return value

    def factor(self, depth: int) -> float:
        if depth > DEEPEST:
            raise arithmetic("calc was given too many parentheses.")
        if (sign := self.peek()) and sign in "+-":
            self.position += 1
            value = self.factor(depth + 1)
            return -value if sign == "-" else value
        if self.peek() == "(":
            self.position += 1
            value = self.sum(depth + 1)
            if self.peek() != ")":
                raise self.unexpected()
            self.position += 1
            return value
        return self.number()

    def number(self) -> float:
        self.peek()
        start = self.position
        while (character := self.text[self.position : self.position + 1]) and character in "0123456789.":
            self.position += 1
        numeral = self.text[start : self.position]
        if len(numeral) > 1 and numeral[0] == "0" and numeral[1] != ".":
            raise arithmetic(f"calc takes no number with zeros ahead, such as {numeral[:20]}.")
        try:
            return float(numeral)
        except ValueError:
            raise self.unexpected() from None

    def unexpected(self) -> ToolError:
        found = self.peek()
        where = f"at {found!r}" if found else "at its end"
        return arithmetic(f"calc does not understand its text {where}.")
