"""Bugs that are planted to see whether they are found: ``python -m tests.plants``."""

from __future__ import annotations

from tests.plants import in_lowering, in_rewards, in_runtime, in_specs
from tests.plants.plant import Plant

PLANTS: list[Plant] = [*in_lowering.PLANTS, *in_runtime.PLANTS, *in_specs.PLANTS, *in_rewards.PLANTS]
