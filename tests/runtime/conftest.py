"""A bundle written by hand as the compiler writes one, so that the runtime is tested without it."""

import json
from pathlib import Path

import pytest

from awmlang import bundle
from awmlang.runtime import Environment, grading
from awmlang.runtime.database import create, image

SHOP = Path(__file__).parent / "shop"


def entry(id, calls=(), variable=None, guards=()):
    return {
        "id": id,
        "task": id.partition("[")[0],
        "prompt": f"Do {id}.",
        "variable": variable or {},
        "solution": [{"tool": tool, "arguments": arguments} for tool, arguments in calls],
        "frame": {},
        "guards": list(guards),
        "change": None,
    }


TASKS = [
    entry(
        "two_margheritas",
        [("add_to_cart", {"item_code": "MARG", "quantity": 2}), ("checkout", {})],
        guards=[2],
    ),
    entry("spent_on[1]", variable={"item": "MARG"}),
    entry("spent_on[2]", variable={"item": "NOOD"}),
    entry("report", variable={"item": "NOOD"}),
    entry(
        "ask_about_it",
        [
            ("add_to_cart", {"item_code": "DIAV"}),
            ("checkout", {"tip": 1}),
            ("open_ticket", {"subject": "Where is it?", "order_id": 4}),
        ],
    ),
    entry("refuse", guards=[0]),
    entry("looked"),
    entry("too_much"),
]


def solved(files, entry):
    """The entry with what its solution changes."""
    with Environment(files | {bundle.TASKS: json.dumps([entry]).encode()}).session() as session:
        for call in entry["solution"]:
            assert session.call(call["tool"], call["arguments"]).ok
        recorded = grading.record(session)
    if entry["task"] != "ask_about_it":
        recorded["change"] = None
    return entry | recorded


@pytest.fixture(scope="session")
def files():
    connection = create((SHOP / "schema.sql").read_text())
    connection.execute((SHOP / "seed.sql").read_text())
    files = {path.name: path.read_bytes() for path in SHOP.iterdir() if path.name in bundle.FILES}
    files[bundle.SEED] = image(connection)
    functions = [{"type": "function", "function": {"name": "list_items", "parameters": {}}}]
    files[bundle.TOOLS_JSON] = json.dumps({"openai": functions, "mcp": [{"name": "list_items"}]}).encode()
    files[bundle.TASKS] = json.dumps([solved(files, entry) for entry in TASKS]).encode()
    return files


@pytest.fixture(scope="session")
def environment(files):
    return Environment(files)


@pytest.fixture
def session(environment):
    with environment.session() as session:
        yield session
