"""Colours: the TextMate grammar and the lexer for Pygments, held against what the parser says of each word."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from pygments.token import Error, Keyword, Operator, _TokenType

from awmlang.editor import textmate
from awmlang.editor.highlight import roles
from awmlang.editor.pygments_lexer import AwmLexer
from awmlang.editor.vocabulary import KEYWORDS
from awmlang.syntax import grammar
from tests.editor.scopes import Engine
from tests.editor.test_index import SPECS

ROOT = Path(__file__).parents[2]
VSCODE = ROOT / "editors" / "vscode"
SHIPPED = VSCODE / "syntaxes" / "awm.tmLanguage.json"
NODE_MODULES = VSCODE / "node_modules"

WORDS = {word.rstrip(":") for word in grammar.load().words if word[0].isalpha()}


@cache
def scopes_of(path: Path) -> list[tuple[str, ...]]:
    """The scopes of every character."""
    text = path.read_text("utf-8")
    scopes: list[tuple[str, ...]] = [()] * len(text)
    for piece in Engine(json.loads(SHIPPED.read_text("utf-8"))).scopes(text):
        scopes[piece.start : piece.end] = [piece.scopes] * (piece.end - piece.start)
    return scopes


def is_keyword(scopes: tuple[str, ...]) -> bool:
    scope = scopes[-1].removesuffix(".awm")
    return scope != "keyword.operator" and scope.startswith(("keyword.", "storage.", "constant.language"))


def test_every_word_of_the_grammar_has_its_colour_and_its_page() -> None:
    assert textmate.words() == WORDS
    assert set(KEYWORDS) == WORDS


def test_the_shipped_grammar_is_up_to_date() -> None:
    assert SHIPPED.read_text("utf-8") == textmate.text(), f"python -m awmlang.editor.textmate {SHIPPED}"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_token_has_a_scope(path: Path) -> None:
    text, scopes = path.read_text("utf-8"), scopes_of(path)
    bare = [
        (text.count("\n", 0, at) + 1, text[at])
        for at in range(len(text))
        if len(scopes[at]) < 2 and not text[at].isspace()
    ]
    assert bare == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_keywords_are_coloured_as_keywords_and_names_are_not(path: Path) -> None:
    text, scopes = path.read_text("utf-8"), scopes_of(path)
    wrong = [
        (text.count("\n", 0, token.start) + 1, token.text, found)
        for token, role in roles(text)
        if role != "other"
        and (role == "keyword") != is_keyword(found := scopes[token.start + (token.text[0] == ".")])
    ]
    assert wrong == []


@pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="npm ci in editors/vscode")
@pytest.mark.parametrize("path", SPECS[:3], ids=lambda path: path.stem)
def test_vscode_itself_finds_the_same_scopes(path: Path) -> None:
    command = ["node", str(VSCODE / "test" / "scopes.mjs"), str(SHIPPED), str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    text, scopes = path.read_text("utf-8"), scopes_of(path)
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    for line, start, end, names in found:
        for at in range(starts[line] + start, starts[line] + end):
            if not text[at].isspace():
                assert scopes[at] == tuple(names), (line + 1, text[at])


# ---- Pygments


def shown(text: str) -> list[tuple[str, _TokenType]]:
    return [(piece, kind) for _, kind, piece in AwmLexer().get_tokens_unprocessed(text)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_lexer_knows_every_token(path: Path) -> None:
    text = path.read_text("utf-8")
    pieces = shown(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, kind in pieces if kind in Error] == []
    at, kinds = 0, {}
    for piece, kind in pieces:
        kinds[at] = kind
        at += len(piece)
    for token, role in roles(text):
        kind = kinds[token.start]
        if role == "keyword":
            assert kind in Keyword or kind in Operator.Word, token
        elif role == "name" and token.kind != "FIELD":
            assert kind not in Keyword or kind is Keyword.Type, token


def test_a_part_of_a_spec_has_colours_too() -> None:
    kinds = dict(
        shown('let x = first(Order where .list == "{me.name}")\nreturn x { id }\n\nentity A { list: text }')
    )
    assert kinds["let"] in Keyword and kinds["where"] in Keyword and kinds["return"] in Keyword
    assert kinds["entity"] in Keyword
    assert kinds["list"] not in Keyword
    assert "{me.name}" in kinds


def test_what_is_no_token_is_an_error() -> None:
    assert [piece for piece, kind in shown("let x = $ 1") if kind in Error] == ["$"]
    assert "".join(piece for piece, _ in shown('tool "')) == 'tool "'


def test_pygments_finds_the_lexer() -> None:
    code = "from pygments.lexers import get_lexer_by_name, find_lexer_class_for_filename as f; print(get_lexer_by_name('awm').name, f('x.awm').name)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if "ClassNotFound" in done.stderr:
        pytest.skip("needs awmlang installed as it is now")
    assert done.stdout.split() == ["AWM", "AWM"]
