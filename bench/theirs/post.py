"""A post as the other programs are given it."""

from __future__ import annotations

from typing import NamedTuple


class Post(NamedTuple):
    """``body`` goes to ``url``, on ``channel``, once."""

    key: str
    channel: str
    url: str
    body: str
