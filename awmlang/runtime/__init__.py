"""Runs compiled environments: ``Environment.load(path)`` gives sessions, a session takes calls and grades them."""

from awmlang.runtime.environment import Environment
from awmlang.runtime.grading import Check, Grade
from awmlang.runtime.session import Call, Error, Result, Session, Snapshot

__all__ = ["Call", "Check", "Environment", "Error", "Grade", "Result", "Session", "Snapshot"]
