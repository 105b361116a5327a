"""What a plant is: a bug such as a maintainer could make, as an edit of one place of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["lowering", "runtime", "spec", "reward"]


class Plant(NamedTuple):
    """``old``, which stands once in ``file`` (a path in the repository), becomes ``new``; ``breaks`` says what for.

    A bug of kind spec or reward is in a spec, in what makes rewards or in what grades: it makes another environment,
    or another task, that is a legal one.
    """

    kind: Kind
    name: str
    file: str
    old: str
    new: str
    breaks: str

    @property
    def spec(self) -> str | None:
        """The spec that it is in, if it is in one."""
        return self.file if self.file.endswith(".awm") else None

    def occurrences(self, root: Path) -> int:
        return (root / self.file).read_text("utf-8").count(self.old)

    def planted(self, root: Path) -> str:
        """The text of the file with the bug in it."""
        return (root / self.file).read_text("utf-8").replace(self.old, self.new)
