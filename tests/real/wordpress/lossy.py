"""A line to a server that loses an answer when it is told to: the request arrives all the same."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_BLOCK = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class LossyLine:
    """Passes requests on to ``port`` on this machine. ``lose`` names the first words of the
    request whose answer is lost next, as "POST /wp-json/wp/v2/posts "."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lose = ""
        self.lost = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(line,), daemon=True).start()

    def _pass_on(self, line: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._port))
        with line, server, suppress(OSError):
            request = _whole(line)
            server.sendall(request)
            answer = b"".join(iter(lambda: server.recv(_BLOCK), b""))
            if self.lose and request.startswith(self.lose.encode()):
                self.lose, self.lost = "", self.lost + 1
            else:
                line.sendall(answer)


def _whole(line: socket.socket) -> bytes:
    """One request, to the end of its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += line.recv(_BLOCK)
    head, _, body = got.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while length and len(body) < int(length[1]):
        body += line.recv(_BLOCK)
    return head + b"\r\n\r\n" + body
