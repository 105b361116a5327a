"""A source with everything that is hard to print, and findings in it."""

from __future__ import annotations

from awmlang.diagnostics import NOWHERE, Diagnostic, Edit, Fix, Label, Source, Span
from awmlang.diagnostics.codes import MAY_BE_NULL, MISSING_RETURN, UNKNOWN_MEMBER, UNUSED_LOCAL

PLAIN = Source(
    0,
    "specs/orders.awm",
    """\
enum Status { placed delivered }

entity Order {
  status: Status = "pladed"
  paid: money?
}

tool close(order: Order) {
  "Close an order."
  let rest = order.paid - 1
  if order.status == "placed" {
    update order { status = "delivered" }
  }
}
""",
)

HARD = Source(
    1,
    "specs/hard, 100%.awm",
    "entity 名前 {\r\n\ttitle:\ttext = \"中文 👍 e\u0301\"\r\n\x1b[31mred\x1b[0m\u202e\u2028 = 'x'\r\n"
    + "a" * 300
    + " here "
    + "b" * 300
    + "\r\n}",
)

SOURCES = {source.file: source for source in (PLAIN, HARD)}


def at(source: Source, text: str) -> Span:
    """Where ``text`` first stands in a source."""
    start = source.text.index(text)
    return Span(source.file, start, start + len(text))


MEMBER = Diagnostic(
    UNKNOWN_MEMBER,
    at(PLAIN, '"pladed"'),
    "Status has no member `pladed`.",
    labels=(Label(at(PLAIN, "placed delivered"), "these are its members"),),
    help="Did you mean `placed`?",
    fixes=(Fix("write `placed`", (Edit(at(PLAIN, '"pladed"'), '"placed"'),), safe=True),),
)
NULL = Diagnostic(
    MAY_BE_NULL,
    at(PLAIN, "order.paid"),
    "`order.paid` may be null here.",
    labels=(
        Label(at(PLAIN, "?"), "declared optional"),
        Label(at(PLAIN, "- 1"), "a value is needed for this"),
    ),
    help="Check it first,\nor give a value for null.",
    fixes=(
        Fix("use 0 for null", (Edit(at(PLAIN, "order.paid"), "(order.paid ?? 0)"),)),
        Fix(
            "check it first, and make it needless",
            (
                Edit(
                    Span(0, PLAIN.text.index("  let rest"), PLAIN.text.index("  let rest")), "  require x\n"
                ),
                Edit(at(PLAIN, "money?"), "money"),
            ),
        ),
    ),
)
UNUSED = Diagnostic(UNUSED_LOCAL, at(PLAIN, "rest"), "`rest` is never used.")
LONG_SPAN = Diagnostic(
    MISSING_RETURN, at(PLAIN, PLAIN.text[PLAIN.text.index("tool") : -1]), "`close` may end without a result."
)
WIDE = Diagnostic(
    UNKNOWN_MEMBER,
    at(HARD, "e\u0301"),
    "wide characters and tabs",
    labels=(Label(at(HARD, "名前"), "wide"), Label(at(HARD, "text"), "behind tabs")),
    fixes=(Fix("mend it", (Edit(at(HARD, "中文"), "文"),)),),
)
CONTROLS = Diagnostic(
    UNKNOWN_MEMBER,
    at(HARD, "red"),
    "a message with \x1b[2J and\na line break",
    help="a \x07 bell",
    labels=(Label(at(PLAIN, "placed"), "in another file\r\n"),),
)
LONG_LINE = Diagnostic(UNKNOWN_MEMBER, at(HARD, "here"), "a very long line")
PLACELESS = Diagnostic(MISSING_RETURN, NOWHERE, "something has no place", help="Nothing to point at.")

ALL = (LONG_LINE, NULL, PLACELESS, MEMBER, CONTROLS, WIDE, UNUSED, LONG_SPAN)
