"""Which of a post's texts a program drafted, by the record, and whether they were changed since.

With what an assistant writes the record notes which program it was, who asked for it, and the
fingerprint of each text. The post's file as it is now is held against these: texts that are there
letter by letter are the program's own, others were changed; one that only some channels get
concerns these alone, and goes with it. Nothing is guessed: of a file under a name that the record
doesn't know, as after somebody renamed it, no more is said than the mark at its head.

One place for whoever is asked to approve: the console's pages, the mails, the commands, the API.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from publisher import notation
from publisher.campaign.names import POSTS, is_slug
from publisher.campaign.post_file import FENCE
from publisher.campaign.texts import channel_of, texts_of
from publisher.files.faults import Fault
from publisher.files.text import read_text
from publisher.i18n import _
from publisher.settings import Settings
from publisher.store import audit
from publisher.store.models import Delivery, Event

SIGN = "# [assistant]"
"""How the line begins by which the file of an assistant's draft is marked, in every language."""

MOST_OF_A_NAME = 80
"""So many characters of what a person or a program calls itself are kept."""

_WROTE = "wrote"
"""The key of an event's detail that has the fingerprints."""

_WORDS = frozenset({"text", "title", "summary", "for", "translation"})
"""What the record calls texts among the ``keys`` of a file that were changed."""

Post = tuple[str, str]
"""A post by its campaign's folder and its file's name."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What one program drafted of a post for one person.

    ``program`` is the name that it gave itself, ``asked_by`` for whom it worked, ``at`` when it
    last wrote (``None``: only the file's own mark tells of it). ``channels`` are those for whose
    texts alone it holds; empty: for the post. ``is_changed`` says whether its texts are others now
    (``None``: the file can't be read); ``changed_by`` and ``changed_at`` who changed them last, as
    far as the record knows.
    """

    program: str = ""
    asked_by: str = ""
    at: datetime | None = None
    channels: tuple[str, ...] = ()
    is_changed: bool | None = None
    changed_by: str = ""
    changed_at: datetime | None = None

    def concerns(self, channels: Collection[str]) -> bool:
        """Whether what goes out on ``channels`` is its work."""
        return not self.channels or not set(self.channels).isdisjoint(channels)

    @property
    def mark(self) -> str:
        """It at a glance."""
        if not self.is_changed:
            return _("drafted by a program")
        if self.changed_by:
            return _("drafted by a program, changed by a person")
        return _("drafted by a program, changed in the file")

    def words(self, settings: Settings) -> str:
        """All that is known of it, for whoever is to approve it."""
        if self.at is None:
            return _(
                "Drafted by a program, as the line at the head of its file says; the record has "
                "nothing of it under this name."
            )
        told = {
            "program": self.program or _("without a name"),
            "at": notation.moment(self.at, settings.zone),
            "name": self.asked_by,
            "channels": ", ".join(map(settings.channel_title, self.channels)),
        }
        first = (
            _(
                "The text for %(channels)s was drafted by a program (%(program)s) on %(at)s, asked "
                "for by %(name)s."
            )
            if self.channels
            else _("Drafted by a program (%(program)s) on %(at)s, asked for by %(name)s.")
        )
        return f"{first % told} {self._since(settings)}"

    def _since(self, settings: Settings) -> str:
        if self.is_changed is None:
            return _("Whether its words were changed since can't be told: its file can't be read.")
        if not self.is_changed:
            return _("Its words are still the program's, letter by letter.")
        if not self.changed_by or self.changed_at is None:
            return _("Its words were changed since, in the file.")
        return _("%(name)s changed its words on %(at)s.") % {
            "name": self.changed_by,
            "at": notation.moment(self.changed_at, settings.zone),
        }


def noted(
    program: str, asked_by: str, path: Path, before: str | None, after: str
) -> dict[str, Any]:
    """What the record is to keep of a program's deed that made the post's file ``path`` of
    ``before`` (``None``: it is new) into ``after``."""
    was, will = _fingerprints(path, before or "") or {}, _fingerprints(path, after) or {}
    places = sorted(was.keys() | will.keys())
    wrote = {one: will.get(one, "") for one in places if was.get(one) != will.get(one)}
    return {"program": as_line(program), "asked_by": as_line(asked_by), _WROTE: wrote}


def as_line(name: str) -> str:
    """``name`` as it may stand in a line: printable, without line ends, not too long."""
    shown = "".join(sign for sign in " ".join(name.split()) if sign.isprintable())
    return shown[:MOST_OF_A_NAME]


def of_rows(
    session: Session, settings: Settings, rows: Sequence[Delivery]
) -> Mapping[Post, tuple[Drafted, ...]]:
    """What programs drafted of the posts whose deliveries ``rows`` are, as far as it goes out by
    these; posts of which they drafted nothing aren't named."""
    channels: dict[Post, set[str]] = {}
    for row in rows:
        channels.setdefault((row.campaign, row.post), set()).add(row.channel)
    found = of_posts(session, settings, channels)
    own = {
        post: tuple(one for one in told if one.concerns(channels[post]))
        for post, told in found.items()
    }
    return {post: told for post, told in own.items() if told}


def of_row(found: Mapping[Post, Sequence[Drafted]], row: Delivery) -> tuple[Drafted, ...]:
    """Those of ``found`` whose work ``row`` is."""
    told = found.get((row.campaign, row.post), ())
    return tuple(one for one in told if one.concerns([row.channel]))


def of_posts(
    session: Session, settings: Settings, posts: Collection[Post]
) -> Mapping[Post, tuple[Drafted, ...]]:
    """The same of ``posts``, on all of their channels."""
    if not posts:
        return {}
    events: dict[str, list[Event]] = {}
    for event in audit.of_files(session, {"/".join(post) for post in posts}):
        events.setdefault(event.subject, []).append(event)
    found = {
        post: _drafted(_text_of(settings, post), events.get("/".join(post), []), settings)
        for post in posts
    }
    return {post: told for post, told in found.items() if told}


def has_mark(text: str) -> bool:
    """Whether the front matter of the post ``text`` begins with the mark."""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    return len(lines) > 1 and lines[0] == FENCE and lines[1].startswith(SIGN)


# -- the record -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lot:
    """The texts that one program wrote last for one person, by place; ``event`` is the last."""

    event: Event
    wrote: Mapping[str, str]


def _lots(events: Sequence[Event]) -> list[_Lot]:
    """What is to be held against the file, by ``events``, the oldest first."""
    last: dict[str, tuple[Event, str]] = {}
    for event in events:
        if event.action in (audit.ADD, audit.DRAFT):
            last.clear()  # another post of that name begins
        wrote = event.detail.get(_WROTE)
        for place, fingerprint in wrote.items() if isinstance(wrote, dict) else ():
            last[place] = event, str(fingerprint)
    own: dict[tuple[str, str], _Lot] = {}
    for place, (event, fingerprint) in last.items():
        known = own.get(_author(event))
        latest = event if known is None or event.at > known.event.at else known.event
        own[_author(event)] = _Lot(latest, {**(known.wrote if known else {}), place: fingerprint})
    return list(own.values())


def _author(event: Event) -> tuple[str, str]:
    return str(event.detail.get("program", "")), str(event.detail.get("asked_by", ""))


# -- held against the file ------------------------------------------------------------------------


def _drafted(text: str | None, events: Sequence[Event], settings: Settings) -> tuple[Drafted, ...]:
    lots = _lots(events)
    if not lots:
        return (Drafted(),) if text is not None and has_mark(text) else ()
    present = _fingerprints(settings.campaigns_folder, text) if text is not None else None
    told = []
    for lot in lots:
        others = {place for one in lots if one is not lot for place in one.wrote}
        own = _of_lot(lot, present, others, events)
        if own is not None:
            told.append(own)
    return tuple(told)


def _of_lot(
    lot: _Lot, present: Mapping[str, str] | None, others: Collection[str], events: Sequence[Event]
) -> Drafted | None:
    """What ``lot`` is now that the file's texts are ``present``; ``None`` where none of it is left.
    The ``others`` are another program's."""
    told = partial(Drafted, *_author(lot.event), lot.event.at)
    wrote = {place: one for place, one in lot.wrote.items() if one}
    is_for_channels = all(map(channel_of, lot.wrote))
    if present is None:
        return told(_channels(wrote) if is_for_channels else ())
    left = {place: one for place, one in wrote.items() if place in present}
    if not left:
        return None
    if is_for_channels:
        changed = any(present[place] != one for place, one in left.items())
        return told(_channels(left), changed)
    now = {place: one for place, one in present.items() if place not in others}
    if now == wrote:
        return told((), False)
    by = _changed_by(lot, events)
    return told((), True, by.actor if by else "", by.at if by else None)


def _changed_by(lot: _Lot, events: Sequence[Event]) -> Event | None:
    """What a person last did to the words since."""
    for event in reversed(events):
        if event is lot.event:
            return None
        keys = set(str(event.detail.get("keys", "")).split(", "))
        if event.action == audit.EDIT and _WROTE not in event.detail and keys & _WORDS:
            return event
    return None


def _channels(places: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(channel_of, places)))


def _text_of(settings: Settings, post: Post) -> str | None:
    """What the post's file says; ``None`` where it can't be read."""
    slug, name = post
    if not is_slug(slug) or not is_slug(name):
        return None
    folder = settings.campaigns_folder / slug
    text = read_text(folder / POSTS / f"{name}.md", folder)
    return None if isinstance(text, Fault) else text


def _fingerprints(path: Path, text: str) -> dict[str, str] | None:
    texts = texts_of(path, text)
    if texts is None:
        return None
    return {place: hashlib.sha256(one.encode()).hexdigest()[:16] for place, one in texts.items()}
