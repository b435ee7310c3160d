"""Where the cluster's processes run: in network namespaces on one switch, or all on loopback.

A namespace is a machine as far as the network goes: its own address, its own line to the switch,
which can be pulled. The switch is a bridge in a namespace too, so that nothing of this machine's
own network is touched, and all of it is gone with the namespaces.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.ports import free_port

_NAMED = "publisher-proof-"
_NET = "10.77.0"
_NAMES = Path("/run/netns")


@dataclass(frozen=True, slots=True)
class Place:
    """A machine: its address, and what goes before a command that is to run on it."""

    name: str
    address: str
    prefix: tuple[str, ...] = ()

    def port(self, usual: int) -> int:
        """A port to listen on: the ``usual`` one where this machine has ports of its own."""
        if self.prefix:
            return usual
        return free_port()


class Network(Protocol):
    """Gives places, and pulls their lines where it can."""

    has_lines: bool

    def place(self, name: str) -> Place:
        """Another machine."""

    def cut(self, place: Place) -> None:
        """Pull its line: nothing gets in or out, and nobody is told."""

    def mend(self, place: Place) -> None:
        """Plug it in again."""


class Loopback:
    """One machine for all; there is no line to pull."""

    has_lines = False

    def place(self, name: str) -> Place:
        return Place(name, "127.0.0.1")

    def cut(self, place: Place) -> None:
        raise NotImplementedError(f"{place.name} is on this machine itself")

    mend = cut


class Namespaces:
    """A namespace for each place, on a switch. Root's alone."""

    has_lines = True

    def __init__(self) -> None:
        self._begin = f"{_NAMED}{os.getpid()}-"
        self._switch = f"{self._begin}switch"
        self._ports: dict[str, str] = {}
        self._count = 10
        _ip("netns", "add", self._switch)
        _ip("-n", self._switch, "link", "add", "br0", "type", "bridge")
        _ip("-n", self._switch, "link", "set", "br0", "up")

    def place(self, name: str) -> Place:
        self._count += 1
        own, port, address = f"{self._begin}{name}", f"port{self._count}", f"{_NET}.{self._count}"
        _ip("netns", "add", own)
        pair = ("type", "veth", "peer", "name", "eth0", "netns", own)
        _ip("-n", self._switch, "link", "add", port, *pair)
        _ip("-n", self._switch, "link", "set", port, "master", "br0", "up")
        _ip("-n", own, "addr", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", own, "link", "set", "lo", "up")
        _ip("-n", own, "link", "set", "eth0", "up")
        self._ports[name] = port
        return Place(name, address, ("ip", "netns", "exec", own))

    def cut(self, place: Place) -> None:
        _ip("-n", self._switch, "link", "set", self._ports[place.name], "down")

    def mend(self, place: Place) -> None:
        _ip("-n", self._switch, "link", "set", self._ports[place.name], "up")

    def close(self) -> None:
        _remove(self._begin)


@contextmanager
def network() -> Iterator[tuple[Network, str]]:
    """Namespaces where they can be made, else loopback; and why not, "" where they could."""
    if os.geteuid() or shutil.which("ip") is None:
        yield Loopback(), "network namespaces take root and iproute2"
        return
    _remove_what_others_left()
    try:
        found = Namespaces()
    except subprocess.CalledProcessError as error:
        _remove(f"{_NAMED}{os.getpid()}-")
        yield Loopback(), f"no network namespaces here: {error.stderr.strip()}"
        return
    try:
        yield found, ""
    finally:
        found.close()


def _remove_what_others_left() -> None:
    """The namespaces of proofs that were killed before they could tidy up."""
    for path in _NAMES.glob(f"{_NAMED}*"):
        owner = re.match(rf"{_NAMED}(\d+)-", path.name)
        if owner is not None and not Path("/proc", owner[1]).exists():
            _remove(owner[0])


def _remove(begin: str) -> None:
    for path in _NAMES.glob(f"{begin}*"):
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "del", path.name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=20)
