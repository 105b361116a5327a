"""The shell at a terminal, and the shell on a script."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.shortcuts import CompleteStyle

from awmlang.diagnostics import visible
from awmlang.play import tables
from awmlang.play.completion import complete
from awmlang.play.reading import is_open
from awmlang.play.shell import Shell


class _Completer(Completer):
    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for choice in complete(self._shell, document.text_before_cursor):
            yield Completion(
                choice.text,
                -choice.replaced,
                display=visible(choice.text),
                display_meta=visible(choice.about),
            )


def interact(shell: Shell) -> None:
    """Until it is left. Ctrl-C drops a line or stops a call, Ctrl-D leaves."""
    prompts: PromptSession[str] = PromptSession(
        completer=_Completer(shell),
        complete_style=CompleteStyle.COLUMN,
        complete_while_typing=True,
    )
    unfinished = Condition(lambda: is_open(prompts.default_buffer.text))
    shell.show(f"{visible(shell.environment.manifest['title'])} ({len(shell.tools)} tools; help tells more)")
    while not shell.left:
        try:
            line = prompts.prompt(
                FormattedText([("bold", shell.prompt)]), multiline=unfinished, prompt_continuation="... "
            )
            if line.strip():
                shell.run(line)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def play_script(shell: Shell, script: Iterable[str]) -> bool:
    """Every line of a script, each shown before what comes of it. False if one was not understood."""
    understood = True
    text = ""
    for line in script:
        text += line
        if text.strip() and not is_open(text):
            shell.show(tables.text(shell.prompt + text.strip()))
            understood &= shell.run(text)
            text = ""
        if shell.left:
            return understood
    if text.strip():
        understood &= shell.run(text)
    return understood
