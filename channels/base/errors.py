"""Errors: each one is a decision, and callers never read its text."""

from __future__ import annotations

from datetime import datetime


def N_(text: str) -> str:  # noqa: N802 -- gettext's own name for it
    """Mark a text of ours that a person may come to read, for whoever keeps catalogues."""
    return text


class ChannelError(Exception):
    """Base of all that an adapter raises; the text is for an administrator and holds no secret."""


class TransientError(ChannelError):
    """Surely not taken; the same message may go through later."""


class RateLimitedError(TransientError):
    """Surely not taken; nothing more is to be sent to this account before ``until``."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


class AmbiguousError(ChannelError):
    """May have been taken: the request had begun and no answer told."""


class CredentialsExpiredError(ChannelError):
    """Surely not taken; the channel waits until a person, or a refresh, mends its credentials."""


class ForbiddenError(ChannelError):
    """Surely not taken; the account may not do this."""


class InvalidContentError(ChannelError):
    """Surely not taken; the platform will never take this message as it is."""


class CannotTellError(ChannelError):
    """``Channel.find`` could not learn whether the message went out: a person decides."""
