"""What is no token: unknown characters, and strings that are not as they should be.

``Mender`` stands in for the lexer where that is at a loss. It reports, and makes the tokens that were meant.
"""

from __future__ import annotations

import re

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix
from awmlang.diagnostics.span import Source, Span
from awmlang.syntax.strings import ESCAPES
from awmlang.syntax.tokens import Token

_LENIENT = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
_LENIENT_LINES = re.compile(r'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""', re.S)
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'|“[^”\n]*”|`[^`\n]*`")
_BAD = re.compile(r"\\(.)|[\x00-\x1f]", re.S)
_LINE_COMMENT = re.compile(r"//[^\n]*")
_BLOCK_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_UNKNOWN = re.compile(r"[^\s\w\"#(){}\[\],.:=<>+\-*/%?]+")
_NEXT_DECLARATION = re.compile(
    r"\n(?=(?:entity|enum|function|tool|crud|data|generate|task|type|invariant)\b)"
)

# The text, what it is here, and why.
_OPERATORS = {
    "&&": ("and", "write `and`, not `&&`"),
    "||": ("or", "write `or`, not `||`"),
    "!": ("not", "write `not`, not `!`"),
    "!==": ("!=", "write `!=`, not `!==`"),
    ";": ("", "no `;` is needed: statements end where the next one begins"),
}
_OPERATOR = re.compile("|".join(re.escape(text) for text in sorted(_OPERATORS, key=len, reverse=True)))

TABLE_OF_ESCAPES = r"the escapes are `\"`, `\\`, `\n` and `\t`"


class Mender:
    """Called by the lexer with the tokens so far and the place of a character that begins none."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._file = source.file
        self.diagnostics: list[Diagnostic] = []

    def __call__(self, tokens: list[Token], place: int) -> int:
        text = self._text
        if text[place] == '"':
            if tokens and tokens[-1].text == '""' and tokens[-1].end == place:
                place = tokens.pop().start  # the lexer took two of the three quotes for an empty string
            return self._string(tokens, place)
        if found := _QUOTED.match(text, place):
            return self._foreign_quotes(tokens, found)
        if found := _OPERATOR.match(text, place):
            return self._operator(tokens, found)
        found = _UNKNOWN.match(text, place)
        end = found.end() if found else place + 1
        characters = text[place:end]
        names = ", ".join(
            f"`{c}`" if c.isprintable() else f"U+{ord(c):04X}" for c in dict.fromkeys(characters)
        )
        self._report(
            codes.UNEXPECTED_CHARACTER, place, end, f"{names} has no meaning outside a text", "", "remove it"
        )
        return end

    def _report(
        self,
        code: codes.Code,
        start: int,
        end: int,
        message: str,
        text: str | None,
        fix: str,
        help: str | None = None,
    ) -> None:
        span = Span(self._file, start, end)
        fixes = () if text is None else (Fix(fix, (Edit(span, text),), safe=code is codes.FOREIGN),)
        self.diagnostics.append(Diagnostic(code, span, message, help=help, fixes=fixes))

    def _operator(self, tokens: list[Token], found: re.Match[str]) -> int:
        word, message = _OPERATORS[found.group()]
        start, end = found.span()
        text = word
        if word.isalpha():
            text = f"{'' if self._text[start - 1 : start].isspace() else ' '}{word}"
            text += "" if self._text[end : end + 1].isspace() else " "
        self._report(codes.FOREIGN, start, end, message, text, f"write `{word}`" if word else "remove it")
        if word:
            tokens.append(Token(word, start, end, word))
        return end

    def _foreign_quotes(self, tokens: list[Token], found: re.Match[str]) -> int:
        start, end = found.span()
        body = found.group()[1:-1]
        value = re.sub(r"\\(['`])", r"\1", body)
        literal = '"' + re.sub(r'(?<!\\)"', r"\"", value) + '"'
        self._report(codes.FOREIGN, start, end, 'a text stands in `"`', literal, 'use `"`')
        tokens.append(Token("STRING", start, end, f'"{_BAD.sub("..", body).replace(chr(34), ".")}"'))
        return end

    def _string(self, tokens: list[Token], start: int) -> int:
        text = self._text
        several_lines = text.startswith('"""', start)
        if found := (_LENIENT_LINES if several_lines else _LENIENT).match(text, start):
            self._report_bad_characters(found)
            # The same length, so that places in it stay right.
            mended = _BAD.sub(
                lambda bad: bad.group() if bad[1] in ESCAPES else "." * len(bad.group()), found.group()
            )
            tokens.append(Token("STRING", start, found.end(), mended))
            return found.end()
        if several_lines:
            stop = _NEXT_DECLARATION.search(text, start)
            end = stop.start() if stop else len(text)
            self._report(codes.UNTERMINATED_STRING, start, start + 3, 'no `"""` closes this text', None, "")
        else:
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            end -= text[start:end].endswith("\r")
            message = 'no `"` closes this text on its line'
            self._report(
                codes.UNTERMINATED_STRING,
                start,
                end,
                message,
                None,
                "",
                'text of several lines stands in `"""`',
            )
        tokens.append(Token("STRING", start, end, '""'))
        return end

    def _report_bad_characters(self, found: re.Match[str]) -> None:
        several_lines = found.group().startswith('"""')
        for bad in _BAD.finditer(found.group()):
            start, end = found.start() + bad.start(), found.start() + bad.end()
            if bad[1] is not None and bad[1] not in ESCAPES:
                message = f"`{bad.group()}` is no escape"
                help = TABLE_OF_ESCAPES
                self._report(
                    codes.BAD_ESCAPE, start, end, message, "\\" + bad.group(), "double the backslash", help
                )
            elif bad.group() == "\t" and not several_lines:
                self._report(
                    codes.BAD_ESCAPE, start, end, r"a tab in a text is written `\t`", r"\t", r"write `\t`"
                )
            elif bad[1] is None and not (several_lines and bad.group() in "\t\r\n"):
                name = f"U+{ord(bad.group()):04X}"
                self._report(
                    codes.BAD_ESCAPE,
                    start,
                    end,
                    f"the control character {name} stands in a text",
                    "",
                    "remove it",
                )
