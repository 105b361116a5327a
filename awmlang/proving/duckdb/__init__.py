"""A second engine: the statements of compiled tools, run by DuckDB, compared with SQLite."""
