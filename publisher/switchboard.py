"""The switchboard, which has every channel of schedule.toml at hand.

Each is opened when first needed and kept open. A channel is used by one thread at a time; ``line``
gives the adapter with its lock held.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import channels
from channels.base import Channel, ChannelError, Context, Media, TransientError
from channels.hosting import BucketHost, FolderHost, SweptHost
from channels.sealing import KeySeal
from channels.state import State
from publisher.clock import Clock
from publisher.secrets import SecretReader
from publisher.settings import Settings


def kind_of(settings: Settings, name: str) -> tuple[type[Channel[Any]], Any]:
    """The adapter's class of channel ``name``, and its configuration; ``KeyError`` where
    schedule.toml has no such channel."""
    keys = settings.channels[name]
    adapter = channels.load(str(keys["adapter"]))
    return adapter, adapter.Config.model_validate(keys)


def workdir_of(settings: Settings, name: str) -> Path:
    """The folder that belongs to channel ``name``; it need not exist yet."""
    return settings.var_folder / "channels" / name


class Switchboard:
    """Adapters by channel name; ``extra`` are channels that no file names (reports)."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        secret: SecretReader,
        extra: Mapping[str, Channel[Any]] | None = None,
        host: SweptHost | None = None,
        seal: KeySeal | None = None,
    ) -> None:
        self.settings = settings
        self.seal = seal if seal is not None else KeySeal()
        self._clock = clock
        self._secret = secret
        self._open: dict[str, Channel[Any]] = dict(extra or {})
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()
        self.host = host or self._host()

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
        kind, config = kind_of(self.settings, name)
        return kind(config, self.context(name))

    def context(self, name: str, secret: SecretReader | None = None) -> Context:
        """What channel ``name`` may use of the world; ``secret`` in place of the office's own."""
        own = secret or self._secret
        return Context(name, self._clock, own, self.workdir(name), self.host, self.seal)

    def lacking_a_key(self) -> tuple[str, ...]:
        """The enabled channels that have to keep secrets, where there is no key to seal them by."""
        if len(self.seal):
            return ()
        kinds = {name: kind_of(self.settings, name) for name in self.names()}
        return tuple(name for name, (kind, keys) in kinds.items() if kind.keeps_secrets(keys))

    def _host(self) -> SweptHost | None:
        """The media host that schedule.toml names."""
        hosting = self.settings.media_host
        if hosting is None:
            return None
        state = State(self.settings.var_folder / "media-host")
        if hosting.kind == "folder":
            folder = self.settings.root / (hosting.folder or "")
            return FolderHost(folder, hosting.url, state, self._clock, hosting.keep)
        if hosting.kind == "channel":
            return _Library(self, hosting.channel, hosting.keep, self._clock)
        access_key, secret_key = hosting.access_key or "", hosting.secret_key or ""
        return BucketHost(
            hosting.endpoint,
            hosting.bucket,
            lambda: (self._secret(access_key), self._secret(secret_key)),
            state,
            self._clock,
            hosting.keep,
            hosting.region,
            hosting.url,
        )

    def workdir(self, name: str) -> Path:
        """The folder that belongs to channel ``name``."""
        return workdir_of(self.settings, name)

    def close(self) -> None:
        for channel in self._open.values():
            channel.close()
        self._open.clear()


class _Library:
    """The media library of one of our channels, as a host for the others.

    Whoever asks has its own channel's line; this one is taken behind it, never the other way round.
    """

    def __init__(self, board: Switchboard, channel: str, keep: timedelta, clock: Clock) -> None:
        self._board = board
        self._channel = channel
        self._keep = keep
        self._clock = clock

    def address(self, media: Media) -> str:
        try:
            with self._board.line(self._channel) as library:
                return str(library.address(media))  # type: ignore[attr-defined]
        except ChannelError as error:
            why = str(error)
        # Nothing of the post itself is in doubt, or wrong, by what its host couldn't do.
        raise TransientError(f"the media host {self._channel}: {why}")

    def sweep(self) -> int:
        with self._board.line(self._channel) as library:
            return int(library.forget_media(self._clock() - self._keep))  # type: ignore[attr-defined]
