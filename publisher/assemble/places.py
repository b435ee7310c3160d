"""Finds the line in a post file on which a text stands.

Looked up only once something is wrong there.
"""

from __future__ import annotations

from publisher.campaign.model import Post
from publisher.campaign.post_file import take_apart
from publisher.files.faults import Fault
from publisher.files.positions import KeyPath

BODY = "body"


def line_of(post: Post, field: str, line: int = 1) -> int | None:
    """The line in the file of the ``line``-th line of a text.

    ``field`` is ``body`` or a key in dots: ``title``, ``for.x.text``, ``media.0.alt``.
    """
    if field == BODY:
        return post.body_line + line - 1
    parts = take_apart(post.path)
    if isinstance(parts, Fault):  # changed since it was read
        return None
    key: KeyPath = tuple(int(part) if part.isdigit() else part for part in field.split("."))
    at = parts.front.line_of(key)
    below = parts.front.toml.split("\n")[at - 1 :]
    quotes = next((three for three in ('"""', "'''") if three in below[0]), "")
    if not quotes:
        return at  # all of it, whatever \n is written in it
    _before, _quotes, begun = below[0].partition(quotes)
    # A line break right behind the quotation marks belongs to them, not to the text.
    wanted = line - 1 + (not begun.strip())
    last = next((n for n, written in enumerate(below) if n and quotes in written), 0)
    return at + (0 if quotes in begun else min(wanted, last))


def field_of(post: Post, channel: str, name: str) -> str:
    """The key under which ``channel`` finds ``name`` of ``post``: its own, else the post's."""
    variant = post.front.for_.get(channel)
    if variant is not None and getattr(variant, name) is not None:
        return f"for.{channel}.{name}"
    return BODY if name == "text" else name
