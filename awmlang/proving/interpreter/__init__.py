"""The reference interpreter: what a spec means, said as directly as can be, to hold the compiler against.

It evaluates the typed model over Python dictionaries, one node at a time; it knows no SQL, and neither is it quick. What it
shares with the compiled environments, and therefore cannot find wrong: the analysis that makes the model, the rows
that the seed data makes, how JSON arguments become values, and of the functions ``calc`` and ``matches``.
"""

from awmlang.proving.interpreter.interpreter import Interpreter, Scope
from awmlang.proving.interpreter.tasks import Instance
from awmlang.proving.interpreter.world import World

__all__ = ["Instance", "Interpreter", "Scope", "World"]
