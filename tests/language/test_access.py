"""Who may see which rows."""

from __future__ import annotations

from .conftest import environment

SPEC = """
environment desk "A desk."
clock = "2025-06-02T09:00:00"
me: User = ann
entity User { name: text }
entity Mail { sender: User recipient: User text: text access .sender == me or .recipient == me }
entity Folder { user: User owner title: text papers: [Paper] via folder n = count(.papers) }
entity Paper { folder: Folder owner cascade x: int by: User? }
entity Note { paper: Paper? owner text: text }
entity Room { name: text }
data User (name) { ann = ("Ann") ben = ("Ben") cid = ("Cid") }
data Mail (sender, recipient, text) { (ann, ben, "1") (ben, ann, "2") (ben, cid, "3") }
data Folder (user, title) { mine = (ann, "x") his = (ben, "y") }
data Paper (folder, x) { p1 = (mine, 1) p2 = (his, 2) }
data Note (paper, text) { (p1, "a") (p2, "b") (null, "c") }
data Room (name) { ("r") }
crud Mail { list get create update delete }
crud Folder { list(title) create get update delete }
crud Paper { list create get update }
crud Room { list get }
tool mine() { "M." return { m = list(my Mail, .id), f = list(my Folder, .id), p = list(my Paper, .id), n = list(my Note, .text), c = count(my Mail where .sender == me), r = count(my Room) } }
tool any_mail(mail: any Mail) { "A." return mail { id, text } }
tool many(mails: [Mail]) { "L." return list(mails, .id) }
tool nest(wanted: { mail: Mail?, papers: [Paper], deep: [{ folder: Folder }] = [] }) { "N." return { m = wanted.mail == null, n = count(wanted.papers) } }
tool maybe(mail: Mail?) { "O." return mail == null }
tool inside(mail: Mail) { "I." return text_of(mail) }
function text_of(mail: Mail): text { return mail.text }
"""


def refused(session, tool: str, field: str, **given: object) -> None:
    error = session.call(tool, given).error
    assert (error.code, error.field) == ("not_found", field)


def test_parameters_take_only_rows_that_me_may_see() -> None:
    session = environment(SPEC).session()
    for tool, more in (
        ("get_mail", {}),
        ("update_mail", {"text": "q"}),
        ("delete_mail", {}),
        ("inside", {}),
        ("maybe", {}),
    ):
        refused(session, tool, "mail_id", mail_id=3, **more)
        refused(session, tool, "mail_id", mail_id=99, **more)
        assert session.call("any_mail", {"mail_id": 3}).value == {"id": 3, "text": "3"}
    assert session.call("maybe", {}).value == {"value": True}
    assert session.call("maybe", {"mail_id": None}).value == {"value": True}
    assert session.call("update_mail", {"mail_id": 2, "text": "q"}).ok
    refused(session, "any_mail", "mail_id", mail_id=99)
    # What cannot be seen and what is not there are told alike.
    messages = {
        session.call("get_mail", {"mail_id": key}).error.message.replace(str(key), "#") for key in (3, 99)
    }
    assert len(messages) == 1


def test_owners_of_owners() -> None:
    session = environment(SPEC).session()
    assert session.call("get_paper", {"paper_id": 1}).ok
    refused(session, "get_paper", "paper_id", paper_id=2)
    refused(session, "create_paper", "folder_id", folder_id=2, x=3)
    assert session.call("create_paper", {"folder_id": 1, "x": 3}).ok
    # Of no owner's is nobody's.
    assert session.call("mine").value["n"] == ["a"]


def test_who_is_both_owners_sees_a_row_of_two() -> None:
    session = environment(
        SPEC + "entity Deal { buyer: User owner seller: User owner } crud Deal { list get } "
        "data Deal (buyer, seller) { (ann, ann) (ann, ben) (ben, ann) }"
    ).session()
    assert [row["id"] for row in session.call("list_deals").value["items"]] == [1]
    refused(session, "get_deal", "deal_id", deal_id=2)
    refused(session, "get_deal", "deal_id", deal_id=3)


def test_nested_parameters_are_checked_and_named() -> None:
    session = environment(SPEC).session()
    refused(session, "many", "mail_ids[1]", mail_ids=[1, 3])
    refused(session, "nest", "wanted.mail_id", wanted={"mail_id": 3, "paper_ids": []})
    refused(session, "nest", "wanted.paper_ids[1]", wanted={"mail_id": 1, "paper_ids": [1, 2]})
    refused(
        session,
        "nest",
        "wanted.deep[1].folder_id",
        wanted={"paper_ids": [], "deep": [{"folder_id": 1}, {"folder_id": 2}]},
    )
    assert session.call("nest", {"wanted": {"paper_ids": [1]}}).value == {"m": True, "n": 1}
    assert session.call("many", {"mail_ids": [2, 1]}).value["items"] == [2, 1]


def test_crud_and_my_yield_only_those() -> None:
    session = environment(SPEC).session()
    for tool, ids in (
        ("list_mails", [1, 2]),
        ("list_folders", [1]),
        ("list_papers", [1]),
        ("list_rooms", [1]),
    ):
        found = session.call(tool).value
        assert [row["id"] for row in found["items"]] == ids and found["total"] == len(ids)
    assert session.call("mine").value == {"m": [1, 2], "f": [1], "p": [1], "n": ["a"], "c": 1, "r": 1}


def test_an_owner_that_is_me_is_filled_in() -> None:
    session = environment(SPEC).session()
    assert session.call("create_folder", {"title": "n"}).value == {"id": 3, "user": 1, "title": "n", "n": 0}
    assert session.call("create_folder", {"title": "n", "user_id": 2}).error.code == "invalid_argument"
    assert session.call("create_mail", {"sender_id": 2, "recipient_id": 3, "text": "z"}).ok
    assert session.call("list_mails").value["total"] == 2
