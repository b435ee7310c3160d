"""Says how a post is to appear on TikTok: an officer's wishes, within what the account allows.

https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info. Used by
``channels.tiktok``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.base import (
    N_,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    TransientError,
)
from channels.tiktok.options import PRIVATE, Privacy, TikTokOptions

_NOT_OFFERED = N_("this TikTok account doesn't offer that privacy: write another one")
_VIDEO_LONG = N_("the video is longer than this account may post: cut it shorter")


@dataclass(frozen=True, slots=True)
class Creator:
    """The account as TikTok shows it before a post."""

    username: str
    nickname: str
    privacies: tuple[str, ...]
    comments: bool
    duet: bool
    stitch: bool
    longest_s: int | None

    @classmethod
    def told(cls, data: Mapping[str, Any]) -> Creator:
        privacies, longest = data.get("privacy_level_options"), data.get(_LONGEST)
        if not data.get("creator_username") or not isinstance(privacies, list):
            raise TransientError("TikTok: it doesn't say what the account allows")
        return cls(
            username=str(data["creator_username"]),
            nickname=str(data.get("creator_nickname") or ""),
            privacies=tuple(str(each) for each in privacies),
            comments=not data.get("comment_disabled"),
            duet=not data.get("duet_disabled"),
            stitch=not data.get("stitch_disabled"),
            longest_s=longest if isinstance(longest, int) and longest > 0 else None,
        )


_LONGEST = "max_video_post_duration_sec"


@dataclass(frozen=True, slots=True)
class Wishes:
    """``promotes``: "own" (the office's own cause), "paid" (a third party's), or nothing."""

    privacy: str
    by_officer: bool
    comments: bool
    duet: bool
    stitch: bool
    music: bool
    ai: bool
    promotes: str

    @classmethod
    def of(cls, options: TikTokOptions, *, privacy: Privacy, **usual: bool) -> Wishes:
        """The officer's ``options`` over what is ``usual``; raises ``InvalidContentError``."""
        given = options.model_dump(exclude_none=True)
        wishes = cls(
            **{
                **dict.fromkeys(("comments", "duet", "stitch", "music", "ai"), False),
                "privacy": privacy,
                "promotes": "",
                **usual,
                **given,
            },
            by_officer="privacy" in given,
        )
        if wishes.promotes == "paid" and wishes.privacy == PRIVATE:
            raise InvalidContentError("TikTok: what is paid for can't be seen by the account alone")
        return wishes

    def for_video(self, text: str, creator: Creator) -> dict[str, Any]:
        """``post_info`` of a video."""
        info = {
            "title": text,
            **self._for_any(creator),
            "disable_duet": not (self.duet and creator.duet),
            "disable_stitch": not (self.stitch and creator.stitch),
        }
        return info | ({"is_aigc": True} if self.ai else {})

    def for_photos(self, title: str, text: str, creator: Creator) -> dict[str, Any]:
        """``post_info`` of photos."""
        info = {"description": text, **self._for_any(creator), "auto_add_music": self.music}
        return info | ({"title": title} if title else {})

    def _for_any(self, creator: Creator) -> dict[str, Any]:
        if self.privacy not in creator.privacies:
            raise self._not_offered()
        return {
            "privacy_level": self.privacy,
            "disable_comment": not (self.comments and creator.comments),
            "brand_content_toggle": self.promotes == "paid",
            "brand_organic_toggle": self.promotes == "own",
        }

    def _not_offered(self) -> ChannelError:
        if self.by_officer:
            return InvalidContentError(f"TikTok: {_NOT_OFFERED}: {self.privacy}")
        return ForbiddenError(_NOT_OFFERED)


def check_length(video: Media, creator: Creator) -> None:
    """Raises ``InvalidContentError`` where the account may not post so long a video."""
    if creator.longest_s is not None and (video.duration_s or 0) > creator.longest_s:
        raise InvalidContentError(f"TikTok: {_VIDEO_LONG}: {creator.longest_s} s")
