"""The keys of links: which are our own, which of those become short ones."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from channels.hosting import is_public
from publisher.files.keys import Keys
from publisher.files.values import ChannelName

_PLACE = re.compile(r"(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z][0-9A-Za-z.-]*):([0-9]{1,5})")


def _short_base(url: str) -> str:
    """``url`` without a slash at its end, where short links can stand below it."""
    try:
        parts = urlsplit(url)
        fit = not url or (bool(parts.hostname) and is_public(url) and not set(url) & set("?#@ "))
    except ValueError:
        fit = False
    if not fit:
        raise PydanticCustomError("links_short", "no address for short links")
    return url.rstrip("/")


def _listen(place: str) -> str:
    if place and not ((found := _PLACE.fullmatch(place)) and 0 < int(found[2]) < 65_536):
        raise PydanticCustomError("links_listen", "no place to listen at")
    return place


ShortBase = Annotated[str, AfterValidator(_short_base)]
Listen = Annotated[str, AfterValidator(_listen)]
"""HOST:PORT; an IPv6 address stands in brackets."""


class Links(Keys):
    """Links of our own, which carry where a reader came from (UTM)."""

    utm_hosts: tuple[str, ...] = Field(
        (), description="Hosts of ours: links to them get UTM tags; links elsewhere never do."
    )
    short: ShortBase = Field(
        "",
        description=(
            "The public address below which short links stand, https://…: links to utm_hosts then "
            "become short ones, which count how often they are followed. None when left out."
        ),
    )
    not_short_on: tuple[ChannelName, ...] = Field(
        (), description="Channels on which links stay as they are: the portal, a feed."
    )
    listen: Listen = Field(
        "127.0.0.1:8081",
        description=(
            "Where the daemon answers what the web server passes on of short links, HOST:PORT; "
            '"" where publisher links serve does.'
        ),
    )
