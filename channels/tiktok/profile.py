"""Asks TikTok about the account's profile: what posts may be there, where they are seen.

https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info. Used by
``channels.tiktok``.
"""

from __future__ import annotations

from collections.abc import Callable

from channels.base import Message
from channels.tiktok.line import Line
from channels.tiktok.wishes import Creator

_CREATOR = "/v2/post/publish/creator_info/query/"
_PLACES = {"image": "photo"}


class Profile:
    """The account's profile at ``web_url``; its name is asked for once."""

    def __init__(self, line: Callable[[], Line], web_url: str) -> None:
        self._line = line
        self._web_url = web_url
        self._username = ""

    def creator(self) -> Creator:
        """The account as TikTok shows it now, which is to be asked before each post."""
        creator = Creator.told(self._line().ask(_CREATOR, {}))
        self._username = creator.username
        return creator

    def address(self, message: Message | None = None, post_id: str = "") -> str:
        """Where ``message`` is seen under ``post_id``; while it has none, the profile itself."""
        profile = f"{self._web_url}/@{self._username or self.creator().username}"
        if message is None or not post_id:
            return profile
        kind = message.media[0].kind if message.media else "video"
        return f"{profile}/{_PLACES.get(kind, 'video')}/{post_id}"
