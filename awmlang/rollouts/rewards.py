"""What an episode is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rewards:
    """``malformed`` is for an episode with a call that could not even be tried; ``stop``: it ends there."""

    complete: float = 1.0
    partial: float = 0.1
    malformed: float = -1.0
    otherwise: float = 0.0
    stop: bool = True

    def of(self, complete: bool, fraction: float, malformed: bool) -> float:
        """``complete`` and ``fraction`` as in ``runtime.Grade``."""
        if malformed:
            return self.malformed
        if complete:
            return self.complete
        return self.partial if fraction > 0 else self.otherwise
