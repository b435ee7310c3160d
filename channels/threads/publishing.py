"""Makes a post of a message into a container at Threads: a text, a medium or a carousel.

Used by ``channels.threads``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import N_, InvalidContentError, Media, Message
from channels.meta.containers import Containers
from channels.meta.ways import AddressOf, Part, Ways, parts_of
from channels.reasons import NOT_TAKEN
from channels.threads.counting import LINKS_MAX, links
from channels.threads.errors import fault

WAYS = Ways(
    platform="Threads",
    create="threads",
    publish="threads_publish",
    quota="threads_publishing_limit",
    posts="threads",
    status="status",
    reason="error_message",
    fault=fault,
)


def container(
    message: Message,
    part: Part,
    wishes: Mapping[str, str],
    containers: Containers,
    address_of: AddressOf,
) -> str:
    """A container of ``part`` of ``message``; gives its id."""
    before = containers.before(part)
    fields: dict[str, Any] = {"text": part.plain or None, "reply_to_id": before, **wishes}
    media = message.media if part.number == 0 else ()
    if part.number:
        fields.pop("topic_tag", None)
    if not media:
        link = _attached(message, part)
        return containers.created(media_type="TEXT", link_attachment=link or None, **fields)
    if len(media) == 1:
        return containers.created(**_of(media[0], address_of), **fields)
    children = containers.children(media, lambda each: _child(containers, each, address_of))
    return containers.created(media_type="CAROUSEL", children=children, **fields)


_LINKS_MANY = N_("a part of the thread has too many links: leave some out")


def check_links(message: Message) -> None:
    """Raises ``InvalidContentError`` where a post has too many links, before any of a chain is
    out: what comes after one that is refused would never follow."""
    for part in parts_of(message):
        count = links(part.plain, _attached(message, part))
        if count > LINKS_MAX:
            raise InvalidContentError(
                f"Threads: {_LINKS_MANY}: {part.number + 1}: {count}/{LINKS_MAX}"
            )


def _attached(message: Message, part: Part) -> str:
    """The link that is shown with its preview; "": none."""
    return message.link if part.number == 0 and not message.media else ""


def _child(containers: Containers, media: Media, address_of: AddressOf) -> str:
    return containers.created(**_of(media, address_of), is_carousel_item=True)


def _of(media: Media, address_of: AddressOf) -> dict[str, Any]:
    if media.kind not in ("image", "video"):
        raise InvalidContentError(f"Threads: {NOT_TAKEN}: {media.mime}")
    return {
        "media_type": media.kind.upper(),
        f"{media.kind}_url": address_of(media),
        "alt_text": media.alt or None,
    }
