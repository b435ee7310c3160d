"""The media of posts: what is the same for a whole post, and what is made for one slot of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.base import Media
from publisher.assemble.media import measured
from publisher.campaign.media_file import ENTRY
from publisher.campaign.model import Campaign, Post
from publisher.files.faults import Fault
from publisher.media.renditions import fitted
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

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fitted: dict[tuple[Media, str], Media] = {}

    def of_post(self, campaign: Campaign, post: Post) -> Pictured:
        """What is the same wherever and whenever ``post`` goes out."""
        return measured(campaign, post)

    def of_slot(self, placed: Placed) -> Pictured:
        """What is made for one slot of a post: nothing where its channel shows none of it."""
        shown = {medium.key for medium in placed.post.media_on(placed.shape.name)}
        found: dict[str, Media] = {}
        if ENTRY in shown and placed.item is not None and placed.item.picture is not None:
            found[ENTRY] = placed.item.picture
        return found, []

    def fitted(self, media: Media, shape: ChannelShape) -> Media:
        """``media`` as ``shape``'s channel takes it."""
        key = (media, shape.name)
        if key not in self._fitted:
            folder = self._settings.var_folder / "renditions"
            self._fitted[key] = fitted(media, shape.limits, folder)
        return self._fitted[key]
