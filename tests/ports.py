"""Ports on which nobody listens, for a server that is about to, or for one that isn't there."""

from __future__ import annotations

import random
import socket

# Below those that Linux gives to connections (32768 and up): a connection of another test could
# have taken one of them by the time the server listens, or while it is being started anew.
_FROM, _TO = 12_000, 32_000

_CHOICE = random.SystemRandom()


def free_port(host: str = "127.0.0.1") -> int:
    """A port of ``host``; it is nobody's now, and hardly anybody's in the next moments."""
    while True:
        port = _CHOICE.randrange(_FROM, _TO)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
