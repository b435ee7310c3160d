"""Reads the address of a server that an office names, as of a Mastodon server or a PDS."""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.base import N_
from channels.web.hosts import is_loopback


def server_address(url: str) -> str:
    """``url`` as the address of a server alone, to which secrets may go: by https, or on this
    machine. Raises ``ValueError`` where it is none."""
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        host = ""
    secure = bool(host) and (address.scheme == "https" or is_loopback(host))
    if not secure or address.scheme not in ("https", "http") or "@" in address.netloc:
        raise ValueError(N_("server must be an address that begins with https://"))
    return f"{address.scheme}://{address.netloc}"
