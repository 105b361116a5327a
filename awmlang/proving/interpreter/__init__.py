"""The reference interpreter: what a spec means, said as directly as can be, to hold the compiler against.

It evaluates the typed model over Python dictionaries, one node at a time; it knows no SQL, and neither is it quick. It shares
with the compiled environments the analysis, the rows that seed data makes, how arguments are read, ``calc`` and ``matches``.
"""

from awmlang.proving.interpreter.interpreter import Interpreter, Scope
from awmlang.proving.interpreter.tasks import Instance
from awmlang.proving.interpreter.world import World

__all__ = ["Instance", "Interpreter", "Scope", "World"]
