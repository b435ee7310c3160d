"""Who asks: the session of a browser, the token of a program, and the token of each form.

A form is a person's own where it sends back what the page held that they were shown: the token of
their session, or, before there is one, of a cookie that no other site can set or read. What a
browser says of where a request comes from (``Sec-Fetch-Site``, ``Origin``) is heard besides.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlsplit

import structlog
from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from publisher.i18n import _
from publisher.settings.console import Console, Role
from publisher.site import Site
from publisher.store import api_tokens, console_sessions
from publisher.store.unguessable import fresh
from publisher.web.permissions import Action, may
from publisher.web.visit import LOOKS_AGAIN, Visit

log = structlog.get_logger("console")

LOG_IN = "/log-in"
FORM_FIELD = "form_token"
FORM_HEADER = "x-form-token"

_WAY_ON = {"code": "/log-in/code", "totp": "/account/totp"}
"""Where somebody has to go who is logged in but for this."""


def site_of(request: Request) -> Site:
    """Whose console it is."""
    site: Site = request.app.state.site
    return site


def session_cookie(console: Console) -> str:
    """Its name; with TLS one that only this very host can set."""
    return "__Host-publisher" if console.is_secure else "publisher"


def form_cookie(console: Console) -> str:
    """The name of the cookie that guards forms before there is a session."""
    return "__Host-publisher-form" if console.is_secure else "publisher-form"


def visit_of(request: Request) -> Visit:
    """The visit that ``request`` is: who asks, if their session still lasts."""
    site = site_of(request)
    console, now = site.settings.console, site.clock()
    token = request.cookies.get(session_cookie(console), "")
    with site.database.reading() as session:
        found = console_sessions.of_token(session, now, token, console.idle)
    if found is None:
        guard = request.cookies.get(form_cookie(console), "")
        return Visit(request, site, None, None, guard or fresh())
    # A page that looks again by itself is nobody at work: who is away is still logged out in time.
    if not is_by_itself(request) and console_sessions.is_to_be_noted(found[0], now):
        try:
            with site.database.writing() as session:
                console_sessions.seen(session, now, found[0])
        except SQLAlchemyError as error:
            # While the disk is full people must still see what there is.
            log.warning("a session's use was not noted", why=type(error).__name__)
    return Visit(request, site, found[1], found[0], found[0].form_token)


def is_by_itself(request: Request) -> bool:
    """Whether a page asks, and not the person before it."""
    return request.url.path == "/live" or LOOKS_AGAIN in request.headers


def refused(visit: Visit, action: Action) -> Response | None:
    """The answer to who may not; ``None`` to who may. Raises ``HTTPException`` (403)."""
    if may(visit.role, action):
        return None
    lacks = visit.session.lacks if visit.session is not None else ""
    if lacks and action is Action.OWN_ACCOUNT and visit.request.url.path == _WAY_ON.get(lacks):
        return None
    if visit.role is None:
        return _to_the_door(visit, _WAY_ON.get(lacks, LOG_IN))
    raise HTTPException(403)


def _to_the_door(visit: Visit, door: str) -> Response:
    request = visit.request
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(asked)}" if request.method == "GET" and asked != "/" else ""
    if visit.wants_part:
        return Response(status_code=401, headers={"HX-Redirect": door})
    return RedirectResponse(door + (back if door == LOG_IN else ""), 303)


def require_own_form(visit: Visit) -> None:
    """Raises ``HTTPException`` (403) where what was sent isn't from a page of ours."""
    request, console = visit.request, visit.settings.console
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, STRANGE)
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, STRANGE)
    sent = visit.form.get(FORM_FIELD) or request.headers.get(FORM_HEADER, "")
    kept = (
        visit.form_token
        if visit.session is not None
        else request.cookies.get(form_cookie(console), "")
    )
    if not isinstance(sent, str) or not kept:
        raise HTTPException(403, STRANGE)
    if not secrets.compare_digest(sent.encode(), kept.encode()):
        raise HTTPException(403, STRANGE)


STRANGE = "form"
"""The detail of a 403 by which its page says that the form was too old."""


def leave_form_token(visit: Visit, answer: Response) -> None:
    """Give a browser without a session the cookie that guards its forms."""
    if visit.session is None and visit.request.method == "GET":
        set_cookie(visit, answer, form_cookie(visit.settings.console), visit.form_token)


def set_cookie(
    visit: Visit, answer: Response, name: str, value: str, max_age: int | None = None
) -> None:
    """A cookie that scripts can't read, and other sites can't send along with a form."""
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=visit.settings.console.is_secure,
        httponly=True,
        samesite="lax",
    )


def own_path(path: str) -> str:
    """``path`` where it leads to a page of ours, else the first page: nobody may send a person who
    logs in on to somewhere else."""
    parts = urlsplit(path)
    fit = path.startswith("/") and not path.startswith("//") and not parts.netloc
    return path if fit and "\\" not in path and path.isprintable() else "/"


class Allowed:
    """What an API route depends on: ``Depends(Allowed(Action.SEE))`` gives the visit.

    A program sends ``Authorization: Bearer TOKEN``; a page of ours its session, and with whatever
    changes something its form token as the header ``X-Form-Token``.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request) -> Visit:
        """Raises ``HTTPException``: 401 where nobody is known, 403 where they may not."""
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        visit = _of_program(request, token.strip()) if scheme.lower() == "bearer" else None
        if visit is None:
            visit = visit_of(request)
            if visit.role is not None and request.method not in ("GET", "HEAD"):
                require_own_form(visit)
        if may(visit.role, self.action):
            return visit
        if visit.role is None:
            raise HTTPException(
                401, _("Log in, or send a token."), headers={"WWW-Authenticate": "Bearer"}
            )
        raise HTTPException(403, _("Your role may not do this."))


def action_of(route: APIRoute) -> Action | None:
    """The action that an API route depends on; ``None`` where it names none."""
    calls = (one.call for one in route.dependant.dependencies)
    return next((call.action for call in calls if isinstance(call, Allowed)), None)


def _of_program(request: Request, token: str) -> Visit:
    site = site_of(request)
    now = site.clock()
    with site.database.reading() as session:
        found = api_tokens.of_token(session, now, token)
    if found is None:
        return Visit(request, site, None, None, "")
    if api_tokens.is_to_be_noted(found[0], now):
        with site.database.writing() as session:
            api_tokens.seen(session, now, found[0])
    return Visit(request, site, found[1], None, "", most=Role(found[0].role))
