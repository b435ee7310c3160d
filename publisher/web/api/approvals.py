"""What waits for approval, and approving texts that were seen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from publisher.delivery.lifecycle import State
from publisher.desk import drafted
from publisher.desk.drafted import Drafted
from publisher.desk.standing import Standing
from publisher.store import approvals, deliveries
from publisher.web.access import Allowed
from publisher.web.api.deliveries import DeliveryJson, told
from publisher.web.api.verdicts import OutcomeJson, outcome
from publisher.web.permissions import Action
from publisher.web.visit import Visit
from publisher.web.wire import (
    MOST,
    PREFIX,
    PROBLEMS,
    Keys,
    Line,
    Number,
    Seeing,
    in_zone,
)

router = APIRouter(prefix=PREFIX, tags=["Approvals"], responses=PROBLEMS)


class DraftedJson(Keys):
    """What a program drafted of a delivery's text."""

    program: str = Field(description="What it called itself; empty where that isn't known.")
    asked_by: str = Field(description="Who asked it to; likewise.")
    at: datetime | None = Field(description="When; null where only the file's mark tells of it.")
    changed: bool | None = Field(
        description="Whether its words were changed since; null where that can't be told."
    )
    words: str = Field(description="All that is known of it, for people.")


class WaitingJson(Keys):
    """A delivery that waits for approval."""

    delivery: DeliveryJson = Field(description="The delivery.")
    given_by: tuple[str, ...] = Field(description="Who has approved this text.")
    drafted: tuple[DraftedJson, ...] = Field(description="What of it programs drafted.")


class QueueJson(Keys):
    """What waits for approval, the soonest first."""

    items: tuple[WaitingJson, ...] = Field(description="The deliveries, at most 200.")
    left_out: int = Field(description="How many there are besides.")


class Seen(Keys):
    """A delivery and the text that somebody saw."""

    number: Number = Field(description="The delivery's number.")
    fingerprint: Line = Field(description="The fingerprint of the text that was seen.")


class Approved(Keys):
    """Which texts are approved."""

    items: list[Seen] = Field(min_length=1, max_length=MOST, description="The deliveries.")


@router.get("/approvals", response_model=QueueJson)
def list_approvals(visit: Seeing) -> Any:
    """What waits for approval, whoever may give it."""
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
        rows = deliveries.in_state(session, State.PLANNED, State.RETRYING)
        waiting = [row for row in rows if standing.lacks_approval(row)]
        by_programs = drafted.of_rows(session, visit.settings, waiting[:MOST])
        items = tuple(
            WaitingJson(
                delivery=told(row, standing),
                given_by=tuple(approvals.given(session, row)),
                drafted=tuple(_drafted(visit, one) for one in drafted.of_row(by_programs, row)),
            )
            for row in waiting[:MOST]
        )
    return QueueJson(items=items, left_out=len(waiting) - len(items))


def _drafted(visit: Visit, one: Drafted) -> DraftedJson:
    return DraftedJson(
        program=one.program,
        asked_by=one.asked_by,
        at=in_zone(one.at, visit.zone),
        changed=one.is_changed,
        words=one.words(visit.settings),
    )


@router.post("/approvals", response_model=OutcomeJson)
def approve(visit: Annotated[Visit, Depends(Allowed(Action.APPROVE))], asked: Approved) -> Any:
    """Approve texts that were seen. One that was changed meanwhile is refused."""
    seen = {one.number: one.fingerprint for one in asked.items}
    return outcome(visit.site.verdicts.approve(seen, visit.actor, seen))
