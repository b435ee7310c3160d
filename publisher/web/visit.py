"""A visit: one request to the console with all that a page needs to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.routing import NoMatchFound

from publisher.settings import Settings
from publisher.settings.console import Role
from publisher.site import Site
from publisher.store import console_sessions
from publisher.store.console_tables import ConsoleSession, Person
from publisher.web.permissions import Action, may
from publisher.web.templating import rendered

Kind = Literal["done", "warn"]

MOST_NUMBER = 10**9
_DIGITS = 12

LOOKS_AGAIN = "x-live"
"""A header by which a page says that it looks again by itself: it takes nothing from its reader."""


@dataclass
class Visit:
    """One request: ``site`` is whose console it is, ``person`` who asks (``None``: nobody yet).

    ``form`` holds what was sent; its token is checked before a page sees it. ``form_token`` is what
    every form of the answer has to send back. ``most`` is the role of the program's token that it
    is asked by: it may do no more.
    """

    request: Request
    site: Site
    person: Person | None
    session: ConsoleSession | None
    form_token: str
    form: FormData = field(default_factory=FormData)
    most: Role | None = None

    # -- who and when -----------------------------------------------------------------------------

    @property
    def role(self) -> Role | None:
        """The role of who is wholly logged in."""
        if self.person is None or (self.session is not None and self.session.lacks):
            return None
        own = Role(self.person.role)
        return own if self.most is None else min(own, self.most, key=lambda role: role.rank)

    def may(self, action: Action | str) -> bool:
        """Whether who asks may do ``action``: what they may not, a page doesn't offer."""
        return may(self.role, Action(action))

    @property
    def asker(self) -> Person:
        """Who asks, for pages that nobody else may see. Raises ``ValueError``."""
        if self.person is None:
            raise ValueError("nobody is logged in")
        return self.person

    @property
    def actor(self) -> str:
        """The name under which what is done stands in the record. Raises ``ValueError``."""
        return self.asker.full_name

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @property
    def now(self) -> datetime:
        """This moment, in the office's zone."""
        return self.site.clock().astimezone(self.zone)

    @property
    def address(self) -> str:
        """From which machine it is asked."""
        # What a proxy passes on is a stranger's to write.
        return self.request.client.host[:64] if self.request.client else ""

    # -- what was asked ---------------------------------------------------------------------------

    def asked(self, name: str) -> str:
        """The value of ``name`` in the form, else in the address; empty where there is none."""
        found = self.form.get(name)
        if found is None:
            found = self.request.query_params.get(name, "")
        return "" if isinstance(found, UploadFile) else found.strip()

    def number(self, name: str) -> int:
        """The whole number that is asked for as ``name``, cut at ``MOST_NUMBER``; 0 where none
        is."""
        found = self.asked(name)
        if not found.isdecimal():
            return 0
        # Of thousands of digits Python makes no number.
        return min(int(found), MOST_NUMBER) if len(found) <= _DIGITS else MOST_NUMBER

    def secret(self, name: str) -> str:
        """The value of ``name`` in the form as it was typed, spaces and all: never from an address,
        which browsers and proxies keep."""
        found = self.form.get(name)
        return found if isinstance(found, str) else ""

    def all_asked(self, name: str) -> list[str]:
        """All values of ``name`` in the form, else in the address: ticked boxes."""
        found = self.form.getlist(name) or self.request.query_params.getlist(name)
        return [one for one in found if isinstance(one, str)]

    def file(self, name: str) -> UploadFile | None:
        """The file that was sent as ``name``; ``None`` where none was chosen."""
        found = self.form.get(name)
        return found if isinstance(found, UploadFile) and found.filename else None

    @property
    def here(self) -> str:
        """The path and query that were asked for, where they can be asked for again."""
        url = self.request.url
        if self.request.method != "GET":
            return "/"
        return url.path + (f"?{url.query}" if url.query else "")

    @property
    def wants_part(self) -> bool:
        """Whether htmx asks, and is content with a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    # -- answers ----------------------------------------------------------------------------------

    def page(
        self,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        /,
        **shown: Any,
    ) -> HTMLResponse:
        """The page of ``template`` with ``shown``."""
        return HTMLResponse(rendered(self, template, **shown), status, headers)

    def go(self, path: str, told: str = "", kind: Kind = "done") -> Response:
        """On to ``path`` of ours, where ``told`` is shown once: the answer to a form that did
        something."""
        if told:
            self.tell(told, kind)
        if self.wants_part:
            return Response(status_code=204, headers={"HX-Redirect": quote(path, safe="/?&=#%:")})
        return RedirectResponse(path, 303)

    def tell(self, text: str, kind: Kind = "done") -> None:
        """Show ``text`` on the next page that this browser opens."""
        if self.session is None:
            return
        with self.site.database.writing() as session:
            console_sessions.tell(session, self.session, [kind, text])

    def told(self) -> list[list[str]]:
        """What is to be shown once: pairs of a kind and a text. It is forgotten by this."""
        if self.session is None or not self.session.told or LOOKS_AGAIN in self.request.headers:
            return []
        with self.site.database.writing() as session:
            return console_sessions.take_told(session, self.session)

    def link(self, name: str, **parameters: Any) -> str:
        """The path of the page ``name``; empty where this console has no such page."""
        try:
            return str(self.request.app.url_path_for(name, **parameters))
        except NoMatchFound:
            return ""

    def data(self, found: Any, name: str, mime: str) -> Response:
        """``found`` (bytes or text) as a file called ``name``."""
        plain = name.encode("ascii", "replace").decode().replace('"', "")
        told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        return Response(found, media_type=mime, headers={"Content-Disposition": told})
