"""What waits for approval, and approving texts that were seen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from publisher.delivery.lifecycle import State
from publisher.desk.standing import Standing
from publisher.store import approvals, deliveries
from publisher.web.access import Allowed
from publisher.web.api.deliveries import DeliveryJson, told
from publisher.web.api.verdicts import OutcomeJson, outcome
from publisher.web.permissions import Action
from publisher.web.visit import Visit
from publisher.web.wire import MOST, PREFIX, PROBLEMS, Keys, Line, Number, Seeing

router = APIRouter(prefix=PREFIX, tags=["Approvals"], responses=PROBLEMS)


class WaitingJson(Keys):
    """A delivery that waits for approval."""

    delivery: DeliveryJson = Field(description="The delivery.")
    given_by: tuple[str, ...] = Field(description="Who has approved this text.")


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
        items = tuple(
            WaitingJson(delivery=told(row, standing), given_by=tuple(approvals.given(session, row)))
            for row in waiting[:MOST]
        )
    return QueueJson(items=items, left_out=len(waiting) - len(items))


@router.post("/approvals", response_model=OutcomeJson)
def approve(visit: Annotated[Visit, Depends(Allowed(Action.APPROVE))], asked: Approved) -> Any:
    """Approve texts that were seen. One that was changed meanwhile is refused."""
    seen = {one.number: one.fingerprint for one in asked.items}
    return outcome(visit.site.verdicts.approve(seen, visit.actor, seen))
