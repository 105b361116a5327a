"""Every code there is. A ``Code`` exists only if this table made it.

A code exists only with its page, ``pages/<code>.md``, which ``explain.page`` reads; and the page's wrong example,
rendered, is its case in tests/diagnostics/cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOMS = {
    "0": "Syntax and files",
    "1": "Names",
    "2": "Types and null",
    "3": "Declarations and statements",
    "4": "Seed data",
    "5": "Tasks",
    "6": "Warnings",
    "7": "Proofs of tasks",
}
"""What codes are about, by the first digit of their numbers."""


@dataclass(frozen=True, slots=True)
class Code:
    """``id`` is stable and printed; ``title`` says in a few words what is wrong, without names from the spec."""

    id: str
    title: str
    severity: Literal["error", "warning"]

    def __post_init__(self) -> None:
        if self.id in _table or _sealed:
            raise ValueError(f"{self.id} is not a code of the table in {__name__}")
        if self.id not in _pages or self.id[3] not in ROOMS:
            raise ValueError(f"{self.id} has no page")
        _table[self.id] = self


_table: dict[str, Code] = {}
_pages = {path.stem for path in (Path(__file__).parent / "pages").glob("*.md")}
_sealed = False


def _error(id: str, title: str) -> Code:
    return Code(id, title, "error")


def _warning(id: str, title: str) -> Code:
    return Code(id, title, "warning")


# ---- AWM0xx: syntax and files

UNREADABLE = _error("AWM001", "the file cannot be read")
NOT_TEXT = _error("AWM002", "the file is not text in UTF-8")
TOO_LARGE = _error("AWM003", "the file is too large")
TOO_DEEP = _error("AWM004", "something is nested too deeply")
TOO_MANY_ERRORS = _error("AWM005", "there are more errors than are reported")
UNEXPECTED_CHARACTER = _error("AWM010", "a character has no meaning here")
UNTERMINATED_STRING = _error("AWM011", "a text never ends")
BAD_ESCAPE = _error("AWM012", "a text holds something that must be written otherwise")
BAD_INTERPOLATION = _error("AWM013", "the braces in a text hold no value")
UNEXPECTED = _error("AWM020", "something stands where it cannot")
MISSING = _error("AWM021", "something is missing")
UNCLOSED = _error("AWM022", "a bracket is never closed")
UNOPENED = _error("AWM023", "a bracket closes nothing")
RESERVED_WORD = _error("AWM024", "a reserved word is used as a name")
MISSPELLED = _error("AWM025", "a word of the language is misspelled")
FOREIGN = _error("AWM026", "this is written differently here")
NO_ENVIRONMENT = _error("AWM027", "the file does not begin with its environment")
LONG_NAME = _error("AWM028", "a name is too long")
NO_YAML = _error("AWM030", "the file is no YAML or JSON")
REFUSED_YAML = _error("AWM031", "this part of YAML is not taken")
DUPLICATE_KEY = _error("AWM032", "a key stands twice in a mapping")
UNKNOWN_KEY = _error("AWM033", "the mapping has no such key")
MISSING_KEY = _error("AWM034", "the mapping lacks a key, or has one too many")
WRONG_NODE = _error("AWM035", "a text, a list or a mapping stands where another is expected")

# ---- AWM1xx: names

UNKNOWN_NAME = _error("AWM101", "nothing here has this name")
UNKNOWN_TYPE = _error("AWM102", "no type has this name")
UNKNOWN_ENTITY = _error("AWM103", "no entity has this name")
UNKNOWN_FIELD = _error("AWM104", "the row or record has no such field")
UNKNOWN_MEMBER = _error("AWM105", "the enum has no such member")
UNKNOWN_FUNCTION = _error("AWM106", "no function has this name")
UNKNOWN_TOOL = _error("AWM107", "no tool has this name")
UNKNOWN_LABEL = _error("AWM108", "no row has this label")
UNKNOWN_PARAMETER = _error("AWM109", "what is called has no such parameter")
DUPLICATE_NAME = _error("AWM110", "declared twice")
SHADOWED_NAME = _error("AWM111", "the name is taken by something in reach")
RESERVED_NAME = _error("AWM112", "the name belongs to the language")
LABEL_IN_CODE = _error("AWM113", "a label is used outside data and tasks")
NO_ROW_AT_HAND = _error("AWM114", "a dot with no row at hand")
NO_SIGNED_IN_USER = _error("AWM115", "me is used but nobody is signed in")
NOT_AVAILABLE_HERE = _error("AWM116", "something is used where it has no meaning")

# ---- AWM2xx: types and nullability

TYPE_MISMATCH = _error("AWM201", "a value of another type is expected")
MAY_BE_NULL = _error("AWM202", "the value may be null")
BAD_OPERANDS = _error("AWM203", "the operator does not take these types")
NOT_COMPARABLE = _error("AWM204", "values of these types cannot be compared")
OUT_OF_RANGE = _error("AWM205", "the constant is out of the type's range")
BAD_LITERAL = _error("AWM206", "the text is not a valid date, time or datetime")
NOT_A_CONDITION = _error("AWM207", "a condition must be true or false")
NOT_A_QUERY = _error("AWM208", "rows or a list are expected")
NOT_A_ROW = _error("AWM209", "a row is expected")
NO_FIELDS = _error("AWM210", "a value of this type has no fields")
WRONG_ARGUMENTS = _error("AWM211", "the arguments do not fit what is called")
BAD_BOUNDS = _error("AWM212", "the bounds do not fit the type")
BAD_PATTERN = _error("AWM213", "the pattern is not a regular expression that can be checked")
MONEY_TIMES_MONEY = _error("AWM214", "money times money has no meaning")
SAME_ON_BOTH_SIDES = _error("AWM215", "both sides are the same value")
NO_COMMON_TYPE = _error("AWM216", "the branches or items have no type in common")
NO_VALUE = _error("AWM217", "what is called gives no value")
NULL_ALONE = _error("AWM218", "null or an empty list alone has no type")
OPTIONAL_TEXT = _error("AWM219", "a value that may be null stands in a text")
MISPLACED_IF_GIVEN = _error("AWM220", "x? stands where no term can be dropped")
NOT_SHOWABLE = _error("AWM221", "the value cannot be shown as it is")
NEEDLESS_IF_GIVEN = _error("AWM222", "x? is used on a value that is always there")
SHAPE_ON_SCALAR = _error("AWM223", "a shape is given to something without fields")

# ---- AWM3xx: declarations

BAD_CLOCK = _error("AWM301", "the clock is missing, doubled or no datetime")
BAD_SIGNED_IN = _error("AWM302", "the signed-in user is declared wrongly")
BAD_KEY = _error("AWM303", "the key is declared wrongly")
BAD_MARK = _error("AWM304", "the mark does not fit the field")
BAD_INVERSE = _error("AWM305", "the other end of the inverse field does not fit")
BAD_FIELD_TYPE = _error("AWM306", "a field cannot have this type")
COMPUTED_CYCLE = _error("AWM307", "computed fields depend on each other in a circle")
FUNCTION_CYCLE = _error("AWM308", "functions call each other in a circle")
BAD_CHECK = _error("AWM309", "the check reads more than the row's own stored fields")
BAD_FLOW = _error("AWM310", "the flow is declared wrongly")
ILLEGAL_TRANSITION = _error("AWM311", "the flow never allows this update")
BAD_START = _error("AWM312", "in a tool a row starts at the default of its flow")
BAD_ACCESS = _error("AWM313", "access is declared wrongly")
BAD_CRUD = _error("AWM314", "the crud declaration does not fit the entity")
MISSING_VALUE = _error("AWM315", "a field without default gets no value")
NOT_WRITABLE = _error("AWM316", "the field cannot be set")
MISSING_RETURN = _error("AWM317", "not every path returns a value")
IMPURE_IN_QUERY = _error("AWM318", "something that writes or fails stands inside a query")
BAD_ASSIGNMENT = _error("AWM319", "only a var can be assigned to")
BAD_DEFAULT = _error("AWM320", "the default is not a constant")
BAD_PAGED = _error("AWM321", "paged stands elsewhere than in the return of a tool")
BAD_ERROR_CODE = _error("AWM322", "the error code belongs to the language")
BAD_SERIAL = _error("AWM324", "serial is used wrongly")
SHOW_CYCLE = _error("AWM325", "shows contain each other in a circle")
DUPLICATE_CLAUSE = _error("AWM326", "something may be said only once")
NEEDLESS_ELSE = _error("AWM327", "the else can never be reached")
TOO_EXTENSIVE = _error("AWM328", "something becomes too large with all that it refers to")

# ---- AWM4xx: seed data

BAD_FILE = _error("AWM401", "the data file cannot be read")
BAD_COLUMN = _error("AWM402", "the columns of the data file do not fit the entity")
BAD_CELL = _error("AWM403", "a cell of the data file does not fit its column")
DUPLICATE_LABEL = _error("AWM404", "two rows have the same label")
MISSING_LABEL = _error("AWM405", "no row of the data at hand has the label")
LATE_LABEL = _error("AWM406", "the label stands for a row whose key is not known yet")
NO_SUCH_ROW = _error("AWM407", "a reference leads to no row")
DUPLICATE_ROW = _error("AWM408", "two rows have the same key, or are alike where they must differ")
BROKEN_RULE = _error("AWM409", "a row breaks a rule of its entity")
BROKEN_INVARIANT = _error("AWM410", "the seed data breaks an invariant")
CANNOT_DRAW = _error("AWM411", "no value can be drawn")
CANNOT_COMPUTE = _error("AWM412", "the value cannot be computed")

# ---- AWM5xx: tasks

BAD_TEMPLATE = _error("AWM501", "a template goes over something other than a query of rows")
BAD_SOLUTION = _error("AWM502", "the solution holds something other than calls of tools")
BAD_ANSWER = _error("AWM504", "the answer is declared wrongly")
NOTHING_TO_GRADE = _error("AWM505", "the task has nothing to grade")
BAD_WEIGHT = _error("AWM506", "the weight is not a positive number")
BAD_ALLOW = _error("AWM507", "allow names something that is not stored")

# ---- AWM6xx: warnings

UNUSED_PARAMETER = _warning("AWM601", "a parameter is never used")
UNUSED_LOCAL = _warning("AWM602", "a local is never used")
UNREACHABLE = _warning("AWM603", "a statement is never reached")
CANNOT_SUCCEED = _warning("AWM604", "the tool cannot succeed")
UNRESTRICTED_ROWS = _warning("AWM605", "rows that belong to somebody are returned to anybody")
VACUOUS_CHECK = _warning("AWM606", "the condition says nothing")
UNUSED_FUNCTION = _warning("AWM607", "a function is never called")
RESERVED_TOOL_NAME = _warning("AWM608", "the tool's name is taken by a training framework")
UNDESCRIBED_TOOL = _warning("AWM609", "a tool has no description")
TASK_LEFT_OUT = _warning("AWM610", "a task is about rows that the data at hand does not have")

# ---- AWM7xx: proofs

SOLUTION_FAILS = _error("AWM701", "a call of the solution fails")
INCOMPLETE_SOLUTION = _error("AWM702", "the solution does not complete its task")
VACUOUS_TASK = _error("AWM703", "a task is complete before anything is done")
NO_INSTANCES = _error("AWM704", "the template has no rows to go over")
ANSWERS_DISAGREE = _error("AWM705", "the answer is not what the solution's results give")
NULL_ANSWER = _error("AWM706", "the answer is null")
CANNOT_PROVE = _error("AWM707", "something in the task cannot be evaluated")
WRONG_STATE_PASSES = _warning("AWM708", "a task is complete though something else was done")
WRONG_ANSWER_PASSES = _warning("AWM709", "a task is complete with a wrong answer")
IDLE_ARGUMENT = _warning("AWM710", "an argument of the solution changes nothing")
TIED_ANSWER = _warning("AWM711", "the answer hangs on the order of equal rows")
EMPTY_ALL = _warning("AWM712", "an all goes over no rows")
CONSTANT_ANSWER = _warning("AWM713", "the answer is the same for every instance of a template")


_sealed = True


def all_codes() -> tuple[Code, ...]:
    """All codes, in order of id."""
    return tuple(sorted(_table.values(), key=lambda code: code.id))
