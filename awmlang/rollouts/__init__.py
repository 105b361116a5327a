"""Agents play tasks: episodes, where they are kept, and what they come to."""
