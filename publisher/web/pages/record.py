"""Everything that was done, by whom and when, to be searched; nothing can be changed in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastapi.responses import Response

from publisher.desk.record import detail_words, subject_words
from publisher.i18n import N_, _
from publisher.states import action_words
from publisher.store import audit
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Record"), "/record", Action.ADMINISTER, 85))

AT_ONCE = 100


@routes.get("/record", Action.ADMINISTER, name="record")
def show(visit: Visit) -> Response:
    asked = {name: visit.asked(name) for name in ("person", "about", "from", "to")}
    skip = visit.number("skip")
    first, last = _day(asked["from"]), _day(asked["to"])
    with visit.site.database.reading() as session:
        people = audit.actors(session)
        events = audit.search(
            session,
            actor=asked["person"],
            about=asked["about"],
            after=_begins(visit, first) if first else None,
            before=_begins(visit, last + timedelta(days=1)) if last else None,
            skip=skip,
            limit=AT_ONCE + 1,
        )
    lines = [
        (
            event,
            action_words(event.action),
            subject_words(event.subject),
            detail_words({k: v for k, v in event.detail.items() if k != "diff"}, visit.zone),
        )
        for event in events[:AT_ONCE]
    ]
    wrong = bool((asked["from"] and not first) or (asked["to"] and not last))
    return visit.page(
        "record.html",
        lines=lines,
        more=len(events) > AT_ONCE,
        people=[("", _("Everybody")), *((one, one) for one in people)],
        asked=asked,
        skip=skip,
        at_once=AT_ONCE,
        fault=_("This is no day: 10/10/2027.") if wrong else "",
    )


def _day(text: str) -> date | None:
    """The day that is written in ``text``, where a calendar can count on from it."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day, of no zone
            return found if 1970 <= found.year < 9000 else None
        except ValueError:
            continue
    return None


def _begins(visit: Visit, day: date) -> datetime:
    return datetime.combine(day, time.min, visit.zone)
