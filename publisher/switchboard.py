"""The switchboard: every channel of schedule.toml, opened when first needed and kept open.

A channel is used by one thread at a time; ``line`` gives the adapter with its lock held.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import channels
from channels.base import Channel, Context
from publisher.clock import Clock
from publisher.secrets import SecretReader
from publisher.settings import Settings

REPORTS_CHANNEL = "reports"
"""The channel by which reports leave: it stands in no schedule.toml, its name is reserved."""


class Switchboard:
    """Adapters by channel name; ``extra`` are channels that no file names (reports)."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        secret: SecretReader,
        extra: Mapping[str, Channel[Any]] | None = None,
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._secret = secret
        self._open: dict[str, Channel[Any]] = dict(extra or {})
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """The enabled channels of schedule.toml, in the file's order."""
        return tuple(
            name for name, keys in self.settings.channels.items() if keys.get("enabled", True)
        )

    def has(self, name: str) -> bool:
        return name in self._open or name in self.names()

    @contextmanager
    def line(self, name: str) -> Iterator[Channel[Any]]:
        """The adapter of ``name``, for this thread alone; ``KeyError`` for an unknown one."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.RLock())
        with lock:
            if name not in self._open:
                self._open[name] = self._adapter(name)
            yield self._open[name]

    def renew(self, name: str) -> None:
        """Open ``name`` anew when it is next needed: with its secrets as they stand by then.

        To be called by who has its line.
        """
        if name in self.settings.channels:
            channel = self._open.pop(name, None)
            if channel is not None:
                channel.close()

    def _adapter(self, name: str) -> Channel[Any]:
        keys = self.settings.channels[name]
        adapter = channels.load(str(keys["adapter"]))
        config = adapter.Config.model_validate(keys)
        return adapter(config, Context(name, self._clock, self._secret, self.workdir(name)))

    def workdir(self, name: str) -> Path:
        """The folder that belongs to channel ``name``."""
        return self.settings.var_folder / "channels" / name

    def close(self) -> None:
        for channel in self._open.values():
            channel.close()
        self._open.clear()
