"""The language server as an editor sees it: a process, spoken to over its standard input and output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from awmlang.diagnostics import Source
from awmlang.editor.positions import Lines
from awmlang.syntax.convert import convert
from tests.editor.client import AWMC, URI, Client, started

ROOT = Path(__file__).parents[2]
DELIVERY = (ROOT / "specs" / "food_delivery.awm").read_text("utf-8")

SHOP = """environment shop "Ein Laden mit 😀 und é."

clock = "2025-06-02T18:30:00"
me: User = alice

enum Status { cart placed }

entity User { name: text }

entity Order "Was 😀 bestellt hat." {
  user: User owner
  status: Status = "cart"
  note: text? "Für 😀😀."
}

# Zwei Zeilen
# Kommentar.
function placed_of(who: User): [Order] {
  return list(Order where .user == who and .status == "placed")
}

tool place(order: Order, note: text?) {
  "Place an order."
  update order { note = note ?? "😀", status = "placed" }
  return order { id, /* 😀 */ status }
}

tool mine() { "Mine." return placed_of(me) }

crud Order { list get }

data User (name) { alice = ("Alice 😀") }
data Order (user) { first_one = (alice) }

task place_it "Place it 😀, {alice.name}." {
  solution { place(order = first_one, note = "😀") }
  expect first_one.status == "placed"
}
""".replace("/* 😀 */ ", "")


Scenario = Callable[[Client], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs a scenario with the client of one server, which all the tests here share."""
    with asyncio.Runner() as runner:
        context = started()
        client = runner.run(context.__aenter__())

        async def limited(scenario: Scenario) -> None:
            while not client.published.empty():
                client.published.get_nowait()
            await asyncio.wait_for(scenario(client), 60)

        yield lambda scenario: runner.run(limited(scenario))
        runner.run(context.__aexit__(None, None, None))


class Place:
    """The first place of a piece of text, or of ``|`` in it, as the protocol has it."""

    def __init__(self, text: str, piece: str, uri: str = URI) -> None:
        start = text.index(piece.replace("|", ""))
        self.position = lsp.Position(*Lines(text).place(start + max(piece.find("|"), 0)))
        self.document = lsp.TextDocumentIdentifier(uri)

    @property
    def both(self) -> tuple[lsp.TextDocumentIdentifier, lsp.Position]:
        return self.document, self.position


def piece_of(text: str, range: lsp.Range) -> str:
    lines = Lines(text)
    start, end = (lines.offset(each.line, each.character) for each in (range.start, range.end))
    return text[start:end]


def edited(text: str, edits: list[lsp.TextEdit]) -> str:
    lines = Lines(text)
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = (lines.offset(each.line, each.character) for each in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


def of(edit: lsp.WorkspaceEdit | None, uri: str = URI) -> list[lsp.TextEdit]:
    assert edit is not None and edit.changes is not None
    return list(edit.changes[uri])


# ---- Diagnostics


def test_diagnostics_follow_what_is_typed(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        assert await client.findings() == []
        broken = SHOP.replace('note ?? "😀", status', 'note ?? "😀", statos')
        client.change(broken)
        (found,) = await client.findings()
        assert piece_of(broken, found.range) == "statos"
        assert (found.code, found.source, found.severity) == ("AWM104", "awmc", lsp.DiagnosticSeverity.Error)
        assert "Did you mean `status`?" in found.message
        client.change(SHOP)
        assert await client.findings() == []

    run(scenario)


def test_changes_that_come_together_are_read_once(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        await client.findings()
        for end in range(1, 21):
            client.change(SHOP + "# some more text then"[:end])
        assert await client.findings() == []
        assert client.published.empty()
        await client.text_document_hover_async(lsp.HoverParams(*Place(SHOP, "Status").both))
        assert client.published.empty()

    run(scenario)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_quick_fixes(line_break: str, run: Run) -> None:
    async def scenario(client: Client) -> None:
        good = SHOP.replace("\n", line_break)
        broken = good.replace("expect first_one.status ==", "expect first_one.status =").replace(
            'note: text? "Für', 'note: String? "Für'
        )
        client.open(broken)
        found = await client.findings()
        assert len(found) == 2
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
        actions = await client.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), whole, lsp.CodeActionContext(found))
        )
        assert actions is not None
        quick = [
            a for a in actions if isinstance(a, lsp.CodeAction) and a.kind == lsp.CodeActionKind.QuickFix
        ]
        assert {a.diagnostics[0].code for a in quick if a.diagnostics} == {d.code for d in found}
        edits = [edit for action in quick for edit in of(action.edit)]
        assert edited(broken, edits) == good
        (all_,) = [
            a for a in actions if isinstance(a, lsp.CodeAction) and a.kind == lsp.CodeActionKind.SourceFixAll
        ]
        assert all_.edit is None
        resolved = await client.code_action_resolve_async(all_)
        assert edited(broken, of(resolved.edit)) == good
        elsewhere = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        only = lsp.CodeActionContext([], only=[lsp.CodeActionKind.QuickFix])
        none = await client.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), elsewhere, only)
        )
        assert not none

    run(scenario)


def test_yaml(run: Run) -> None:
    source = Source(0, "shop.awm", SHOP)
    text, *_ = convert(source, "yaml")
    assert text is not None
    uri = "file:///specs/shop.awm.yaml"

    async def scenario(client: Client) -> None:
        client.open(text, uri)
        assert await client.findings() == []
        broken = text.replace("status = ", "statos = ", 1).replace("status: placed", "statos: placed", 1)
        assert broken != text
        client.change(broken, uri)
        (found,) = await client.findings()
        assert piece_of(broken, found.range).startswith("statos")
        actions = await client.text_document_code_action_async(
            lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), found.range, lsp.CodeActionContext([found]))
        )
        assert actions and isinstance(actions[0], lsp.CodeAction)
        assert edited(broken, of(actions[0].edit, uri)) == text
        place = Place(broken, "name: U|ser" if "name: User" in broken else "U|ser", uri)
        completion = await client.text_document_completion_async(lsp.CompletionParams(*place.both))
        assert isinstance(completion, lsp.CompletionList) and not completion.items

    run(scenario)


# ---- Names


def test_hover(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)

        async def said(piece: str) -> str:
            found = await client.text_document_hover_async(lsp.HoverParams(*Place(SHOP, piece).both))
            assert found is not None and isinstance(found.contents, lsp.MarkupContent), piece
            return found.contents.value

        assert "Was 😀 bestellt hat." in await said("order: O|rder")
        assert "note: text?" in await said("note = n|ote")
        assert 'Order.note: text? "Für 😀😀."' in await said("{ n|ote")
        assert "function placed_of(who: User): [Order]" in await said("return p|laced_of")
        assert "tool place(order: Order, note: text?)" in await said("solution { pl|ace")
        assert "A list of a value of each." in await said("return l|ist")
        assert "enum Status { cart placed }" in await said("status: St|atus")
        assert 'Status."placed"' in await said('== "pl|aced")')
        assert "Ends the call with a result" in await said("re|turn list")
        assert "User: alice" in await said("me: User = al|ice")

    run(scenario)


def test_definition_and_references_with_emoji_before_them(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        there = Place(SHOP, 'note ?? "😀", sta|tus')
        found = await client.text_document_definition_async(lsp.DefinitionParams(*there.both))
        assert isinstance(found, list) and len(found) == 1 and isinstance(found[0], lsp.Location)
        assert found[0].range.start == Place(SHOP, 'status: Status = "cart"').position
        for with_own, count in ((True, 5), (False, 4)):
            uses = await client.text_document_references_async(
                lsp.ReferenceParams(lsp.ReferenceContext(with_own), *there.both)
            )
            assert uses is not None and len(uses) == count
            assert {piece_of(SHOP, each.range) for each in uses} == {"status"}
        marks = await client.text_document_document_highlight_async(lsp.DocumentHighlightParams(*there.both))
        assert marks is not None and len(marks) == 5

    run(scenario)


def test_rename(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        there = Place(SHOP, 'note ?? "😀", sta|tus')
        prepared = await client.text_document_prepare_rename_async(lsp.PrepareRenameParams(*there.both))
        assert isinstance(prepared, lsp.PrepareRenamePlaceholder) and prepared.placeholder == "status"
        done = await client.text_document_rename_async(lsp.RenameParams(*there.both, new_name="state"))
        after = edited(SHOP, of(done))
        assert after.count("state") == 5 and "status" not in after
        client.change(after)
        assert await client.findings() == []
        label = await client.text_document_rename_async(
            lsp.RenameParams(*Place(after, "Place it 😀, {al|ice").both, new_name="ann")
        )
        assert edited(after, of(label)).count("alice") == 0

    run(scenario)


CLASHES = [
    ("sta|tus: Status", "note", "has a field `note` already"),
    ("func|tion placed_of", "x", "There is no name here."),
    ("return li|st", "x", "is declared nowhere"),
    ("order: Ord|er", "User", "cannot stand for `Order`"),
    ("first_o|ne = (", "alice", "cannot stand for `first_one`"),
    ("ord|er: Order, note", "not a name", "is no name"),
    ("ord|er: Order, note", "where", "cannot stand for `order`"),
    ("ord|er: Order, note", "note", "cannot stand for `order`"),
]


def test_a_rename_that_clashes_is_refused(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        for piece, name, why in CLASHES:
            with pytest.raises(JsonRpcException, match=why):
                await client.text_document_rename_async(
                    lsp.RenameParams(*Place(SHOP, piece).both, new_name=name)
                )

    run(scenario)


# ---- Writing


def test_completion_and_signature(run: Run) -> None:
    async def scenario(client: Client) -> None:
        text = SHOP.replace("return placed_of(me)", "let 😀x = 1 return placed_of(me.")
        client.open(SHOP)
        await client.findings()
        client.change(text)
        there = Place(text, "placed_of(me.|")
        found = await client.text_document_completion_async(lsp.CompletionParams(*there.both))
        assert isinstance(found, lsp.CompletionList)
        assert {"id", "name"} <= {each.label for each in found.items}
        (name,) = [each for each in found.items if each.label == "name"]
        assert isinstance(name.text_edit, lsp.TextEdit)
        assert "placed_of(me.name" in edited(text, [name.text_edit])
        signed = await client.text_document_signature_help_async(lsp.SignatureHelpParams(*there.both))
        assert signed is not None and signed.active_parameter == 0
        assert signed.signatures[0].label == "placed_of(who: User)"

    run(scenario)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_formatting(line_break: str, run: Run) -> None:
    async def scenario(client: Client) -> None:
        tidy = DELIVERY.replace("\n", line_break)
        untidy = tidy.replace("  require ", "      require   ").replace("enum ", "enum    ", 1)
        assert untidy != tidy
        client.open(untidy)
        options = lsp.FormattingOptions(2, True)
        asked = lsp.DocumentFormattingParams(lsp.TextDocumentIdentifier(URI), options)
        edits = await client.text_document_formatting_async(asked)
        assert edits is not None and edited(untidy, list(edits)) == tidy
        client.change(tidy)
        assert not await client.text_document_formatting_async(asked)
        client.change(tidy.replace("{", "", 1))
        assert not await client.text_document_formatting_async(asked)

    run(scenario)


# ---- The shape of a file


def test_symbols_folding_and_tokens(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open(SHOP)
        document = lsp.TextDocumentIdentifier(URI)
        symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
        assert symbols is not None
        tops = {each.name: each for each in symbols if isinstance(each, lsp.DocumentSymbol)}
        assert {
            "Status",
            "User",
            "Order",
            "placed_of",
            "place",
            "crud Order",
            "data User",
            "place_it",
        } <= set(tops)
        assert [child.name for child in tops["Order"].children or ()] == ["user", "status", "note"]
        assert [child.name for child in tops["crud Order"].children or ()] == ["list_orders", "get_order"]
        found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("PLACE"))
        assert found is not None and {each.name for each in found} == {
            "placed",
            "placed_of",
            "place",
            "place_it",
        }
        folds = await client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
        assert folds is not None
        lines = SHOP.split("\n")
        assert ("# Zwei Zeilen", "# Kommentar.") in {(lines[f.start_line], lines[f.end_line]) for f in folds}
        assert any(lines[f.start_line].startswith("entity Order") for f in folds)
        tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document))
        assert tokens is not None
        assert ("status", "property") in decoded(SHOP, list(tokens.data), client)
        assert ("alice", "variable") in decoded(SHOP, list(tokens.data), client)

    run(scenario)


def decoded(text: str, data: list[int], client: Client) -> set[tuple[str, str]]:
    from awmlang.editor.protocol import LEGEND

    lines, found, line, unit = Lines(text), set(), 0, 0
    for at in range(0, len(data), 5):
        line, unit = line + data[at], data[at + 1] + (unit if data[at] == 0 else 0)
        start, end = lines.offset(line, unit), lines.offset(line, unit + data[at + 2])
        found.add((text[start:end], LEGEND.token_types[data[at + 3]]))
    return found


# ---- Broken files


BROKEN = [
    SHOP.replace("return order { id, status }", "return order."),
    SHOP.replace("update order {", "update order"),
    SHOP.replace("entity User { name: text }", "entity User { name: "),
    SHOP[: SHOP.index("crud Order")],
    SHOP.replace("}", ""),
    SHOP.replace('"', "", 1),
    "",
    "\x00\ud7ff{{{",
    '"""',
    "entity",
    "environment x",
]


def test_every_request_is_answered_on_a_broken_file(run: Run) -> None:
    document = lsp.TextDocumentIdentifier(URI)

    async def ask_everything(client: Client, text: str) -> None:
        for line in range(0, text.count("\n") + 1, 9):
            at = (document, lsp.Position(line, 11))
            await client.text_document_hover_async(lsp.HoverParams(*at))
            await client.text_document_completion_async(lsp.CompletionParams(*at))
            await client.text_document_definition_async(lsp.DefinitionParams(*at))
            await client.text_document_references_async(lsp.ReferenceParams(lsp.ReferenceContext(True), *at))
            await client.text_document_signature_help_async(lsp.SignatureHelpParams(*at))
        await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
        await client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
        await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document))
        await client.text_document_formatting_async(
            lsp.DocumentFormattingParams(document, lsp.FormattingOptions(2, True))
        )

    async def scenario(client: Client) -> None:
        for text in BROKEN:
            client.open(SHOP)
            assert not await client.findings()
            client.change(text)
            assert await client.findings()
            await ask_everything(client, text)

    run(scenario)


def test_a_name_in_a_statement_that_is_broken_is_still_known(run: Run) -> None:
    broken = SHOP.replace('status = "placed" }\n  return order', 'status = "placed"\n  return order')

    async def scenario(client: Client) -> None:
        client.open(SHOP)
        await client.findings()
        client.change(broken)
        assert await client.findings()
        for piece in ("update or|der", "status: Sta|tus", "solution { pl|ace"):
            there = Place(broken, piece)
            found = await client.text_document_definition_async(lsp.DefinitionParams(*there.both))
            assert isinstance(found, list) and len(found) == 1, piece

    run(scenario)


def test_utf_8_where_the_client_prefers_it() -> None:
    async def scenario() -> None:
        broken = SHOP.replace('note ?? "😀", status', 'note ?? "😀", statos')
        async with started([lsp.PositionEncodingKind.Utf8, lsp.PositionEncodingKind.Utf16]) as client:
            client.open(broken)
            (found,) = await client.findings()
        line = broken.split("\n")[found.range.start.line]
        assert line.encode()[found.range.start.character : found.range.end.character] == b"statos"

    asyncio.run(scenario())


def test_a_closed_file_has_no_findings(run: Run) -> None:
    async def scenario(client: Client) -> None:
        client.open("entity")
        assert await client.findings()
        client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(URI)))
        cleared = await asyncio.wait_for(client.published.get(), 30)
        assert not cleared.diagnostics

    run(scenario)


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; sys.argv = ['awmc', 'lsp']; from awmlang.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'awmlang[lsp]'" in done.stderr
    assert AWMC[2] == "lsp"
