"""A person's word on deliveries, by a program: taken out, once more, it is there, it is not."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from publisher.delivery.verdicts import Outcome
from publisher.store.columns import MOST_WHOLE
from publisher.web.access import Allowed
from publisher.web.permissions import Action
from publisher.web.visit import Visit
from publisher.web.wire import MOST, PREFIX, PROBLEMS, Keys, Number

router = APIRouter(prefix=PREFIX, tags=["Verdicts"], responses=PROBLEMS)


class Tried(Keys):
    """A delivery as it was when somebody looked at it."""

    number: Number = Field(description="The delivery's number.")
    attempts: int = Field(
        ge=0,
        le=MOST_WHOLE,
        description="Its attempts as they were seen: said twice, the verdict is taken once.",
    )


class Again(Keys):
    """Which deliveries are to be tried once more."""

    items: list[Tried] = Field(min_length=1, max_length=MOST, description="The deliveries.")


class Cancelled(Keys):
    """Which deliveries are taken out."""

    numbers: list[Number] = Field(min_length=1, max_length=MOST, description="The deliveries.")


class Found(Keys):
    """Which deliveries are out after all."""

    numbers: list[Number] = Field(min_length=1, max_length=MOST, description="The deliveries.")
    url: str = Field(
        "",
        max_length=2000,
        pattern=r"^(https?://[^\s\x00-\x1f\x7f]+)?$",
        description="Where it can be seen, if that is known.",
    )


class RefusalJson(Keys):
    """A delivery for which a verdict wasn't taken."""

    number: int = Field(description="The delivery's number.")
    code: str = Field(description="Why, for programs.")
    detail: str = Field(description="Why, for people.")


class OutcomeJson(Keys):
    """What became of a verdict."""

    done: tuple[str, ...] = Field(description="The keys of the deliveries that it changed.")
    refused: tuple[RefusalJson, ...] = Field(description="The others, and why.")


@router.post("/verdicts/cancel", response_model=OutcomeJson)
def cancel(visit: Annotated[Visit, Depends(Allowed(Action.CANCEL))], asked: Cancelled) -> Any:
    """Take deliveries out: they won't be sent."""
    return outcome(visit.site.verdicts.cancel(asked.numbers, visit.actor))


@router.post("/verdicts/again", response_model=OutcomeJson)
def again(visit: Annotated[Visit, Depends(Allowed(Action.AGAIN))], asked: Again) -> Any:
    """Try failed deliveries once more, at once."""
    tries = {one.number: one.attempts for one in asked.items}
    return outcome(visit.site.verdicts.again(tries, visit.actor, tries))


@router.post("/verdicts/absent", response_model=OutcomeJson)
def absent(visit: Annotated[Visit, Depends(Allowed(Action.SETTLE))], asked: Again) -> Any:
    """Unconfirmed deliveries are not out, somebody has looked: they are sent again."""
    tries = {one.number: one.attempts for one in asked.items}
    return outcome(visit.site.verdicts.absent(tries, visit.actor, tries))


@router.post("/verdicts/found", response_model=OutcomeJson)
def found(visit: Annotated[Visit, Depends(Allowed(Action.SETTLE))], asked: Found) -> Any:
    """Unconfirmed deliveries are out, somebody has looked: they are not sent again."""
    return outcome(visit.site.verdicts.found(asked.numbers, visit.actor, asked.url))


def outcome(found: Outcome) -> OutcomeJson:
    """An outcome as it goes out."""
    refused = tuple(
        RefusalJson(number=one.number, code=one.why.value.replace(" ", "-"), detail=one.why.words)
        for one in found.refused
    )
    return OutcomeJson(done=found.done, refused=refused)
