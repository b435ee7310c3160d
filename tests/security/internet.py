"""The outside world on one machine: a name server that says what a test says, and public addresses
behind which servers on loopback stand. Every attempt to connect is written down."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import pytest

PUBLIC = "93.184.216.34"


class Internet:
    """``names``: what each name stands for, at each of its lookups in turn (the last one for ever).
    ``stands``: the port on loopback where a public address and port really lead."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[Sequence[str]]] = {}
        self.stands: dict[tuple[str, int], int] = {}
        self.asked: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self._resolve = socket.getaddrinfo
        self._connect = socket.socket.connect
        patch.setattr(socket, "getaddrinfo", self._resolved)
        patch.setattr(socket.socket, "connect", self._connecting(self))

    def says(self, name: str, *answers: Sequence[str]) -> None:
        self.names[name] = list(answers)

    def _resolved(self, host: Any, port: Any, *more: Any, **keys: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in self.names or keys.get("flags") == socket.AI_NUMERICHOST:
            if not keys.get("flags"):
                keys["flags"] = 0 if name in ("localhost", "") else socket.AI_NUMERICHOST
            return self._resolve(host, port, *more, **keys)
        self.asked.append(name)
        answers = self.names[name]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [found for one in answer for found in self._resolve(one, port, *more, **keys)]

    @staticmethod
    def _connecting(internet: Internet) -> Any:
        def connect(line: socket.socket, address: Any) -> None:
            if line.family not in (socket.AF_INET, socket.AF_INET6):
                internet._connect(line, address)
                return
            place = (address[0], address[1])
            internet.connected.append(place)
            if place in internet.stands:
                address = ("127.0.0.1", internet.stands[place])
            elif place[0] != "127.0.0.1":
                raise ConnectionRefusedError  # nothing leaves this machine
            internet._connect(line, address)

        return connect
