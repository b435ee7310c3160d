"""Links of our own that say where a reader came from: UTM tags, no cookies, no personal data.

``render`` puts every link of a post through ``tagged``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reader comes from: which channel, which campaign's edition, which post."""

    channel: str
    campaign: str
    post: str


def tagged(url: str, source: Source, hosts: Collection[str]) -> str:
    """``url`` with its UTM tags where its host is one of ours (``hosts``), else as it is.

    A tag that the address has already is left alone, so tagging twice changes nothing.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or parts.hostname not in hosts:
        return url
    query = parse_qsl(parts.query, keep_blank_values=True)
    present = {name for name, _value in query}
    wanted = {
        "utm_source": source.channel,
        "utm_medium": "social",
        "utm_campaign": source.campaign,
        "utm_content": source.post,
    }
    missing = [(name, value) for name, value in wanted.items() if name not in present]
    if not missing:
        return url
    more = urlencode(missing)
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))
