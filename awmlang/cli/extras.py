"""Packages that only some commands need."""

from __future__ import annotations

from importlib.util import find_spec

from awmlang.cli.output import Failure


def need(extra: str, *modules: str) -> None:
    """Raise Failure, with the command that installs ``awmlang[extra]``, if one of its modules is missing."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise Failure(
            f"this needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            f"python -m pip install 'awmlang[{extra}]'",
        )
