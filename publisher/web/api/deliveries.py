"""The plan and what became of it: each post on each channel, by its time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from publisher.delivery.lifecycle import State
from publisher.desk.standing import Look, Standing
from publisher.i18n import _
from publisher.store import deliveries, listing
from publisher.store.columns import MOST_WHOLE
from publisher.store.models import Delivery
from publisher.web.problems import Refused
from publisher.web.wire import (
    PREFIX,
    PROBLEMS,
    Day,
    Keys,
    Limit,
    Name,
    Number,
    Seeing,
    begins,
    cursor,
    ends,
    in_zone,
    no_cursor,
    parts_of,
    tagged,
)

router = APIRouter(prefix=PREFIX, tags=["Deliveries"], responses=PROBLEMS)


class DeliveryJson(Keys):
    """One post to one channel, once."""

    number: int = Field(description="What verdicts name it by.")
    key: str = Field(description="What names it for ever.")
    campaign: str = Field(description="Its campaign's folder; empty for the office's own mails.")
    edition: int = Field(description="The year.")
    post: str = Field(description="Its file's name.")
    occurrence: str = Field(description="Which of several times; empty where it goes out once.")
    channel: str = Field(description="Its channel's name in schedule.toml.")
    state: State = Field(description="Where it stands; see docs/lifecycle.md.")
    look: Look = Field(description="The one thing to know of it at a glance.")
    standing: str = Field(description="How it stands, in words.")
    due_at: datetime = Field(description="When it is to go out.")
    sent_at: datetime | None = Field(description="When it went out.")
    gone_at: datetime | None = Field(description="When it was first missing on its platform.")
    url: str = Field(description="Where it can be seen; empty where it can't.")
    first_line: str = Field(description="Its first line.")
    audiences: tuple[str, ...] = Field(description="Whom it is for.")
    covers: tuple[str, ...] = Field(description="Codes of the coverage register.")
    fingerprint: str = Field(description="Of its text: approvals say which text they mean.")
    approvals_asked: int = Field(description="How many people have to approve it.")
    approvals_given: int = Field(description="How many did, of this text.")
    attempts: int = Field(description="How often it was tried; verdicts say what they saw.")
    held: bool = Field(description="Whether a hold keeps it.")


class DeliveriesJson(Keys):
    """A page of deliveries, by due time."""

    items: tuple[DeliveryJson, ...] = Field(description="The deliveries.")
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Wanted(Keys):
    """Which deliveries: all filters must agree; what is left out lets all in."""

    first: Day | None = Field(None, description="Due on this day or later.")
    last: Day | None = Field(None, description="Due on this day or earlier.")
    campaign: Name = Field("", description="Of this campaign.")
    post: Name = Field("", description="Of this post.")
    channel: Name = Field("", description="To this channel.")
    audience: Name = Field("", description="For this audience.")
    state: list[State] = Field([], max_length=len(State), description="In any of these states.")
    cursor: Name = Field("", description="As the page before gave it.")
    limit: Limit = Field(50, description="How many at most.")


@router.get("/deliveries", response_model=DeliveriesJson)
def list_deliveries(visit: Seeing, wanted: Annotated[Wanted, Query()]) -> Any:
    """The plan and its past, by due time, a page at a time."""
    asked = listing.Asked(
        campaign=wanted.campaign,
        post=wanted.post,
        channel=wanted.channel,
        audience=wanted.audience,
        states=wanted.state,
        first=begins(visit, wanted.first) if wanted.first else None,
        before=ends(visit, wanted.last) if wanted.last else None,
    )
    behind = _behind(wanted.cursor) if wanted.cursor else None
    with visit.site.database.reading() as session:
        rows = listing.deliveries(session, asked, behind, wanted.limit + 1)
        standing = Standing.read(session, visit.zone, visit.now)
    shown, more = rows[: wanted.limit], len(rows) > wanted.limit
    following = cursor(shown[-1].due_at.isoformat(), shown[-1].id) if more else None
    return DeliveriesJson(items=tuple(told(one, standing) for one in shown), next=following)


@router.get("/deliveries/{number}", response_model=DeliveryJson)
def show_delivery(visit: Seeing, number: Number) -> Response:
    """One delivery. Its ETag changes as it does."""
    with visit.site.database.reading() as session:
        row = session.get(Delivery, number)
        standing = Standing.read(session, visit.zone, visit.now)
    if row is None:
        raise Refused(404, "not-there", _("There is no such post in the plan."))
    return tagged(visit, told(row, standing))


def told(row: Delivery, standing: Standing) -> DeliveryJson:
    """``row`` as it goes out, in the office's zone."""
    number = deliveries.number_of(row)
    return DeliveryJson(
        number=number,
        key=deliveries.identity_of(row).key,
        campaign=row.campaign,
        edition=row.edition,
        post=row.post,
        occurrence=row.occurrence,
        channel=row.channel,
        state=State(row.state),
        look=standing.look(row),
        standing=standing.words(row),
        due_at=row.due_at.astimezone(standing.zone),
        sent_at=in_zone(row.sent_at, standing.zone),
        gone_at=in_zone(row.gone_at, standing.zone),
        url=row.url or "",
        first_line=row.first_line,
        audiences=tuple(row.audiences),
        covers=tuple(row.covers),
        fingerprint=row.fingerprint,
        approvals_asked=row.approvals,
        approvals_given=standing.approvals.get(number, 0),
        attempts=row.attempts,
        held=standing.is_held(row),
    )


def _behind(given: str) -> listing.Behind:
    due_at, number = parts_of(given, 2)
    try:
        moment = datetime.fromisoformat(due_at)
        if moment.tzinfo is None or not 0 < int(number) <= MOST_WHOLE:
            raise no_cursor()
        return moment, int(number)
    except (ValueError, OverflowError):
        raise no_cursor() from None
