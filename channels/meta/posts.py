"""Looks through an account's own posts at Instagram or Threads for one of ours.

Used by ``channels.meta.containers`` and ``channels.meta.account``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)
from channels.doubts import or_cannot_tell
from channels.likeness import letters
from channels.meta.graph import Line
from channels.meta.ways import Part
from channels.web.values import moment

_CLOCKS_APART = timedelta(minutes=5)
"""By how much our clock may be ahead of Meta's; posts so much older are still looked at."""

_UNREADABLE = N_("a post of these words can't be read")


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the account's own list shows it; ``id`` and ``at`` are empty where they can't be
    read."""

    id: str
    text: str
    at: datetime | None
    replied_to: str = ""


Recent = Callable[[Part, datetime], Iterable[Shown]]
"""The account's posts since then, of the kind (a first post, or a reply) that the part is."""


def like(
    part: Part, since: datetime, thread: Sequence[str], recent: Recent, platform: str
) -> Shown | None:
    """The post that is ``part``, which follows the last of ``thread`` and is none of it; raises
    ``CannotTellError`` where it can't be told which."""
    before = thread[-1] if thread else ""
    since -= _CLOCKS_APART
    wanted = letters(part.plain)
    shown = or_cannot_tell(lambda: list(recent(part, since)))
    found = [
        post
        for post in shown
        if (post.at is None or post.at >= since)
        and letters(post.text) == wanted
        and post.id not in thread
        and post.replied_to in ("", before)
    ]
    if any(post.at is None or not post.id for post in found):
        raise TransientError(f"{platform}: {_UNREADABLE}")
    if len(found) > 1:
        raise CannotTellError(N_("the platform shows several posts of these words"))
    return found[0] if found else None


def address_of(line: Line, post_id: str, *, is_new: bool) -> tuple[str, datetime | None]:
    """Where a post that is out is seen ("": it isn't told), and since when.

    Where it was published just now an error would be taken for one of publishing: what can't be
    asked now is in doubt, and asked when the post is looked for.
    """
    try:
        told = line.get(post_id, fields="permalink,timestamp")
    except (ForbiddenError, InvalidContentError):
        return "", None
    except ChannelError as error:
        if not is_new:
            raise
        doubt = str(error)
    else:
        return str(told.get("permalink") or ""), moment(told.get("timestamp"))
    raise AmbiguousError(doubt)
