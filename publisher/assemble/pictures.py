"""The media of posts: what is the same for a whole post, and what is made for one slot of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from channels.base import Media
from publisher.assemble.cards import Cards
from publisher.assemble.library import Shown
from publisher.assemble.media import measured, telling
from publisher.assemble.videos import Videos
from publisher.campaign.card import CARD
from publisher.campaign.media_file import ENTRY
from publisher.campaign.model import Campaign, Post
from publisher.files.faults import Fault
from publisher.media.library import MediaError
from publisher.media.record import Library
from publisher.media.renditions import fitted, without_place
from publisher.planning.plan import FeedItem
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings

Pictured = tuple[Mapping[str, Media], list[Fault]]
"""Media by their keys (``MediaFile.key``), and what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A post in one slot: what is made for that slot alone is made of this."""

    campaign: Campaign
    post: Post
    shape: ChannelShape
    occasion: Occasion
    item: FeedItem | None


class Pictures:
    """Gives posts their media; each is looked into once, however often it is shown."""

    def __init__(self, settings: Settings, library: Library | None, *, makes_videos: bool) -> None:
        self._settings = settings
        self._shown = Shown(library)
        self._folder = settings.var_folder / "renditions"
        self._of_posts: dict[tuple[str, str], Mapping[str, Media]] = {}
        self._cards = Cards(settings)
        self._videos = Videos(settings, self._cards, makes=makes_videos)
        self._fitted: dict[tuple[Media, str], Media] = {}

    def of_post(self, campaign: Campaign, post: Post) -> Pictured:
        """What is the same wherever and whenever ``post`` goes out."""
        files, unfit = measured(campaign, post)
        kept, lacking = self._shown.in_post(campaign, post)
        found = files | kept
        self._of_posts[campaign.slug, post.id] = found
        return found, [*unfit, *lacking, *telling(post, found, self._folder)]

    def of_slot(self, placed: Placed) -> Pictured:
        """What is made for one slot of a post: nothing where its channel shows none of it."""
        shown = {medium.key for medium in placed.post.media_on(placed.shape.name)}
        found: dict[str, Media] = {}
        if ENTRY in shown and placed.item is not None and placed.item.picture is not None:
            # An entry goes out without a picture that can't be shown, rather than not at all.
            with suppress(MediaError):
                found[ENTRY] = without_place(placed.item.picture, self._folder)
        kept, stopped = self._kept(placed, found)
        card, faults = self._cards.of_slot(
            placed.campaign, placed.post, placed.shape, placed.occasion
        )
        if card is not None:
            found[CARD] = card
        filmed, wrong = self._videos.of_slot(
            placed.campaign,
            placed.post,
            placed.shape,
            placed.occasion,
            has_pictures=bool(placed.shape.limits.images_max and (found or kept or shown)),
        )
        return {**found, **kept, **filmed}, [*stopped, *faults, *wrong]

    def _kept(self, placed: Placed, made: Mapping[str, Media]) -> Pictured:
        """The library's media for one slot, and what of any source may not be shown that day."""
        campaign, post = placed.campaign, placed.post
        of_post = self._of_posts.get((campaign.slug, post.id), {})
        day = placed.occasion.due.date()
        return self._shown.on_day(campaign, post, placed.shape.name, day, {**of_post, **made})

    def fitted(self, media: Media, shape: ChannelShape) -> Media:
        """``media`` as ``shape``'s channel takes it; what is only reckoned with, as it is."""
        if not media.size_bytes:
            return media
        key = (media, shape.name)
        if key not in self._fitted:
            self._fitted[key] = fitted(media, shape.limits, self._folder)
        return self._fitted[key]
