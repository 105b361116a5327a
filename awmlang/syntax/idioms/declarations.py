"""Idioms of fields, types, parameters and the heads of declarations."""

from __future__ import annotations

from awmlang.syntax.idioms.cursor import Cursor, Piece, Rewrite, idiom

FOREIGN_TYPES = {
    "string": "text", "str": "text", "varchar": "text", "char": "text", "nvarchar": "text", "uuid": "text",
    "integer": "int", "bigint": "int", "smallint": "int", "long": "int", "int32": "int", "int64": "int",
    "number": "float", "double": "float", "real": "float", "numeric": "money", "decimal": "money",
    "currency": "money", "boolean": "bool", "timestamp": "datetime", "datetimetz": "datetime",
}  # fmt: skip
"""The types of other languages, and what is nearest to them here."""

_SCALARS = ("int", "float", "bool", "text", "money", "date", "time", "datetime")
_LISTS = ("list", "array", "set", "sequence", "vector", "tuple", "collection", "iterable")
_OPTIONALS = ("optional", "option", "maybe", "nullable")
_MAPS = ("dict", "map", "object", "record", "mapping", "json", "any")


def _is_type(c: Cursor, index: int) -> bool:
    return c.lower(index) in FOREIGN_TYPES or c.lower(index) in _SCALARS


def _plain_type(text: str) -> str:
    return FOREIGN_TYPES.get(text.lower(), text)


def _starts_type(c: Cursor) -> bool:
    """Whether a type is expected here: behind a name with a colon, or within another type."""
    return c.kind(c.at - 1) in ("LABEL", ":", "[", "me:", "answer:", "->") or (
        c.kind(c.at - 1) == "=" and c.declaration == "type"
    )


# ---- Types


@idiom(*_LISTS, *_OPTIONALS, *_MAPS)
def generic(c: Cursor) -> Rewrite | None:
    """``List[T]``, ``array<T>``, ``Optional[T]``, ``list of T``, ``optional T``."""
    i, name = c.at, c.lower(c.at)
    if not _starts_type(c):
        return None
    close = None
    if c.kind(i + 1) == "[":
        close = c.closing(i + 1)
    elif c.kind(i + 1) == "<":
        close = c.find((">",), i + 2, min(i + 12, c.line_end(i)))
    if name in _MAPS:
        if close is None:
            return None
        say = "there is no type of maps; a record names its fields: `{ name: text, count: int }`"
        return c.read_on(i, close + 1, "text", say=say)
    if close is not None:
        inner = (i + 2, close)
        if name in _OPTIONALS:
            return c.rewrite(i, close + 1, inner, "?", say=f"write `{c.source_of(*inner)}?`")
        return c.rewrite(
            i, close + 1, "[", inner, "]", say=f"a list type is written `[{c.source_of(*inner)}]`"
        )
    if name in _LISTS and c.lower(i + 1) == "of" and c.is_word(i + 2):
        inner = (i + 2, i + 3)
        return c.rewrite(i, i + 3, "[", inner, "]", say=f"a list type is written `[{c.text(i + 2)}]`")
    if name in _OPTIONALS and c.kind(i + 1) == "NAME" and not c.breaks_before(i + 1):
        return c.rewrite(i, i + 2, (i + 1, i + 2), "?", say=f"write `{c.text(i + 1)}?`")
    return None


@idiom("ref", "reference", "fk", "foreignkey", "id")
def reference(c: Cursor) -> Rewrite | None:
    """``ref Item``, ``Ref(Item)``, ``ForeignKey[Item]``."""
    i = c.at
    if not _starts_type(c):
        return None
    begin = i + 1
    if c.kind(begin) in ("(", "["):
        close = c.closing(begin)
        begin += 1
        if close != begin + 1:
            return None
        end = close + 1
    else:
        end = begin + 1
    if c.kind(begin) != "NAME" or not c.text(begin)[0].isupper() or c.breaks_before(begin):
        return None
    return c.rewrite(
        i, end, (begin, begin + 1), say=f"a reference is a field of the entity's type: `{c.text(begin)}`"
    )


@idiom("(", "[")
def bounds(c: Cursor) -> Rewrite | None:
    """``varchar(80)``, ``int[1..5]``, ``int(min=1, max=5)``."""
    i = c.at
    if i < 2 or c.kind(i - 2) not in ("LABEL", "[") or not _is_type(c, i - 1) or not c.touches(i):
        return None
    close = c.closing(i)
    if close is None:
        return None
    type, inner = _plain_type(c.text(i - 1)), [c.kind(n) for n in range(i + 1, close)]
    written = ""
    if inner == ["NUMBER"] and (c.kind(i) == "(" and type != c.text(i - 1)):
        written = f"..{c.text(i + 1)}"
    elif inner == ["BOUNDS"] and c.kind(i) == "[":
        written = c.text(i + 1)
    elif inner[1:2] == ["="]:
        ends = {c.lower(begin): c.source_of(begin + 2, end) for begin, end in c.split(i + 1, close)}
        low = next(
            (ends[k] for k in ("min", "ge", "min_length", "minlength", "from", "least") if k in ends), ""
        )
        high = next(
            (ends[k] for k in ("max", "le", "max_length", "maxlength", "to", "most") if k in ends), ""
        )
        written = f"{low}..{high}" if low or high else ""
    if type == "money" and type != c.text(i - 1) and c.kind(i) == "(":  # decimal(10, 2)
        return c.rewrite(i - 1, close + 1, "money", say="write `money`: it has two decimals")
    if not written:
        return None
    return c.rewrite(i - 1, close + 1, f"{type}({written})", say=f"bounds are written `{type}({written})`")


@idiom("?")
def optional_name(c: Cursor) -> Rewrite | None:
    """``name?: text``."""
    i = c.at
    if c.kind(i + 1) != ":" or not c.is_word(i - 1) or not (_is_type(c, i + 2) or c.kind(i + 2) == "NAME"):
        return None
    if (
        c.declaration not in ("entity", "tool", "function", "type")
        or not c.touches(i)
        or not c.touches(i + 1)
    ):
        return None
    name, type = c.text(i - 1), c.text(i + 2)
    return c.rewrite(
        i - 1,
        i + 3,
        f"{name}: {type}?",
        say=f"the `?` belongs to the type: `{name}: {type}?`",
        mark=(i, i + 1),
    )


# ---- Fields


def _in_entity(c: Cursor) -> bool:
    return c.declaration == "entity" and c.around(c.at) >= 0


def _starts_member(c: Cursor, index: int) -> bool:
    return c.begins_line(index) or c.kind(index - 1) == ","


@idiom(*_SCALARS, *FOREIGN_TYPES)
def type_before_name(c: Cursor) -> Rewrite | None:
    """``text name`` in an entity or among parameters."""
    i = c.at
    in_parameters = c.kind(c.around(i)) == "(" and c.kind(i - 1) in ("(", ",") and c.around(c.around(i)) < 0
    if not (in_parameters and c.declaration in ("tool", "function")) and not (
        _in_entity(c) and _starts_member(c, i)
    ):
        return None
    if not c.is_word(i + 1) or c.breaks_before(i + 1) or _is_type(c, i + 1):
        return None
    if not (c.kind(i + 2) in (",", ")", "=", "}", "STRING", "key", "unique") or c.breaks_before(i + 2)):
        return None
    name, type = c.text(i + 1), _plain_type(c.text(i))
    return c.rewrite(i, i + 2, f"{name}: {type}", say=f"the name comes first, with a colon: `{name}: {type}`")


@idiom("NAME")
def name_without_colon(c: Cursor) -> Rewrite | None:
    """``name text`` in an entity."""
    i = c.at
    if not _in_entity(c) or not _starts_member(c, i) or c.breaks_before(i + 1) or _is_type(c, i):
        return None
    if not _is_type(c, i + 1) or c.kind(i + 2) in ("FIELD", "("):
        return None
    return c.rewrite(
        i, i + 1, f"{c.text(i)}:", say=f"a colon stands between a name and its type: `{c.text(i)}: ...`"
    )


@idiom("primary")
def primary_key(c: Cursor) -> Rewrite | None:
    if c.lower(c.at + 1) != "key":
        return None
    return c.rewrite(c.at, c.at + 2, "key", say=f"write `key`, not `{c.source_of(c.at, c.at + 2)}`")


@idiom("not")
def not_null(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "null" or not _in_entity(c):
        return None
    if not (c.is_word(i - 1) or c.kind(i - 1) in (")", "]", "key", "unique")):
        return None
    return c.rewrite(i, i + 2, say="nothing is null unless its type ends in `?`", fix="leave it out")


@idiom("null")
def null_mark(c: Cursor) -> Rewrite | None:
    """``note text null``."""
    i = c.at
    if not _in_entity(c) or not (_is_type(c, i - 1) or c.kind(i - 1) == ")") or c.breaks_before(i):
        return None
    return c.rewrite(i, i + 1, "?", say="a type that allows null ends in `?`")


@idiom("nullable", "optional")
def nullable(c: Cursor) -> Rewrite | None:
    """``note: text nullable``."""
    i = c.at
    if not _in_entity(c) or not (c.is_word(i - 1) or c.kind(i - 1) in (")", "]")) or c.breaks_before(i):
        return None
    return c.rewrite(
        i - 1,
        i + 1,
        (i - 1, i),
        "?",
        say="a type that allows null ends in `?`",
        mark=(i, i + 1),
        fix="write `?`",
    )


@idiom("default")
def default(c: Cursor) -> Rewrite | None:
    i = c.at
    if not (c.is_word(i - 1) or c.kind(i - 1) in (")", "]", "?", "key", "unique")) or c.breaks_before(i):
        return None
    if c.operand(i + 1) is None or c.kind(i + 1) == "(" or c.breaks_before(i + 1):
        return None
    return c.rewrite(i, i + 1, "=", say=f"write `=`, not `{c.text(i)}`")


@idiom("references", "foreign")
def references(c: Cursor) -> Rewrite | None:
    """``user_id: int foreign key references User(id)``."""
    i = c.at
    word = i + 2 if c.words(i, "foreign", "key") else i
    if c.lower(word) != "references" or c.kind(word + 1) != "NAME" or c.declaration != "entity":
        return None
    end = word + 2
    if c.kind(end) == "(" and (close := c.closing(end)) is not None:
        end = close + 1
    entity = c.text(word + 1)
    say = f"a reference is a field of the entity's type: `{entity.lower()}: {entity}`"
    if c.kind(i - 2) != "LABEL" or not c.is_word(i - 1):
        return c.read_on(i, end, say=say)
    safe = not c.text(i - 2).endswith("_id:")
    return c.rewrite(i - 1, end, (word + 1, word + 2), say=say, mark=(i, word + 1), safe=safe)


@idiom("on")
def on_delete(c: Cursor) -> Rewrite | None:
    i = c.at
    if c.lower(i + 1) != "delete" or c.declaration != "entity":
        return None
    if c.lower(i + 2) == "cascade":
        return c.rewrite(i, i + 3, "cascade", say="write `cascade` alone")
    if c.words(i + 2, "set", "null"):
        return c.rewrite(i, i + 4, "clears", say="write `clears`: the reference is set to null")
    if c.lower(i + 2) in ("restrict", "no"):
        end = i + 3 + (c.lower(i + 2) == "no")
        return c.rewrite(i, end, say="a row that is referred to is not deleted anyway", fix="leave it out")
    return None


@idiom("autoincrement", "auto_increment", "identity", "generated")
def numbered(c: Cursor) -> Rewrite | None:
    if c.declaration != "entity" or c.kind(c.at + 1) in ("=", ":") or c.begins_line(c.at):
        return None
    say = 'every entity numbers its rows in a field `id` of its own; `serial("ORD-", 5)` numbers a text key'
    return c.read_on(c.at, c.at + 1, say=say)


# ---- Quotes around names


@idiom("STRING")
def quoted_name(c: Cursor) -> Rewrite | None:
    i = c.at
    name = c.text(i)[1:-1]
    if not name.isidentifier() or c.declaration not in (
        "entity",
        "tool",
        "function",
        "type",
        "generate",
        "crud",
        "data",
    ):
        return None
    say = f"names stand without quotes: `{name}`"
    around = c.kind(c.around(i))
    if c.kind(i + 1) == ":" and around in ("{", "("):
        is_type = c.declaration in ("entity", "type") or (around == "(" and c.around(c.around(i)) < 0)
        return c.rewrite(i, i + 2, f"{name}:" if is_type else f"{name} =", say=say, mark=(i, i + 1))
    if c.kind(i + 1) == "=" and around == "{" and c.kind(c.around(i) - 1) != "by":
        return c.rewrite(i, i + 1, name, say=say)
    in_list = c.declaration != "data" and (
        (c.kind(i - 1) in ("{", ",") and c.kind(i + 1) == ",")
        or (c.kind(i - 1) == "," and c.kind(i + 1) in ("}", ")"))
    )
    if around == "{" and in_list:
        return c.rewrite(i, i + 1, name, say=say)
    if c.declaration == "data" and around == "(" and c.around(i) == 2 and c.kind(i + 1) in (",", ")"):
        return c.rewrite(i, i + 1, name, say=say)
    return None


# ---- Heads


@idiom("->", "=", ":", "returns")
def result_type(c: Cursor) -> Rewrite | None:
    """``tool t(): int``, ``function f() -> int``, ``returns int``."""
    i = c.at
    if c.declaration not in ("tool", "function") or c.kind(i - 1) != ")" or c.around(i) >= 0:
        return None
    begin = i + 1
    if c.kind(i) == "=":
        if c.kind(i + 1) != ">":
            return None
        begin = i + 2
    end = begin
    while end < len(c.tokens) and c.kind(end) != "{" and end < begin + 6:
        end += 1
    if c.kind(end) != "{" or end == begin:
        return None
    if c.declaration == "tool":
        say = "the type of a tool's result is that of what it returns"
        return c.rewrite(i, end, say=say, fix="leave it out")
    if c.kind(i) == ":":
        return None
    say = "the type of a function's result stands behind `:`"
    return c.rewrite(i - 1, begin, (i - 1, i), ":", say=say, mark=(i, begin), fix="write `:`")


@idiom("tool", "function")
def without_parameters(c: Cursor) -> Rewrite | None:
    """``tool t { ... }`` and ``tool t "Text." (...) { ... }``."""
    i = c.at
    if i != 0 or not c.is_word(1):
        return None
    if c.kind(2) == "{":
        say = f"parentheses stand behind the name, even without parameters: `{c.text(1)}()`"
        return c.rewrite(1, 2, (1, 2), "()", say=say)
    text = 2 if c.kind(2) == "STRING" else None
    close = c.closing(3 if text else 2) if c.kind(3 if text else 2) == "(" else None
    if text is None and close is not None and c.kind(close + 1) == "STRING" and c.kind(close + 2) == "{":
        text = close + 1
    brace = close + (2 if text and text > close else 1) if close is not None else 3
    if text is None or c.kind(brace) != "{":
        return None
    say = "the description is the first thing in the braces"
    parameters: Piece = "()" if close is None else (3 if text == 2 else 2, close + 1)
    return c.rewrite(
        1, brace + 1, (1, 2), parameters, " { ", (text, text + 1), say=say, mark=(text, text + 1)
    )


@idiom("description", "desc", "doc", "description:", "desc:", "doc:")
def named_description(c: Cursor) -> Rewrite | None:
    i = c.at
    end = i + 1 if c.kind(i) == "LABEL" else i + 2
    if c.kind(end) != "STRING" or (end == i + 2 and c.kind(i + 1) not in ("=", ":")) or c.kind(i - 1) != "{":
        return None
    if c.declaration not in ("tool", "function", "entity") or c.around(c.around(i)) >= 0:
        return None
    if c.declaration == "entity":
        return None
    return c.rewrite(i, end, say="the description is a text alone", fix="leave the name out")


@idiom("enum", "data")
def other_brackets(c: Cursor) -> Rewrite | None:
    i = c.at
    if i != 0 or not c.is_word(1):
        return None
    begin = 2
    if c.kind(0) == "data":
        first = c.closing(2) if c.kind(2) == "(" else None
        if first is None:
            return None
        begin = first + 1
    begin += c.kind(begin) == "="
    if c.kind(0) == "enum" and c.kind(2) == "=" and c.is_word(3):  # of which the lexer took the `|`
        return c.rewrite(
            2,
            len(c.tokens) - 1,
            "{ ",
            (3, len(c.tokens) - 1),
            " }",
            say="the members stand in braces",
            mark=(2, 3),
        )
    close = c.closing(begin) if c.kind(begin) in ("(", "[", "{") else None
    if close is None or (c.kind(begin) == "{" and c.kind(begin - 1) != "="):
        return None
    head = begin - (c.kind(begin - 1) == "=")
    what = "members" if c.kind(0) == "enum" else "rows"
    inner: tuple[Piece, ...] = (c.gap(begin + 1) or " ", (begin + 1, close), c.gap(close) or " ")
    return c.rewrite(
        head, close + 1, "{", *inner, "}", say=f"the {what} stand in braces", mark=(begin, begin + 1),
        fix="put them in braces",
    )  # fmt: skip


@idiom("=")
def member_with_value(c: Cursor) -> Rewrite | None:
    """``enum Color { red = 1 }``."""
    i = c.at
    if c.declaration != "enum" or c.around(i) != 2 or c.kind(i + 1) not in ("NUMBER", "STRING"):
        return None
    return c.rewrite(i, i + 2, say="members have no values: they are texts", fix="leave it out")


@idiom("data")
def rows_as_records(c: Cursor) -> Rewrite | None:
    """``data Item { { name = "a", price = 1 } }`` and ``data Item name, price { ... }``."""
    i = c.at
    if i != 0 or not c.is_word(1):
        return None
    say = "the columns stand before the rows: `data Item (name, price) { ... }`"
    if c.is_word(2) and c.kind(2) != "from":
        brace = c.find(("{",), 2, len(c.tokens))
        if brace is None or not all(
            c.is_word(begin) and end == begin + 1 for begin, end in c.split(2, brace)
        ):
            return None
        return c.rewrite(2, brace, "(", (2, brace), ")", say=say)
    close = c.closing(2) if c.kind(2) in ("{", "[") else None
    if close is None or c.kind(3) != "{":
        return None
    rows: list[list[tuple[int, int]]] = []
    begin = 3
    while begin < close:
        end = c.closing(begin) if c.kind(begin) == "{" else None
        if end is None:
            return None
        rows.append(c.split(begin + 1, end))
        begin = end + 1 + (c.kind(end + 1) == ",")
    names = [[c.text(field).rstrip(":").strip('"') for field, _ in row] for row in rows]
    if any(row != names[0] for row in names):
        return c.read_on(2, close + 1, "(id) { }", say=say, mark=(2, 3))
    pieces: list[Piece] = [f"({', '.join(names[0])}) {{\n"]
    for row in rows:
        pieces.append("  (")
        for n, (field, end) in enumerate(row):
            pieces += [*([", "] if n else []), (field + 1 + (c.kind(field) != "LABEL"), end)]
        pieces.append(")\n")
    return c.rewrite(2, close + 1, *pieces, "}", say=say, mark=(2, 3), fix="write the columns first")
