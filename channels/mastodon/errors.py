"""Says what a Mastodon server's errors mean, by their status. Used by ``channels.mastodon``.

Source: https://docs.joinmastodon.org/entities/Error/ and the server's own error handling.
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

ERRORS: Mapping[int, type[ChannelError]] = {
    400: InvalidContentError,  # a parameter is missing or isn't one
    401: CredentialsExpiredError,  # the token is wrong, or was taken back
    403: ForbiddenError,  # outside the token's scopes; or the account is stopped or not confirmed
    404: ForbiddenError,  # no such post: the one that is answered was deleted meanwhile
    410: ForbiddenError,
    413: InvalidContentError,  # the server before it takes no file of this size
    422: InvalidContentError,  # too long, empty, not a picture, too many of them
}

OTHERWISE: Mapping[str, type[ChannelError]] = {
    "not finished processing": TransientError,
    "requires an authenticated user": CredentialsExpiredError,
}
"""What a 422 says where it isn't about the post. Servers may be set to speak another language: then
it counts as one about the post, and a person looks."""
