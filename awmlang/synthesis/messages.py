"""What a model is told: once to plan, once to write, then what is wrong with what it wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from awmlang.diagnostics import Diagnostic, Source
from awmlang.synthesis import drafts
from awmlang.synthesis.card import card
from awmlang.synthesis.verdict import Verdict, Wanted

Message = dict[str, str]

MOST_FINDINGS = 12
"""That a model is shown at once: more are mostly the same again."""

_ROLE = (
    "You write environments for tool-using agents in the AWM language. You know it from this card alone.\n\n"
)


def plan(idea: str, wanted: Wanted) -> list[Message]:
    """Asks for requirements, before anything of the language is said."""
    return [
        {
            "role": "system",
            "content": "You design environments in which tool-using agents are trained: a database, tools that change "
            "it, and tasks whose result can be checked in the database or in the final answer.",
        },
        {
            "role": "user",
            "content": f"The idea: {idea}\n\nWrite down, in short lists, in this order: the entities with their fields "
            f"and who owns what; the rules that always hold; at least {wanted.tools} tools with their parameters, what "
            f"they change and how they can fail; at least {wanted.tasks} tasks a user would really give, half of them "
            "changing something, with the exact change or answer expected; the rows that the tasks need. No code.",
        },
    ]


def write(idea: str, requirements: str, form: str) -> list[Message]:
    """Asks for the whole spec."""
    return [
        {"role": "system", "content": _ROLE + card()},
        {"role": "user", "content": _order(idea, requirements, form)},
    ]


def repair(idea: str, requirements: str, form: str, verdict: Verdict, notes: Iterable[str]) -> list[Message]:
    """Asks for what must change of a draft. Earlier drafts are not repeated: the exchange does not grow."""
    return [
        *write(idea, requirements, form),
        {"role": "assistant", "content": _shown(verdict.draft, form)},
        {"role": "user", "content": "\n\n".join([*notes, feedback(verdict), _how(form)])},
    ]


def _order(idea: str, requirements: str, form: str) -> str:
    how = {
        "text": "Write the whole spec in one ```awm block.",
        "grammar": "Write the whole spec, and nothing else.",
        "structured": "Write the whole spec as JSON: declarations as objects; types, expressions, statements and shapes "
        "as text in the language.",
    }[form]
    return f"The idea: {idea}\n\nWhat is wanted:\n{requirements}\n\n{how}"


def _how(form: str) -> str:
    what = "Write only the declarations that must change, each whole"
    rule = (
        "each takes the place of the one of the same kind and name (all `data` of one entity together); new names are "
        "added"
    )
    if form == "structured":
        return f'{what}, as {{"declarations": [...], "delete": ["tool name", ...]}}; {rule}.'
    where = ", in one ```awm block" if form == "text" else ""
    return f"{what}{where}; {rule}; the line `# delete tool name` takes one away."


def _shown(draft: str, form: str) -> str:
    return f"```awm\n{draft}```" if form == "text" else draft


def feedback(verdict: Verdict) -> str:
    """The findings, each with its place, its line and the advice of the compiler; and what is lacking."""
    errors = [finding for finding in verdict.findings if finding.is_error]
    shown = (errors or list(verdict.findings))[:MOST_FINDINGS]
    lines = [text for finding in shown for text in _told(finding, verdict.source)]
    left = len(errors or verdict.findings) - len(shown)
    if left:
        lines.append(f"and {left} more like these")
    return "\n".join([*lines, *verdict.lacks])


def _told(finding: Diagnostic, source: Source) -> Iterator[str]:
    line, _ = source.position(finding.span.start)
    key = drafts.declaration_at(source.text, finding.span.start)
    where = f"line {line}" + (f", {' '.join(key).strip()}" if key else "")
    yield f"{where}: {finding.severity} {finding.code.id}: {finding.message}"
    yield f"    {source.line(line).strip()[:200]}"
    if finding.help:
        yield f"    {finding.help}"
    for fix in finding.fixes[:1]:
        yield f"    {fix.message}"
