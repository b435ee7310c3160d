"""The plan as an iCalendar feed, for the calendars on people's telephones.

A calendar can't log in: it has an address with a token of its own kind, which opens this and
nothing else. Without one, and to whoever isn't logged in, nothing is there.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import HTTPException
from fastapi.responses import Response

from publisher.calendar.entries import Wanted, entries
from publisher.calendar.feed import MIME, to_ics
from publisher.store import api_tokens
from publisher.web.known import known
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit
from publisher.web.wire import tagged_bytes

routes = Routes()

_BEHIND, _AHEAD = timedelta(days=30), timedelta(days=180)


@routes.get("/calendar.ics", Action.ENTER, name="feed")
def show(visit: Visit) -> Response:
    if not (visit.may(Action.SEE) or _has_token(visit)):
        raise HTTPException(404)
    today = visit.now.date()
    wanted = Wanted(
        today - _BEHIND, today + _AHEAD, visit.all_asked("campaign"), visit.all_asked("channel")
    )
    found = entries(visit.settings, visit.site.database, wanted)
    content = to_ics(visit.settings, found, known(visit).titles, visit.now)
    return tagged_bytes(visit, content, MIME)


def _has_token(visit: Visit) -> bool:
    now, token = visit.now, visit.request.query_params.get("token", "")
    with visit.site.database.reading() as session:
        found = api_tokens.of_token(session, now, token, api_tokens.CALENDAR)
    if found is None:
        return False
    if api_tokens.is_to_be_noted(found[0], now):
        with visit.site.database.writing() as session:
            api_tokens.seen(session, now, found[0])
    return True
