"""The shell on an environment: lines in, tables out. It knows no terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console, RenderableType
from rich.text import Text

from awmlang.diagnostics import NOWHERE, visible
from awmlang.play import tables
from awmlang.play.describe import describe_tool, signature
from awmlang.play.reading import Command, NotUnderstood, Step, meant, place, read, unknown
from awmlang.play.values import Arguments, Labels
from awmlang.syntax import tree
from awmlang.syntax.format import format_solution

if TYPE_CHECKING:
    from awmlang.runtime.environment import Environment
    from awmlang.runtime.session import Session, Snapshot


class Played(NamedTuple):
    """A call that was made, as a solution has it (None if none has it), and what was before it."""

    tool: str
    statement: tree.Statement | None
    state: Snapshot
    kept: dict[str, Any]


class Shell:
    """``labels`` name rows of the seed; ``kept`` are results by the names that they were given.

    Everything is shown on ``console``. ``left``: the shell was told to quit.
    """

    def __init__(
        self, environment: Environment, labels: Labels, console: Console, task: str | None = None
    ) -> None:
        self.environment = environment
        self.labels = labels
        self.kept: dict[str, Any] = {}
        self.tools = {tool["name"]: tool for tool in environment.tools("mcp")}
        self.session: Session = environment.session(task)
        self.left = False
        self._console = console
        self._played: list[Played] = []

    @property
    def prompt(self) -> str:
        """What stands before a line that is typed."""
        task = self.session.task
        return visible(f"{self.environment.name} {task['id']}> " if task else f"{self.environment.name}> ")

    def run(self, line: str) -> bool:
        """Do what a line says and show what comes of it. False if it was not understood."""
        try:
            said = read(line, COMMANDS, self.tools)
            if isinstance(said, Command):
                COMMANDS[said.name].do(self, said.rest)
            else:
                for step in said:
                    self._call(step)
        except NotUnderstood as problem:
            self._complain(line, problem)
            return False
        return True

    def show(self, *shown: RenderableType) -> None:
        for each in shown:
            self._console.print(each)

    def _complain(self, line: str, problem: NotUnderstood) -> None:
        if problem.place and line.strip():
            start, end = problem.place
            begin = line.rfind("\n", 0, start) + 1
            shown = line[begin:].partition("\n")[0]
            marks = max(len(visible(line[start:end].partition("\n")[0])), 1)
            before = len(visible(line[begin:start]))
            self.show(tables.text(f"  {shown}"), Text(f"  {' ' * before}{'^' * marks}", "bold red"))
        self.show(Text.assemble(("error", "bold red"), f": {visible(problem.message)}"))
        if problem.help:
            self.show(Text.assemble("   = ", ("help", "bold cyan"), f": {visible(problem.help)}"))

    # ---- Calls

    def _call(self, step: Step) -> None:
        name = step.call.name.text
        program = self.environment.program.get(name)
        if program is None:
            raise unknown(name, [*self.tools, *COMMANDS], place(step.call.name, step.offset))
        arguments, call = Arguments(step, self.labels, self.kept).read(program)
        state, kept = self.session.snapshot(), self.kept
        result = self.session.call(name, arguments)
        if result.error:
            self.show(tables.text(f"{result.error.code}: {result.error.message}", "red"))
            self._played.append(Played(name, None, state, kept))
            return
        statement: tree.Statement = tree.Run(NOWHERE, call)
        if step.name:
            statement = tree.Let(NOWHERE, step.name, call, None)
            self.kept = self.kept | {step.name.text: result.value}
        self._played.append(Played(name, statement, state, kept))
        self.show(tables.result(result.text))

    def _raw_call(self, rest: str) -> None:
        """call a tool with arguments in JSON, right or wrong; save leaves it out"""
        name, _, arguments = rest.partition(" ")
        if not name:
            raise NotUnderstood("there is no tool to call", 'call NAME {"argument": 1}')
        state, kept = self.session.snapshot(), self.kept
        result = self.session.call(name, arguments or None)
        self._played.append(Played(name, None, state, kept))
        if result.error:
            self.show(tables.text(f"{result.error.code}: {result.error.message}", "red"))
        else:
            self.show(tables.result(result.text))

    def _start(self, session: Session | None = None) -> None:
        """Begin anew, in another session or in this one."""
        if session is None:
            self.session.reset()
        else:
            self.session.close()
            self.session = session
        self.kept = {}
        self._played = []

    # ---- Commands

    def _tools(self, rest: str) -> None:
        """the tools, or those that have a word in them"""
        found = [
            [tables.text(signature(self.environment.program[name])), tables.text(tool["description"])]
            for name, tool in self.tools.items()
            if rest.lower() in f"{name} {tool['description']}".lower()
        ]
        self.show(tables.rows(("tool", ""), found) if found else f"no tool has {visible(rest)} in it")

    def _help(self, rest: str) -> None:
        """this list, or how a tool is called"""
        if rest in self.tools:
            self.show(describe_tool(self.environment.program[rest], self.tools[rest]))
        elif rest and rest not in COMMANDS:
            raise unknown(rest, [*self.tools, *COMMANDS])
        else:
            lines = [[command.usage, command.doc] for name, command in COMMANDS.items() if rest in ("", name)]
            self.show(tables.rows(("command", ""), lines))
        if not rest:
            self.show(
                "",
                "A tool is called as in a solution, or short; let keeps its result for later calls:",
                "  tool(argument = value)   tool argument=value   let x = tool()   other(id = x.id)",
            )

    def _tasks(self, rest: str) -> None:
        """all tasks"""
        lines = [[tables.text(name), tables.text(task["prompt"])] for name, task in self._all_tasks().items()]
        self.show(tables.rows(("task", ""), lines) if lines else "there are no tasks")

    def _all_tasks(self) -> Mapping[str, Any]:
        return self.environment.tasks

    def _task(self, rest: str) -> None:
        """begin a task; without a name, what the one at hand asks for"""
        if rest:
            try:
                session = self.environment.session(rest)
            except KeyError:
                raise NotUnderstood(f"there is no task {rest}", meant(rest, self.environment.tasks)) from None
            self._start(session)
        task = self.session.task
        self.show(tables.text(task["prompt"]) if task else "no task was begun; tasks lists them")

    def _diff(self, rest: str) -> None:
        """what has changed since the start"""
        self.show(tables.diff(self.session.diff(), self.environment.schema.entities))

    def _undo(self, rest: str) -> None:
        """take the last call back"""
        if not self._played:
            raise NotUnderstood("there is no call to take back")
        played = self._played.pop()
        self.session.restore(played.state)
        self.kept = played.kept
        self.show(f"{played.tool} is taken back")

    def _grade(self, rest: str) -> None:
        """grade the task as it stands, with a final answer if it asks for one"""
        if self.session.task is None:
            raise NotUnderstood("there is no task to grade", "task NAME begins one")
        self.show(tables.grade(self.session.grade(_answer(rest))))

    def _reset(self, rest: str) -> None:
        """back to the start"""
        self._start()
        self.show("back to the start")

    def _save(self, rest: str) -> None:
        """print the calls so far as a solution, or write it to a new file"""
        statements = [each.statement for each in self._played if each.statement is not None]
        if not statements:
            raise NotUnderstood("there are no calls to save")
        text = format_solution(tree.Block(NOWHERE, tuple(statements)))
        if not rest:
            self.show(tables.text(text.rstrip("\n")))
            return
        try:
            with Path(rest).expanduser().open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise NotUnderstood(f"cannot write {rest}: {reason}") from None
        self.show(f"wrote {visible(rest)}")

    def _quit(self, rest: str) -> None:
        """leave; Ctrl-D does too"""
        self.left = True


class _Known(NamedTuple):
    usage: str
    do: Callable[[Shell, str], None]

    @property
    def doc(self) -> str:
        return self.do.__doc__ or ""


COMMANDS = {
    usage.split()[0]: _Known(usage, do)
    for usage, do in (
        ("tools [WORD]", Shell._tools),
        ("help [NAME]", Shell._help),
        ("tasks", Shell._tasks),
        ("task [NAME]", Shell._task),
        ("call TOOL [JSON]", Shell._raw_call),
        ("diff", Shell._diff),
        ("undo", Shell._undo),
        ("grade [ANSWER]", Shell._grade),
        ("reset", Shell._reset),
        ("save [FILE]", Shell._save),
        ("quit", Shell._quit),
    )
}


def _answer(text: str) -> object:
    """JSON if it reads as such, else a sentence."""
    if not text:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
