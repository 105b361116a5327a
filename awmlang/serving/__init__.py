"""Serves environments: tools over MCP to agents, sessions and grades over HTTP to who runs the agents."""
