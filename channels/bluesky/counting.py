"""Counts a text as Bluesky does: at most 300 graphemes and 3,000 bytes (UTF-8). Pure.

Source: the lexicon app.bsky.feed.post. Used by ``channels.bluesky`` and its stand-in.
"""

from __future__ import annotations

from channels._graphemes import graphemes

TEXT_MAX = 300
_BYTES_PER_GRAPHEME = 10  # 3,000 bytes to 300 graphemes


def length(text: str) -> int:
    """Graphemes, or tenths of bytes where those are more: 300 keeps both of Bluesky's limits."""
    size_bytes = len(text.encode())
    return max(graphemes(text), -(-size_bytes // _BYTES_PER_GRAPHEME))
