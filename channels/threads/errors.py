"""Says what Threads' own error codes mean. Used by ``channels.threads``.

Source: developers.facebook.com/docs/threads/troubleshooting. Error 24/4279009 is in no
documentation; public clients and Meta's own samples report it for a container that isn't ready.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import ChannelError, InvalidContentError, TransientError
from channels.meta.errors import Errors
from channels.meta.ways import NotReadyError

ERRORS: Errors = {
    (None, 4279009): NotReadyError,  # no such container: not yet, as a rule
    (24, None): NotReadyError,
    (None, 2207052): TransientError,  # the media couldn't be fetched
    (None, 2207003): TransientError,  # fetching the media took too long
}
"""What Threads says beyond ``channels.meta.errors.ERRORS``."""

_FAULTS: Mapping[str, type[ChannelError]] = {
    "FAILED_DOWNLOADING_VIDEO": TransientError,
    "UNKNOWN": TransientError,
    "FAILED_PROCESSING_AUDIO": InvalidContentError,
    "FAILED_PROCESSING_VIDEO": InvalidContentError,
    "INVALID_ASPEC_RATIO": InvalidContentError,  # Threads' own spelling
    "INVALID_ASPECT_RATIO": InvalidContentError,
    "INVALID_BIT_RATE": InvalidContentError,
    "INVALID_DURATION": InvalidContentError,
    "INVALID_FRAME_RATE": InvalidContentError,
    "INVALID_AUDIO_CHANNELS": InvalidContentError,
    "INVALID_AUDIO_CHANNEL_LAYOUT": InvalidContentError,
}
"""Why a container failed: ``error_message``."""


def fault(reason: str) -> type[ChannelError]:
    """What the reason means that a failed container gives."""
    return _FAULTS.get(reason, TransientError)
