"""Says what Zalo's error codes mean. Used by ``channels.zalo``.

Codes: https://docs.zaloplatforms.com/docs/OA/phu-luc/ma-loi. UNVERIFIED: whether ``-200`` ever
leaves an article behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)


class ProcessingError(TransientError):
    """Zalo works on the article, and says so."""


class QuotaError(RateLimitedError):
    """What the Official Account may do in a month is used up."""


class MediaFailedError(InvalidContentError):
    """Zalo could not make the article, since it could not take a picture or film of it."""


EXPIRED = N_("Zalo no longer takes the access it gave: log in again")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Quotas are of a month: being asked in vain costs nothing, so hourly.

ERRORS: Mapping[int, tuple[type[ChannelError], str | timedelta]] = {
    # the access; these three are first renewed once
    -216: (CredentialsExpiredError, EXPIRED),
    -220: (CredentialsExpiredError, EXPIRED),
    -124: (CredentialsExpiredError, EXPIRED),
    # the pace
    -32: (RateLimitedError, MINUTE),
    -211: (QuotaError, HOUR),
    -234: (TransientError, ""),  # no broadcasts from 22 to 6 o'clock
    # what the account or the app may not do
    -204: (
        ForbiddenError,
        N_("Zalo has closed this Official Account: ask Zalo why, at oa.zalo.me"),
    ),
    -205: (
        ForbiddenError,
        N_("Zalo doesn't know this Official Account: log in again, as the right one"),
    ),
    -209: (
        ForbiddenError,
        N_("the app may not do this: activate it and ask for the right at developers.zalo.me"),
    ),
    -212: (
        ForbiddenError,
        N_("the app isn't registered for the Official Account API: do it at developers.zalo.me"),
    ),
    -219: (ForbiddenError, N_("Zalo has removed or closed the app: see developers.zalo.me")),
    -221: (
        ForbiddenError,
        N_("Zalo must verify the Official Account first: apply for it at oa.zalo.me"),
    ),
    -223: (
        ForbiddenError,
        N_("the app lacks the Official Account's permission to manage articles: log in again"),
    ),
    -224: (
        ForbiddenError,
        N_("the Official Account's package at Zalo doesn't include this: buy one that does"),
    ),
    -235: (
        ForbiddenError,
        N_("Zalo doesn't offer this to this kind of Official Account: leave the option out"),
    ),
    -240: (
        ForbiddenError,
        N_("Zalo has shut this part of its API down: install a newer Publisher"),
    ),
    -242: (ForbiddenError, N_("Zalo wants the app's proof: write proof = true, or correct it")),
    -320: (
        ForbiddenError,
        N_("the app must be linked with a Zalo Cloud Account: do it at developers.zalo.me"),
    ),
    -321: (ForbiddenError, N_("the Zalo Cloud Account has no money left: pay some in")),
    # what is in the post
    -200: (
        MediaFailedError,
        N_("Zalo couldn't take a picture or video: a picture may have 1 MB at most"),
    ),
    -201: (InvalidContentError, ""),
    -210: (InvalidContentError, ""),
    -233: (InvalidContentError, ""),
    -248: (InvalidContentError, ""),
    # the article's making
    -214: (ProcessingError, ""),
}
"""A text is for whoever has to act; a span is how long to rest. ``-223`` is also the month's quota
of articles, by its message. Every other code, negative or not, is a doubt."""
