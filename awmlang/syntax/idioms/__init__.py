"""How other languages say it, and what that is here: ``x.lower()``, ``SELECT * FROM Item``, ``a ? b : c``.

An idiom is a run of tokens that can stand nowhere in a spec, so it is known without knowing what is expected. It
is rewritten before anything else is repaired, and reported once, with the text that means the same here. What can be
told only where the parser is stuck (``=`` for ``==``) is in ``habits``.
"""

from awmlang.syntax.idioms import (  # noqa: F401  (they add their idioms)
    declarations,
    expressions,
    literals,
    methods,
    statements,
)
from awmlang.syntax.idioms.cursor import rewritten
from awmlang.syntax.idioms.declarations import FOREIGN_TYPES

__all__ = ["FOREIGN_TYPES", "rewritten"]
