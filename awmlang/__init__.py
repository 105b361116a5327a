"""awmlang: a declarative language for agent environments, and its compiler ``awmc``."""

__version__ = "0.1.0"
