"""What every request passes before anything reads it."""

from __future__ import annotations

from collections.abc import Iterable

from mcp.server.transport_security import (
    RequestBodyLimitMiddleware,
    TransportSecurityMiddleware,
    TransportSecuritySettings,
)
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Refuses requests that name another host or come from a page of another one (421, 403), and large ones (413).

    So no web page can reach a server on the loopback interface, whatever its name resolves to.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], most_bytes: int) -> None:
        names = [*LOOPBACK, *(f"[{host}]" if ":" in host else host for host in hosts)]
        patterns = [form for name in names for form in (name, f"{name}:*")]
        origins = [f"{scheme}://{pattern}" for pattern in patterns for scheme in ("http", "https")]
        settings = TransportSecuritySettings(allowed_hosts=patterns, allowed_origins=origins)
        self._security = TransportSecurityMiddleware(settings)
        self._limited = RequestBodyLimitMiddleware(app, most_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None
        if scope["type"] == "http":
            refusal = await self._security.validate_request(Request(scope))
        await (refusal or self._limited)(scope, receive, send)
