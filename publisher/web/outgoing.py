"""What would go out on a channel, as its readers will read it, for pages that ask for a word on it.

Words, link, hashtags and pictures in full; how it looks on its platform the post's page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from channels.base import Media, Message
from channels.looks import look_of
from channels.thumbnails import data_uri
from publisher.desk.differences import Difference, differences
from publisher.desk.queue import Waiting
from publisher.media.places import place_of
from publisher.settings import Settings
from publisher.store import contents, deliveries
from publisher.store.models import Delivery

_SIDE = 320


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, by its address, or a film or document, by its words alone."""

    address: str
    alt: str
    kind: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What would go out: ``texts`` are the post and those that continue it; a part that its readers
    don't see is empty. ``rows`` are the deliveries for which it is the same."""

    rows: tuple[Delivery, ...]
    title: str
    summary: str
    texts: tuple[str, ...]
    link: str
    hashtags: tuple[str, ...]
    media: tuple[Shown, ...]
    changed: tuple[Difference, ...] = ()


def outgoing(
    session: Session,
    settings: Settings,
    post: Waiting,
    seen: Mapping[int, str] | None = None,
) -> list[Outgoing]:
    """What would go out of ``post``: channels that read the same stand together.

    ``changed`` is what differs from the text that was approved last, or, where given, from the
    ``seen`` ones, which are fingerprints by row id.
    """
    found: dict[object, Outgoing] = {}
    for row in post.rows:
        message = _message(session, settings, row, row.fingerprint)
        if message is None:
            continue
        number = deliveries.number_of(row)
        former = seen.get(number, "") if seen is not None else _former(post, number)
        before = _message(session, settings, row, former) if former else None
        one = _of(settings, row, message, before)
        # Pictures are made to a channel's measure: people compare words, and what is shown.
        shown = tuple(medium.alt for medium in one.media)
        mark = (one.title, one.summary, one.texts, one.link, one.hashtags, one.changed, shown)
        known = found.get(mark)
        rows = (*known.rows, row) if known else (row,)
        found[mark] = Outgoing(
            rows, one.title, one.summary, one.texts, one.link, one.hashtags,
            known.media if known else one.media, one.changed,
        )  # fmt: skip
    return list(found.values())


def _former(post: Waiting, number: int) -> str:
    return post.before[number].fingerprint if number in post.before else ""


def _of(settings: Settings, row: Delivery, message: Message, before: Message | None) -> Outgoing:
    keys = settings.channels.get(row.channel, {})
    look = look_of(str(keys.get("like") or keys.get("adapter") or ""))
    own_tags = message.hashtags and not any(
        f"#{tag}" in message.body.plain for tag in message.hashtags
    )
    in_text = message.link and message.link in message.body.plain
    return Outgoing(
        (row,),
        message.title if look.headed else "",
        message.summary if look.headed else "",
        tuple(one.plain for one in (message.body, *message.replies)),
        "" if in_text else message.link,
        message.hashtags if own_tags else (),
        tuple(_shown(message.media)),
        tuple(differences(before, message)) if before is not None else (),
    )


def _shown(media: Sequence[Media]) -> Iterable[Shown]:
    for one in media:
        if one.kind != "subtitles":
            address = data_uri(one.path, _SIDE) if one.kind == "image" else ""
            yield Shown(address, one.alt, one.kind)


def _message(
    session: Session, settings: Settings, row: Delivery, fingerprint: str
) -> Message | None:
    def place(medium: Media) -> Path:
        return place_of(medium, settings.var_folder)

    try:
        return contents.load(session, fingerprint, "", row.due_at, place)
    except KeyError:
        return None
