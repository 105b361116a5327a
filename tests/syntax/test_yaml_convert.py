"""Conversion: nothing is lost on the way to YAML and JSON and back, and what is written fits the published schemas."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awmlang.diagnostics import Source
from awmlang.syntax import forms, tree
from awmlang.syntax.convert import convert
from awmlang.syntax.format import format_source
from awmlang.syntax.grammar import load
from awmlang.syntax.tokens import tokenize
from awmlang.syntax.yaml_schema import FILES, schema, text
from awmlang.syntax.yaml_write import write_json, write_yaml
from tests.conftest import Golden
from tests.syntax import strategies
from tests.syntax.specs import SPECS

ROOT = Path(__file__).parent.parent.parent
STRICT = jsonschema.Draft202012Validator(schema(strict=True))
FULL = jsonschema.Draft202012Validator(schema(strict=False))


def converted(written: str, name: str, form: forms.Form) -> str:
    made, _, found = convert(Source(0, name, written), form)
    assert made is not None, found
    return made


# ---- Specs


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_through_yaml_is_the_same_file(spec: str) -> None:
    formatted, _ = format_source(Source(0, "x.awm", SPECS[spec]))
    assert formatted is not None
    as_yaml = converted(formatted, "x.awm", "yaml")
    assert converted(as_yaml, "x.awm.yaml", "awm") == formatted


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_through_json_is_the_same_tree(spec: str) -> None:
    original, _ = forms.parse(Source(0, "x.awm", SPECS[spec]))
    as_json, lost, _ = convert(Source(0, "x.awm", SPECS[spec]), "json")
    assert as_json is not None
    assert lost == len(original.comments)
    again, found = forms.parse(Source(0, "x.json", as_json))
    assert not found
    assert tree.same(original, again)


def test_yaml_that_was_written_is_written_as_it_is() -> None:
    as_yaml = converted(SPECS["food_delivery"], "x.awm", "yaml")
    assert converted(as_yaml, "x.awm.yaml", "yaml") == as_yaml


class _Yaml12(yaml.SafeLoader):
    """As other programs read YAML 1.2: no times, no ``yes`` and ``no``."""


_Yaml12.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("spec", SPECS)
def test_a_converted_spec_fits_the_schemas(spec: str) -> None:
    original, _ = forms.parse(Source(0, "x.awm", SPECS[spec]))
    as_json = json.loads(write_json(original))
    assert not list(STRICT.iter_errors(as_json))
    assert not list(FULL.iter_errors(as_json))
    written = write_yaml(original)
    for loader in (yaml.SafeLoader, _Yaml12):
        assert not list(FULL.iter_errors(yaml.load(written, loader)))


def test_how_a_spec_looks(golden: Golden) -> None:
    every_construct = (Path(__file__).parent / "golden/untidy.awm").read_text(encoding="utf-8")
    golden("golden/converted.awm.yaml", converted(every_construct, "x.awm", "yaml"))
    golden("golden/converted.awm.json", converted(every_construct, "x.awm", "json"))


# ---- Any tree


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.specs)
def test_any_tree_can_be_read_back(spec: tree.Spec) -> None:
    for form, write in (("yaml", write_yaml), ("json", write_json)):
        written = write(spec)
        again, found = forms.parse(Source(0, f"x.{form}", written))
        assert not found, written
        assert tree.same(spec, again), written
    tasks = [each for each in spec.declarations if isinstance(each, tree.Task)]
    if all(len(task.solutions) < 2 for task in tasks):  # more are no spec, and read only to be reported
        assert not list(FULL.iter_errors(json.loads(write_json(spec))))


@pytest.mark.parametrize("seed", range(3))
def test_comments_come_along_wherever_they_stand(seed: int) -> None:
    spec = "food_delivery"
    rng = random.Random(seed)
    pieces, at = [], 0
    for number, token in enumerate(
        sorted(rng.sample(tokenize(load(), SPECS[spec])[:-1], 60), key=lambda t: t.start)
    ):
        pieces += [
            SPECS[spec][at : token.start],
            rng.choice([f"# note {number}\n", f"\n  # note {number}\n"]),
        ]
        at = token.start
    written = "".join([*pieces, SPECS[spec][at:]])
    notes = _comments(written, "x.awm")
    as_yaml = converted(written, "x.awm", "yaml")
    assert sorted(_comments(as_yaml, "x.yaml")) == sorted(notes)
    assert sorted(_comments(converted(as_yaml, "x.yaml", "awm"), "x.awm")) == sorted(notes)


def _comments(written: str, name: str) -> list[str]:
    return [comment.text for comment in forms.parse(Source(0, name, written))[0].comments]


def test_where_comments_go() -> None:
    written = """\
# top
environment: e  # name
title: T.
declarations:
# above
- entity: A # behind
  fields:
    # first

    a: text # field
    b: text
    # end of fields
# below
- tool: t
  body:
  - |  # header
    f() # code
  # end
"""
    assert (
        converted(written, "x.yaml", "awm")
        == """\
# top
environment e "T."  # name

# above
entity A {  # behind
  # first

  a: text  # field
  b: text
  # end of fields
}

# below
tool t() {
  # header
  f()  # code
  # end
}
"""
    )


@given(st.text(max_size=30).filter(lambda words: words.isprintable()))
def test_any_comment_can_stand_in_yaml(words: str) -> None:
    written = f'environment e "T." #{words}\n'
    as_yaml = converted(written, "x.awm", "yaml")
    assert len(_comments(as_yaml, "x.yaml")) == 1


def test_line_breaks_of_windows() -> None:
    written = converted(SPECS["food_delivery"], "x.awm", "yaml")
    spec, found = forms.parse(Source(0, "x.yaml", written.replace("\n", "\r\n")))
    assert not found
    assert tree.same(spec, forms.parse(Source(0, "x.yaml", written))[0])


# ---- The schemas


@pytest.mark.parametrize("name", FILES)
def test_the_published_schemas_are_current(name: str) -> None:
    """``python -m awmlang.syntax.yaml_schema grammar`` writes them."""
    assert (ROOT / "grammar" / name).read_text(encoding="utf-8") == text(FILES[name])
    jsonschema.Draft202012Validator.check_schema(schema(FILES[name]))


KEYWORDS = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "$ref",
    "$defs",
    "description",
}


def _objects(node: Any, is_names: bool = False) -> list[dict[str, Any]]:
    """All schemas in a schema."""
    if isinstance(node, list):
        return [each for item in node for each in _objects(item)]
    if not isinstance(node, dict):
        return []
    below = [
        each
        for key, value in node.items()
        for each in _objects(value, not is_names and key in ("properties", "$defs"))
    ]
    return below if is_names else [node, *below]


def test_the_strict_schema_keeps_to_what_strict_mode_takes() -> None:
    every = _objects(schema(strict=True))
    assert len(every) > 100
    for each in every:
        assert each.keys() <= KEYWORDS
        assert "$ref" not in each or each.keys() == {"$ref"}
        if each.get("type") == "object":
            assert each["additionalProperties"] is False
            assert each["required"] == list(each["properties"])
    assert "anyOf" not in schema(strict=True)
    assert sum(len(each.get("properties", {})) for each in every) < 5000


@pytest.mark.parametrize("key", ["entitty", "x"])
def test_an_unknown_key_fits_neither_schema(key: str) -> None:
    wrong = {"environment": "e", "title": "T.", key: []}
    assert list(FULL.iter_errors(wrong))
    assert list(STRICT.iter_errors(wrong))
