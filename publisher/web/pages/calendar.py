"""The calendar of posts: by month, week or as a list; where a post is moved to another moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from fastapi.responses import Response

from publisher.campaign.model import Audience
from publisher.delivery.lifecycle import State
from publisher.desk.standing import Look, Standing
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError
from publisher.i18n import N_, _
from publisher.reach import words
from publisher.store import deliveries, holds
from publisher.store.models import Delivery
from publisher.web import access
from publisher.web.day_marks import DayMarks, Stop
from publisher.web.moments import SIGNS, Moment, look_words, moments
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.saving import save
from publisher.web.stretch import VIEWS, Stretch
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Calendar"), "/calendar", Action.SEE, 20))

MOST_A_DAY = 6
"""So many posts of a day the month shows; the rest is behind a link."""

_FILTERS = ("channel", "campaign", "audience", "state")
_INSTANT = timedelta(microseconds=1)
_ALL = tuple(state for state in State if state is not State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; ``hidden`` is how many of its posts aren't among ``moments``."""

    day: date
    is_own: bool
    moments: list[Moment]
    hidden: int
    feast: str
    stops: list[Stop]


@routes.get("/calendar", Action.SEE, name="calendar")
def show(visit: Visit) -> Response:
    today = visit.now.date()
    stretch = Stretch.asked(visit.asked("view"), visit.asked("on"), today)
    wanted = {name: visit.asked(name) for name in _FILTERS}
    begins, ends = stretch.bounds(visit.zone)
    states = (State.CANCELLED,) if wanted["state"] == Look.OUT else _ALL
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
        # What is due at midnight belongs to the day that begins.
        rows = deliveries.in_state(session, *states, after=begins - _INSTANT, before=ends)
        stopping = holds.between(session, begins, ends)
        campaigns = sorted(deliveries.campaigns(session))
    shown = moments((row for row in rows if row.holdable), standing)
    shown = [one for one in shown if _is_wanted(one, wanted)]
    marks = DayMarks.of(stretch.days, visit.settings.blackouts, stopping, visit.zone)
    return visit.page(
        "calendar.html",
        stretch=stretch,
        views=VIEWS,
        days=_days(visit, stretch, shown, marks),
        count=len(shown),
        today=today,
        wanted=wanted,
        choices=_choices(visit, campaigns),
        at=lambda **asked: _address(stretch, wanted, **asked),
        move_to=lambda moment: move_address(visit, moment.first),
        signs=SIGNS,
        look_words=look_words,
    )


@routes.get("/calendar/move", Action.WRITE, name="move")
def ask(visit: Visit) -> Response:
    """Where a post is to go: asked for, then shown as what would be changed."""
    return _asking(visit, fault="")


@routes.post("/calendar/move", Action.WRITE)
def move(visit: Visit) -> Response:
    proposal, faults = _proposed(visit)
    if proposal is None or faults or not proposal.is_sound:
        return _asking(visit, status=422)
    if proposal.fingerprint != visit.asked("seen"):
        return _asking(visit, fault=_("Somebody changed this file meanwhile."), status=409)
    try:
        told = save(visit, proposal)
    except RefusedError as refusal:
        return _asking(visit, fault=_first(refusal), status=409)
    return visit.go(access.own_path(visit.asked("back") or "/calendar"), told)


def _asking(visit: Visit, fault: str = "", status: int = 200) -> Response:
    rows = _moved_rows(visit)
    if not rows:
        return visit.page("calendar_move.html", 404, rows=rows)
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
    proposal, faults = _proposed(visit) if _asked_moment(visit) else (None, [])
    to = _asked_moment(visit)
    asked = f"{visit.asked('day')}{visit.asked('time')}{visit.asked('to')}"
    if asked and to is None:
        fault = fault or _("Give a day and a time.")
    return visit.page(
        "calendar_move.html",
        422 if status == 200 and fault else status,
        rows=rows,
        moment=moments(rows, standing)[0],
        to=to or max(rows[0].due_at.astimezone(visit.zone), visit.now),
        is_asked=to is not None,
        proposal=proposal,
        faults=faults,
        fault=fault,
        back=access.own_path(visit.asked("back") or "/calendar"),
    )


def _proposed(visit: Visit) -> tuple[Proposal | None, list[object]]:
    """What the move would change, or why it can't be."""
    to = _asked_moment(visit)
    if to is None:
        return None, []
    edition = visit.number("edition")
    try:
        return visit.site.editor.move(
            visit.asked("campaign"),
            visit.asked("post"),
            to,
            edition=edition if MINYEAR <= edition <= MAXYEAR else None,
        ), []
    except RefusedError as refusal:
        return None, list(refusal.faults)


def _first(refusal: RefusedError) -> str:
    return f"{refusal.faults[0].what} {refusal.faults[0].instead}".strip()


def _asked_moment(visit: Visit) -> datetime | None:
    """The local moment asked for: as ``to``, or as ``day`` and ``time``."""
    said = visit.asked("to") or f"{visit.asked('day')}T{visit.asked('time')}"
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=visit.zone)


def _moved_rows(visit: Visit) -> list[Delivery]:
    """The deliveries of the post that is asked about, as they stand."""
    with visit.site.database.reading() as session:
        rows = deliveries.matching(
            session, campaign=visit.asked("campaign"), post=visit.asked("post")
        )
    wanted = (visit.asked("edition"), visit.asked("occurrence"))
    own = [row for row in rows if (str(row.edition), row.occurrence) == wanted]
    return [row for row in own if row.state != State.CANCELLED] or own


def _is_wanted(moment: Moment, wanted: Mapping[str, str]) -> bool:
    return any(
        (not wanted["channel"] or row.channel == wanted["channel"])
        and (not wanted["campaign"] or row.campaign == wanted["campaign"])
        and (not wanted["audience"] or wanted["audience"] in row.audiences)
        and (not wanted["state"] or look == wanted["state"])
        for row, look in zip(moment.rows, moment.looks, strict=True)
    )


def _days(visit: Visit, stretch: Stretch, shown: Iterable[Moment], marks: DayMarks) -> list[Day]:
    by_day: dict[date, list[Moment]] = defaultdict(list)
    for one in shown:
        by_day[one.due_at.astimezone(visit.zone).date()].append(one)
    days = []
    for day in stretch.days:
        of_day = by_day[day]
        most = MOST_A_DAY if stretch.view == "month" and len(of_day) > MOST_A_DAY + 1 else None
        days.append(
            Day(
                day,
                stretch.has(day),
                of_day[:most],
                0 if most is None else len(of_day) - most,
                marks.feast(day),
                marks.stops(day),
            )
        )
    return days


def _choices(visit: Visit, campaigns: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    return {
        "channel": [(name, name) for name in visit.settings.channels],
        "campaign": [(slug, slug) for slug in campaigns],
        "audience": [(name, words.audience(name)) for name in get_args(Audience)],
        "state": [(look.value, look_words(look)) for look in Look],
    }


def _address(stretch: Stretch, wanted: Mapping[str, str], **asked: object) -> str:
    """The calendar's address with other things ``asked``; so it can be handed on and comes back."""
    said = {"view": stretch.view, "on": stretch.on.isoformat(), **wanted}
    said |= {name: str(value) for name, value in asked.items()}
    return "/calendar?" + urlencode({name: value for name, value in said.items() if value})


def move_address(visit: Visit, row: Delivery) -> str:
    """The page on which the post of ``row`` is moved; it leads back to the one that is shown."""
    asked = {
        "campaign": row.campaign,
        "post": row.post,
        "edition": row.edition,
        "occurrence": row.occurrence,
        "back": visit.here,
    }
    return "/calendar/move?" + urlencode({name: one for name, one in asked.items() if one})
