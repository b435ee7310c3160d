"""Reads the address of a server that an office names, as of a Mastodon server or a PDS."""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.base import N_
from channels.web.hosts import is_protected


def server_address(url: str) -> str:
    """``url`` as the address of a server alone, to which secrets may go: by https, or on this
    machine. Raises ``ValueError`` where it is none."""
    if not is_protected(url):
        raise ValueError(N_("server must be an address that begins with https://"))
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc}"
