"""How a post looks on each of its channels, for the console's pages: as readers will see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlmodel import Session

from channels.base import Media, Message
from channels.looks import look_of
from channels.mockups import Picture
from channels.thumbnails import thumbnail
from publisher.assemble.shapes import Shapes
from publisher.media.places import place_of
from publisher.planning.model import Identity, PlannedDelivery
from publisher.preview.content import Count, face_of, shown_on
from publisher.preview.mocked import drawn
from publisher.settings import Settings
from publisher.store import contents, deliveries
from publisher.store.models import Delivery

_SIDE = 480


@dataclass(frozen=True, slots=True)
class ChannelLook:
    """A post on one channel: drawn like its platform, with counts against the limits there.

    ``drawn`` is ``None`` where the channel is no longer in schedule.toml, or its text no longer in
    the store. ``row`` is the delivery, where there is one.
    """

    channel: str
    platform: str
    drawn: Markup | None
    counts: tuple[Count, ...]
    message: Message | None
    row: Delivery | None = None


class Looks:
    """Draws posts as the channels of ``settings`` show them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shapes = Shapes(settings)

    def of_row(self, session: Session, row: Delivery, local: datetime) -> ChannelLook:
        """What a delivery would say, or said, as it is stored."""
        identity = deliveries.identity_of(row)
        try:
            message = contents.load(
                session,
                row.fingerprint,
                identity.key,
                row.due_at,
                lambda medium: place_of(medium, self._settings.var_folder),
            )
        except KeyError:
            return ChannelLook(row.channel, "", None, (), None, row)
        return self._look(identity, message, local, _served, row)

    def of_planned(self, planned: PlannedDelivery) -> ChannelLook:
        """What a delivery that isn't stored would say."""
        slot = planned.slot
        return self._look(planned.identity, planned.message, slot.local, _inside)

    def _look(
        self,
        identity: Identity,
        message: Message,
        local: datetime,
        picture: Callable[[Media], Picture],
        row: Delivery | None = None,
    ) -> ChannelLook:
        channel = identity.channel
        try:
            face = face_of(self._settings, self._shapes, channel)
        except KeyError:
            return ChannelLook(channel, "", None, (), message, row)
        shown = shown_on(face, identity, message, local, 0)
        return ChannelLook(
            channel,
            look_of(face.platform).title,
            drawn(shown, picture),
            shown.counts,
            shown.message,
            row,
        )


def platforms(settings: Settings) -> Iterable[str]:
    """The platforms whose looks the office's channels have."""
    return sorted({str(keys.get("like") or keys["adapter"]) for keys in settings.channels.values()})


def _served(medium: Media) -> Picture:
    """A medium that the store knows is served by its hash."""
    address = f"/pictures/{medium.sha256}" if medium.kind in ("image", "video") else ""
    return Picture(address, medium.alt, medium.credit, medium.kind)


def _inside(medium: Media) -> Picture:
    small = thumbnail(medium.path, _SIDE) if medium.kind == "image" else None
    return Picture(small.address if small else "", medium.alt, medium.credit, medium.kind)
