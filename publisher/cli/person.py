"""The administrator at this terminal, as adapters meet them when they log in."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import click
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from channels.base import CredentialsExpiredError
from channels.web.hosts import is_loopback
from publisher.cli.terminal import say
from publisher.i18n import _

PATIENCE_S = 600.0
"""How long a person may take on the platform's pages."""

_LOOK_S = 0.05
"""So often the page's server looks whether it is to stop."""


class TerminalPerson:
    """Speaks through the terminal; ``paste`` where their browser runs on another machine."""

    def __init__(self, *, paste: bool = False, patience_s: float | None = None) -> None:
        self._paste = paste
        self._patience_s = PATIENCE_S if patience_s is None else patience_s

    def tell(self, text: str) -> None:
        say(_(text))

    def ask(self, question: str, *, hidden: bool = False) -> str:
        answer: str = click.prompt(
            _(question), default="", show_default=False, hide_input=hidden, type=str
        )
        return answer.strip()

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        where = urlsplit(redirect_uri)
        if self._paste or not is_loopback(where.hostname or ""):
            return self._pasted(address)
        return self._caught(address, where.hostname or "", where.port or 80, where.path or "/")

    def _invite(self, address: str) -> None:
        say(_("Open this address in a browser, log in as the office's account and agree:"))
        show(address)

    def _pasted(self, address: str) -> dict[str, str]:
        self._invite(address)
        say(_("The browser then ends at an address that need not open. Paste it here, whole."))
        return _query(self.ask(_("Address"), hidden=True))

    def _caught(self, address: str, host: str, port: int, path: str) -> dict[str, str]:
        came: dict[str, str] = {}
        done = threading.Event()

        @Request.application
        def answer(request: Request) -> Response:
            if request.path != path or not request.args:
                return Response(status=404)
            came.update(request.args.items())
            done.set()
            return Response(_("You may close this page."), mimetype="text/plain")

        try:
            server = make_server(host, port, answer, request_handler=_Quiet)
        except (OSError, SystemExit):
            say(_("Port %(port)s of this machine is taken.") % {"port": port})
            return self._pasted(address)
        threading.Thread(target=server.serve_forever, args=(_LOOK_S,), daemon=True).start()
        try:
            # Who is quick must find the door open.
            self._invite(address)
            in_time = done.wait(self._patience_s)
        finally:
            server.shutdown()
            server.server_close()
        if not in_time:
            raise CredentialsExpiredError(_("nobody came back from the platform's page in time"))
        return came


def show(address: str) -> None:
    """Print ``address`` on a line of its own, unbroken: it is to be copied."""
    click.echo(f"\n{address}\n")


class _Quiet(WSGIRequestHandler):
    """A handler that keeps no access log: what comes back is as good as a password for a minute."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _query(address: str) -> dict[str, str]:
    """The query of a pasted address; some platforms put it behind a # instead."""
    parts = urlsplit(address)
    return dict(parse_qsl(parts.query or parts.fragment))
