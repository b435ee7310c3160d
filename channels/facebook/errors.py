"""Says what Facebook's error codes about videos mean. Used by ``channels.facebook``.

Source: developers.facebook.com/docs/video-api/reference/error-codes. The rest stands in
``channels.meta.errors``.
"""

from __future__ import annotations

from channels.base import ForbiddenError, InvalidContentError, TransientError
from channels.meta.errors import Errors, ToldError


class OffsetError(ToldError):
    """Facebook wants other bytes than these; its ``data`` say which."""


class PieceError(TransientError):
    """Facebook got a part of the piece, or of the whole, only."""


class SessionError(TransientError):
    """The upload session is no more, or its upload failed: it is begun anew."""


class FailedError(InvalidContentError):
    """Facebook took the video and could make nothing of it."""


ERRORS: Errors = {
    (None, 1363037): OffsetError,
    (None, 1363033): PieceError,
    (None, 1363019): SessionError,
    (None, 1363021): SessionError,
    (None, 1363030): SessionError,  # it took too long
    (None, 1363041): SessionError,
    (None, 1363005): ForbiddenError,
    (None, 1363042): ForbiddenError,
    (6000, None): InvalidContentError,
    (None, 6000): InvalidContentError,
    (None, 1363020): InvalidContentError,
    (None, 1363022): InvalidContentError,  # too small
    (None, 1363023): InvalidContentError,  # too large
    (None, 1363024): InvalidContentError,  # its format
    (None, 1363025): InvalidContentError,
    (None, 1363026): InvalidContentError,  # too long
    (None, 1363031): InvalidContentError,  # no video
}
