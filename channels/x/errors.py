"""Says what X's errors mean, by their status. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
)


class DuplicateError(InvalidContentError):
    """X has an identical post of ours already, or says so."""


ERRORS: Mapping[int, type[ChannelError]] = {
    400: InvalidContentError,
    401: CredentialsExpiredError,
    402: CredentialsExpiredError,  # no credits are left: nothing goes out until somebody pays
    403: ForbiddenError,
    404: ForbiddenError,
    413: InvalidContentError,
}

ABOUT_CONTENT = ("too long",)
"""What a 403 says when it is about the text and not about the account."""

DUPLICATE = "duplicate content"
