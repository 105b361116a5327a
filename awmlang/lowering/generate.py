"""Generate blocks: rows drawn from the seed, against the database as it stood before the block."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import apsw

from awmlang.diagnostics import Diagnostic, Span
from awmlang.diagnostics.codes import CANNOT_COMPUTE, CANNOT_DRAW
from awmlang.lowering.constants import NotConstant
from awmlang.lowering.draws import Draws
from awmlang.lowering.fake import fake
from awmlang.lowering.keys import SeedError
from awmlang.lowering.rewrite import rewrite
from awmlang.lowering.rows import Batch
from awmlang.runtime.errors import ToolError
from awmlang.runtime.functions import json_text
from awmlang.semantics.data import MOST_GENERATED
from awmlang.semantics.model import (
    CallBuiltin,
    Choose,
    Constant,
    Expression,
    Field,
    GenerateBlock,
    Get,
    GetComputed,
    Local,
    RowOf,
    Variable,
)
from awmlang.semantics.types import Int, required
from awmlang.semantics.visit import expressions_in

if TYPE_CHECKING:
    from awmlang.lowering.seed import Seeding

DRAWS = frozenset({"pick", "weighted", "between", "fake"})
ATTEMPTS = 200  # how often a row is drawn that hits a row which is there

_UNIQUE = (apsw.SQLITE_CONSTRAINT_UNIQUE, apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_ROWID)

Locals = dict[Variable, Any]
Plan = Callable[[Locals], Any]


class _Failed(Exception):
    def __init__(self, span: Span, error: SeedError) -> None:
        super().__init__(error.message)
        self.span = span
        self.error = error


class Generator:
    """Runs the generate blocks of one world."""

    def __init__(self, seeding: Seeding, seed: int) -> None:
        self._seeding = seeding
        self._seed = seed
        self._made = 0

    def run(self, batch: Batch, number: int) -> None:
        """Make the rows of the block, which is the ``number``-th of the spec; stop at the first that fails."""
        block = batch.block
        assert isinstance(block, GenerateBlock)
        self._seeding.refresh()
        draws = Draws(self._seed, self._seeding.model.name, str(number))
        try:
            self._made = _Block(self._seeding, block, draws).run(
                self._seeding.keys.generated(batch), self._made
            )
        except _Failed as failed:
            found = Diagnostic(failed.error.code, failed.span, failed.error.message)
            self._seeding.diagnostics.append(found)
        self._seeding.keys.ran(batch)


class _Block:
    def __init__(self, seeding: Seeding, block: GenerateBlock, draws: Draws) -> None:
        self._seeding = seeding
        self._block = block
        self._draws = draws
        self._this = {block.this}
        # Locals of the spec and made ones stand beside each other, under names that none of them can share
        self._number = Variable("number", Int(), "loop", block.span)
        self._key = Variable("key", block.entity.key.type, "let", block.span)
        self._renamed = {
            variable: Variable(f"loop_{index}", variable.type, "loop", variable.span)
            for index, (variable, _) in enumerate(block.loops)
        }
        self._made = {
            field: Variable(f"made_{index}", field.type, "let", value.span)
            for index, (field, value) in enumerate(block.values)
        }
        self._loops = [(self._renamed[variable], self._plan(source)) for variable, source in block.loops]
        self._plans = [(self._made[field], self._plan(value)) for field, value in block.values]
        self._is_drawn = any(_is_draw(node) for _, value in block.values for node in expressions_in(value))

    def run(self, next_key: Callable[[], Any], before: int) -> int:
        """Make the rows; give how many there are, those that blocks made ``before`` included."""
        entity = self._block.entity
        number = 0
        for number, locals in enumerate(self._rounds(0, {}), 1):
            if before + number > MOST_GENERATED:
                words = f"More than {MOST_GENERATED:,} rows are generated, with those of the blocks before."
                raise _Failed(self._block.span, SeedError(CANNOT_DRAW, words))
            locals[self._number] = number
            key = None if entity.key in self._made else next_key()
            locals[self._key] = key
            self._insert(locals, key)
        return before + number

    def _rounds(self, depth: int, locals: Locals) -> Iterator[Locals]:
        if self._block.count is not None:
            for _ in range(self._block.count):
                yield {}
        elif depth == len(self._loops):
            yield dict(locals)
        else:
            variable, source = self._loops[depth]
            for item in _list(source(locals)):
                yield from self._rounds(depth + 1, {**locals, variable: item})

    def _insert(self, locals: Locals, key: Any) -> None:
        """Draw a row until it is like none that is there."""
        entity, audit = self._block.entity, self._seeding.audit
        for attempt in range(ATTEMPTS, 0, -1):
            for variable, plan in self._plans:
                locals[variable] = plan(locals)
            row = tuple([self._value(field, locals, key) for field in entity.fields.values()])
            try:
                audit.add(entity, row, self._block)
                return
            except ToolError as error:
                audit.untested(entity, self._block, error)
                return
            except apsw.ConstraintError as error:
                again = self._is_drawn and error.extendedresult in _UNIQUE  # type: ignore[attr-defined]
                if not again or attempt == 1:
                    audit.refused(entity, row, self._block, error)
                    return

    def _value(self, field: Field, locals: Locals, key: Any) -> Any:
        if field in self._made:
            value = locals[self._made[field]]
            return json_text(value) if isinstance(value, (list, dict)) else value
        return key if field.is_key else self._seeding.default(field)

    # ---- Plans: how a value is had, worked out once for all rows

    def _plan(self, expression: Expression) -> Plan:
        """What gives the value of an expression for a row."""
        try:
            value = self._seeding.fold(expression)
            return lambda _: value
        except NotConstant:
            pass
        except SeedError as error:
            raise _Failed(expression.span, error) from None
        match expression:
            case Local(variable=variable):
                own = self._renamed[variable]
                return lambda locals: locals[own]
            case CallBuiltin(name="pick", arguments=(items,)):
                return self._pick(items)
            case CallBuiltin(name="weighted", arguments=arguments):
                choices = [
                    (_constant(a), float(_constant(b)))
                    for a, b in zip(arguments[::2], arguments[1::2], strict=True)
                ]
                return lambda _: self._draws.weighted(choices)
            case CallBuiltin(name="between", arguments=(low, high)):
                return self._between(expression, self._plan(low), self._plan(high))
            case CallBuiltin(name="fake", arguments=(kind,)):
                name = _constant(kind)
                return lambda _: fake(name, self._draws)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                test, yes, no = self._plan(condition), self._plan(then), self._plan(otherwise)
                return lambda locals: yes(locals) if test(locals) else no(locals)
        return self._run(expression)

    def _pick(self, items: Expression) -> Plan:
        plan, known = self._plan(items), self._knows_no_row(items)
        found: list[Any] | None = None

        def pick(locals: Locals) -> Any:
            nonlocal found
            if found is None or not known:
                found = _list(plan(locals))
            if not found:
                raise _Failed(items.span, SeedError(CANNOT_DRAW, "There is nothing here to pick from."))
            return self._draws.pick(found)

        return pick

    def _between(self, expression: Expression, low: Plan, high: Plan) -> Plan:
        type = required(expression.type)

        def between(locals: Locals) -> Any:
            try:
                return self._draws.between(type, low(locals), high(locals))
            except ValueError:
                words = "The first bound of `between` is above the second."
                raise _Failed(expression.span, SeedError(CANNOT_DRAW, words)) from None

        return between

    def _run(self, expression: Expression) -> Plan:
        """What is drawn inside, and values of the row itself, become locals of generated code."""
        drawn: list[tuple[Variable, Plan]] = []

        def change(node: Expression) -> Expression | None:
            if _is_draw(node):
                variable = Variable(f"drawn_{len(drawn)}", node.type, "let", node.span)
                drawn.append((variable, self._plan(node)))
                return Local(node.span, node.type, variable)
            match node:
                case Local(variable=variable) if variable in self._renamed:
                    return Local(node.span, node.type, self._renamed[variable])
                case CallBuiltin(name="n", arguments=()):
                    return Local(node.span, node.type, self._number)
                case Get(row=RowOf(binding=binding), field=field) if binding in self._this:
                    if field in self._made or field.is_key:
                        return Local(node.span, node.type, self._made.get(field, self._key))
                    return Constant(node.span, node.type, self._seeding.default(field))
                case RowOf(binding=binding) if binding in self._this:
                    key = self._made.get(self._block.entity.key, self._key)
                    return Local(node.span, node.type, key)
                case GetComputed(row=RowOf(binding=binding), field=computed) if binding in self._this:
                    self._this.add(computed.this)
                    inlined: Expression = rewrite(computed.value, change)
                    return inlined
            return None

        body = rewrite(expression, change)
        try:
            run = self._seeding.plan(body)
        except SeedError as error:
            raise _Failed(expression.span, error) from None

        def plan(locals: Locals) -> Any:
            for variable, draw in drawn:
                locals[variable] = draw(locals)
            try:
                return run(locals)
            except ToolError as error:
                raise _Failed(expression.span, SeedError(CANNOT_COMPUTE, error.message)) from None

        return plan

    def _knows_no_row(self, expression: Expression) -> bool:
        """Whether the value is the same for every row of the block."""
        for node in expressions_in(expression):
            if (
                isinstance(node, Local)
                or _is_draw(node)
                or (isinstance(node, CallBuiltin) and node.name == "n")
            ):
                return False
            if isinstance(node, RowOf) and node.binding in self._this:
                return False
        return True


def _is_draw(node: Expression) -> bool:
    return isinstance(node, CallBuiltin) and node.name in DRAWS


def _constant(expression: Expression) -> Any:
    assert isinstance(expression, Constant)
    return expression.value


def _list(value: Any) -> list[Any]:
    """A list of constants has been folded to JSON text."""
    items: list[Any] = json.loads(value) if isinstance(value, str) else value
    return items
