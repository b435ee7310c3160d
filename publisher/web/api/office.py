"""Who asks, how the channels are, the record of who did what, and the API's own document."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from publisher.desk.record import detail_words, subject_words
from publisher.desk.standing import Standing
from publisher.settings.console import Role
from publisher.states import action_words, note_words
from publisher.store import holds, listing
from publisher.store.columns import MOST_WHOLE
from publisher.web.access import Allowed
from publisher.web.document import document
from publisher.web.permissions import Action
from publisher.web.visit import Visit
from publisher.web.wire import (
    PREFIX,
    PROBLEMS,
    Keys,
    Limit,
    Name,
    Seeing,
    cursor,
    in_zone,
    no_cursor,
    parts_of,
    tagged_bytes,
)

router = APIRouter(prefix=PREFIX, tags=["Office"], responses=PROBLEMS)


class MeJson(Keys):
    """Who asks."""

    name: str = Field(description="What they log in by.")
    full_name: str = Field(description="As the record says it.")
    role: Role = Field(description="What they may do by this token.")
    actions: tuple[Action, ...] = Field(description="The same, action by action.")


class ChannelJson(Keys):
    """A channel of schedule.toml and how it is."""

    name: str = Field(description="Its name in schedule.toml.")
    title: str = Field(description="What people know it by.")
    adapter: str = Field(description="Which platform it speaks to.")
    account: str = Field(description="Whose account it proved to be; empty where none yet.")
    stopped: str = Field(description="Why it sends nothing until its log-in is mended, in words.")
    held: bool = Field(description="Whether a hold keeps all of it.")
    paused_until: datetime | None = Field(description="Until when it waits, after a failure.")
    failing_since: datetime | None = Field(description="Since when it fails.")
    last_sent_at: datetime | None = Field(description="When something last went out on it.")


class ChannelsJson(Keys):
    """The channels."""

    items: tuple[ChannelJson, ...] = Field(description="As schedule.toml has them.")


class EventJson(Keys):
    """Something that was done."""

    number: int = Field(description="The higher, the later.")
    at: datetime = Field(description="When.")
    actor: str = Field(description="Who did it.")
    action: str = Field(description="What, for programs.")
    subject: str = Field(description="To what, for programs.")
    detail: dict[str, Any] = Field(description="What else is known, for programs.")
    text: str = Field(description="What was done to what, in words.")


class RecordJson(Keys):
    """A page of the record, the newest first."""

    items: tuple[EventJson, ...] = Field(description="The events.")
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Sought(Keys):
    """Which events."""

    about: Name = Field("", description="Whose subject holds this.")
    cursor: Name = Field("", description="As the page before gave it.")
    limit: Limit = Field(50, description="How many at most.")


@router.get("/me", response_model=MeJson)
def show_me(visit: Seeing) -> Any:
    """Who asks, and what they may do."""
    person, role = visit.person, visit.role
    assert person is not None and role is not None  # noqa: S101,PT018 -- the door let them in
    actions = tuple(one for one in Action if visit.may(one))
    return MeJson(name=person.name, full_name=person.full_name, role=role, actions=actions)


@router.get("/channels", response_model=ChannelsJson)
def list_channels(visit: Seeing) -> Any:
    """The channels and how they are."""
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
    states = {state.channel: state for state in standing.channels}
    stopped = {
        hold.target if hold.scope == holds.CHANNEL else ""
        for hold in standing.holds
        if hold.scope != holds.CAMPAIGN
    }

    items = []
    for name, keys in visit.settings.channels.items():
        state = states.get(name)
        paused = state.paused_until if state is not None else None
        items.append(
            ChannelJson(
                name=name,
                title=visit.settings.channel_title(name),
                adapter=str(keys["adapter"]),
                account=state.account_name if state is not None else "",
                stopped=note_words(state.stopped) if state is not None and state.stopped else "",
                held="" in stopped or name in stopped,
                paused_until=paused.astimezone(visit.zone)
                if paused is not None and paused > visit.now
                else None,
                failing_since=in_zone(state.failing_since, visit.zone)
                if state is not None
                else None,
                last_sent_at=in_zone(state.last_sent_at, visit.zone) if state is not None else None,
            )
        )
    return ChannelsJson(items=tuple(items))


@router.get("/record", response_model=RecordJson)
def show_record(
    visit: Annotated[Visit, Depends(Allowed(Action.ADMINISTER))],
    sought: Annotated[Sought, Query()],
) -> Any:
    """Who did what, when; nothing is ever taken out of it."""
    behind = _behind(sought.cursor) if sought.cursor else None
    with visit.site.database.reading() as session:
        rows = listing.events(session, sought.about, behind, sought.limit + 1)
    shown, more = rows[: sought.limit], len(rows) > sought.limit
    items = tuple(
        EventJson(
            number=one.id or 0,
            at=one.at.astimezone(visit.zone),
            actor=one.actor,
            action=one.action,
            subject=one.subject,
            detail=one.detail,
            text=" ".join(
                filter(
                    None,
                    (
                        action_words(one.action),
                        subject_words(one.subject),
                        detail_words(one.detail, visit.zone),
                    ),
                )
            ),
        )
        for one in shown
    )
    return RecordJson(items=items, next=cursor("event", shown[-1].id) if more else None)


@router.get("/openapi.json", include_in_schema=False)
def show_document(visit: Seeing) -> Response:
    """The document that says what the API takes and gives (OpenAPI 3.1)."""
    content = json.dumps(document(visit.request.app, visit.settings.console.address))
    return tagged_bytes(visit, content.encode(), "application/json")


def _behind(given: str) -> int:
    try:
        number = int(parts_of(given, 2)[1])
    except ValueError:
        raise no_cursor() from None
    if not 0 < number <= MOST_WHOLE:
        raise no_cursor()
    return number
