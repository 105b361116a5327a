"""Random specs without errors, made by type: each expression is written for the type that its place wants.

All choices are drawn from a ``random.Random``, which may be one that Hypothesis drives: specs shrink, as of the options
of each choice the first is the simplest. All of the grammar is used, data files aside. The tasks of a spec come last, and may have
errors, such as a solution that fails.
"""

from __future__ import annotations

from random import Random

from tests.proving.random_specs.worlds import Worlds


def random_spec(random: Random) -> str:
    """The text of a spec."""
    return Worlds(random).spec()
