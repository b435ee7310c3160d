"""Says what Instagram's own error codes mean. Used by ``channels.instagram``.

Source: developers.facebook.com/docs/instagram-platform/reference/error-codes.
"""

from __future__ import annotations

import re
from datetime import timedelta

from channels.base import (
    AmbiguousError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)
from channels.meta.errors import Errors
from channels.meta.ways import NotReadyError

ERRORS: Errors = {
    # -- the server's trouble
    (None, 2207001): AmbiguousError,
    (None, 2207032): AmbiguousError,  # the container couldn't be made
    (-1, None): AmbiguousError,
    (-2, None): AmbiguousError,
    (None, 2207003): TransientError,  # fetching the media took too long
    (None, 2207052): TransientError,  # the media couldn't be fetched
    (None, 2207053): TransientError,  # an unknown error of the upload
    # -- the container
    (None, 2207027): NotReadyError,  # it isn't ready
    (None, 2207006): NotReadyError,  # it can't be found
    (None, 2207008): NotReadyError,  # it is gone, or not there yet
    (None, 2207020): NotReadyError,  # it has expired
    # -- limits
    (None, 2207042): timedelta(hours=1),  # the posts of a day are used up
    (None, 2207051): timedelta(hours=6),  # taken for spam
    # -- the account
    (None, 2207050): ForbiddenError,  # restricted, or waiting for its owner to log in
    # -- the content
    (None, 2207004): InvalidContentError,  # a picture of more than 8 MiB
    (None, 2207005): InvalidContentError,  # no JPEG
    (None, 2207009): InvalidContentError,  # its sides
    (None, 2207010): InvalidContentError,  # the caption is too long
    (None, 2207023): InvalidContentError,  # media_type
    (None, 2207026): InvalidContentError,  # no video that it takes
    (None, 2207028): InvalidContentError,  # not 2 to 10 items
    (None, 2207035): InvalidContentError,
    (None, 2207036): InvalidContentError,
    (None, 2207037): InvalidContentError,
    (None, 2207040): InvalidContentError,  # more than 20 people are named
    (None, 2207057): InvalidContentError,
    (None, 2207076): InvalidContentError,  # a video that can't be processed
    (None, 2207077): TransientError,  # the video couldn't be fetched
    (352, None): InvalidContentError,
    (36000, None): InvalidContentError,
    (36001, None): InvalidContentError,
    (36003, None): InvalidContentError,
    (36004, None): InvalidContentError,
}
"""What Instagram says beyond ``channels.meta.errors.ERRORS``, nearly all of it by the subcode."""


def fault(reason: str) -> type[ChannelError]:
    """What the reason means that a failed container gives: a text with a subcode in it."""
    subcode = re.search(r"\b2207\d{3}\b", reason)
    meaning = ERRORS.get((None, int(subcode[0]))) if subcode else None
    return InvalidContentError if meaning is InvalidContentError else TransientError
