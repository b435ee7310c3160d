"""Says what the Bot API's errors mean, by their code. Used by ``channels.telegram``."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
)


class MissingError(InvalidContentError):
    """There is no such message, or none any more."""


ERRORS: Mapping[int, type[ChannelError]] = {
    400: InvalidContentError,
    401: CredentialsExpiredError,
    403: ForbiddenError,
    404: CredentialsExpiredError,  # an address with a token that never was one
    413: InvalidContentError,
}

ABOUT_RIGHTS = (
    "chat not found",
    "_forbidden",  # CHAT_WRITE_FORBIDDEN, CHAT_SEND_PHOTOS_FORBIDDEN and their like
    "chat_admin_required",
    "chat_restricted",
    "channel_private",
    "need administrator rights",
    "not enough rights",
    "have no rights",
    "user_banned_in_channel",
    "group chat was upgraded",
)
"""What a 400 says when it is about the bot's rights, and not about what it sent."""

ABOUT_A_MESSAGE_THAT_IS_GONE = "not found"
