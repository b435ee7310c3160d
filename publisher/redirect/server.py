"""The server of short links.

Waitress, with few threads and bounds on all that a stranger sends. It keeps no log of requests. A
web server with the office's certificate stands before it and passes the requests on
(docs/links.md). ``LinkServer`` runs within the daemon and behind ``publisher links serve`` alike.
"""

from __future__ import annotations

import errno
import logging
import socket
import threading
from typing import Any

import structlog
from waitress import create_server, wasyncore

from publisher.clock import Clock
from publisher.i18n import _
from publisher.redirect.app import Redirect
from publisher.redirect.clicks import WRITE_EVERY_S, Clicks
from publisher.settings import Settings
from publisher.store.database import Database

log = structlog.get_logger("links")

_THREADS = 8
_STOP_S = 5.0
"""How long a stop waits for the answers under way, and again for the last counts."""

_BOUNDS: dict[str, Any] = {
    "threads": _THREADS,
    "connection_limit": 200,
    "channel_timeout": 15,
    "cleanup_interval": 5,
    "max_request_header_size": 16 * 1024,
    "max_request_body_size": 1024,
    "ident": None,
    # select() knows no file beyond the 1,024th that a busy daemon has open.
    "asyncore_use_poll": True,
    # Who asked is nobody's business here: what a proxy tells of it is dropped unread.
    "clear_untrusted_proxy_headers": True,
}


class LinkServer:
    """Answers short links at ``place`` (HOST:PORT) and counts them, until it is stopped."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, place: str) -> None:
        host, _sign, port = place.rpartition(":")
        self._address = host.strip("[]"), int(port)
        self._clicks = Clicks(database, clock)
        self._app = Redirect(database, self._clicks, settings.links.short, settings.office)
        self._sockets: dict[int, Any] = {}
        self._server: Any = None
        self._threads: tuple[threading.Thread, ...] = ()
        self._stopping = threading.Event()
        self.port = 0

    @property
    def is_up(self) -> bool:
        """Whether it answers."""
        return any(thread.is_alive() for thread in self._threads[:1])

    def start(self) -> None:
        """Listen; raises ``OSError`` where the place is taken or isn't this machine's."""
        # Even its warnings name what was asked for; what goes wrong within, Redirect logs.
        logging.getLogger("waitress").setLevel(logging.CRITICAL)
        self.stop()
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=1024)
        self.port = listening.getsockname()[1]
        self._stopping.clear()
        self._sockets = {}
        self._server = create_server(self._app, map=self._sockets, sockets=[listening], **_BOUNDS)
        self._threads = (
            threading.Thread(target=self._server.run, name="links", daemon=True),
            threading.Thread(target=self._keep_writing, name="link counts", daemon=True),
        )
        for thread in self._threads:
            thread.start()
        log.info("answering short links", host=host, port=self.port)

    def stop(self) -> None:
        """End what is under way, close the place and write down what was counted."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.task_dispatcher.shutdown(timeout=_STOP_S)
        if self.is_up:
            self._let_close(server.trigger)
        else:
            self._close()
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_S)
        if self._threads[-1].is_alive():
            log.warning("stopped before the store had taken the last clicks")
        self._threads = ()

    def write_down(self) -> None:
        """Put what was counted so far into the store."""
        try:
            self._clicks.write_down()
        except Exception:
            # Whatever it is, the next writing must come.
            log.exception("clicks not written down")

    def _let_close(self, trigger: Any) -> None:
        """Let the thread that waits on the sockets close them, which are its own to close."""
        woken = threading.Event()

        def close() -> None:
            # An answer that has just gone out wakes it too, and may do so first: the trigger must
            # not be closed before it was pulled.
            woken.wait(_STOP_S)
            self._close()

        try:
            trigger.pull_trigger(close)
        finally:
            woken.set()

    def _close(self) -> None:
        wasyncore.close_all(self._sockets, ignore_all=True)

    def _keep_writing(self) -> None:
        while not self._stopping.wait(WRITE_EVERY_S):
            self.write_down()
        self.write_down()


def not_answered(place: str, error: OSError) -> str:
    """Why short links can't be answered at ``place``, and what to do."""
    why = {
        errno.EADDRINUSE: _("another program listens there"),
        errno.EACCES: _("the program's user may not listen there"),
        errno.EADDRNOTAVAIL: _("this machine has no such address"),
    }.get(error.errno or 0, error.strerror or type(error).__name__)
    return _(
        "Short links can't be answered at %(place)s (%(why)s): whoever follows one sees an error. "
        "End what else listens there, or name another place: listen under [links] in schedule.toml."
    ) % {"place": place, "why": why}
