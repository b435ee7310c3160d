"""A service that proposes texts, on loopback: answers as the documented "chat completions" do.

Source: the OpenAI API reference, "Create chat completion": ``choices[].message.content`` with
``finish_reason`` and ``refusal``; errors as ``{"error": {"message", "type", "code"}}``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def text(words: str | None, finish: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    """A completion of ``words``."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "thu-1",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": words, "refusal": refusal},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 90, "completion_tokens": 20, "total_tokens": 110},
    }


def error(message: str, code: str) -> dict[str, Any]:
    """An error of the service's."""
    return {"error": {"message": message, "type": code, "param": None, "code": code}}


@dataclass
class Service:
    """``says`` is what is answered next, with its status; ``asked`` is what came."""

    port: int
    says: tuple[int, Any] = (200, text("Mời bà con dự hội."))
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    waits: threading.Event | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@contextmanager
def service() -> Iterator[Service]:
    """A service that listens; it is gone afterwards."""
    served: list[Service] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            own = served[0]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            own.asked.append({"path": self.path, **json.loads(body)})
            own.keys.append(self.headers.get("Authorization"))
            if own.waits is not None:
                own.waits.wait(30)
            status, found = own.says
            raw = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **own.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            # Who no longer waits, or finds it too long, has hung up.
            with suppress(OSError):
                self.end_headers()
                self.wfile.write(raw)

        def log_message(self, *_said: Any) -> None:
            """Keeps no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.append(Service(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served[0]
    finally:
        if served[0].waits is not None:
            served[0].waits.set()
        server.shutdown()
        server.server_close()
