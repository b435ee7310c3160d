"""One's own tokens, by which programs and calendars ask in one's name; and what the API takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import HTTPException
from fastapi.responses import Response

from publisher import notation
from publisher.i18n import N_, _, ngettext
from publisher.settings.console import Role
from publisher.store import api_tokens
from publisher.store.console_tables import ApiToken
from publisher.web.document import least_role, operations
from publisher.web.permissions import Action, role_words
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Tokens"), "/tokens", Action.OWN_ACCOUNT, 90))

_LASTS = (30, 90, 365)
"""Days, among which one chooses; an API's token always ends."""

_MOST = 20
_LONGEST_LABEL = 80


@routes.get("/tokens", Action.OWN_ACCOUNT, name="tokens")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.post("/tokens", Action.OWN_ACCOUNT)
def make(visit: Visit) -> Response:
    label = " ".join(visit.asked("label").split())
    purpose = visit.asked("purpose")
    if purpose not in (api_tokens.API, api_tokens.CALENDAR):
        purpose = api_tokens.API
    if not label or len(label) > _LONGEST_LABEL:
        return _page(visit, 422, faults={purpose: _("Say in a few words what it is for.")})
    role, lasts = _role(visit, purpose), _lasts(visit, purpose)
    if role is None or lasts == 0:
        return _page(visit, 422, faults={purpose: _("Choose one of those that are offered.")})
    person, now = visit.asker, visit.now
    with visit.site.database.writing() as session:
        if api_tokens.count_of(session, now, person) >= _MOST:
            token = ""
        else:
            ends = now + timedelta(days=lasts) if lasts is not None else None
            token = api_tokens.make(session, now, person, label, ends, role=role, purpose=purpose)
    if not token:
        words = _("You have %(n)s tokens already: revoke one that is no longer needed.")
        return _page(visit, 422, faults={purpose: words % {"n": notation.number(_MOST)}})
    # Shown in this very answer: kept for another page, it would stand in the store.
    if purpose == api_tokens.CALENDAR:
        token = f"{visit.settings.console.address}/calendar.ics?{urlencode({'token': token})}"
    return _page(visit, made=token, made_for=purpose)


@routes.post("/tokens/{number:int}/revoke", Action.OWN_ACCOUNT)
def revoke(visit: Visit, number: int) -> Response:
    with visit.site.database.writing() as session:
        ended = api_tokens.revoke(session, visit.now, visit.actor, visit.asker, number)
    if not ended:
        raise HTTPException(404)
    return visit.go("/tokens", _("It opens nothing any more."))


@routes.get("/tokens/api", Action.SEE, name="api")
def show_api(visit: Visit) -> Response:
    return visit.page(
        "api.html", operations=list(operations(visit.request.app)), least_role=least_role
    )


def _page(
    visit: Visit,
    status: int = 200,
    faults: dict[str, str] | None = None,
    made: str = "",
    made_for: str = "",
) -> Response:
    with visit.site.database.reading() as session:
        found = api_tokens.of_person(session, visit.asker)
    return visit.page(
        "tokens.html",
        status,
        tokens=[one for one in found if _counts(one, visit.now)],
        ended=[one for one in found if not _counts(one, visit.now)][:_MOST],
        roles=[(role.value, role_words(role)) for role in _roles(visit)],
        lasts=[(days, _days(days)) for days in _LASTS],
        faults=faults or {},
        made=made,
        made_for=made_for,
        most=_LONGEST_LABEL,
    )


def _days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": notation.number(count)}


def _counts(token: ApiToken, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def _roles(visit: Visit) -> Sequence[Role]:
    own = visit.role or Role.VIEWER
    return [role for role in Role if role.rank <= own.rank]


def _role(visit: Visit, purpose: str) -> Role | None:
    """The role that was asked for, where one may give it."""
    if purpose == api_tokens.CALENDAR:
        return Role.VIEWER
    asked = visit.asked("role") or Role.VIEWER.value
    return next((role for role in _roles(visit) if role == asked), None)


def _lasts(visit: Visit, purpose: str) -> int | None:
    """For how many days; ``None``: without an end, 0: none of what is offered."""
    asked = visit.asked("days")
    if asked == "" and purpose == api_tokens.CALENDAR:
        return None
    return next((days for days in _LASTS if str(days) == (asked or "90")), 0)
