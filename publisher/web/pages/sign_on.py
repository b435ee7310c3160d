"""Logging in by the province's own log-in: there and back again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import structlog
from fastapi import HTTPException
from fastapi.responses import RedirectResponse, Response

from channels.base import ChannelError
from publisher.i18n import _
from publisher.settings.sign_on import SignOn
from publisher.store import console_sessions
from publisher.store.console_tables import Person
from publisher.store.unguessable import fresh
from publisher.web import access, log_in
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit

if TYPE_CHECKING:
    from publisher.web.oidc import Provider

log = structlog.get_logger("console")

routes = Routes()

BACK = "/log-in/provider/back"
_MINUTES = 10


@routes.get("/log-in/provider", Action.ENTER, name="provider")
def leave(visit: Visit) -> Response:
    """Send somebody to the province's log-in; their browser keeps what they must bring back."""
    from publisher.web.oidc import ProviderError

    _settings(visit)
    state, nonce, verifier = fresh(), fresh(), fresh()
    try:
        door = _provider(visit).door(state, nonce, verifier)
    except (ProviderError, ChannelError) as error:
        log.warning("the province's log-in can't be asked", why=str(error))
        return _refused(visit, 503, _unreached())
    answer = RedirectResponse(door, 303)
    following = quote(access.own_path(visit.asked("next")), safe="")
    kept = ".".join((state, nonce, verifier, following))
    access.set_cookie(visit, answer, _cookie(visit), kept, _MINUTES * 60)
    return answer


@routes.get(BACK, Action.ENTER)
def come_back(visit: Visit) -> Response:
    """Let in who comes back from there with what we gave them."""
    from publisher.web.oidc import ProviderError
    from publisher.web.sign_on import NobodyError, person_of

    settings = _settings(visit)
    state, nonce, verifier, following = _kept(visit)
    asked = visit.request.query_params
    code = asked.get("code", "")
    given = asked.get("state", "")
    is_ours = bool(state) and secrets.compare_digest(state.encode(), given.encode())
    if not is_ours or asked.get("iss", settings.issuer) != settings.issuer or not code:
        return _refused(visit, 422, _("That didn't work. Try once more."))

    def ask() -> Person:
        return person_of(visit.site, settings, _provider(visit).claims(code, nonce, verifier))

    try:
        tried = log_in.by_provider(
            visit.site, ask, visit.address, failing=(ProviderError, NobodyError)
        )
    except NobodyError as error:
        return _refused(visit, 403, str(error))
    except (ProviderError, ChannelError) as error:
        log.warning("the province's log-in isn't believed", why=str(error))
        return _refused(visit, 503, _unreached())
    if not tried.token:
        return _refused(visit, 429, _("Too many tries. Try again later."))
    if visit.session is not None:
        with visit.site.database.writing() as session:
            console_sessions.end_hashed(session, visit.session.token_hash)
    ways = {log_in.CODE: f"/log-in/code?next={following}", log_in.TOTP: "/account/totp"}
    answer = visit.go(ways.get(tried.lacks, following))
    access.set_cookie(visit, answer, access.session_cookie(visit.settings.console), tried.token)
    return _forget(visit, answer)


def _settings(visit: Visit) -> SignOn:
    found = visit.settings.console.oidc
    if found is None:
        raise HTTPException(404)
    return found


def _provider(visit: Visit) -> Provider:
    """One a console: it keeps what the provider says of itself."""
    # Imported late: most offices have no such log-in.
    from publisher.web.oidc import Provider

    state, settings = visit.request.app.state, _settings(visit)
    found: Provider | None = getattr(state, "provider", None)
    if found is None:
        back = visit.settings.console.address + BACK
        found = state.provider = Provider(visit.site, settings, back)
    return found


def _kept(visit: Visit) -> tuple[str, str, str, str]:
    parts = visit.request.cookies.get(_cookie(visit), "").split(".")
    if len(parts) != 4 or not all(parts):
        return "", "", "", "/"
    return parts[0], parts[1], parts[2], access.own_path(unquote(parts[3]))


def _cookie(visit: Visit) -> str:
    return "__Host-publisher-provider" if visit.settings.console.is_secure else "publisher-provider"


def _forget(visit: Visit, answer: Response) -> Response:
    answer.delete_cookie(_cookie(visit), secure=visit.settings.console.is_secure)
    return answer


def _refused(visit: Visit, status: int, fault: str) -> Response:
    answer = visit.page("log_in.html", status, told="", fault=fault, name="", following="/")
    return _forget(visit, answer)


def _unreached() -> str:
    return _(
        "The province's log-in doesn't answer as it should. Try once more, or log in by a password "
        "of your own; an administrator finds the reason in the log."
    )
