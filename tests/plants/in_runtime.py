"""Bugs of the runtime: functions, arguments, transactions, budgets, states."""

from __future__ import annotations

from functools import partial

from tests.plants.plant import Plant

_functions = partial(Plant, "runtime", file="awmlang/runtime/functions.py")
_program = partial(Plant, "runtime", file="awmlang/runtime/program.py")
_database = partial(Plant, "runtime", file="awmlang/runtime/database.py")
_session = partial(Plant, "runtime", file="awmlang/runtime/session.py")
_state = partial(Plant, "runtime", file="awmlang/runtime/state.py")

PLANTS = [
    # ---- Functions of the language
    _functions(
        name="whole-unbounded",
        old="if type(value) is not int or not -LARGEST <= value <= LARGEST:",
        new="if type(value) is not int:",
        breaks="numbers beyond 2^53 leave an expression",
    ),
    _functions(
        name="remainder-sign",
        old="return finite(a % b)",
        new="return finite(a - b * int(a / b))",
        breaks="a remainder has the sign of the left side",
    ),
    _functions(
        name="round-half-down",
        old="rounded = (2 * builtins.abs(numerator) + denominator) // (2 * denominator)",
        new="rounded = (2 * builtins.abs(numerator) + denominator - 1) // (2 * denominator)",
        breaks="half a cent is rounded towards zero",
    ),
    _functions(
        name="round-to-of-floats",
        old="return float(_half_away(numerator * 10**places, denominator) / 10**places)",
        new="return builtins.round(value, places)",
        breaks="a float is rounded half to even, by its binary value",
    ),
    _functions(
        name="average-cut",
        old='return scale(total, "/", count) if count else None',
        new="return total // count if count else None",
        breaks="the mean of amounts is cut instead of rounded",
    ),
    _functions(
        name="fold-lower",
        old="return text.lower() if text.isascii() else text.casefold()",
        new="return text.lower()",
        breaks="ß is searched and sorted as itself, not as ss",
    ),
    _functions(
        name="contains-case",
        old="and fold(part) in fold(text)",
        new="and part in fold(text)",
        breaks="words with capitals are found nowhere",
    ),
    _functions(
        name="item-from-the-end",
        old="if not 0 <= index < len(items):",
        new="if index >= len(items):",
        breaks="item -1 of a list is the last",
    ),
    _functions(
        name="distinct-sorted",
        old="return list(dict.fromkeys(items))",
        new="return builtins.sorted(set(items))",
        breaks="distinct loses the order of first appearance",
    ),
    _functions(
        name="months-unclamped",
        old="min(day(value), _days_in(to_year, to_month))",
        new="min(day(value), _days_in(year(value), month(value)))",
        breaks="a month after January 31 is February 31",
    ),
    _functions(
        name="leap-century",
        old="return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28",
        new="return 29 if year % 4 == 0 else 28",
        breaks="2100 has a leap day",
    ),
    _functions(
        name="weekday-from-0",
        old=".isoweekday()",
        new=".weekday()",
        breaks="Monday is 0",
    ),
    _functions(
        name="elapsed-within-a-day",
        old="return between.days * 86_400 + between.seconds",
        new="return between.seconds",
        breaks="whole days between two times do not count",
    ),
    _functions(
        name="shift-by-whole-days",
        old="clock.timedelta(seconds=duration)",
        new="clock.timedelta(days=duration // 86_400)",
        breaks="hours and minutes are not added to a datetime",
    ),
    Plant(
        "runtime",
        "calculator-from-the-right",
        "awmlang/runtime/calculator.py",
        "            right = self.product(depth)\n",
        "            right = self.sum(depth)\n",
        "calc works out 10 - 3 - 2 from the right",
    ),
    # ---- Arguments
    _program(
        name="default-left-out",
        old="                values[name] = default\n",
        new="                values[name] = None\n",
        breaks="the default of a parameter is not applied",
    ),
    _program(
        name="true-is-1",
        old="            if type(value) is not int:\n                if type(value) is not float",
        new="            if not isinstance(value, int):\n                if type(value) is not float",
        breaks="true is taken for the integer 1",
    ),
    _program(
        name="third-decimal",
        old="                if amount / 100 != value:\n",
        new="                if abs(amount / 100 - value) > 0.01:\n",
        breaks="an amount with three decimals is rounded in silence",
    ),
    _program(
        name="short-list",
        old="if type(value) is not list or not least <= len(value) <= most:",
        new="if type(value) is not list or len(value) > most:",
        breaks="lists with too few items are taken",
    ),
    _program(
        name="compatible-characters",
        old='value = normalize("NFC", value)',
        new='value = normalize("NFKC", value)',
        breaks="text is changed: ﬁ becomes fi",
    ),
    _program(
        name="one-known-argument",
        old="        if not given.keys() <= self.names:\n",
        new="        if given and given.keys().isdisjoint(self.names):\n",
        breaks="unknown arguments are ignored beside known ones",
    ),
    _program(
        name="access-of-arguments",
        old="sql = entity.exists if lifted else entity.visible",
        new="sql = entity.exists",
        breaks="rows of other people can be named in arguments",
    ),
    _program(
        name="access-of-first-item",
        old="            for index, key in enumerate(items):\n                try:\n                    check_item(db, key)",
        new="            for index, key in enumerate(items[:1]):\n                try:\n                    check_item(db, key)",
        breaks="of a list of rows only the first is checked for access",
    ),
    _program(
        name="access-of-optionals",
        old="self.check = lambda db, value: None if value is None else check_inner(db, value)",
        new="self.check = lambda db, value: None",
        breaks="optional rows are not checked for access or being there",
    ),
    _program(
        name="access-within-records",
        old="        if slots.checks:\n            self.check = slots.check\n",
        new="        if len(slots.checks) > 1:\n            self.check = slots.check\n",
        breaks="the only row in a record is not checked",
    ),
    # ---- Calls and transactions
    _session(
        name="rollback-on-tool-errors",
        old="        except BaseException:\n            if program.writes:",
        new="        except ToolError:\n            if program.writes:",
        breaks="a call that is stopped or overflows keeps its writes",
    ),
    _database(
        name="rollback-commits",
        old='self.connection.execute("ROLLBACK TO call; RELEASE call")',
        new='self.connection.execute("RELEASE call")',
        breaks="a call that fails keeps its writes",
    ),
    _session(
        name="first-invariant",
        old="            for index in program.invariants:\n",
        new="            for index in program.invariants[:1]:\n",
        breaks="of the invariants only the first is asked",
    ),
    _session(
        name="replay-at-one-time",
        old="                db.now = (self._start + timedelta(seconds=number)).isoformat()\n",
        new="                db.now = self.now\n",
        breaks="writes made again after a stop have another time",
    ),
    _session(
        name="errors-take-no-time",
        old="timedelta(seconds=len(self.log))",
        new="timedelta(seconds=sum(call.error is None for call in self.log))",
        breaks="the clock stands still for calls that fail",
    ),
    _database(
        name="clock-of-first-call",
        old='"UPDATE awm_clock SET now = ?"',
        new='"UPDATE awm_clock SET now = coalesce(now, ?)"',
        breaks="guards of flows read the time of the first call",
    ),
    _session(
        name="budget-of-a-session",
        old="            db.grant(WORK, seconds)\n",
        new="            if not self.log:\n                db.grant(WORK, seconds)\n",
        breaks="all calls share one budget of work",
    ),
    _database(
        name="loops-are-free",
        old="        self.spend(len(items))\n",
        new="        self.spend(1)\n",
        breaks="the rounds of a loop cost no work",
    ),
    _database(
        name="statements-are-free",
        old="        self._work -= WORK_OF_STEP\n",
        new="",
        breaks="what SQLite does costs no work",
    ),
    _database(
        name="one-of-several",
        old="        if len(rows) == 1:\n",
        new="        if rows:\n",
        breaks="one(...) gives the first of several rows",
    ),
    _database(
        name="loop-over-the-dead",
        old="            if self.value(sql, key=key) is not None:\n                yield key",
        new="            yield key",
        breaks="a loop goes on with rows that it has deleted",
    ),
    _database(
        name="write-to-the-dead",
        old="        if not self.connection.changes():\n",
        new="        if not self.connection.total_changes():\n",
        breaks="an update of a deleted row succeeds",
    ),
    _database(
        name="in-use-unnamed",
        old='            if words[0] == "DELETE":\n',
        new='            if words[0] == "UPDATE":\n',
        breaks="a row in use cannot be deleted, but for another reason",
    ),
    # ---- States
    _database(
        name="snapshot-without-serials",
        old='        for table in (*self.schema.tables, "awm_serial"):\n',
        new="        for table in self.schema.tables:\n",
        breaks="a snapshot forgets the counters of serial keys",
    ),
    _state(
        name="restore-without-sequences",
        old="    for table, sequence in saved.sequences:\n",
        new="    for table, sequence in saved.sequences[:1]:\n",
        breaks="a restored state gives ids out again",
    ),
    _session(
        name="restore-without-log",
        old="            self.log = list(snapshot.log)\n",
        new="            self.log = []\n",
        breaks="a restored session is back at its first second, with no calls made",
    ),
    _session(
        name="reset-keeps-log",
        old="            self._become(state.START)\n            self.log = []\n",
        new="            self._become(state.START)\n",
        breaks="after a reset the clock goes on",
    ),
    _session(
        name="parked-unclean",
        old="            self._saved = self._state()\n            database.restart()\n",
        new="            self._saved = self._state()\n",
        breaks="a database goes to another session with the changes of the last",
    ),
    _session(
        name="closed-unclean",
        old="                self._held.restart()\n                self.environment.pool.give_back",
        new="                self.environment.pool.give_back",
        breaks="a closed session's changes are in the next one",
    ),
    _state(
        name="forced-without-old-values",
        old="new = tuple(a if b is apsw.no_change else b for a, b in zip(before, new, strict=True))",
        new="new = tuple(None if b is apsw.no_change else b for a, b in zip(before, new, strict=True))",
        breaks="a row that is put back by force loses what did not change",
    ),
    _state(
        name="diff-without-deletions",
        old="        if change.name not in OWN_TABLES\n",
        new="        if change.name not in OWN_TABLES and change.new is not None\n",
        breaks="deleted rows are no difference",
    ),
]
