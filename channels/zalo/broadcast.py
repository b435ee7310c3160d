"""Broadcasts an article to the followers of an Official Account: once, or never.

Zalo can't be asked whether it took one. It is therefore noted before and after it is asked for,
and one whose answer was lost is not asked for again: a person looks in OA Manager.
https://docs.zaloplatforms.com, "Official Account", and the sample ``SendBroadcastMessage`` in
https://github.com/zaloplatform/zalo-java-sdk. Used by ``channels.zalo``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    ForbiddenError,
    RateLimitedError,
)
from channels.zalo.errors import QuotaError
from channels.zalo.line import Line
from channels.zalo.notes import Article, Notes

IN_DOUBT = N_(
    "the article is out, but Zalo didn't say whether it took the broadcast: look in OA Manager. "
    "Publisher doesn't repeat it; mark the post as sent, and broadcast it there if it wasn't"
)

_REFUSED = N_("the article is out, its broadcast was refused")

Target = Literal["ages", "gender", "locations", "cities", "platform"]
"""By what Zalo narrows a broadcast; the numbers are Zalo's own."""

_PATH = "/v2.0/oa/message"
_SEND_FAILED = frozenset({-200})
"""Of a broadcast this code doesn't say that nobody got it."""


def broadcast(
    article: Article, line: Line, notes: Notes, target: Mapping[Target, tuple[int, ...]]
) -> None:
    """Have Zalo send ``article`` to the followers within ``target``, unless that was asked before.

    Raises ``AmbiguousError`` where it isn't known what came of it; any other ``ChannelError``
    where Zalo surely didn't take it.
    """
    if notes.is_broadcast:
        return
    if notes.broadcast_in_doubt:
        raise AmbiguousError(IN_DOUBT)
    element = {"media_type": "article", "attachment_id": article.id}
    payload = {"template_type": "media", "elements": [element]}
    body = {
        "recipient": {"target": {name: list(numbers) for name, numbers in target.items()}},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    notes.ask_broadcast()
    try:
        told = line.publish(_PATH, body, doubtful=_SEND_FAILED)
    except AmbiguousError:
        raise
    except ChannelError as error:
        notes.broadcast_refused()
        refusal = _worded(error)
    else:
        notes.broadcast_taken(str(told.get("message_id") or ""))
        return
    raise refusal


def _worded(error: ChannelError) -> ChannelError:
    """``error``, saying that the article is out all the same."""
    if isinstance(error, QuotaError):
        # No reason to hold back the articles that come after it.
        return ForbiddenError(
            N_("the article is out, but what this account may broadcast in a month is used up")
        )
    if isinstance(error, ForbiddenError):
        return ForbiddenError(
            N_("the article is out, but Zalo doesn't let this account broadcast it")
        )
    text = f"Zalo: {_REFUSED}: {error}"
    if isinstance(error, RateLimitedError):
        return RateLimitedError(text, error.until)
    return type(error)(text)
