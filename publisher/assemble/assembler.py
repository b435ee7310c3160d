"""Slots filled with their messages, for one campaign at a time.

What can't be rendered, or what a channel would refuse, is a ``Fault`` with its file and line;
nothing is raised. A feed's entry is never an error of the officer's: what is wrong with it is a
warning, and it stays out.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from channels.base import Media
from channels.limits import violations
from publisher.assemble.library import is_whole
from publisher.assemble.limits import of_violation
from publisher.assemble.options import of_options
from publisher.assemble.pictures import Pictures, Placed
from publisher.assemble.shapes import Shapes
from publisher.assemble.told import of_bad_link, of_no_media_host, of_render_error
from publisher.campaign.model import Campaign, Post
from publisher.campaign.when import FromFeed
from publisher.files.faults import Fault, Severity, any_error
from publisher.media.record import NOTHING, Library
from publisher.planning.model import PlannedDelivery, Slot
from publisher.planning.plan import FeedItem
from publisher.rendering.errors import RenderError
from publisher.rendering.filling import Filling
from publisher.rendering.links import Shortener
from publisher.rendering.occasion import Entry, Occasion
from publisher.rendering.render import render
from publisher.rendering.texts import unknowns
from publisher.settings import Settings

NO_LINKS: Mapping[str, str] = MappingProxyType({})
_ADDRESS = re.compile(r"(https?://|mailto:|tel:)\S+$", re.IGNORECASE)


class Assembler:
    """Fills slots with messages; channels are looked at once, pictures once a post."""

    def __init__(
        self,
        settings: Settings,
        taken: Mapping[str, str] = NO_LINKS,
        library: Library | None = NOTHING,
        *,
        makes_videos: bool = True,
    ) -> None:
        self._settings = settings
        self._taken = taken
        self._shapes = Shapes(settings)
        self._pictures = Pictures(settings, library, makes_videos=makes_videos)

    def fill(
        self, campaign: Campaign, places: Iterable[Slot], entries: Sequence[FeedItem] = ()
    ) -> tuple[list[PlannedDelivery], list[Fault]]:
        """``places`` of ``campaign`` with their messages, and what is wrong with its posts.

        Every post is looked through, also one without a place here.
        """
        of_posts: list[Fault] = []
        found: list[tuple[Slot, PlannedDelivery | None, list[Fault]]] = []
        slots = _by_post(places)
        items = {item.key: item for item in entries}
        for post in campaign.posts:
            wrong = [
                *(of_render_error(post, error) for error in unknowns(campaign, post)),
                *self._unknown_options(campaign, post),
            ]
            media, unfit = self._pictures.of_post(campaign, post)
            of_posts += [*wrong, *unfit]
            if not wrong and not any_error(unfit) and is_whole(post, media):
                found += self._of_post(campaign, post, slots[post.id], media, items)
        found.sort(key=lambda one: (one[0].due_at, one[0].identity))
        faults = [*of_posts, *(fault for _slot, _delivery, wrong in found for fault in wrong)]
        # The same slip shows on every channel and in every edition; it is told once.
        return [one for _slot, one, _wrong in found if one is not None], list(dict.fromkeys(faults))

    def _of_post(
        self,
        campaign: Campaign,
        post: Post,
        slots: Iterable[Slot],
        media: Mapping[str, Media],
        items: Mapping[str, FeedItem],
    ) -> Iterator[tuple[Slot, PlannedDelivery | None, list[Fault]]]:
        """The slots of one post, those of one moment together: they share most of their words."""
        open_ = [slot for slot in slots if self._shapes.is_enabled(slot.identity.channel)]
        for (edition, _due_at, occurrence), same in groupby(open_, key=_moment):
            together = list(same)
            item = items.get(occurrence)
            entry = Entry(item.title, item.summary, item.link, item.published) if item else None
            occasion = Occasion(edition, together[0].anchor, together[0].local, entry)
            filling = Filling(campaign, post, occasion, self._settings.office)
            for slot in together:
                yield slot, *self._deliver(filling, slot, media, item)

    def _unknown_options(self, campaign: Campaign, post: Post) -> Iterator[Fault]:
        for channel in campaign.channels_of(post):
            if self._shapes.is_enabled(channel):
                yield from of_options(post, channel, self._shapes.options_of(channel))

    def _deliver(
        self,
        filling: Filling,
        slot: Slot,
        media: Mapping[str, Media],
        item: FeedItem | None,
    ) -> tuple[PlannedDelivery | None, list[Fault]]:
        campaign, post, occasion = filling.campaign, filling.post, filling.occasion
        shape = self._shapes.of(slot.identity.channel)
        drawn, found = self._pictures.of_slot(Placed(campaign, post, shape, occasion, item))
        if any_error(found):
            return None, [_as_told(post, fault) for fault in found]
        theirs = {**media, **drawn}
        own = {key: self._pictures.fitted(one, shape) for key, one in theirs.items()}
        shortener = self._shortener(slot)
        try:
            message = render(
                filling,
                shape,
                key=slot.identity.key,
                media=own,
                utm_hosts=self._settings.links.utm_hosts,
                shortener=shortener,
            )
        except RenderError as error:
            return None, [_as_told(post, of_render_error(post, error))]
        # Officers know their own files, not what was made of them.
        known = {own[key].sha256: (key, one) for key, one in theirs.items()}
        broken = violations(message, shape.limits)
        found += [of_violation(post, shape, one, known) for one in broken]
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


def _by_post(places: Iterable[Slot]) -> Mapping[str, list[Slot]]:
    found: dict[str, list[Slot]] = defaultdict(list)
    for slot in places:
        found[slot.identity.post].append(slot)
    return found


def _moment(slot: Slot) -> tuple[int, datetime, str]:
    return slot.identity.edition, slot.due_at, slot.identity.occurrence


def _as_told(post: Post, fault: Fault) -> Fault:
    """``fault``; as a warning where the words came from a feed."""
    if isinstance(post.front.when, FromFeed):
        return dataclasses.replace(fault, severity=Severity.WARNING)
    return fault
