"""Says what an address leads to, as far as its letters tell; no name server is asked."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by its address or as ``localhost``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_protected(address: str) -> bool:
    """Whether secrets may be sent to ``address``: by https, or by http on this machine alone, and
    without a user name in it, which logs would show."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return bool(host) and is_safe and "@" not in parts.netloc


def is_web(address: str) -> bool:
    """Whether a browser would follow ``address`` to a web site: no ``javascript:``, no bare path,
    and a host that is named."""
    try:
        is_named = bool(urlsplit(address).hostname)
    except ValueError:
        return False
    # What urlsplit drops in front of it (spaces, control signs) a page would print.
    return is_named and address.lower().startswith(("http://", "https://"))
