"""Writes a message as YouTube wants it: the video, the words, the officer's wishes.

YouTube takes no < or > in titles and descriptions, and counts a list of tags with its commas and,
where a tag has a space, its quotation marks (https://developers.google.com/youtube/v3/docs/videos).
Pure. Used by ``channels.youtube``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from channels.base import InvalidContentError, Media, Message, options_of
from channels.likeness import letters
from channels.youtube.options import Privacy, YouTubeOptions

THUMBNAILS = frozenset({"image/jpeg", "image/png"})

_NAME_MAX = 150
"""How long the name of a subtitle track may be."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an officer may wish of one post; without that, what the configuration says."""

    privacy: Privacy
    category: str
    made_for_kids: bool
    notify: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A message by what becomes of it: ``described`` is the resource of a new video
    (https://developers.google.com/youtube/v3/docs/videos)."""

    message: Message
    described: Mapping[str, Any]
    privacy: Privacy
    notify: bool
    video: Media
    thumbnail: Media | None
    subtitles: Media | None


def post_of(message: Message, usual: Wishes, tags: Sequence[str]) -> Post:
    """``message`` for YouTube; raises ``InvalidContentError`` where it can't be one video with, at
    most, a picture and a subtitle file beside it, and where its options aren't known here."""
    videos, pictures, subtitles = (
        [each for each in message.media if each.kind == kind]
        for kind in ("video", "image", "subtitles")
    )
    known = len(videos) + len(pictures) + len(subtitles)
    if len(videos) != 1 or len(pictures) > 1 or len(subtitles) > 1 or known < len(message.media):
        raise InvalidContentError(
            "YouTube: a post is one video, with one picture and one subtitle file at most beside it"
        )
    if any(each.mime not in THUMBNAILS for each in pictures):
        raise InvalidContentError("YouTube: a thumbnail is a JPEG or a PNG")
    if {"<", ">"} & set(message.title + message.body.plain):
        raise InvalidContentError("YouTube: it takes no < or > in a title or a description")
    wishes = _wished(message, usual)
    snippet = {
        "title": message.title,
        "description": message.body.written,
        "categoryId": wishes.category,
        "defaultLanguage": message.language,
    }
    status = {
        "privacyStatus": wishes.privacy,
        "selfDeclaredMadeForKids": wishes.made_for_kids,
    }
    described = {"snippet": snippet | ({"tags": list(tags)} if tags else {}), "status": status}
    thumbnail, captions = next(iter(pictures), None), next(iter(subtitles), None)
    return Post(message, described, wishes.privacy, wishes.notify, videos[0], thumbnail, captions)


def tags_within(most: int, *wanted: Iterable[str]) -> tuple[str, ...]:
    """As many of ``wanted`` as YouTube takes: it counts the commas between them, and quotation
    marks around those that have a space."""
    chosen: dict[str, str] = {}
    used = -1
    for tag in (each for group in wanted for each in group):
        name = tag.strip().lstrip("#")
        costs = len(name) + (2 if " " in name else 0) + 1
        if name and name.casefold() not in chosen and not {"<", ">", ","} & set(name):
            if used + costs > most:
                break
            chosen[name.casefold()] = name
            used += costs
    return tuple(chosen.values())


def track(message: Message, subtitles: Media, video_id: str) -> dict[str, Any]:
    """What a subtitle track is called: viewers choose by its language and name."""
    name = subtitles.alt[:_NAME_MAX]
    return {"snippet": {"videoId": video_id, "language": message.language, "name": name}}


def bound_to(described: Mapping[str, Any], video: Media) -> str:
    """What an upload is of: the file's bytes, and what is said of it."""
    whole = json.dumps([described, video.sha256, video.mime], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def is_ours(snippet: Mapping[str, Any], message: Message) -> bool:
    """Whether a video that YouTube shows reads like ``message``."""
    shown = (str(snippet.get("title", "")), str(snippet.get("description", "")))
    ours = (message.title, message.body.plain)
    return [letters(each) for each in shown] == [letters(each) for each in ours]


def _wished(message: Message, usual: Wishes) -> Wishes:
    given = options_of(message, YouTubeOptions).model_dump(exclude_none=True)
    return replace(usual, **given)
