"""Keeps a session whose address came from outside on the public web.

Whoever names an address (an officer, a feed, a redirect) could otherwise have this machine ask what
only it can reach: itself, the office's network, a cloud's metadata service. A name is resolved
once, all that it stands for must be public, and the connection is made to exactly that: what a name
server says a moment later changes nothing. Used by ``channels.web.exchange``, where sockets open.

Libraries for this (requests-hardened, advocate) bring a transport of their own and couldn't be
observed; what is kept from them is their list of networks.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from urllib3.util import parse_url
from urllib3.util.connection import allowed_gai_family

from channels.base import ForbiddenError

_MOST_PLACES = 4
"""So many addresses of one name are tried: a hostile one may have hundreds that never answer."""

_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# Python's own lists differ from one patch release to the next: what it may lack stands here.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(each)
    for each in (
        "100.64.0.0/10",  # carriers' NAT (RFC 6598)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "2001::/23",  # Teredo, ORCHID and other protocols' own (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_PORTS = {"http": 80, "https": 443}


class NotPublicError(OSError):
    """What would have been connected to is not on the public web. Between sockets and session."""


class OffTheWebError(ForbiddenError):
    """The same, for whoever asked the session."""


class PublicWeb:
    """The public web, and ``trusted`` hosts wherever they stand: "portal.tinh.local" at the ports
    of the web, "portal.tinh.local:8080" at that one. Exact names; no wildcards."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self._trusted = frozenset(_place(each) for each in trusted)

    def trusts(self, host: str, port: int | None) -> bool:
        """Whether ``host`` at ``port`` is one of the trusted."""
        name = host.strip("[]").lower().rstrip(".")
        return (name, port) in self._trusted or (
            port in _PORTS.values() and (name, None) in self._trusted
        )

    def trusts_address(self, url: str) -> bool:
        """The same of what ``url`` names, read as the connection will read it; raises
        ``ValueError`` where that is no address."""
        parts = parse_url(url)
        return self.trusts(parts.host or "", parts.port or _PORTS.get(parts.scheme or ""))

    def places(self, host: str, port: int) -> list[str]:
        """The addresses that ``host`` stands for, now; raises ``NotPublicError`` where any of them
        is not public, ``OSError`` and ``UnicodeError`` where it can't be resolved."""
        found = socket.getaddrinfo(host.strip("[]"), port, allowed_gai_family(), socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(place[0]) for *_kind, place in found))
        if not all(map(is_public, addresses)):
            raise NotPublicError
        return addresses[:_MOST_PLACES]


def is_public(address: str) -> bool:
    """Whether the IP ``address`` is one that the whole internet can reach.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, NAT64) are looked at as what they lead to.
    """
    ip = ipaddress.ip_address(address)
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip in _UNICAST and ip.is_global


def is_private_by_its_letters(url: str) -> bool:
    """Whether ``url`` surely names no place on the public web; no name server is asked."""
    try:
        host = (parse_url(url).host or "").strip("[]").rstrip(".")
    except ValueError:
        return False
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return host == "localhost" or host.endswith(".localhost")
    return not all(is_public(str(place[0])) for *_kind, place in found)


def _place(written: str) -> tuple[str, int | None]:
    """A trusted host as it was written, "[::1]:8080" for one: its name, its port where given."""
    parts = urlsplit(f"//{written}")
    return parts.hostname or "", parts.port
