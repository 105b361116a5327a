"""Coverage in the spec's terms, with hints."""

from __future__ import annotations

import pytest

from awmlang import bundle
from awmlang.cli.specs import build
from awmlang.proving.testing import Budget, Report, check_files
from tests.proving.conftest import COMPILED

SPEC = """
environment depot "A depot."
clock = "2025-06-02T09:00:00"
me: User = ann
enum State { open packed sent lost }
entity User { name: text(1..20) }
entity Crate { user: User owner, state: State = "open", weight: int(0..10) = 1
  flow state { open -> packed -> sent  packed -> lost } }
entity Badge { user: User owner, number: int(1..) = 1 }
data User (name) { ann = ("Ann") bob = ("Bob") }
data Crate (user, weight) { (ann, 1) (ann, 1) (ann, 2) }
data Badge (user) { (bob) }

function heavy(crate: Crate): bool {
  if crate.weight > 90 { fail unheard "That cannot be." }
  return crate.weight > 1
}

tool pack(crate: Crate, twice: bool = false) {
  "Pack a crate."
  require crate.state == "open" else packed_already "It is packed."
  require not heavy(crate) else too_heavy "It is too heavy."
  if twice { update crate { weight += 1 } } else { update crate { weight += 0 } }
  update crate { state = "packed" }
  return crate { id, state }
}

tool send(crate: Crate) {
  "Send a crate."
  require crate.state == "sent" else not_packed "It is not packed."
  update crate { state = "sent" }
  return crate { id }
}

tool show_badge(badge: Badge) { "Show a badge." update badge { user = me } return badge { id } }
tool set_weight(crate: Crate, weight: int) { "Weigh." update crate { weight = weight } return crate { id } }
invariant all(Crate, .weight > 0) "no crate is empty"
task look "Look." { solution { pack(crate = 1) } expect exists(Crate where .state == "packed") "packed" }
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = tmp_path_factory.mktemp("spec") / "depot.awm"
    path.write_text(SPEC, "utf-8")
    built = build(str(path))
    assert built.compiled is not None, built.diagnostics
    return check_files(built.compiled.files, Budget(calls=1200))


def missing(report: Report, kind: str) -> dict[str, str]:
    (reached,) = (each for each in report.coverage if each.kind == kind)
    assert reached.total - reached.reached == len(reached.missing)
    return {each.what: each.hint for each in reached.missing}


def test_nothing_is_wrong(report: Report) -> None:
    assert report.findings == ()
    assert 1200 <= report.calls <= 1202
    assert sum(sum(outcomes.values()) for outcomes in report.tools.values()) > 1100


def test_tools_that_never_succeeded(report: Report) -> None:
    hints = missing(report, "tools")
    assert set(hints) == {"send", "show_badge"}
    assert hints["show_badge"] == "no data for it: there is no row to refer to that the user may see"
    assert "not_packed" in hints["send"]


def test_declared_errors(report: Report) -> None:
    assert set(missing(report, "errors")) == {"heavy: unheard, line 15"}


def test_branches(report: Report) -> None:
    hints = missing(report, "branches")
    assert hints == {}


def test_flow_arrows(report: Report) -> None:
    assert missing(report, "flow arrows") == {
        "Crate.state: packed -> sent, line 8": "send may set it, but never succeeded",
        "Crate.state: packed -> lost, line 8": "no tool sets it: it is left to the world",
    }


def test_checks(report: Report) -> None:
    assert missing(report, "checks") == {
        "User.name: name must have from 1 to 20 characters": "no tool writes User",
        "Badge.number: number must be at least 1": "no tool sets Badge.number",
    }


def test_the_same_seed_gives_the_same_report() -> None:
    files = bundle.read(COMPILED / "food_delivery")
    one, other = (check_files(files, Budget(calls=300), seed=4) for _ in range(2))
    assert (one.tools, one.coverage, one.calls) == (other.tools, other.coverage, other.calls)
