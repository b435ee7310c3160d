"""Stops on everything, a channel or a campaign: which are in force, placing one, ending it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from publisher.desk.held import stoppable
from publisher.i18n import _
from publisher.store import holds
from publisher.store.models import Hold
from publisher.web.access import Allowed
from publisher.web.permissions import Action
from publisher.web.problems import Refused
from publisher.web.visit import Visit
from publisher.web.wire import PREFIX, PROBLEMS, Keys, Line, Name, Seeing

router = APIRouter(prefix=PREFIX, tags=["Holds"], responses=PROBLEMS)


class Scope(StrEnum):
    """What a hold stops."""

    EVERYTHING = holds.EVERYTHING
    CHANNEL = holds.CHANNEL
    CAMPAIGN = holds.CAMPAIGN


class HoldJson(Keys):
    """A stop that a person put."""

    scope: Scope = Field(description="What it stops.")
    target: str = Field(description="Which channel or campaign; empty for everything.")
    reason: str = Field(description="Why.")
    placed_by: str = Field(description="Who put it.")
    placed_at: datetime = Field(description="When.")
    until: datetime | None = Field(description="When it ends by itself; null where it doesn't.")


class HoldsJson(Keys):
    """The holds in force."""

    items: tuple[HoldJson, ...] = Field(description="The oldest first.")


class Target(Keys):
    """What is stopped."""

    scope: Scope = Field(description="Everything, a channel or a campaign.")
    target: Name = Field("", description="Which channel or campaign; empty for everything.")


class Placed(Target):
    """A hold to be put."""

    reason: Line = Field(description="Why; it stands in the record.")
    until: AwareDatetime | None = Field(None, description="When it ends by itself.")


class ReleasedJson(Keys):
    """What became of a release."""

    ended: int = Field(description="How many holds it ended; 0 where there was none.")


@router.get("/holds", response_model=HoldsJson)
def list_holds(visit: Seeing) -> Any:
    """The holds in force."""
    with visit.site.database.reading() as session:
        return HoldsJson(
            items=tuple(_told(visit, one) for one in holds.in_force(session, visit.now))
        )


@router.post(
    "/holds",
    response_model=HoldJson,
    status_code=201,
    responses={200: {"model": HoldJson, "description": "This very hold was in force already."}},
)
def place(visit: Annotated[Visit, Depends(Allowed(Action.HOLD))], asked: Placed) -> Response:
    """Stop everything, a channel or a campaign, at once. Said twice, it is put once."""
    _require_known(visit, asked)
    if asked.until is not None and asked.until <= visit.now:
        raise _misput("until", _("It lies in the past."))
    with visit.site.database.writing() as session:
        there = next(
            (
                one
                for one in holds.in_force(session, visit.now)
                if (one.scope, one.target, one.reason, one.placed_by, one.until)
                == (asked.scope, asked.target, asked.reason, visit.actor, asked.until)
            ),
            None,
        )
        found = there or holds.place(
            session,
            visit.now,
            visit.actor,
            asked.scope.value,
            asked.target,
            asked.reason,
            asked.until,
        )
        told = _told(visit, found).model_dump(mode="json")
    return JSONResponse(told, 200 if there is not None else 201)


@router.post("/holds/release", response_model=ReleasedJson)
def release(visit: Annotated[Visit, Depends(Allowed(Action.RELEASE))], asked: Target) -> Any:
    """End the holds on exactly that. Said twice, it ends nothing more."""
    with visit.site.database.writing() as session:
        ended = holds.release(session, visit.now, visit.actor, asked.scope.value, asked.target)
    return ReleasedJson(ended=ended)


def _require_known(visit: Visit, asked: Target) -> None:
    """A stop on a misspelt name would look like one and let everything through."""
    settings = visit.settings
    if asked.scope is Scope.EVERYTHING:
        known = {""}
    elif asked.scope is Scope.CHANNEL:
        known = set(settings.channels)
    else:
        with visit.site.database.reading() as session:
            known = set(stoppable(session, settings))
    if asked.target not in known:
        raise _misput("target", _("There is none of that name."))


def _misput(key: str, what: str) -> Refused:
    return Refused(
        422,
        "question",
        _("The question isn't as the API's document says; see errors."),
        [(f"body.{key}", what)],
    )


def _told(visit: Visit, hold: Hold) -> HoldJson:
    return HoldJson(
        scope=Scope(hold.scope),
        target=hold.target,
        reason=hold.reason,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at.astimezone(visit.zone),
        until=hold.until.astimezone(visit.zone) if hold.until is not None else None,
    )
