"""The server of the console: uvicorn in a thread, with bounds on what a stranger may send.

It runs within the daemon and behind ``publisher console`` alike. No log of requests is kept: who
did what stands in the audit trail. The machine's signals are left to whoever runs it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading

import structlog
import uvicorn
from fastapi import FastAPI

from publisher.i18n import _
from publisher.site import Site
from publisher.web import live, passwords
from publisher.web.app import console

log = structlog.get_logger("console")

_STOP_S = 5.0
"""How long a stop waits for the answers under way."""

_AT_ONCE = 200
_HEAD_BYTES = 32 * 1024


class ConsoleServer:
    """Serves the console of ``site`` at the place that schedule.toml names, until it is stopped."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._inside: FastAPI | None = None

    @property
    def is_up(self) -> bool:
        """Whether it answers."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Listen; raises ``OSError`` where the place is taken, isn't this machine's, or the
        certificate can't be read."""
        self.stop()
        settings = self._site.settings
        own, root = settings.console, settings.root
        app, self._inside = console(self._site)
        for name in ("uvicorn.access", "uvicorn.error"):
            logging.getLogger(name).setLevel(logging.ERROR)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            # Who asks is told by a proxy of ours alone; ``security`` sees to it.
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=_AT_ONCE,
            h11_max_incomplete_event_size=_HEAD_BYTES,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=int(_STOP_S),
            ssl_certfile=root / own.certificate if own.certificate else None,
            ssl_keyfile=root / own.key if own.key else None,
        )
        config.load()
        passwords.prepare()
        host, port = own.place
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=1024)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=asyncio.run,
            args=(self._server.serve([listening]),),
            name="console",
            daemon=True,
        )
        self._thread.start()
        log.info("console", host=host, port=port, address=own.address)

    def stop(self) -> None:
        """End what is under way and close the place."""
        if self._server is None or self._thread is None:
            return
        if self._inside is not None:
            live.close(self._inside)
        self._server.should_exit = True
        self._thread.join(_STOP_S * 2)
        self._server = self._thread = None


def not_served(place: str, error: OSError) -> str:
    """Why the console can't be served at ``place``, and what to do."""
    why = {
        errno.EADDRINUSE: _("another program listens there"),
        errno.EACCES: _("the program's user may not listen there"),
        errno.EADDRNOTAVAIL: _("this machine has no such address"),
    }.get(error.errno or 0, error.strerror or type(error).__name__)
    return _(
        "The console can't be served at %(place)s (%(why)s). End what else listens there, or name "
        "another place: listen under [console] in schedule.toml."
    ) % {"place": place, "why": why}
