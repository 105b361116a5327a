"""The model: a spec resolved and typed. What the lowering and the reference interpreter read.

It is smaller than the tree. What is gone by now:

- names: every ``Local``, ``RowOf``, ``Get`` holds the object that it means;
- implicit conversions: ``Convert`` stands wherever an int becomes a float or money, so both sides of an
  operator have one base type (``Ref`` with ``Ref``, ``Enum`` with ``Enum``; null aside);
- ``x?``: a where-term with it has become ``x == null or term``;
- ``my E``, inverse fields, ``this``: queries over ``AllRows`` with a where; the row is a ``Binding``;
- shapes: ``With`` for one row, an ``Aggregate`` ``list`` or ``page`` of records for a query;
- showing: the value of a tool's ``Return`` holds no ``Ref`` any more, only scalars, records, lists and maps;
- ``crud``: ordinary tools. Flow chains: one ``Step`` an arrow. Type aliases and bounds: types.

An expression's ``type`` says whether it may be null. Nothing here is changed once the model is made.
"""

from awmlang.semantics.model.declarations import *  # noqa: F403
from awmlang.semantics.model.expressions import *  # noqa: F403
from awmlang.semantics.model.statements import *  # noqa: F403
from awmlang.semantics.model.tasks import *  # noqa: F403
