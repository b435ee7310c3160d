"""Says what the error codes of Meta's Graph hosts mean. Used by ``channels.meta.graph``.

An error's code decides, never its HTTP status alone: Graph answers 400 to nearly everything. What a
platform says besides stands with its adapter and is looked up first.

Source: developers.facebook.com/docs/graph-api/guides/error-handling; the subcodes also from public
clients. UNVERIFIED: codes 613, 341 and 80001 ff. as limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)


class DuplicateError(InvalidContentError):
    """The platform says that it has just had this very post."""


class MissingError(ForbiddenError):
    """There is no such object, or it isn't shown to this token."""


class ToldError(TransientError):
    """A refusal with which the platform tells more: ``data`` is its ``error_data``."""

    data: Mapping[str, Any] = {}


Key = tuple[int | None, int | None]
"""An error's ``code`` and ``error_subcode``; ``None`` stands for any."""

Meaning = type[ChannelError] | timedelta
"""What an error means; a ``timedelta`` is a limit, and how long to rest where nothing is told.
``AmbiguousError`` stands for "it may have been taken": inside ``harmless()``, transient."""

Errors = Mapping[Key, Meaning]

ERRORS: Errors = {
    # -- it may come right by itself; whether a post was taken before it isn't told
    (1, None): AmbiguousError,
    (2, None): AmbiguousError,
    (None, 1363047): AmbiguousError,
    (None, 1609010): AmbiguousError,
    # -- limits
    (4, None): timedelta(minutes=30),  # the app's calls
    (9, None): timedelta(minutes=30),  # the person does too much
    (17, None): timedelta(minutes=30),  # the person's calls
    (32, None): timedelta(minutes=30),  # the Page's calls
    (341, None): timedelta(hours=1),
    (613, None): timedelta(minutes=30),
    (368, None): timedelta(hours=6),  # blocked for a while, over its policies
    (None, 1390008): timedelta(hours=1),  # posted too fast
    # -- the token: 458 app removed, 459 and 464 a check of the person, 460 password changed, 463
    # expired, 467 and 490 invalid, 492 no role on the Page any more: all come with 190 or 102
    (102, None): CredentialsExpiredError,
    (190, None): CredentialsExpiredError,
    # -- permission
    (3, None): ForbiddenError,
    (5, None): ForbiddenError,
    (10, None): ForbiddenError,
    (12, None): ForbiddenError,  # this version of the API is no more
    (21, None): ForbiddenError,  # the Page has moved to another id
    (None, 1404078): ForbiddenError,  # a person must authorise publishing on the Page first
    (None, 4854002): ForbiddenError,
    # -- the object
    (100, 33): MissingError,
    (803, None): MissingError,
    # -- the content
    (506, None): DuplicateError,
    (None, 1366051): DuplicateError,  # these pictures are posted already
    (100, None): InvalidContentError,
    (1609005, None): InvalidContentError,  # the link can't be looked at
    (None, 1346003): InvalidContentError,
    (None, 1349125): InvalidContentError,
    (None, 1366046): InvalidContentError,
    (None, 1404102): InvalidContentError,
    (None, 1609008): InvalidContentError,
    (None, 2061006): InvalidContentError,
    (None, 2069019): InvalidContentError,
}
_PERMISSIONS = range(200, 300)
_BUSINESS_LIMITS = range(80_000, 80_015)
BUSINESS_REST = timedelta(minutes=30)


def meaning_of(errors: Errors, code: int | None, subcode: int | None) -> Meaning | None:
    """What an error of ``code`` and ``subcode`` means by ``errors``; ``None``: it isn't known."""
    for key in ((code, subcode), (None, subcode), (code, None)):
        if key != (None, None) and key in errors:
            return errors[key]
    if code in _PERMISSIONS:
        return ForbiddenError
    return BUSINESS_REST if code in _BUSINESS_LIMITS else None
