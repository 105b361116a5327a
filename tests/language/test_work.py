"""A call is bounded in work, and one that is stopped leaves nothing behind."""

from __future__ import annotations

import pytest

from awmlang.runtime.session import Session
from tests.language.conftest import HEAD, environment

SPEC = """
entity Number { value: int }
generate Number 1000 { value = between(1, 1000000) }

tool join() {
  "Ask about all triples."
  return { value = count(Number as a where exists(Number as b where exists(Number as c where a.value + b.value == -c.value))) }
}
tool join_and_write() {
  "Write what takes too long to work out, after a write that does not."
  update me { score = 9 }
  update Number as a { value = count(Number as b where exists(Number as c where b.value + c.value == -a.value)) }
  return me { id }
}
tool create_many() {
  "Create rows in three loops."
  for a in range(1000) { for b in range(1000) { for c in range(1000) { create Number { value = a + b + c } } } }
  return me { id }
}
tool grow() {
  "Double a text many times."
  var text = "ab"
  for i in range(60) { text = "{text}{text}" }
  return { value = length(text) }
}
tool rename(name: text(1..20)) {
  "Change my name."
  update me { name = name }
  return me { id, name }
}
"""


@pytest.fixture(scope="module")
def session() -> Session:
    return environment(HEAD + SPEC).session()


@pytest.mark.parametrize("tool", ["join", "join_and_write", "create_many", "grow"])
def test_what_is_too_expensive_is_undone(session: Session, tool: str) -> None:
    session.reset()
    assert session.call("rename", {"name": "Alison"}).ok
    before, diff = session.state_hash(), session.diff()
    result = session.call(tool)
    assert result.error is not None
    assert result.error.code == "too_expensive", result
    assert session.state_hash() == before
    assert session.diff() == diff
    assert session.call("rename", {"name": "Alice"}).value == {"id": 1, "name": "Alice"}
    assert session.diff() == {}


def test_rounds_of_a_loop_cost_work(run) -> None:
    assert (
        run("var n = 0 for a in range(1000) { for b in range(1000) { n += 1 } } return n") == "too_expensive"
    )
