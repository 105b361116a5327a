"""Measurements of the runtime and the compiler; ``python -m bench.run`` prints the table."""
