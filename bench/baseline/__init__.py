"""The clinic of ``specs/clinic.awm`` in the usual style: FastAPI, SQLAlchemy, Pydantic, MCP over HTTP."""
