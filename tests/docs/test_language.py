"""docs/language.md: its examples compile, its values are right, what is made from the source is up to date."""

import json
import re
from pathlib import Path

import pytest

from awmlang.diagnostics import Diagnostic, Source
from awmlang.lowering.compile import Compiled, compile_model
from awmlang.reference import renewed
from awmlang.runtime.environment import Environment
from awmlang.semantics.analyze import analyze
from awmlang.syntax.parser import parse

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
TEXT = PAGE.read_text(encoding="utf-8")

BLOCKS = re.findall(r"^```(awm\S*(?: \w+)?)\n(.*?)^```$", TEXT, re.M | re.S)
WORLD = BLOCKS[0][1]
EXAMPLES = [text for kind, text in BLOCKS[1:] if kind == "awm"]
MISTAKES = [(kind.split()[1], text) for kind, text in BLOCKS if kind.startswith("awm-error")]
VALUES = [
    row
    for table in re.findall(r"^\| expression \| value \|\n\|---\|---\|\n((?:\|.*\|\n)+)", TEXT, re.M)
    for row in re.findall(r"^\| `(.*)` \| (.*) \|$", table, re.M)
]


def compiled(text: str) -> tuple[Compiled | None, list[Diagnostic]]:
    source = Source(0, "language.awm", text)
    spec, found = parse(source)
    model, more = analyze(spec, source)
    found = [*found, *more]
    if model is None or any(d.severity == "error" for d in found):
        return None, found
    made, more = compile_model(model, source=source, spec_dir=Path())
    return made, [*found, *more]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 12 and len(MISTAKES) > 8 and len(VALUES) > 40


def test_the_whole_environment() -> None:
    made, found = compiled(WORLD)
    assert not found
    assert made is not None and made.name == "library"


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: str) -> None:
    _, found = compiled(WORLD + example)
    assert not found


@pytest.mark.parametrize(("code", "example"), MISTAKES)
def test_mistakes(code: str, example: str) -> None:
    _, found = compiled(WORLD + example)
    assert [d.code.id for d in found] == [code]


@pytest.fixture(scope="module")
def environment() -> Environment:
    """With a tool for each value, called by its place."""
    parameters = "a: int = 7, b: int = 2, c: int = 0, p: money = 10.01, maybe: int?, maybe_date: date?"
    tools = [
        f'tool value_{place}({parameters}) {{ "A value." return {{ value = {expression} }} }}'
        for place, (expression, _) in enumerate(VALUES)
    ]
    made, found = compiled("\n".join([WORLD, *tools]))
    assert made is not None, found
    return Environment(made.files)


@pytest.mark.parametrize(("place", "value"), [(place, value) for place, (_, value) in enumerate(VALUES)])
def test_values(environment: Environment, place: int, value: str) -> None:
    with environment.session() as session:
        result = session.call(f"value_{place}", {})
    if value.startswith("error "):
        assert result.error is not None and f"error `{result.error.code}`" == value
    else:
        assert result.value == {"value": json.loads(value.strip("`"))}, VALUES[place]


def test_what_is_made_from_the_source_is_up_to_date() -> None:
    assert renewed(TEXT) == TEXT, "python -m awmlang.reference docs/language.md"
