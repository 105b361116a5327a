"""The syntax tree: one class a construct, as the grammar has it, and nothing of its meaning.

Every node carries the span of its text. Nodes are never changed after the parser made them, and
compare by identity, so that facts about a node can be kept beside the tree in a dictionary.
``same`` compares by structure.
"""

from awmlang.syntax.tree.base import *  # noqa: F403
from awmlang.syntax.tree.declarations import *  # noqa: F403
from awmlang.syntax.tree.expressions import *  # noqa: F403
from awmlang.syntax.tree.statements import *  # noqa: F403
