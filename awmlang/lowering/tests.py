"""test_tools.py: the property tests of a bundle, for pytest."""

from __future__ import annotations

from pathlib import Path

from awmlang.diagnostics import Source
from awmlang.lowering.source import doc_text, fitted, literal
from awmlang.semantics.model import Model

_CALLS = 100  # a tool

_TEXT = """\
{doc}

from pathlib import Path

import pytest

from awmlang.proving.testing import check_bundle

{tools}


@pytest.fixture(scope="module")
def report():
    return check_bundle(Path(__file__).parent, calls={calls})


@pytest.mark.parametrize("tool", TOOLS)
def test_tool(report, tool):
    assert not report.findings_of(tool)
"""


def tests_py(model: Model, source: Source) -> str:
    """The text of test_tools.py: a test for each tool, after one run of calls of all."""
    doc = f"Property tests of {model.name}, for pytest. Made by awmc from {Path(source.path).name}."
    tools = "\n".join(fitted(f"TOOLS = {literal([*model.tools])}"))
    calls = _CALLS * max(1, len(model.tools))
    return _TEXT.format(doc=doc_text(doc), tools=tools, calls=calls)
