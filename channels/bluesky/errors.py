"""Says what a Bluesky server's errors mean, by their names. Used by ``channels.bluesky``.

Source: the errors that the lexicons name, and what a PDS (0.4) was seen to say.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)


class StaleTokenError(CredentialsExpiredError):
    """The server no longer takes this token: another may be had for it."""


class RecordAbsentError(ForbiddenError):
    """The account is there, and has no such record."""


class BlobGoneError(TransientError):
    """The server has thrown away what went up for the post."""


ERRORS: Mapping[str, type[ChannelError]] = {
    "ExpiredToken": StaleTokenError,
    "InvalidToken": StaleTokenError,  # signed by a key the server no longer has, or not a token
    "AuthMissing": CredentialsExpiredError,
    "AuthenticationRequired": CredentialsExpiredError,  # not this handle's password, or taken back
    "AuthFactorTokenRequired": CredentialsExpiredError,  # the account's own password was given
    "AccountTakedown": ForbiddenError,
    "AccountSuspended": ForbiddenError,
    "AccountDeactivated": ForbiddenError,
    "AccountNotFound": ForbiddenError,
    "RepoTakendown": ForbiddenError,
    "RepoSuspended": ForbiddenError,
    "RepoDeactivated": ForbiddenError,
    "RepoNotFound": ForbiddenError,
    "RecordNotFound": RecordAbsentError,
    "BlobNotFound": BlobGoneError,
    "BlobTooLarge": InvalidContentError,
    "PayloadTooLarge": InvalidContentError,
    "InvalidMimeType": InvalidContentError,
    "InvalidSize": InvalidContentError,
    "InvalidRequest": InvalidContentError,  # a record that the lexicon doesn't allow
}
"""By the name in the answer, where its status is 4xx. What isn't here goes by its status
(``HttpSession.refusal``). So do InternalServerError, UpstreamFailure, NotEnoughResources,
UpstreamTimeout and MethodNotImplemented (5xx): nobody knows whether the request was taken."""
