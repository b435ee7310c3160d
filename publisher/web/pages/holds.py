"""Stops that a person puts: on everything, a channel or a campaign; one switch for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import HTTPException
from fastapi.responses import Response
from sqlmodel import Session, col, select

from publisher.delivery.late import HELD
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.desk.held import Effect, covered, effect, stoppable
from publisher.i18n import N_, _
from publisher.store import approvals, channel_states, deliveries
from publisher.store import holds as stored
from publisher.store.models import Delivery, Hold
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Holds"), "/holds", Action.SEE, 50))

_LONGEST_REASON = 500
_NEXT = 3
_PAST = 30
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Stop:
    """A hold in force, what people call what it stops, and what it keeps back."""

    hold: Hold
    name: str
    rows: list[Delivery]

    @property
    def next(self) -> list[Delivery]:
        return self.rows[:_NEXT]


@routes.get("/holds", Action.SEE, name="holds")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.post("/holds", Action.HOLD)
def place(visit: Visit) -> Response:
    """Stop what the form names, at once."""
    scope, target = _what(visit.asked("what") or stored.EVERYTHING)
    reason = visit.asked("reason")[:_LONGEST_REASON]
    faults: dict[str, str] = {}
    until = None
    if not reason:
        faults["reason"] = _("Say why: it stands in the record.")
    if visit.asked("until"):
        until = _moment(visit, visit.asked("until"))
        if until is None:
            faults["until"] = _("This is no day and hour: 10/10/2027 08:00, as the field shows it.")
        elif until <= visit.now:
            faults["until"] = _("This lies in the past: a day and an hour to come.")
    if not _is_known(visit, scope, target):
        faults["what"] = _("There is no such channel or campaign.")
    if faults:
        return _page(visit, 422, faults=faults)
    with visit.site.database.writing() as session:
        # Pressed twice, or by two people at once for the same reason: one stop is enough.
        is_new = not _same(session, visit.now, scope, target, reason)
        if is_new:
            stored.place(session, visit.now, visit.actor, scope, target, reason, until)
    if not is_new:
        return visit.go("/holds", _("It is stopped already."), "warn")
    return visit.go("/holds", _("Stopped: %(what)s.") % {"what": _name(visit, scope, target)})


@routes.get("/holds/release", Action.RELEASE)
def ask(visit: Visit) -> Response:
    """What would go out, late or not any more, once what is named goes on."""
    scope, target = visit.asked("scope"), visit.asked("target")
    with visit.site.database.reading() as session:
        ending = _ending(session, visit.now, scope, target)
        told = _effect(visit, session, ending)
        missed = _missed(session, ending)
    if not ending:
        return visit.go("/holds", _("It was released already."), "warn")
    return visit.page(
        "release.html",
        ending=ending,
        name=_name(visit, scope, target),
        scope=scope,
        target=target,
        told=told,
        missed=missed,
        shown=_SHOWN,
        titles=visit.settings.channel_titles,
    )


@routes.post("/holds/release", Action.RELEASE)
def release(visit: Visit) -> Response:
    scope, target = visit.asked("scope"), visit.asked("target")
    if scope not in (stored.EVERYTHING, stored.CHANNEL, stored.CAMPAIGN):
        raise HTTPException(404)
    with visit.site.database.writing() as session:
        ended = stored.release(session, visit.now, visit.actor, scope, target)
    if not ended:
        return visit.go("/holds", _("It was released already."), "warn")
    return visit.go("/holds", _("Released: %(what)s.") % {"what": _name(visit, scope, target)})


def _page(visit: Visit, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    now = visit.now
    with visit.site.database.reading() as session:
        in_force = stored.in_force(session, now)
        rows = deliveries.in_state(session, *CLAIMABLE)
        past = stored.past(session, now, _PAST)
        campaigns = stoppable(session, visit.settings)
    stops = [Stop(one, _name(visit, one.scope, one.target), covered(one, rows)) for one in in_force]
    everything = [one for one in stops if one.hold.scope == stored.EVERYTHING]
    today = now.date()
    return visit.page(
        "holds.html",
        status,
        everything=everything,
        parts=[one for one in stops if one.hold.scope != stored.EVERYTHING],
        past=[(one, _name(visit, one.scope, one.target)) for one in past],
        coming=[one for one in visit.settings.blackouts if one.to >= today],
        today=today,
        faults=faults or {},
        asked={name: visit.asked(name) for name in ("what", "reason", "until")},
        choices=[
            *(
                (f"{stored.CHANNEL} {name}", _("Channel: %(name)s") % {"name": title})
                for name, title in visit.settings.channel_titles.items()
            ),
            *(
                (f"{stored.CAMPAIGN} {name}", _("Campaign: %(name)s") % {"name": name})
                for name in campaigns
            ),
        ],
        least=now + timedelta(minutes=1),
        titles=visit.settings.channel_titles,
    )


def _what(asked: str) -> tuple[str, str]:
    scope, _space, target = asked.partition(" ")
    return scope, target


def _is_known(visit: Visit, scope: str, target: str) -> bool:
    """A stop on a misspelt name would look like one and let everything through."""
    if scope == stored.EVERYTHING:
        return not target
    if scope == stored.CHANNEL:
        return target in visit.settings.channels
    with visit.site.database.reading() as session:
        return scope == stored.CAMPAIGN and target in stoppable(session, visit.settings)


def _same(session: Session, now: datetime, scope: str, target: str, reason: str) -> bool:
    return any(
        (one.scope, one.target, one.reason) == (scope, target, reason)
        for one in stored.in_force(session, now)
    )


def _ending(session: Session, now: datetime, scope: str, target: str) -> list[Hold]:
    return [
        one for one in stored.in_force(session, now) if (one.scope, one.target) == (scope, target)
    ]


def _effect(visit: Visit, session: Session, ending: list[Hold]) -> Effect:
    return effect(
        ending,
        stored.in_force(session, visit.now),
        deliveries.in_state(session, *CLAIMABLE),
        channel_states.all_of_them(session),
        approvals.counts(session),
        visit.settings,
        visit.now,
    )


def _missed(session: Session, ending: list[Hold]) -> list[Delivery]:
    """What was missed over these holds: its grace ended while they were in force."""
    since = min((one.placed_at for one in ending), default=None)
    if since is None:
        return []
    rows = session.exec(
        select(Delivery)
        .where(
            Delivery.state == State.MISSED.value,
            Delivery.note == HELD,
            col(Delivery.expires_at) >= since,
        )
        .order_by(col(Delivery.due_at))
    ).all()
    return [
        row for row in rows if any(stored.covers(one, row.campaign, row.channel) for one in ending)
    ]


def _name(visit: Visit, scope: str, target: str) -> str:
    if scope == stored.CHANNEL:
        return _("Channel: %(name)s") % {"name": visit.settings.channel_title(target)}
    if scope == stored.CAMPAIGN:
        return _("Campaign: %(name)s") % {"name": target}
    return _("Everything")


def _moment(visit: Visit, text: str) -> datetime | None:
    """What a browser's field for a day and an hour gives, in the office's zone."""
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=visit.zone)
        except ValueError:
            continue
    return None
