"""What an adapter is given of the world: a clock, secrets, a journal, a person who logs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from channels.base.errors import N_, CredentialsExpiredError, ForbiddenError
from channels.base.message import Media


class Journal(Protocol):
    """A delivery's own durable notes, kept across crashes and attempts.

    What a platform hands out half-way (an upload address, a job token, the ids of a thread's first
    posts) is put here *before* the next step: ``put`` returns when it is committed.

    ``secret`` is for what lets whoever has it act without the account's credentials (an address
    that takes an upload from anybody): it is sealed before it is stored. ``put`` then raises
    ``CredentialsExpiredError`` where there is no key, and ``get`` a ``CannotTellError`` where no
    key opens it.
    """

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str, *, secret: bool = False) -> None: ...


class Seal(Protocol):
    """What secrets are sealed by before they are stored; ``channels.sealing`` has one.

    Both raise ``CredentialsExpiredError``: where there is no key, and where none of them opens it.
    """

    def seal(self, text: str) -> str: ...

    def open(self, sealed: str) -> str: ...


class MediaHost(Protocol):
    """Where media stand for platforms that fetch them from a public address."""

    def address(self, media: Media) -> str:
        """An address from which anybody may fetch exactly the bytes of ``media`` for a day or more.

        ASCII, unguessable, https (on loopback: http). Raises a ``ChannelError`` where it can't be
        had; nothing is published by that.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """What a channel may use of the world: its own name, the clock, its secrets, a folder.

    ``secret`` gives the text behind a ``SecretRef``; it raises ``CredentialsExpiredError`` where
    there is none. ``workdir`` is the channel's own and need not exist yet; what must be kept there
    (tokens that a platform exchanged) is kept by ``channels.state`` and ``channels.tokens``.
    ``host`` is the office's media host, where it has one. ``seal`` is what secrets are sealed by
    that have to be kept (``None``: there is no key, and none can be kept).
    """

    name: str
    clock: Callable[[], datetime]
    secret: Callable[[str], str]
    workdir: Path
    host: MediaHost | None = None
    seal: Seal | None = None

    def secret_or_none(self, reference: str | None) -> str:
        """The secret at ``reference``; "" where none is named, or none is there yet."""
        try:
            return self.secret(reference) if reference is not None else ""
        except CredentialsExpiredError:
            return ""

    def address_of(self, media: Media) -> str:
        """The public address of ``media``; ``ForbiddenError`` where no media host is named."""
        if self.host is None:
            raise ForbiddenError(
                N_(
                    "this platform fetches media from a public address: add [media_host] to "
                    "schedule.toml"
                )
            )
        return self.host.address(media)


class Person(Protocol):
    """The administrator at the terminal, as ``Channel.login`` meets them. Texts are marked by
    ``N_`` and shown in their language."""

    def tell(self, text: str) -> None:
        """Show ``text``."""

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Their answer, stripped; ``hidden`` while it is typed, for secrets."""

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        """Have them open ``address`` in a browser and give the query they are sent back with.

        Where ``redirect_uri`` is on this machine it is listened at, else they paste the address
        at which their browser ended.
        """
