"""Bundles with faults in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from awmlang import bundle
from awmlang.proving import testing
from awmlang.proving.testing import Budget, Finding, check_files

COMPILED = Path(__file__).parent.parent.parent / "compiled"


def altered(before: str, after: str, name: str = "food_delivery") -> dict[str, bytes]:
    """The files of a bundle, with one thing in tools.py changed."""
    files = bundle.read(COMPILED / name)
    text = files[bundle.TOOLS].decode()
    assert text.count(before) == 1, before
    return {**files, bundle.TOOLS: text.replace(before, after).encode()}


def first_finding(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, calls: int = 3000) -> Finding:
    monkeypatch.setattr(testing, "MOST_FINDINGS", 1)
    report = check_files(files, Budget(calls=calls))
    assert len(report.findings) == 1
    return report.findings[0]
