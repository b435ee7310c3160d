"""Writes a message as a portal keeps it, in a form that is known again.

Pure. Used by ``channels.wordpress`` and its parts.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape

from channels.base import Media, Message

_SLUG_MAX = 60
_HASH = 10
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"""\b(?:src|href)\s*=\s*["']([^"']*)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A medium that stands in the media library, and in a post: its number and its address."""

    media: Media
    number: int
    address: str


def ascii_name(text: str) -> str:
    """``text`` as WordPress writes it in an address: ASCII letters and digits, joined by "-"."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def named(text: str, identity: str) -> str:
    """A name that a person can read and nothing else has: ``text``, and a hash of ``identity``."""
    digest = hashlib.sha256(identity.encode()).hexdigest()[:_HASH]
    return "-".join(part for part in (ascii_name(text)[:_SLUG_MAX].strip("-"), digest) if part)


def content(message: Message, shown: Sequence[Shown], language: str) -> str:
    """The body with ``shown`` after it, marked where it isn't in the portal's ``language``."""
    text = "\n".join([message.body.written.strip(), *(_figure(each) for each in shown)]).strip()
    if message.language == language:
        return text
    return f'<div lang="{escape(message.language)}">\n{text}\n</div>'


def is_same(one: str, other: str) -> bool:
    """Whether two contents show a reader the same words, pictures and links: WordPress may have
    written the tags of one in its own way."""
    return _seen(one) == _seen(other)


def _seen(text: str) -> tuple[str, list[str]]:
    addresses = [unescape(address) for address in _ADDRESS.findall(text)]
    words = unicodedata.normalize("NFC", unescape(_TAG.sub(" ", text)))
    return "".join(words.split()), addresses


def _figure(shown: Shown) -> str:
    media, address = shown.media, escape(shown.address)
    alt = escape(media.alt)
    credit = escape(media.credit, quote=False)
    caption = f'<figcaption class="wp-element-caption">{credit}</figcaption>' if credit else ""
    match media.kind:
        case "image":
            # By its class WordPress knows the picture, and offers smaller ones to small screens.
            tag = f'<img src="{address}" alt="{alt}" class="wp-image-{shown.number}"/>'
            return f'<figure class="wp-block-image size-full">{tag}{caption}</figure>'
        case "video" | "audio" as kind:
            tag = f'<{kind} controls src="{address}" aria-label="{alt}"></{kind}>'
            return f'<figure class="wp-block-{kind}">{tag}{caption}</figure>'
    words = escape(media.alt, quote=False)
    return f'<p class="wp-block-file"><a href="{address}">{words}</a> {credit}'.rstrip() + "</p>"
