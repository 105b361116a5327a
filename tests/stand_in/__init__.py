"""A stand-in for the endpoint of a language model: a real HTTP server that speaks OpenAI's protocol.

    with StandIn(lambda request: says("hello")) as endpoint:
        ...  # base_url=endpoint.url; endpoint.requests is what was asked

A handler gives the reply to the JSON of a request. ``in_turn`` makes one of a list of replies.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """``body`` is sent as JSON unless it is bytes already. ``delay``: seconds until it is sent."""

    body: Json | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Handler = Callable[[Json], Reply]


def completion(message: Json, finish: str = "stop", usage: tuple[int, int] | None = (10, 5)) -> Reply:
    """A completion with one choice; ``usage`` is prompt tokens and completion tokens."""
    body: Json = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "stand-in",
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}],
    }
    if usage is not None:
        body["usage"] = {
            "prompt_tokens": usage[0],
            "completion_tokens": usage[1],
            "total_tokens": sum(usage),
        }
    return Reply(body)


def says(text: str | None, finish: str = "stop") -> Reply:
    """A message without calls."""
    return completion({"content": text}, finish)


def calls(*made: tuple[str, Json | str], text: str | None = None) -> Reply:
    """Tool calls, each a name and arguments: an object, or the text that stands for one."""
    tool_calls = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for number, (name, arguments) in enumerate(made)
    ]
    return completion({"content": text, "tool_calls": tool_calls}, "tool_calls")


def refuses(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    """An error, as OpenAI words them; ``retry_after="1"`` is the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "type": "error", "code": code}}, status, named)


def in_turn(*replies: Reply) -> Handler:
    """One reply after the other, whatever is asked; the last one for ever."""
    left = list(replies)
    lock = threading.Lock()

    def handle(request: Json) -> Reply:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return handle


class StandIn:
    """The server, on a port of its own while one is in it. ``requests`` are the bodies that came, in order."""

    def __init__(self, handler: Handler) -> None:
        self.requests: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self._server = _Server(("127.0.0.1", 0), _request_handler(self, handler))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client may keep its connection for longer
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of the server's business."""


def _request_handler(stand_in: StandIn, handler: Handler) -> type[BaseHTTPRequestHandler]:
    class RequestHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body go together

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            stand_in.requests.append(body)
            stand_in.headers.append({name.lower(): value for name, value in self.headers.items()})
            if self.path not in ("/v1/chat/completions", "/v1/responses"):
                reply = refuses(404, f"no {self.path}")
            else:
                reply = handler(body)
            time.sleep(reply.delay)
            content = reply.encoded()
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Not to stderr."""

    return RequestHandler
