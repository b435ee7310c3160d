"""Says what Discord's errors mean, by their code. Used by ``channels.discord``.
(https://docs.discord.com/developers/topics/opcodes-and-status-codes)
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


class MissingError(InvalidContentError):
    """There is no such message, or none any more."""


ERRORS: Mapping[int, type[ChannelError]] = {
    10003: ForbiddenError,  # unknown channel
    10004: ForbiddenError,  # unknown guild
    10008: MissingError,
    20009: InvalidContentError,  # explicit content
    30015: InvalidContentError,  # too many attachments
    40001: CredentialsExpiredError,
    40004: TransientError,  # sending is disabled for now
    40005: InvalidContentError,  # too large
    40333: ForbiddenError,  # Cloudflare doesn't like the User-Agent
    50001: ForbiddenError,  # missing access
    50008: ForbiddenError,  # no text channel
    50013: ForbiddenError,  # missing permission
    50014: CredentialsExpiredError,
    50035: InvalidContentError,  # invalid form body
    50045: InvalidContentError,  # a file too large
    200000: InvalidContentError,  # AutoMod
    240000: InvalidContentError,  # harmful links
    400001: ForbiddenError,  # this server's file uploads are limited
}
"""What a 4xx says by its ``code``; 429 is told by its header."""
