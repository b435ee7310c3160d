"""What became of a post: who did what to it and when, with the words that changed each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher.desk.differences import Difference, differences
from publisher.desk.record import detail_words
from publisher.states import action_words
from publisher.store import audit, contents, deliveries
from publisher.store.models import Delivery, Event

_APART = ("diff", "before", "file", "said")
"""Of an event's detail, what isn't told in the line of its other facts."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was done: by whom, on which ``channels`` (none: to the post's file), with
    what else is known of it in ``detail``; ``changed`` is what it made of the words, ``diff`` what
    of the file."""

    at: datetime
    actor: str
    what: str
    channels: tuple[str, ...]
    detail: str
    changed: tuple[Difference, ...]
    diff: str


def story(session: Session, rows: Sequence[Delivery], zone: ZoneInfo) -> list[Told]:
    """Of the post whose deliveries ``rows`` are, the latest first."""
    channel_of = {deliveries.identity_of(row).key: row.channel for row in rows}
    about = {f"{row.campaign}/{row.post}" for row in rows} | {deliveries.short(row) for row in rows}
    events = audit.of_subjects(session, {*channel_of, *about})
    found: list[Told] = []
    last: dict[str, str] = {}
    for event in events:
        changed = _changed(session, event, last)
        told = _told(event, channel_of, changed, zone)
        same = found[-1] if found else None
        # What is done to all channels at once is one deed.
        if same is not None and told.channels and _is_same(same, told):
            channels = (*same.channels, *told.channels)
            found[-1] = Told(
                same.at, same.actor, same.what, channels, same.detail, same.changed, same.diff
            )
        else:
            found.append(told)
    return found[::-1]


def _is_same(one: Told, other: Told) -> bool:
    facts = (one.at, one.actor, one.what, one.detail, one.changed)
    return facts == (other.at, other.actor, other.what, other.detail, other.changed)


def _told(
    event: Event,
    channel_of: Mapping[str, str],
    changed: tuple[Difference, ...],
    zone: ZoneInfo,
) -> Told:
    rest = {name: value for name, value in event.detail.items() if name not in _APART}
    said = str(event.detail.get("said", ""))
    detail = ", ".join(filter(None, (f"“{said}”" if said else "", detail_words(rest, zone))))
    channel = channel_of.get(event.subject)
    return Told(
        event.at.astimezone(zone),
        event.actor,
        action_words(event.action),
        (channel,) if channel else (),
        detail,
        changed,
        str(event.detail.get("diff", "")),
    )


def _changed(session: Session, event: Event, last: dict[str, str]) -> tuple[Difference, ...]:
    """What the words of a delivery became by ``event``; ``last`` is what each was before."""
    if event.action not in ("planned", "changed", "restored"):
        return ()
    after = str(event.detail.get("fingerprint", ""))
    before, last[event.subject] = last.get(event.subject, ""), after
    if not before or not after or before == after:
        return ()
    try:
        return tuple(
            differences(
                contents.load(session, before, "", event.at),
                contents.load(session, after, "", event.at),
            )
        )
    except KeyError:
        return ()
