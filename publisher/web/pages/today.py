"""The first page: today's and tomorrow's posts, what needs a person, what is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi.responses import Response

from publisher.delivery.lifecycle import State
from publisher.desk.standing import NEEDS_A_PERSON, Look, Standing
from publisher.i18n import N_, _
from publisher.store import alerts, deliveries
from publisher.store.models import Delivery
from publisher.web.matters import LOOKED_BACK
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Today"), "/", Action.SEE, 10))

_MOST_NEEDING = 8


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the plan; ``name`` is what people call it from where they stand."""

    name: str
    day: date
    rows: Sequence[Delivery]


@routes.get("/", Action.SEE, name="today")
def show(visit: Visit) -> Response:
    today = visit.now.date()
    days = ((_("Today"), today), (_("Tomorrow"), today + timedelta(days=1)))
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
        shown = [
            Day(name, day, _of_day(deliveries.in_state(session, *_SHOWN, **_span(visit, day))))
            for name, day in days
        ]
        needing = deliveries.in_state(session, *NEEDS_A_PERSON, after=visit.now - LOOKED_BACK)
        open_matters = [
            one for one in alerts.still_open(session) if not one.matter.startswith("delivery ")
        ]
    waiting = {
        deliveries.post_of(row)
        for day in shown
        for row in day.rows
        if standing.look(row) is Look.WAITS
    }
    return visit.page(
        "today.html",
        days=shown,
        standing=standing,
        waiting=len(waiting),
        needing=needing[-_MOST_NEEDING:],
        matters=open_matters,
        blackouts=[one for one in visit.settings.blackouts if one.from_ <= today <= one.to],
    )


_SHOWN = tuple(state for state in State if state is not State.CANCELLED)


def _of_day(rows: Sequence[Delivery]) -> list[Delivery]:
    return [row for row in rows if row.holdable]


def _span(visit: Visit, day: date) -> dict[str, datetime]:
    begins = datetime.combine(day, time.min, visit.zone)
    # What is due at midnight belongs to the day that begins.
    instant = timedelta(microseconds=1)
    return {"after": begins - instant, "before": begins + timedelta(days=1)}
