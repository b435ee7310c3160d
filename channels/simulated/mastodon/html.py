"""Writes a post's HTML as Mastodon does. Paragraphs, addresses in pieces, people without their
servers.
"""

from __future__ import annotations

import re
from html import escape

from channels.mastodon.counting import addresses, mentions

_SHOWN = 30


def shown(text: str) -> str:
    """The HTML of ``text``."""
    spans = [(each.start(), each.end(), _link(each.group())) for each in addresses(text)]
    spans += [
        (each.start(), each.end(), _person(each.group(1)))
        for each in mentions(text)
        if not any(start <= each.start() < end for start, end, _ in spans)
    ]
    pieces, at = [], 0
    for start, end, instead in sorted(spans):
        pieces += [escape(text[at:start]), instead]
        at = end
    html = "".join([*pieces, escape(text[at:])])
    paragraphs = re.split(r"\n{2,}", html.replace("\r\n", "\n"))
    return "".join(f"<p>{each.replace(chr(10), '<br />')}</p>" for each in paragraphs)


def _link(url: str) -> str:
    scheme = re.match(r"https?://(www\.)?", url)
    first = scheme.end() if scheme else 0
    middle, last = url[first : first + _SHOWN], url[first + _SHOWN :]
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(url[:first])}</span>'
        f'<span class="{"ellipsis" if last else ""}">{escape(middle)}</span>'
        f'<span class="invisible">{escape(last)}</span></a>'
    )


def _person(name: str) -> str:
    return (
        '<span class="h-card" translate="no"><a href="https://noi-khac.example/" class="u-url '
        f'mention">@<span>{escape(name)}</span></a></span>'
    )
