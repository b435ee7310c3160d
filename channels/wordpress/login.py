"""Gets an application password by WordPress's own page for that.

``wp-admin/authorize-application.php`` asks the user who is logged in, and either sends the browser
back to ``success_url`` with ``user_login`` and ``password``, or shows the password to be copied.
WordPress takes https addresses to come back to, and from 7.0 on http ones on this machine
(https://make.wordpress.org/core/2020/11/05/application-passwords-integration-guide/).
Used by ``channels.wordpress``.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from channels.base import N_, CredentialsExpiredError, ForbiddenError, Person
from channels.web.hosts import is_web
from channels.web.values import held
from channels.wordpress.line import Line

_APP = {"app_name": "Publisher", "app_id": "6f0f4c9e-5f0b-4b57-9f0c-0d5d9a1c7a10"}
"""By the id WordPress knows the passwords that were made for Publisher, on every site."""


def password(person: Person, line: Line, username: str, redirect_uri: str) -> str:
    """An application password of ``username``; ``line`` is nobody's.

    Raises ``ForbiddenError`` where the portal offers none or the person declined, and
    ``CredentialsExpiredError`` where another user, or another question, was answered.
    """
    address = _authorization_page(line)
    if redirect_uri:
        return _consented(person, address, username, redirect_uri)
    person.tell(N_("Open this address, allow Publisher, and copy the password it shows:"))
    person.tell(f"{address}?{urlencode(_APP)}")
    return person.ask(N_("Application password"), hidden=True)


def _authorization_page(line: Line) -> str:
    """Where the portal lets its users allow a program, as its API's root tells."""
    address: Any = line.object("GET", "/", params={"_fields": "authentication"})
    for part in ("authentication", "application-passwords", "endpoints", "authorization"):
        address = held(address).get(part)
    if isinstance(address, str) and is_web(address):
        return address
    raise ForbiddenError(
        N_("the portal offers no application passwords: it has no https, or a plugin forbids them")
    )


def _consented(person: Person, address: str, username: str, redirect_uri: str) -> str:
    state = secrets.token_urlsafe(24)
    joint = "&" if "?" in redirect_uri else "?"
    query = {**_APP, "success_url": f"{redirect_uri}{joint}{urlencode({'state': state})}"}
    back = person.consent(f"{address}?{urlencode(query)}", redirect_uri)
    if not hmac.compare_digest(back.get("state", "").encode(), state.encode()):
        raise CredentialsExpiredError(N_("the answer is not to this question: begin again"))
    if not back.get("password"):
        raise ForbiddenError(
            N_("the platform says that access was not granted: begin again and agree")
        )
    if back.get("user_login", "").casefold() != username.casefold():
        raise CredentialsExpiredError(
            N_("another user allowed it than the one that username names: log in as that one")
        )
    return back["password"]
