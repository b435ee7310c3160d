"""Keeps the folder that an outbox publishes into. Posts, media, the pages made of them, and counted
views.

``posts/ID.json`` is the truth; ``index.html`` and ``post/ID.html`` are made of it; ``media/`` holds
files by their content. Everything is written whole or not at all and is on the disk before a method
returns; several processes may use one folder. Methods raise ``OSError``.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from channels.base import Media
from channels.durable import settle, written
from channels.outbox.post import TimelinePost
from channels.reasons import UNREADABLE

_NEWEST: Final = 100
"""So many posts stand on ``index.html``; all of them are kept in ``posts/``."""

_PUBLIC: Final = 0o644
"""A timeline is for a web server too."""

_ID: Final = re.compile(r"[0-9a-f]{24}")
_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
}

_TABLE: Final = "CREATE TABLE IF NOT EXISTS views (post TEXT PRIMARY KEY, shown INTEGER NOT NULL)"

Record = dict[str, Any]
"""A post as it stands in ``posts/ID.json``."""


class Folder:
    """One outbox on the disk; an id that isn't of an outbox's making is never looked up.

    A record that can't be understood is an ``OSError`` too: the disk doesn't give what it took.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder and prove that it can be written."""
        for name in ("posts", "post", "media"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path):
            pass

    def get(self, post_id: str) -> Record | None:
        """The post's record, if there is one."""
        if not _ID.fullmatch(post_id):
            return None
        try:
            return _read(self._record(post_id))
        except FileNotFoundError:
            return None
        except ValueError:
            pass  # raised below, so that nothing stands behind the error
        raise OSError(errno.EIO, f"{post_id}.json: {UNREADABLE}")

    def add(self, record: Record) -> None:
        """Keep a post; where one of its id is there already, even just now, that one stands."""
        path = self._record(record["id"])
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".") as draft:
            draft.write(json.dumps(record, ensure_ascii=False, indent=1).encode())
            draft.flush()
            os.fsync(draft.fileno())
            try:
                os.link(draft.name, path)
            except FileExistsError:
                return
        settle(path.parent)

    def remove(self, post_id: str) -> None:
        """Take a post and its page away; media stay, for other posts may show them."""
        self._record(post_id).unlink(missing_ok=True)
        (self.path / "post" / f"{post_id}.html").unlink(missing_ok=True)

    def keep_medium(self, medium: Media) -> dict[str, Any]:
        """Copy a medium into ``media/`` unless it is there; how a record tells of it."""
        # An ending that a browser runs (.svg, .html) is never given.
        name = f"{medium.sha256}{_ENDINGS.get(medium.mime, '.bin')}"
        target = self.path / "media" / name
        if not target.exists():
            with medium.path.open("rb") as source, written(target, _PUBLIC) as copy:
                shutil.copyfileobj(source, copy)
        return {"file": name, **_told(medium)}

    def posts(self) -> list[TimelinePost]:
        """All posts, the newest first; files that aren't posts of ours are passed over."""
        found = []
        for path in (self.path / "posts").glob("*.json"):
            if _ID.fullmatch(path.stem):
                try:
                    found.append(self._shown(_read(path)))
                except (FileNotFoundError, ValueError, KeyError, TypeError):
                    continue
        return sorted(found, key=lambda post: (post.at, post.id), reverse=True)

    def make_pages(
        self, post_id: str, *, title: str, zone: tzinfo, rehearsal: bool, language: str
    ) -> None:
        """Make ``index.html`` anew, and the page of ``post_id`` where that post is there."""
        # As in the adapter: pages are drawn where something is published.
        from channels.outbox.timeline import page

        # One process at a time: else the last to write might have listed too early.
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            posts = self.posts()
            newest = posts[:_NEWEST]

            def write(path: Path, shown: list[TimelinePost], media: str, older: int = 0) -> None:
                text = page(
                    shown,
                    title=title,
                    zone=zone,
                    rehearsal=rehearsal,
                    language=language,
                    address_of=lambda medium: f"{media}/{medium.path.name}",
                    older=older,
                )
                with written(path, _PUBLIC) as file:
                    file.write(text.encode())

            write(self.path / "index.html", newest, "media", len(posts) - len(newest))
            if one := [post for post in posts if post.id == post_id]:
                write(self.path / "post" / f"{post_id}.html", one, "../media")

    def _record(self, post_id: str) -> Path:
        return self.path / "posts" / f"{post_id}.json"

    def _shown(self, record: Record) -> TimelinePost:
        return TimelinePost(
            channel=record["channel"],
            platform=record["platform"],
            at=datetime.fromisoformat(record["at"]),
            text=record["text"],
            title=record["title"],
            html=record["html"],
            summary=record["summary"],
            link=record["link"],
            id=record["id"],
            media=tuple(self._medium(told) for told in record["media"]),
            hashtags=tuple(record["hashtags"]),
            replies=tuple(record["replies"]),
        )

    def _medium(self, told: Mapping[str, Any]) -> Media:
        facts = {name: value for name, value in told.items() if name != "file"}
        return Media(path=self.path / "media" / Path(told["file"]).name, **facts)


class Views:
    """How often each post of a folder was shown: ``views.db``, there once it has been served."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "views.db"

    def begin(self) -> None:
        """Begin to count: from here on, "never shown" is a true zero."""
        with closing(self._connect()) as connection:
            connection.execute(_TABLE)

    def add(self, posts: Iterable[str]) -> None:
        """Count one more view of each of ``posts``."""
        with closing(self._connect()) as connection, connection:
            connection.executemany(
                "INSERT INTO views VALUES (?, 1) ON CONFLICT DO UPDATE SET shown = shown + 1",
                [(post,) for post in posts],
            )

    def make_up(self, post: str, shown: int) -> None:
        """Set the views of ``post``; quick, for a rehearsal's need not outlive a power cut."""
        with closing(self._connect()) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute(_TABLE)
            connection.execute(
                "INSERT INTO views VALUES (?, ?) ON CONFLICT DO UPDATE SET shown = excluded.shown",
                (post, shown),
            )

    def counts(self) -> Mapping[str, int] | None:
        """Views by post; ``None`` where the folder was never served or the file can't be read."""
        if not self._path.exists():
            return None
        try:
            with closing(self._connect()) as connection:
                return dict(connection.execute("SELECT post, shown FROM views").fetchall())
        except sqlite3.Error:
            return None

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def posts_in(folder: Path) -> list[TimelinePost]:
    """The posts of an outbox's folder, the newest first, with their views once it was served."""
    views = Views(folder).counts()
    posts = Folder(folder).posts()
    if views is None:
        return posts
    return [replace(post, metrics={"views": views.get(post.id, 0)}) for post in posts]


def set_views(folder: Path, post_id: str, views: int) -> None:
    """Say how often a post was shown, as a rehearsal's made-up readers do."""
    Views(folder).make_up(post_id, views)


def _told(medium: Media) -> dict[str, Any]:
    return {name: value for name, value in asdict(medium).items() if name != "path"}


def _read(path: Path) -> Record:
    record: Record = json.loads(path.read_text("utf-8"))
    return record
