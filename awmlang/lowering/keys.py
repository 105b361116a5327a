"""The keys of seed rows: handed out in order of declaration, ahead of the values, so that labels stand for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from awmlang.diagnostics.codes import BAD_CELL, DUPLICATE_LABEL, LATE_LABEL, MISSING_LABEL, Code
from awmlang.lowering.files import CellError, cell_value
from awmlang.lowering.rows import Batch, Given
from awmlang.semantics.model import Entity, Expression, GenerateBlock, Model
from awmlang.semantics.types import Ref

Key = int | str

MOST_DIGITS = 15  # of a number within a key: behind a longer one, none can be counted up


class SeedError(Exception):
    """What is wrong with a value or a row; where that is, is known to who catches it."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Keys:
    """``labels``: entity and key of each label so far.

    Numbers are handed out as far ahead as they can be known: up to a generate block over rows, which makes as many
    rows as it finds. ``evaluate`` gives the value of an expression that a row has for its key.
    """

    def __init__(
        self,
        model: Model,
        batches: Sequence[Batch],
        evaluate: Callable[[Expression], Any],
        fail: Callable[[Given, str | None, SeedError], None],
    ) -> None:
        self.labels: dict[str, tuple[str, Key]] = {}
        self.next = dict.fromkeys(model.entities, 1)
        self._model = model
        self._evaluate = evaluate
        self._fail = fail
        self._ahead: dict[str, list[Batch]] = {name: [] for name in model.entities}
        for batch in batches:
            self._ahead[batch.block.entity.name].append(batch)
        self._named = {row.label for batch in batches for row in batch.rows if row.label is not None}

    def hand_out(self) -> None:
        """Number the rows, as far ahead as can be."""
        for entity in self._model.entities.values():
            self._advance(entity)

    def knows(self, name: str) -> bool:
        """Whether a row has this label, be its key known yet or not."""
        return name in self._named

    def label(self, name: str) -> Key:
        """The key of the row with this label. Raises SeedError."""
        if name in self.labels:
            return self.labels[name][1]
        if name in self._named:
            raise SeedError(
                LATE_LABEL,
                f"The key of `{name}` is known only when the generate block before it has run: move `{name}` up.",
            )
        raise SeedError(MISSING_LABEL, f"No row of the data at hand has the label `{name}`.")

    def cell(self, type: Ref, cell: Any) -> Key:
        """The key that a cell of a data file stands for: a label's, or the key itself. Raises CellError."""
        entity, key = self.labels.get(cell, ("", 0)) if isinstance(cell, str) else ("", 0)
        if entity == type.entity:
            return key
        try:
            found: Key = cell_value(self._model.entities[type.entity].key.type, cell, self.cell)
        except CellError:
            raise CellError(f'"{cell}" is neither the label nor the key of a {type.entity}') from None
        return found

    def generated(self, batch: Batch) -> Callable[[], Key]:
        """What gives the next key of a generate block's rows; their entity's key must number itself."""
        entity = batch.block.entity
        if batch.first is None:
            return lambda: self._number(entity)
        numbers = count(batch.first)
        return lambda: _keyed(entity, next(numbers))

    def ran(self, batch: Batch) -> None:
        """A generate block has run: go on with the rows behind it."""
        if batch.first is None:
            self._ahead[batch.block.entity.name].remove(batch)
            self._advance(batch.block.entity)

    def _advance(self, entity: Entity) -> None:
        ahead = self._ahead[entity.name]
        while ahead:
            if isinstance(ahead[0].block, GenerateBlock):
                if ahead[0].block.count is None:
                    return
                ahead[0].first = self.next[entity.name]
                self.next[entity.name] += ahead[0].block.count
            for row in ahead.pop(0).rows:
                self._assign(entity, row)

    def _assign(self, entity: Entity, row: Given) -> None:
        name = entity.key.name
        try:
            if name in row.values:
                row.key = self._evaluate(row.values[name])
            elif row.cells.get(name) is not None:
                row.key = cell_value(entity.key.type, row.cells[name], self.cell)
            else:
                row.key = self._number(entity)
        except SeedError as error:
            self._fail(row, name, error)
            return
        except CellError as error:
            self._fail(row, name, SeedError(BAD_CELL, f"{error}."))
            return
        self.seen(entity, row.key)
        if row.label is None:
            return
        if row.label in self.labels:
            self._fail(row, None, SeedError(DUPLICATE_LABEL, f"Another row has the label `{row.label}`."))
        self.labels[row.label] = (entity.name, row.key)

    def seen(self, entity: Entity, key: Any) -> None:
        """A row has this key: numbers go on behind it."""
        serial = entity.key.serial
        if serial is None:
            number = key
        else:
            found = re.fullmatch(rf"{re.escape(serial.prefix)}([0-9]+)", key)
            number = int(found[1]) if found and len(found[1]) <= MOST_DIGITS else None
        if isinstance(number, int):
            self.next[entity.name] = max(self.next[entity.name], number + 1)

    def _number(self, entity: Entity) -> Key:
        number = self.next[entity.name]
        self.next[entity.name] += 1
        return _keyed(entity, number)


def _keyed(entity: Entity, number: int) -> Key:
    serial = entity.key.serial
    return number if serial is None else f"{serial.prefix}{number:0{serial.width}}"
