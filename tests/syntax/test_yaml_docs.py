"""What docs/yaml.md shows is right."""

from __future__ import annotations

import re
from pathlib import Path

from awmlang.syntax.yaml_form import DECLARATIONS, FORMS
from tests.cli.conftest import invoke

PAGE = (Path(__file__).parent.parent.parent / "docs/yaml.md").read_text(encoding="utf-8")


def test_the_example_compiles_and_its_task_is_solved(tmp_path: Path) -> None:
    example = re.search(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)
    assert example
    path = tmp_path / "todo.awm.yaml"
    path.write_text(example[1], encoding="utf-8")
    assert invoke("check", path).stdout == "1 spec checked: no problems\n"
    assert "1 of 1 tasks complete" in invoke("run", path).stdout
    assert invoke("convert", path, "--to", "yaml").stdout == example[1]


def test_the_table_has_every_key() -> None:
    rows = dict(re.findall(r"^\| (`.*?`) \| (.*?) \|$", PAGE, re.M))
    for name in DECLARATIONS:
        kind = name.partition(" ")[0]
        (keys,) = (value for kinds, value in rows.items() if f"`{kind}`" in kinds)
        for key in FORMS[name][1:]:
            assert f"`{key.name}`" in keys, (name, key.name)
