"""Makes a message into a container at Instagram: a picture, a reel or a carousel.

Used by ``channels.instagram``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import InvalidContentError, Media, Message
from channels.instagram.errors import fault
from channels.meta.containers import Containers
from channels.meta.ways import AddressOf, Ways
from channels.reasons import NOT_TAKEN

WAYS = Ways(
    platform="Instagram",
    create="media",
    publish="media_publish",
    quota="content_publishing_limit",
    posts="media",
    status="status_code",
    reason="status",
    fault=fault,
)


def container(
    message: Message, wishes: Mapping[str, Any], containers: Containers, address_of: AddressOf
) -> str:
    """A container of ``message``; gives its id."""
    caption, media = message.body.plain or None, message.media
    if not media:
        raise InvalidContentError("Instagram: there are no posts without a picture or a video")
    if len(media) == 1:
        (only,) = media
        kind = {"media_type": "REELS"} if only.kind == "video" else {}
        return containers.created(**kind, **_of(only, address_of), **wishes, caption=caption)
    children = containers.children(media, lambda each: _child(containers, each, address_of))
    return containers.created(media_type="CAROUSEL", children=children, caption=caption)


def _child(containers: Containers, media: Media, address_of: AddressOf) -> str:
    kind = {"media_type": "VIDEO"} if media.kind == "video" else {}
    return containers.created(**kind, **_of(media, address_of), is_carousel_item=True)


def _of(media: Media, address_of: AddressOf) -> dict[str, Any]:
    if media.kind == "video":
        return {"video_url": address_of(media)}
    if media.mime != "image/jpeg":
        raise InvalidContentError(f"Instagram: {NOT_TAKEN}: {media.mime}")
    return {"image_url": address_of(media), "alt_text": media.alt or None}
