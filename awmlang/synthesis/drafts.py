"""A draft as declarations, so that a reply may hold those alone that it changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from awmlang.syntax.forms import Form, form_in
from awmlang.syntax.grammar import END, load
from awmlang.syntax.tokens import Token, tokenize

_NAMED = ("enum", "type", "entity", "function", "tool", "crud", "data", "generate", "task")
_ONLY = ("environment", "clock", "me:", "policy")
_KINDS = (*_NAMED, *_ONLY, "invariant")
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_DELETE = re.compile(r"^#[ \t]*delete[ \t]+(\w+)[ \t]+(\w+)", re.M)
_COMMENT = re.compile(r"[ \t]*#[^\n]*")
_OPENING, _CLOSING = ("{", "(", "["), ("}", ")", "]")

Key = tuple[str, str]
"""The kind of a declaration, and its name or what else tells it from others of its kind."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A declaration of a text, with the comments before it, and its offsets. ``is_whole``: its brackets are closed."""

    key: Key
    text: str
    start: int
    end: int
    is_whole: bool


def spec_in(reply: str) -> str | None:
    """What a reply holds of a spec: its longest fenced block, or what stands between its first line of a
    declaration (or brace) and its last; None where there is nothing."""
    blocks = [found[2] for found in _FENCE.finditer(reply)]
    specs = [block for block in blocks if form_in(block) == "json" or chunks(block)]
    if specs:
        return max(specs, key=len).strip() + "\n"
    if form_in(reply) == "json":
        return reply.strip() + "\n"
    found = chunks(reply)
    if not found:
        return None
    return reply[found[0].start : found[-1].end].strip() + "\n"


def chunks(text: str) -> list[Chunk]:
    """The declarations of a text in the language: each begins a line, whatever is wrong with those before it."""
    tokens = tokenize(load(), text)
    starts = list(_starts(text, tokens))
    found: list[Chunk] = []
    before = 0
    for n, index in enumerate(starts):
        behind = starts[n + 1] if n + 1 < len(starts) else len(tokens) - 1
        own = tokens[index:behind]
        end, is_whole = _end(text, own)
        if n == 0:
            before = _comments_before(text, tokens[index].start)
        found.append(Chunk(_key(own), text[before:end].strip(), before, end, is_whole))
        before = end
    return found


def _starts(text: str, tokens: list[Token]) -> Iterator[int]:
    depth = 0
    for index, token in enumerate(tokens):
        line = text.rfind("\n", 0, token.start) + 1
        column = token.start - line
        begins = not text[line : token.start].strip()
        if token.kind in _KINDS and begins and (column == 0 or depth == 0) and _is_heading(tokens, index):
            depth = 0
            yield index
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        depth = max(depth, 0)


def _is_heading(tokens: list[Token], index: int) -> bool:
    """Whether a declaration may go on like this: prose begins lines with the same words."""
    kind, following = tokens[index].kind, tokens[index + 1]
    behind = tokens[index + 2].kind if index + 2 < len(tokens) else END
    if kind == "clock":
        return following.kind == "="
    if kind == "policy":
        return following.kind == "STRING"
    if kind == "me:":
        return following.kind == "NAME"
    if kind == "invariant":
        return following.kind != END
    is_name = following.text.isidentifier()
    after = {
        "environment": ("STRING",), "enum": ("{",), "type": ("=",), "entity": ("{", "STRING"),
        "function": ("(",), "tool": ("(",), "crud": ("{",), "data": ("(", "from"),
        "generate": ("NUMBER", "for", "{"), "task": ("STRING",),
    }  # fmt: skip
    return is_name and behind in after[kind]


def _end(text: str, tokens: list[Token]) -> tuple[int, bool]:
    """Where a declaration ends, with a comment on its last line, and whether all its brackets are closed there."""
    depth, end = 0, tokens[0].end
    for token in tokens:
        if depth == 0 and end > tokens[0].end and token.kind == "ERROR":
            break  # prose behind it
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        end = token.end
        if depth == 0 and token.kind == "}":
            break
    if comment := _COMMENT.match(text, end):
        end = comment.end()
    return end, depth == 0 and len(tokens) > 1


def _comments_before(text: str, start: int) -> int:
    """Where the comment lines right before an offset begin."""
    start = text.rfind("\n", 0, start) + 1
    while start and text[text.rfind("\n", 0, start - 1) + 1 : start].lstrip().startswith("#"):
        start = text.rfind("\n", 0, start - 1) + 1
    return start


def _key(tokens: list[Token]) -> Key:
    kind = tokens[0].kind
    if kind in _NAMED:
        return kind, tokens[1].text
    if kind == "invariant":
        return kind, next(
            (t.text for t in reversed(tokens) if t.kind == "STRING"), " ".join(t.text for t in tokens)
        )
    return kind, ""


def merged(draft: str, reply: str) -> str:
    """The draft with the declarations of a reply in place of those of the same kind and name, and new ones behind.

    All ``data`` and ``generate`` of one entity are replaced together. ``# delete tool x`` takes one away. A reply
    that is a spec of its own takes the place of the draft. Both may be JSON.
    """
    if form_in(draft) == "json" or form_in(reply) == "json":
        return _merged_json(draft, reply)
    old, new = chunks(draft), chunks(reply)
    if any(chunk.key[0] == "environment" for chunk in new) and 2 * len(new) >= len(old):
        return reply
    gone = {(kind, name) for kind, name in _DELETE.findall(reply)}
    replaced: dict[Key, list[str]] = {}
    for chunk in new:
        if chunk.is_whole:
            replaced.setdefault(chunk.key, []).append(chunk.text)
    made, position = "", 0
    for chunk in old:
        between = draft[position : chunk.end].removesuffix(chunk.text)
        position = chunk.end
        if chunk.key in replaced:
            made += between + "\n\n".join(replaced.pop(chunk.key))
            gone.add(chunk.key)  # the others of the entity
        elif chunk.key not in gone:
            made += between + chunk.text
    added = [text for texts in replaced.values() for text in texts]
    return "\n\n".join([(made + draft[position:]).rstrip(), *added]) + "\n"


def unfinished(draft: str) -> Chunk | None:
    """The declaration in which a draft stops, where it was cut off."""
    found = chunks(draft)
    return found[-1] if found and not found[-1].is_whole else None


def without_last(draft: str) -> str:
    """The draft without the declaration in which it stops."""
    return "\n\n".join(chunk.text for chunk in chunks(draft)[:-1]) + "\n"


def _merged_json(draft: str, reply: str) -> str:
    """As ``merged``; a reply that is no JSON object changes nothing."""
    try:
        old, new = json.loads(draft), json.loads(reply)
    except ValueError:
        return reply if _is_spec(reply) else draft
    if not isinstance(new, dict) or not isinstance(old, dict):
        return draft
    if "environment" in new:
        return reply
    fresh = [d for d in new.get("declarations") or [] if isinstance(d, dict)]
    gone = {tuple(text.split()[:2]) for text in new.get("delete") or [] if isinstance(text, str)}
    replaced: dict[Key, list[Any]] = {}
    for declaration in fresh:
        replaced.setdefault(_json_key(declaration), []).append(declaration)
    result: list[Any] = []
    for declaration in old.get("declarations") or []:
        key = _json_key(declaration)
        if key in replaced:
            result += replaced.pop(key)
            gone.add(key)
        elif key not in gone:
            result.append(declaration)
    result += [d for several in replaced.values() for d in several]
    return json.dumps(old | {"declarations": result}, ensure_ascii=False, indent=2) + "\n"


def _is_spec(text: str) -> bool:
    try:
        return "environment" in json.loads(text)
    except (ValueError, TypeError):
        return False


def _json_key(declaration: object) -> Key:
    if isinstance(declaration, dict):
        for kind in (*_NAMED, "invariant", "policy", "clock", "me"):
            if declaration.get(kind) is not None:
                return kind, str(declaration[kind])
    return "", json.dumps(declaration, sort_keys=True)


def declaration_at(draft: str, offset: int) -> Key | None:
    """The declaration that an offset of the draft lies in."""
    found = [chunk for chunk in chunks(draft) if chunk.start <= offset] if form_in(draft) == "awm" else []
    return found[-1].key if found else None


def count(draft: str, kind: str) -> int:
    """How many declarations of a kind there are."""
    if form_in(draft) == "awm":
        return sum(chunk.key[0] == kind for chunk in chunks(draft))
    try:
        declarations: Iterable[object] = json.loads(draft).get("declarations") or []
    except (ValueError, AttributeError):
        return 0
    return sum(_json_key(d)[0] == kind for d in declarations)


def path_of(draft: str) -> str:
    """A name of the draft that tells its form."""
    form: Form = form_in(draft)
    return "draft.awm" if form == "awm" else f"draft.awm.{form}"
