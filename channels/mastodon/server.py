"""Keeps what a Mastodon server says of itself, for who asks without network. Its domain and its
limits. Used by ``channels.mastodon``.

Source: ``GET /api/v2/instance``, https://docs.joinmastodon.org/entities/Instance/. What a server
leaves out (forks and others leave out much) stays as Mastodon has it by default.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from channels.base import Limits, TransientError
from channels.mastodon.counting import length
from channels.state import State
from channels.web.values import held, whole

BY_DEFAULT = Limits(
    text_max=500,
    measure=length,
    unit="graphemes",
    images_max=4,
    image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    image_max_bytes=16 * 1024 * 1024,
    videos_max=1,
    video_formats=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
    video_max_bytes=99 * 1024 * 1024,
    alt_max=1_500,
    threads=True,
)
_NAME = "server"
_COUNTS = {
    ("statuses", "max_characters"): "text_max",
    ("statuses", "max_media_attachments"): "images_max",
    ("media_attachments", "image_size_limit"): "image_max_bytes",
    ("media_attachments", "video_size_limit"): "video_max_bytes",
    ("media_attachments", "description_limit"): "alt_max",
}


def keep(workdir: Path, server: str, told: Mapping[str, Any]) -> None:
    """Keep what ``server`` told; raises ``TransientError`` where the disk doesn't take it."""
    kept = {"domain": told.get("domain"), "configuration": told.get("configuration")}
    State.at(workdir).put(_NAME, json.dumps(kept), server)


def kept(workdir: Path, server: str) -> Mapping[str, Any]:
    """What ``server`` told last; empty where nothing was kept, or nothing that can be read."""
    try:
        text = State.at(workdir).get(_NAME, server)
        found = json.loads(text) if text else {}
    except (TransientError, ValueError):
        found = {}
    return held(found)


def limits(told: Mapping[str, Any]) -> Limits:
    """``BY_DEFAULT``, corrected by what a server told."""
    configuration = told.get("configuration")
    changes: dict[str, Any] = {}
    for (group, name), limit in _COUNTS.items():
        count = _in(configuration, group, name)
        if _is_count(count):
            changes[limit] = count
    reserved = _in(configuration, "statuses", "characters_reserved_per_url")
    if _is_count(reserved):
        changes["measure"] = partial(length, per_address=reserved)
    mimes = _in(configuration, "media_attachments", "supported_mime_types")
    for kind, limit in (("image/", "image_formats"), ("video/", "video_formats")):
        known = {m for m in mimes if str(m).startswith(kind)} if isinstance(mimes, list) else set()
        if known:
            changes[limit] = frozenset(known)
    return dataclasses.replace(BY_DEFAULT, **changes)


def _is_count(found: Any) -> bool:
    return (whole(found) or 0) > 0


def _in(found: Any, *path: str) -> Any:
    for name in path:
        found = held(found).get(name)
    return found
