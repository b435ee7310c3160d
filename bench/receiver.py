"""A webhook's receiver as a process of its own: takes every post, keeps it, answers.

It answers after as many seconds as it is told, and never to what is posted below ``/never/``. It
prints its port, and ends when its standard input does. GET gives back what it took, with when
(seconds of the machine's clock); DELETE forgets it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import requests


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver that listens at ``url``; whatever is posted below that is taken."""

    url: str

    def taken(self) -> list[tuple[float, str]]:
        """Each post with when it was taken."""
        return [(at, body) for at, body in requests.get(self.url, timeout=60).json()]

    def forget(self) -> None:
        requests.delete(self.url, timeout=60)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answers_after_s: ClassVar[float] = 0.0
    taken: ClassVar[list[tuple[float, str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path.startswith("/never/"):
            threading.Event().wait()
        self.taken.append((time.time(), body))
        if self.answers_after_s:
            time.sleep(self.answers_after_s)
        self._answer(b'{"id": "1", "url": "https://ioc.example.vn/1"}')

    def do_GET(self) -> None:
        self._answer(json.dumps(self.taken).encode())

    def do_DELETE(self) -> None:
        self.taken.clear()
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


@contextmanager
def receiving(answers_after_s: float = 0.0) -> Iterator[Receiver]:
    """Inside, a receiver listens."""
    command = [sys.executable, "-m", "bench.receiver", str(answers_after_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        port = int(process.stdout.readline())
        yield Receiver(f"http://127.0.0.1:{port}/")


if __name__ == "__main__":
    Handler.answers_after_s = float(sys.argv[1])
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
