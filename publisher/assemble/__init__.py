"""The plan with its texts: campaigns, settings and media put together into planned deliveries.

The daemon, ``plan``, the preview and the check all come here, so that all of them see the same
messages and the same faults. What can't be rendered, or what a channel would refuse, is a
``Fault`` with its file and line; nothing is raised. A feed's entry is never an error of the
officer's: what is wrong with it is a warning, and it stays out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

from channels.base import Media
from channels.limits import violations
from publisher.assemble.media import measured
from publisher.assemble.shapes import Shapes
from publisher.assemble.told import (
    of_bad_link,
    of_no_media_host,
    of_render_error,
    of_violation,
)
from publisher.campaign.messages import either, near, quoted
from publisher.campaign.model import Campaign, Post
from publisher.campaign.reader import is_slug, read_campaign
from publisher.campaign.source import shown
from publisher.campaign.when import FromFeed
from publisher.faults import Fault, Severity
from publisher.i18n import _
from publisher.media.renditions import fitted
from publisher.planning.dates import public_holidays
from publisher.planning.model import PlannedDelivery, Slot
from publisher.planning.plan import FeedItem, slots
from publisher.rendering.links import Shortener
from publisher.rendering.render import (
    ChannelShape,
    Entry,
    Occasion,
    RenderError,
    render,
    unknowns,
)
from publisher.settings import Settings

__all__ = ["Assembler", "assemble", "assemble_one", "closed_days"]

_ADDRESS = re.compile(r"(https?://|mailto:|tel:)\S+$", re.IGNORECASE)
_A_YEAR = timedelta(days=366)
_NO_ENTRIES: Mapping[str, Sequence[FeedItem]] = MappingProxyType({})
_NO_LINKS: Mapping[str, str] = MappingProxyType({})


def assemble(
    settings: Settings,
    campaigns: Sequence[Campaign],
    start: datetime,
    end: datetime,
    entries: Mapping[str, Sequence[FeedItem]] = _NO_ENTRIES,
    taken: Mapping[str, str] = _NO_LINKS,
) -> tuple[list[PlannedDelivery], list[Fault]]:
    """Every delivery due in [start, end), rendered; and whatever is wrong with the posts.

    ``entries`` are feed entries by campaign, ``taken`` codes of short links with the address
    that has each. A delivery that a channel would refuse is given along with its fault, so that a
    preview can show it.
    """
    assembler = Assembler(settings, taken)
    closed = closed_days(start, end)
    planned: list[PlannedDelivery] = []
    faults: list[Fault] = []
    for campaign in campaigns:
        items = entries.get(campaign.slug, ())
        found, wrong = assembler.fill(
            campaign, slots(campaign, settings.zone, start, end, closed, items), items
        )
        planned += found
        faults += wrong
    planned.sort(key=lambda delivery: (delivery.slot.due_at, delivery.identity))
    return planned, faults


def assemble_one(
    settings: Settings,
    campaign: str,
    post: str,
    channel: str,
    now: datetime,
    taken: Mapping[str, str] = _NO_LINKS,
) -> tuple[PlannedDelivery | None, list[Fault]]:
    """``post`` as it would read on ``channel`` at ``now``, in its nearest edition."""
    if not is_slug(campaign) or not (settings.campaigns_folder / campaign).is_dir():
        there = sorted(
            path.parent.name for path in settings.campaigns_folder.glob("*/campaign.toml")
        )
        return None, [
            Fault(
                shown(settings.campaigns_folder),
                None,
                "no_such_campaign",
                _("There is no campaign “%(name)s”.") % {"name": quoted(campaign)},
                near(campaign, there),
            )
        ]
    read, faults = read_campaign(settings.campaigns_folder / campaign, settings)
    if read is None:
        return None, faults
    wanted = next((one for one in read.posts if one.id == post), None)
    if wanted is None or channel not in settings.channels:
        return None, [
            Fault(
                shown(read.folder),
                None,
                "no_such_post",
                _("There is no post “%(post)s” in this campaign.") % {"post": post},
                either(one.id for one in read.posts),
            )
        ]
    front = wanted.front.model_copy(update={"channels": (channel,)})
    own = dataclasses.replace(wanted, front=front)
    # The others count for the days alone: an edition reaches from its first post to its last.
    others = (one for one in read.posts if one.id != post)
    whole = dataclasses.replace(read, posts=(own, *others))
    start, end = now - _A_YEAR, now + 2 * _A_YEAR
    days = slots(whole, settings.zone, start, end, closed_days(start, end))
    found = [slot for slot in days if slot.identity.post == post]
    if not found:
        return None, [
            Fault(
                shown(wanted.path),
                None,
                "when_never",
                _("This post can't be sent by itself: it has no day of its own."),
                _("A post of a feed needs an entry; a day long gone needs another date."),
            )
        ]
    nearest = min(found, key=lambda slot: abs(slot.due_at - now))
    slot = dataclasses.replace(nearest, due_at=now, local=now.astimezone(nearest.local.tzinfo))
    alone = dataclasses.replace(read, posts=(own,))
    planned, faults = Assembler(settings, taken).fill(alone, [slot])
    wrong = any(fault.severity is Severity.ERROR for fault in faults)
    return (None if wrong or not planned else planned[0]), faults


def closed_days(start: datetime, end: datetime) -> frozenset[date]:
    """Public holidays of every year that a plan of [start, end) may look at."""
    return frozenset(public_holidays(range(start.year - 2, end.year + 3)))


class Assembler:
    """Fills slots with messages; channels are looked at once, pictures once a post."""

    def __init__(self, settings: Settings, taken: Mapping[str, str] = _NO_LINKS) -> None:
        self._settings = settings
        self._taken = taken
        self._shapes = Shapes(settings)
        self._made: dict[tuple[Media, str], Media] = {}

    def fill(
        self, campaign: Campaign, places: Iterable[Slot], entries: Sequence[FeedItem] = ()
    ) -> tuple[list[PlannedDelivery], list[Fault]]:
        """``places`` of ``campaign`` with their messages, and what is wrong with its posts.

        Every post is looked through, also one without a place here.
        """
        faults: list[Fault] = []
        media: dict[str, Mapping[str, Media]] = {}
        posts = {post.id: post for post in campaign.posts}
        for post in campaign.posts:
            wrong = [of_render_error(post, error) for error in unknowns(campaign, post)]
            found, unfit = measured(campaign, post)
            faults += [*wrong, *unfit]
            if not wrong and not unfit:
                media[post.id] = found
        items = {item.key: item for item in entries}
        planned = []
        for slot in places:
            post = posts[slot.identity.post]
            if post.id in media and self._shapes.is_enabled(slot.identity.channel):
                item = items.get(slot.identity.occurrence)
                delivery, wrong = self._deliver(campaign, post, slot, media[post.id], item)
                faults += wrong
                planned += [delivery] if delivery is not None else []
        # The same slip shows on every channel and in every edition; it is told once.
        return planned, list(dict.fromkeys(faults))

    def _deliver(
        self,
        campaign: Campaign,
        post: Post,
        slot: Slot,
        media: Mapping[str, Media],
        item: FeedItem | None,
    ) -> tuple[PlannedDelivery | None, list[Fault]]:
        shape = self._shapes.of(slot.identity.channel)
        own = {name: self._fitted(one, shape) for name, one in media.items()}
        entry = Entry(item.title, item.summary, item.link, item.published) if item else None
        shortener = self._shortener(slot)
        try:
            message = render(
                campaign,
                post,
                shape,
                Occasion(slot.identity.edition, slot.anchor, slot.local, entry),
                key=slot.identity.key,
                media=own,
                office=self._settings.office,
                utm_hosts=self._settings.links.utm_hosts,
                shortener=shortener,
            )
        except RenderError as error:
            return None, [_as_told(post, of_render_error(post, error))]
        broken = violations(message, shape.limits)
        # Officers know their own files, not what was made of them.
        theirs = {own[name].sha256: one for name, one in media.items()}
        found = [of_violation(post, shape, one, theirs) for one in broken]
        if message.link and not _ADDRESS.match(message.link):
            found.append(of_bad_link(post, shape))
        fetched = any(one.kind in shape.limits.fetches for one in message.media)
        if fetched and not self._settings.media_host:
            found.append(of_no_media_host(post, shape))
        faults = [_as_told(post, fault) for fault in found]
        if faults and item is not None:
            return None, faults
        return PlannedDelivery(
            slot,
            message,
            campaign.audiences_of(post),
            post.front.covers,
            shortener.links if shortener is not None else (),
        ), faults

    def _shortener(self, slot: Slot) -> Shortener | None:
        """What makes the short links of this delivery, where it is to have any."""
        links = self._settings.links
        if not links.short or slot.identity.channel in links.not_short_on:
            return None
        return Shortener(links.short, slot.identity.key, self._taken)

    def _fitted(self, media: Media, shape: ChannelShape) -> Media:
        """``media`` as the channel takes it; looked into once, however often it is shown there."""
        key = (media, shape.name)
        if key not in self._made:
            folder = self._settings.var_folder / "renditions"
            self._made[key] = fitted(media, shape.limits, folder)
        return self._made[key]


def _as_told(post: Post, fault: Fault) -> Fault:
    """``fault``; as a warning where the words came from a feed."""
    if isinstance(post.front.when, FromFeed):
        return dataclasses.replace(fault, severity=Severity.WARNING)
    return fault
