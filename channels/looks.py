"""How the platform of an adapter is known at sight."""

from __future__ import annotations

from dataclasses import replace

import channels
from channels.base import Look


def look_of(platform: str) -> Look:
    """The look that the adapter ``platform`` declares; a plain one where there is no such adapter,
    as for posts of an adapter that is no longer installed."""
    try:
        look = channels.load(platform).look
    except channels.UnknownAdapterError:
        look = Look(headed=True)
    return look if look.title else replace(look, title=platform.capitalize())
