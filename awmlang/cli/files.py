"""Files that commands write over."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from awmlang.cli.output import Failure


def replace_file(path: Path, text: str) -> None:
    """Give a file another text, as a whole: a reader sees the old one or the new one. Raises Failure.

    It keeps its permissions; of a link, what it leads to is replaced. A file that is not there is made.
    """
    target = path.resolve()
    temporary: Path | None = None
    try:
        target.touch()
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text)
        shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
