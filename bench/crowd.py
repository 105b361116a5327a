"""Many live sessions in one process, each with a state of its own.

As a program (``python -m bench.crowd BUNDLE SESSIONS``) it opens them and prints what they cost as JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from awmlang import bundle
from awmlang.runtime.environment import Environment
from awmlang.runtime.session import Session
from bench.measure import Effort, Figure
from bench.world import clinic_files


def peak() -> int:
    """The most memory that this process ever had in use, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def resident() -> int:
    """The memory that this process has in use now, in bytes; the most it ever had where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak()
    return pages * resource.getpagesize()


def live(session: Session, number: int) -> None:
    """Seven calls, of which four write."""
    for tool, arguments in (
        ("find_slots", {"specialty_id": 1, "from": "2025-03-10", "to": "2025-03-16"}),
        ("book_appointment", {"slot_id": 7, "reason": f"visit {number}", "remind_hours": [24, 2]}),
        ("confirm_appointment", {"appointment_id": 7}),
        ("get_invoice", {"invoice_id": "INV-00003"}),
        ("pay_invoice", {"invoice_id": "INV-00003", "method": "card"}),
        ("order_medicines", {"pharmacy_id": 1, "prescription_ids": [1], "quantities": [30]}),
        ("overdue_report", {}),
    ):
        result = session.call(tool, arguments)
        if not result.ok:
            raise RuntimeError(f"{tool}: {result.text}")


def gather(folder: str, count: int) -> dict[str, int]:
    """Bytes of the process with all sessions alive, and of each above the environment's own."""
    environment = Environment.load(folder)
    with environment.session() as first:
        live(first, 0)
    alone = resident()
    sessions = [environment.session() for _ in range(count)]
    for number, session in enumerate(sessions):
        live(session, number)
    for number, session in enumerate(sessions):
        reason = session.call("get_appointment", {"appointment_id": 7}).value["reason"]
        if reason != f"visit {number}":
            raise RuntimeError(f"session {number} has the state of another: {reason}")
    return {"process": peak(), "session": max((resident() - alone) // count, 1)}


@cache
def cost(count: int) -> dict[str, int]:
    """``gather`` in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clinic"
        bundle.write(target, clinic_files())
        command = [sys.executable, "-m", "bench.crowd", str(target), str(count)]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
        taken: dict[str, int] = json.loads(run.stdout)
        return taken


def measure(effort: Effort) -> Iterator[Figure]:
    taken = cost(effort.sessions)
    what = f"{effort.sessions:,} live sessions in one process"
    yield Figure("crowd", what, "B", taken["process"], goal=("at most", 2e9))
    yield Figure("crowd", "  each, above the environment's own", "B", taken["session"])


if __name__ == "__main__":
    print(json.dumps(gather(sys.argv[1], int(sys.argv[2]))))
