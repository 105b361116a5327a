"""Every code there is. A ``Code`` exists only if this table made it.

AWM0xx syntax and files, AWM1xx names, AWM2xx types and nullability, AWM3xx declarations (entities, flows,
access, functions), AWM4xx seed data, AWM5xx tasks, AWM6xx warnings, AWM7xx proofs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """``id`` is stable and printed; ``title`` says in a few words what is wrong, without names from the spec."""

    id: str
    title: str
    severity: Literal["error", "warning"]

    def __post_init__(self) -> None:
        if self.id in _table or _sealed:
            raise ValueError(f"{self.id} is not a code of the table in {__name__}")
        _table[self.id] = self


_table: dict[str, Code] = {}
_sealed = False


def _error(id: str, title: str) -> Code:
    return Code(id, title, "error")


def _warning(id: str, title: str) -> Code:
    return Code(id, title, "warning")


# ---- AWM0xx: syntax and files

# ---- AWM1xx: names

# ---- AWM2xx: types and nullability

# ---- AWM3xx: declarations

# ---- AWM4xx: seed data

# ---- AWM5xx: tasks

# ---- AWM6xx: warnings

# ---- AWM7xx: proofs


_sealed = True


def all_codes() -> tuple[Code, ...]:
    """All codes, in order of id."""
    return tuple(sorted(_table.values(), key=lambda code: code.id))
