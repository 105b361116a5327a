"""The node of the tree that each mapping of ``yaml_form`` stands for."""

from __future__ import annotations

from typing import Any

from awmlang.diagnostics.span import Span
from awmlang.syntax import tree
from awmlang.syntax import yaml_form as form

Parts = dict[str, Any]
"""What the keys of a mapping hold: nodes of the tree or tuples of them, in the order of the file."""


class Builder:
    """One method a form, which takes the place of the mapping and what its keys hold; the required ones are there."""

    def spec(self, span: Span, parts: Parts) -> tree.Spec:
        name, title = parts.get("environment"), parts.get("title")
        environment = None
        if name is not None and title is not None:
            environment = tree.Environment(name.span.to(title.span), name, title)
        declarations: list[tree.Declaration] = []
        for key, value in parts.items():
            if key == "declarations":
                declarations += value
            elif key in form.DECLARATIONS:
                declarations.append(getattr(self, f"{key}_")(value.span, parts))
        return tree.Spec(span, environment, tuple(declarations), ())

    # ---- Declarations

    def clock_(self, span: Span, parts: Parts) -> tree.Clock:
        return tree.Clock(span, parts["clock"])

    def me_(self, span: Span, parts: Parts) -> tree.SignedIn:
        signed_in: tree.SignedIn = parts["me"]
        return signed_in

    def policy_(self, span: Span, parts: Parts) -> tree.Policy:
        return tree.Policy(span, parts["policy"])

    def enum_(self, span: Span, parts: Parts) -> tree.Enum:
        return tree.Enum(span, parts["enum"], parts["members"])

    def type_(self, span: Span, parts: Parts) -> tree.TypeAlias:
        return tree.TypeAlias(span, parts["type"], parts["is"])

    def invariant_(self, span: Span, parts: Parts) -> tree.Invariant:
        return tree.Invariant(span, parts["invariant"], parts.get("message"))

    def function_(self, span: Span, parts: Parts) -> tree.Function:
        return tree.Function(
            span,
            parts["function"],
            parts.get("parameters", ()),
            parts.get("result"),
            parts.get("doc"),
            parts["body"],
        )

    def tool_(self, span: Span, parts: Parts) -> tree.Tool:
        return tree.Tool(span, parts["tool"], parts.get("parameters", ()), parts.get("doc"), parts["body"])

    def crud_(self, span: Span, parts: Parts) -> tree.Crud:
        return tree.Crud(span, parts["crud"], parts["operations"])

    def data_(self, span: Span, parts: Parts) -> tree.Data:
        return tree.Data(span, parts["data"], parts["columns"], parts["rows"])

    def data_from_(self, span: Span, parts: Parts) -> tree.DataFile:
        return tree.DataFile(span, parts["data"], parts["from"])

    def generate_(self, span: Span, parts: Parts) -> tree.Generate:
        return tree.Generate(
            span, parts["generate"], parts.get("count"), parts.get("for", ()), parts["values"]
        )

    # ---- Entities

    def entity_(self, span: Span, parts: Parts) -> tree.Entity:
        return tree.Entity(span, parts["entity"], parts.get("doc"), self.members(parts))

    def members(self, parts: Parts) -> tuple[tree.Member, ...]:
        """The members that the keys of an entity hold, or those of a group of it, in their order."""
        members: list[tree.Member] = []
        for key, value in parts.items():
            match key:
                case "fields" | "flows" | "checks":
                    members += value
                case "more":
                    for group in value:
                        members += group
                case "access":
                    members.append(tree.Access(value.span, value))
                case "show":
                    members.append(tree.Show(value.span, value))
        return tuple(members)

    def flow_(self, span: Span, parts: Parts) -> tree.Flow:
        return tree.Flow(span, parts["flow"], parts["transitions"])

    def check_(self, span: Span, parts: Parts) -> tree.Check:
        return tree.Check(span, parts["check"], parts.get("message"))

    # ---- Statements

    def if_(self, span: Span, parts: Parts) -> tree.If:
        return tree.If(span, parts["if"], parts["then"], parts.get("else"))

    def for_(self, span: Span, parts: Parts) -> tree.For:
        head: tree.For = parts["for"]
        return tree.For(span, head.names, head.source, parts["do"])

    # ---- Tasks

    def task_(self, span: Span, parts: Parts) -> tree.Task:
        return tree.Task(
            span,
            parts["task"],
            parts["prompt"],
            parts.get("for"),
            solutions=parts.get("solution", ()),
            expects=parts.get("expects", ()),
            answers=parts.get("answer", ()),
            allowed=parts.get("allow", ()),
            accepted=parts.get("accept", ()),
            judges=parts.get("judge", ()),
            users=parts.get("user", ()),
        )

    def expect_(self, span: Span, parts: Parts) -> tree.Expect:
        return tree.Expect(span, parts["expect"], parts.get("message"), parts.get("weight"))
