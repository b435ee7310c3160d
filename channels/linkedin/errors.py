"""Says what LinkedIn's errors mean, by their code or else their status. Used by
``channels.linkedin``.

Source: https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)


class DuplicateError(InvalidContentError):
    """LinkedIn has an identical post; ``urn`` names it, where LinkedIn does."""

    def __init__(self, text: str, urn: str) -> None:
        super().__init__(text)
        self.urn = urn


_EXPIRED = N_("LinkedIn no longer takes the access it gave: log in again")
REVOKED = "65601"

ERRORS: Mapping[str | int, tuple[type[ChannelError], str]] = {
    # by LinkedIn's serviceErrorCode
    "65600": (CredentialsExpiredError, _EXPIRED),  # not a token
    REVOKED: (
        CredentialsExpiredError,
        N_("the access to LinkedIn was taken back: log in again"),
    ),
    "65602": (CredentialsExpiredError, _EXPIRED),  # sixty days are over
    # by the status, where the code says nothing
    400: (InvalidContentError, ""),
    401: (CredentialsExpiredError, _EXPIRED),
    403: (
        ForbiddenError,
        N_(
            "LinkedIn doesn't allow this: the member must administer the page, and the app be "
            "approved for the Community Management API"
        ),
    ),
    409: (TransientError, ""),  # somebody else wrote at the same moment
    413: (InvalidContentError, ""),
    422: (InvalidContentError, ""),
    426: (
        ForbiddenError,
        N_(
            "LinkedIn no longer takes this version of its API: write a newer one, as in "
            'version = "202607", into schedule.toml'
        ),
    ),
}
"""422 for a repeat is a ``DuplicateError``, 429 lasts until LinkedIn says, or until its day ends;
whatever isn't here goes by its status."""

OAUTH_ERRORS: Mapping[str, str] = {
    "invalid_grant": _EXPIRED,
    "invalid_request": N_("LinkedIn refuses the log-in: see that the redirect address is right"),
    "invalid_redirect_uri": N_(
        "LinkedIn refuses the log-in: see that the redirect address is right"
    ),
    "invalid_client": N_(
        "LinkedIn doesn't take the client id or the client secret: copy both anew from the app"
    ),
    "unauthorized_client": N_(
        "LinkedIn doesn't take the client id or the client secret: copy both anew from the app"
    ),
    "access_denied": _EXPIRED,
}
