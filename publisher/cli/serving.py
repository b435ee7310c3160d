"""Serves pages in the foreground, until Ctrl+C or SIGTERM ends it."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from typing import Protocol

import click

from publisher import logs
from publisher.settings import Settings


class Server(Protocol):
    """What answers in threads of its own; ``start`` raises ``OSError`` where it can't listen."""

    @property
    def is_up(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


def log_here(ctx: click.Context, settings: Settings) -> None:
    """Let the command write the log of a process that lasts."""
    logs.set_up(settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.INFO)


def serve(server: Server, why_not: Callable[[OSError], str], greet: Callable[[], None]) -> None:
    """Serve until somebody ends it; ``greet`` says where, once it is up. Ends the command, told
    ``why_not``, where it can't begin; with 1 where it ended by itself."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: told.set())
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(why_not(error)) from None
    greet()
    while server.is_up and not told.wait(1.0):
        pass
    server.stop()
    if not told.is_set():
        # It should not have: whoever watches it is to start it again.
        sys.exit(1)
