"""Gathers what a preview shows.

It comes from the plan, from the campaigns' names and from the limits. ``gather`` is read by the
page and by the text alike, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from channels.base import Limits, Look, Message
from channels.looks import look_of
from publisher import notation
from publisher.assemble.shapes import Shapes
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.files.faults import Fault
from publisher.i18n import _, ngettext
from publisher.planning.model import Identity, PlannedDelivery
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings


@dataclass(frozen=True, slots=True)
class Face:
    """A channel as readers know it: ``platform`` decides its look, its shape the rest."""

    shape: ChannelShape
    platform: str

    @property
    def name(self) -> str:
        """Its name in schedule.toml."""
        return self.shape.name


@dataclass(frozen=True, slots=True)
class Count:
    """A length against its limit: ``212 / 280 characters``; without a limit, the length alone."""

    what: str
    text: str
    over: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One delivery of the preview; ``due`` is in the campaign's zone."""

    identity: Identity
    face: Face
    message: Message
    due: datetime
    counts: tuple[Count, ...]
    approvals: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day's deliveries in the order in which they go out; ``name`` is the date in words."""

    name: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class CampaignDays:
    """One campaign's part of the preview."""

    title: str
    owner: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it, in the language that was spoken when it was gathered.

    ``faces`` are the channels that appear; ``faults`` those that belong to no post shown.
    """

    office: str
    campaigns: tuple[CampaignDays, ...]
    faces: tuple[Face, ...]
    faults: tuple[Fault, ...]

    @property
    def total(self) -> int:
        """How many deliveries are shown."""
        return sum(len(day.shown) for campaign in self.campaigns for day in campaign.days)


def gather(
    planned: Sequence[PlannedDelivery],
    settings: Settings,
    faults: Sequence[Fault] = (),
    campaigns: Sequence[Campaign] | None = None,
) -> Preview:
    """The preview of ``planned``, by campaign and then by day, in the present language.

    ``campaigns`` are read from their folder where they aren't given. Raises ``KeyError`` for a
    delivery to a channel that ``settings`` lacks.
    """
    if campaigns is None:
        campaigns, _unread = read_campaigns(settings)
    known = {campaign.slug: campaign for campaign in campaigns}
    used = sorted({delivery.identity.channel for delivery in planned})
    shapes = Shapes(settings)
    faces = {name: face_of(settings, shapes, name) for name in used}
    by_post = _faults_by_post(faults, campaigns)
    shown = [_shown(one, faces[one.identity.channel], by_post) for one in planned]
    shown.sort(key=lambda one: (one.identity.campaign, one.due, one.identity.channel))
    told = {id(fault) for one in planned for fault in by_post.get(_post_of(one.identity), ())}
    parts = []
    for slug, of_campaign in groupby(shown, key=lambda one: one.identity.campaign):
        campaign = known.get(slug)
        days = tuple(
            Day(notation.day(day, "in words"), tuple(of_day))
            for day, of_day in groupby(of_campaign, key=lambda one: one.due.date())
        )
        parts.append(
            CampaignDays(
                title=campaign.file.title if campaign else slug,
                owner=campaign.file.owner if campaign else "",
                days=days,
            )
        )
    return Preview(
        office=settings.office.name,
        campaigns=tuple(parts),
        faces=tuple(faces.values()),
        faults=tuple(fault for fault in faults if id(fault) not in told),
    )


def face_of(settings: Settings, shapes: Shapes, channel: str) -> Face:
    """The face of ``channel``; raises ``KeyError`` where ``settings`` lack it."""
    return Face(shapes.of(channel), _platform(settings.channels[channel]))


def counted(message: Message, face: Face) -> tuple[Count, ...]:
    """The lengths of ``message``, as its readers see it, against the limits of ``face``."""
    return tuple(_counts(message, face.shape.limits, look_of(face.platform)))


def _platform(keys: Mapping[str, Any]) -> str:
    """The outbox looks like the platform it is said to be like."""
    return str(keys.get("like") or keys["adapter"])


def shown_on(
    face: Face,
    identity: Identity,
    message: Message,
    due: datetime,
    needed: int,
    warnings: Sequence[str] = (),
) -> Shown:
    """``message`` as the readers of ``face`` get it; ``needed`` approvals are asked for, ``due`` is
    local."""
    read = face.shape.as_read(message)
    return Shown(
        identity=identity,
        face=face,
        message=read,
        due=due,
        counts=tuple(_counts(read, face.shape.limits, look_of(face.platform))),
        approvals=ngettext("needs %(n)s approval", "needs %(n)s approvals", needed)
        % {"n": notation.number(needed)}
        if needed
        else _("needs no approval"),
        warnings=tuple(warnings),
    )


def _shown(
    planned: PlannedDelivery, face: Face, by_post: Mapping[tuple[str, str], Sequence[Fault]]
) -> Shown:
    warnings = [
        f"{fault.what} {fault.instead}".strip()
        for fault in by_post.get(_post_of(planned.identity), ())
    ]
    slot = planned.slot
    return shown_on(face, planned.identity, planned.message, slot.local, slot.approvals, warnings)


def _counts(message: Message, limits: Limits, look: Look) -> Iterable[Count]:
    units = {
        "characters": _("characters"),
        "weighted": _("weighted characters"),
        "graphemes": _("characters"),
        "bytes": _("bytes"),
        "syllables": _("syllables"),
    }
    captioned = bool(message.media) and limits.caption_max is not None
    first = limits.caption_max if captioned else limits.text_max
    pieces = (message.body, *message.replies)
    for number, piece in enumerate(pieces, start=1):
        what = _("text") if len(pieces) == 1 else _("part %(n)s") % {"n": notation.number(number)}
        most = first if number == 1 else limits.text_max
        yield _count(what, limits.measure(piece.plain), most, units[limits.unit])
    if message.title and look.headed:
        yield _count(_("title"), len(message.title), limits.title_max)
    if message.summary and limits.summary_max is not None:
        yield _count(_("summary"), len(message.summary), limits.summary_max)
    if message.hashtags and limits.hashtags_max is not None:
        yield _count(_("hashtags"), len(message.hashtags), limits.hashtags_max)
    if message.media:
        pictures = sum(medium.kind == "image" for medium in message.media)
        videos = sum(medium.kind == "video" for medium in message.media)
        if pictures:
            covers = limits.covers_max if videos else 0
            yield _count(_("pictures"), pictures, covers or limits.images_max)
        if videos:
            yield _count(_("videos"), videos, limits.videos_max)


def _count(what: str, found: int, most: int | None, unit: str = "") -> Count:
    length = (
        notation.number(found)
        if most is None
        else f"{notation.number(found)} / {notation.number(most)}"
    )
    return Count(what, f"{length} {unit}".rstrip(), most is not None and found > most)


def _post_of(identity: Identity) -> tuple[str, str]:
    return identity.campaign, identity.post


def _faults_by_post(
    faults: Sequence[Fault], campaigns: Sequence[Campaign]
) -> Mapping[tuple[str, str], list[Fault]]:
    """Faults by campaign and post, told by the file they stand in."""
    files: dict[Path, tuple[str, str]] = {
        post.path.resolve(): (campaign.slug, post.id)
        for campaign in campaigns
        for post in campaign.posts
    }
    found: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        post = files.get(fault.path.resolve())
        if post is not None:
            found.setdefault(post, []).append(fault)
    return found
