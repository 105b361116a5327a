"""What is no token: unknown characters, and strings that are not as they should be.

``Mender`` stands in for the lexer where that is at a loss. It reports, and makes the tokens that were meant.
"""

from __future__ import annotations

import re

from awmlang.diagnostics import codes
from awmlang.diagnostics.diagnostic import Diagnostic, Edit, Fix, finding
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
    "&": ("and", "write `and`, not `&`"),
    "|": ("or", "write `or`, not `|`"),
    "!": ("not", "write `not`, not `!`"),
    "!==": ("!=", "write `!=`, not `!==`"),
    ";": ("", "no `;` is needed: each thing ends where the next one begins"),
    "...": ("", "there is no `...`; `*`, first in a shape, stands for all stored fields"),
    "^": ("*", "there is no power operator; multiply: `x * x`"),
}
_OPERATOR = re.compile("|".join(re.escape(text) for text in sorted(_OPERATORS, key=len, reverse=True)))
_ONLY_OFFERED = ("&", "|", "...", "^")  # what they mean elsewhere may be something else

_DECORATOR = re.compile(r"@[\w.]+[ \t]*(?:\([^()\n]*\))?")
_OR_NULL = re.compile(r"\|\s*(?:null|None|nil|undefined)\b")
_OTHERWISE = re.compile(r"\|\|(?=\s*(?:[\d\"'\[]|null\b))")
_DOTS = re.compile(r"\.+\s*(-?\d+(?:\.\d+)?)?")
_QUOTE = re.compile(r"\s*[\"']")
_DIGITS = re.compile(r"\d+")

TABLE_OF_ESCAPES = r"the escapes are `\"`, `\\`, `\n` and `\t`"


def _within_enum(tokens: list[Token]) -> bool:
    """Whether what comes next is a member of an enum."""
    for token in reversed(tokens[-60:]):
        if token.kind == "enum":
            return True
        if token.text not in ("{", "=", ",") and not token.text.isidentifier() and token.kind != "STRING":
            return False
    return False


def _within_loop(tokens: list[Token]) -> bool:
    """Whether what comes next stands in parentheses behind ``for``."""
    depth = 0
    for index in range(len(tokens) - 1, 0, -1):
        depth += (tokens[index].kind == ")") - (tokens[index].kind == "(")
        if depth < 0:
            return tokens[index - 1].kind == "for"
        if tokens[index].kind in ("{", "}"):
            return False
    return False


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
        if found := _OR_NULL.match(text, place):
            start = tokens[-1].end if tokens else place
            return self._say((start, found.end()), "a type that allows null ends in `?`", "?", tokens)
        if found := _OTHERWISE.match(text, place):
            return self._say(found.span(), "write `??` to give another value for null", "??", tokens)
        if found := _DECORATOR.match(text, place):
            message = "there are no decorators: what a tool does is read from its body"
            return self._say(found.span(), message, "", tokens, safe=False)
        if text[place] == "$":
            message = (
                "a number stands alone"
                if text[place + 1 : place + 2].isdigit()
                else "names stand without `$`"
            )
            return self._say((place, place + 1), message, "", tokens)
        if text[place] == "." and (end := self._dots(tokens, place)):
            return end
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
        self.diagnostics.append(finding(code, span, message, help=help, fixes=fixes))

    def _say(
        self, place: tuple[int, int], message: str, word: str, tokens: list[Token], safe: bool = True
    ) -> int:
        """Reports what is written otherwise here, as ``word``; gives where it ends."""
        span = Span(self._file, *place)
        fix = Fix(f"write `{word}`" if word else "leave it out", (Edit(span, word),), safe)
        self.diagnostics.append(finding(codes.FOREIGN, span, message, fixes=(fix,)))
        if word:
            tokens.append(Token(word, *place, word))
        return place[1]

    def _dots(self, tokens: list[Token], place: int) -> int | None:
        """Dots that belong to numbers: ``.5``, ``5.``, ``1 .. 5``, ``1...5``."""
        text, last = self._text, tokens[-1] if tokens else None
        found = _DOTS.match(text, place)
        assert found is not None
        dots = found.group().count(".") - (found[1] or "").count(".")
        if last is not None and last.kind in ("NUMBER", "BOUNDS") and (dots > 1 or last.kind == "BOUNDS"):
            tokens.pop()
            bounds = f"{last.text.removesuffix('..')}..{found[1] or ''}"
            end = found.end() if found[1] else place + dots
            self._say((last.start, end), f"bounds are written `{bounds}`", bounds, [])
            tokens.append(Token("BOUNDS", last.start, end, bounds))
            return end
        if dots > 1:
            return None
        if last is not None and last.kind == "NUMBER" and last.end == place:
            return self._say((place, place + 1), f"write `{last.text}`, without a point at the end", "", [])
        if digits := _DIGITS.match(text, place + 1):
            number = f"0.{digits.group()}"
            self._say((place, digits.end()), f"write `{number}`", number, [])
            tokens.append(Token("NUMBER", place, digits.end(), number))
            return digits.end()
        return None

    def _operator(self, tokens: list[Token], found: re.Match[str]) -> int:
        word, message = _OPERATORS[found.group()]
        start, end = found.span()
        text = self._text
        if found.group() == "|" and _within_enum(tokens):
            end += text[end : end + 1] == " "
            return self._say((start, end), "members stand side by side, without `|`", "", tokens)
        if found.group() == "|" and tokens and tokens[-1].kind == "STRING" and _QUOTE.match(text, end):
            message = "an enum is declared on its own: `enum Status { open closed }`"
            self.diagnostics.append(finding(codes.FOREIGN, Span(self._file, start, end), message))
            return end
        if found.group() == ";" and _within_loop(tokens):
            tokens.append(Token(";", start, end, ";"))  # a loop of three parts is reported as a whole
            return end
        if found.group() in _ONLY_OFFERED:
            return self._say((start, end), message, word, tokens, safe=False)
        written = word
        if word.isalpha():
            written = f"{'' if text[start - 1 : start].isspace() else ' '}{word}"
            written += "" if text[end : end + 1].isspace() else " "
        self._report(codes.FOREIGN, start, end, message, written, f"write `{word}`" if word else "remove it")
        if word:
            tokens.append(Token(word, start, end, word))
        return end

    def _foreign_quotes(self, tokens: list[Token], found: re.Match[str]) -> int:
        start, end = found.span()
        body = found.group()[1:-1]
        value = re.sub(r"\\(['`])", r"\1", body)
        if found.group()[0] == "`":
            value = value.replace("${", "{")
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
