"""The page of a post: how it looks on each channel, what became of it, and what may be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import Response
from sqlmodel import Session

from channels.base import Media
from channels.web.hosts import is_web
from publisher.campaign.names import is_slug
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.delivery.verdicts import Outcome
from publisher.desk import drafted
from publisher.desk.standing import Standing
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError
from publisher.files.faults import Fault
from publisher.i18n import _
from publisher.planning.diff import BY_PLAN
from publisher.reach import words as reach_words
from publisher.reach.readings_of import Read, readings_of
from publisher.states import state_words
from publisher.store import approvals, attempts, comments, deliveries
from publisher.store.models import Approval, Delivery
from publisher.web import access
from publisher.web.addresses import is_whole
from publisher.web.curve import curve
from publisher.web.looks import ChannelLook, Looks
from publisher.web.moments import moments
from publisher.web.pages.approvals import seen_of, tries_of
from publisher.web.pages.calendar import move_address
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.story import story
from publisher.web.visit import Visit

routes = Routes()

_MOST_DAYS = 12
_TRIED = {
    "sent": State.SENT,
    "retry": State.RETRYING,
    "refuse": State.FAILED,
    "doubt": State.UNCONFIRMED,
}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture or film of the post as it is made for some channels."""

    medium: Media
    channels: tuple[str, ...]


@routes.get("/posts/{campaign}/{post}", Action.SEE, name="post")
def show(visit: Visit, campaign: str, post: str) -> Response:
    return page(visit, campaign, post)


@routes.post("/posts/{campaign}/{post}/approve", Action.APPROVE)
def approve(visit: Visit, campaign: str, post: str) -> Response:
    """Approve what was seen, by its fingerprints."""
    seen = _seen(visit, campaign, post)
    outcome = visit.site.verdicts.approve(seen, visit.actor, seen)
    return _done(visit, campaign, post, outcome, _("Approved."))


@routes.post("/posts/{campaign}/{post}/cancel", Action.CANCEL)
def cancel(visit: Visit, campaign: str, post: str) -> Response:
    outcome = visit.site.verdicts.cancel(_seen(visit, campaign, post), visit.actor)
    return _done(visit, campaign, post, outcome, _("Taken out: it will not be sent."))


@routes.post("/posts/{campaign}/{post}/again", Action.AGAIN)
def again(visit: Visit, campaign: str, post: str) -> Response:
    outcome = visit.site.verdicts.again(_seen(visit, campaign, post), visit.actor, tries_of(visit))
    return _done(visit, campaign, post, outcome, _("It is tried once more, at once."))


@routes.post("/posts/{campaign}/{post}/settle", Action.SETTLE)
def settle(visit: Visit, campaign: str, post: str) -> Response:
    """Whether a doubtful delivery is out, by what a person saw."""
    seen = _seen(visit, campaign, post)
    url = visit.asked("url")
    if url and not is_whole(url):
        return visit.go(_back(visit, campaign, post), _("That is no web address."), "warn")
    match visit.asked("out"):
        case "yes":
            outcome = visit.site.verdicts.found(seen, visit.actor, url)
            told = _("Noted: it is out.")
        case "no":
            outcome = visit.site.verdicts.absent(seen, visit.actor, tries_of(visit))
            told = _("Noted: it is not out. It is sent again, at once.")
        case _:
            raise HTTPException(422)
    return _done(visit, campaign, post, outcome, told)


def page(visit: Visit, campaign: str, post: str) -> Response:
    """The post in the edition and occurrence that are asked for, else the next to come."""
    with visit.site.database.reading() as session:
        every = [
            row
            for row in deliveries.matching(session, campaign=campaign, post=post)
            if row.holdable
        ]
        if not every:
            return _not_planned(visit, campaign, post)
        rows = _chosen(visit, every)
        numbers = [deliveries.number_of(row) for row in rows]
        standing = Standing.read(session, visit.zone, visit.now)
        looks = _looks(visit, session, rows)
        read = readings_of(session, numbers)
        approved = approvals.of_deliveries(session, numbers)
        shown = {
            "rows": rows,
            "moment": moments(rows, standing)[0],
            "standing": standing,
            "looks": looks,
            "shots": _shots(looks),
            "approved": approved,
            "attempts": attempts.of_deliveries(session, numbers),
            "comments": comments.of_post(session, campaign, post),
            "drafted": drafted.of_rows(session, visit.settings, rows).get((campaign, post), ()),
            "read": read,
            "curve": curve(_by_channel(rows, read)),
            "told": story(session, rows, visit.zone),
        }
    return visit.page(
        "post.html",
        campaign=campaign,
        post=post,
        days=_days(every, rows[0]),
        channel_of={number: row.channel for number, row in zip(numbers, rows, strict=True)},
        has_file=(_folder(visit, campaign) / f"{post}.md").is_file() and is_slug(post),
        audiences=[reach_words.audience(name) for name in rows[0].audiences],
        label=reach_words.label,
        tried_words=_tried_words,
        asked=[row for row in rows if _may_approve(visit, standing, approved, row)],
        move_address=move_address(visit, rows[0]),
        is_web=lambda url: is_web(url or ""),
        State=State,
        claimable=CLAIMABLE,
        **shown,
    )


def _not_planned(visit: Visit, campaign: str, post: str) -> Response:
    """A post that has a file but isn't in the plan: its day is far off, or it is new or faulty."""
    if not is_slug(campaign) or not is_slug(post):
        raise HTTPException(404)
    if not (_folder(visit, campaign) / f"{post}.md").is_file():
        raise HTTPException(404)
    proposal: Proposal | None = None
    faults: Sequence[Fault] = ()
    try:
        proposal = visit.site.editor.change(campaign, post)
        faults = (*proposal.faults, *proposal.standing)
    except RefusedError as refusal:
        faults = refusal.faults
    looks = Looks(visit.settings)
    with visit.site.database.reading() as session:
        by_programs = drafted.of_posts(session, visit.settings, [(campaign, post)])
    return visit.page(
        "post_unplanned.html",
        campaign=campaign,
        post=post,
        faults=faults,
        drafted=by_programs.get((campaign, post), ()),
        looks=[looks.of_planned(one) for one in (proposal.planned if proposal else ())],
        due=proposal.planned[0].slot.local if proposal and proposal.planned else None,
    )


def _folder(visit: Visit, campaign: str) -> Path:
    return visit.settings.campaigns_folder / campaign / "posts"


def _looks(visit: Visit, session: Session, rows: Iterable[Delivery]) -> list[ChannelLook]:
    looks = Looks(visit.settings)
    return [looks.of_row(session, row, row.due_at.astimezone(visit.zone)) for row in rows]


def _chosen(visit: Visit, every: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries of one day of the post: the asked one, the next to come, or the last."""
    asked = (visit.asked("edition"), visit.asked("occurrence"))
    own = [row for row in every if (str(row.edition), row.occurrence) == asked]
    if not own:
        alive = [row for row in every if row.state != State.CANCELLED] or every
        to_come = [row for row in alive if row.due_at >= visit.now]
        first = to_come[0] if to_come else alive[-1]
        own = [row for row in every if _day_of(row) == _day_of(first)]
    # What the plan took out again, as with another list of channels, is in the way of the rest;
    # what a person took out is not.
    there = [row for row in own if row.cancelled_by != BY_PLAN] or own
    return sorted(there, key=lambda row: row.channel)


def _day_of(row: Delivery) -> tuple[int, str]:
    return row.edition, row.occurrence


def _days(every: Sequence[Delivery], shown: Delivery) -> list[Delivery]:
    """A delivery of each other day that the post has, those around the shown one."""
    first: dict[tuple[int, str], Delivery] = {}
    for row in every:
        if row.state != State.CANCELLED or _day_of(row) == _day_of(shown):
            first.setdefault(_day_of(row), row)
    found = sorted(first.values(), key=lambda row: row.due_at)
    place = next(n for n, row in enumerate(found) if _day_of(row) == _day_of(shown))
    start = max(0, min(place - _MOST_DAYS // 2, len(found) - _MOST_DAYS))
    return found[start : start + _MOST_DAYS]


def _shots(looks: Sequence[ChannelLook]) -> list[list[Shot]]:
    """The pictures of the post, those made of one file together."""
    channels: dict[str, list[str]] = {}
    media: dict[str, Media] = {}
    for look in looks:
        for medium in look.message.media if look.message is not None else ():
            media.setdefault(medium.sha256, medium)
            channels.setdefault(medium.sha256, []).append(look.channel)
    grouped: dict[str, list[Shot]] = {}
    for sha256, medium in media.items():
        shot = Shot(medium, tuple(channels[sha256]))
        grouped.setdefault(medium.original or sha256, []).append(shot)
    return list(grouped.values())


def _by_channel(
    rows: Sequence[Delivery], read: Sequence[Read]
) -> dict[str, list[tuple[timedelta, int]]]:
    found: dict[str, list[tuple[timedelta, int]]] = {}
    for row in rows:
        points = [
            (one.age, one.figures.shown)
            for one in read
            if one.number == row.id and one.figures.shown is not None
        ]
        if points:
            found[row.channel] = points
    return found


def _tried_words(outcome: str | None) -> str:
    """What came of an attempt."""
    if outcome is None:
        return state_words(State.SENDING)
    return state_words(_TRIED[outcome]) if outcome in _TRIED else outcome


def _may_approve(
    visit: Visit, standing: Standing, approved: Sequence[Approval], row: Delivery
) -> bool:
    given = [
        one.approver
        for one in approved
        if (one.delivery_id, one.fingerprint) == (row.id, row.fingerprint)
    ]
    mine = approvals.is_same_person(visit.actor, given)
    return visit.may(Action.APPROVE) and standing.lacks_approval(row) and not mine


def _seen(visit: Visit, campaign: str, post: str) -> dict[int, str]:
    """The deliveries of this very post that a form names, with the texts that were seen."""
    with visit.site.database.reading() as session:
        own = {
            deliveries.number_of(row)
            for row in deliveries.matching(session, campaign=campaign, post=post)
        }
    return {number: text for number, text in seen_of(visit).items() if number in own}


def _done(visit: Visit, campaign: str, post: str, outcome: Outcome, told: str) -> Response:
    back = _back(visit, campaign, post)
    if outcome.refused:
        return visit.go(back, outcome.refused[0].why.words, "warn")
    if not outcome.done:
        return visit.go(back, _("There is no such post in the plan."), "warn")
    return visit.go(back, told)


def _back(visit: Visit, campaign: str, post: str) -> str:
    return access.own_path(visit.asked("next") or visit.link("post", campaign=campaign, post=post))
