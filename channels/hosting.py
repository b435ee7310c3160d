"""Puts media where platforms that fetch them from a public address find them.

Two kinds, both a ``MediaHost``: a folder that the office's web server serves, and a bucket of an
S3-compatible storage. (The third, the portal's own media library, is the ``wordpress`` adapter.)

Names are unguessable: a keyed hash of the content and of the span of days it was asked for in, so
that the same picture asked for twice stands there once. ``sweep`` takes away what is older than was
promised; addresses into a bucket expire by themselves as well. All failures are ``TransientError``:
no post is in doubt by them, and it waits within its grace while a person mends the host.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from channels.base import N_, Media, TransientError
from channels.durable import written
from channels.state import State
from channels.web.hosts import is_protected

KEEP = timedelta(days=3)
"""How long a medium stays: platforms fetch within minutes, and may come back within a day."""

_LONGEST_SIGNED = timedelta(days=7)
_TIMEOUT_S = 20.0
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "video/mp4": ".mp4"}
_NO_FOLDER = N_("the media host's folder can't be used")
_NO_BUCKET = N_("the media host's bucket can't be used")


class SweptHost(Protocol):
    """A media host that can be swept."""

    def address(self, media: Media) -> str: ...

    def sweep(self) -> int:
        """Take away what is older than was promised; gives how many."""


class FolderHost:
    """``folder`` is served as ``url`` by the office's own web server.

    ``state`` keeps the key of the names. Files are readable by everybody, since the web server
    runs under another user. Raises ``TransientError`` where the folder can't be written.
    """

    def __init__(
        self,
        folder: Path,
        url: str,
        state: State,
        clock: Callable[[], datetime],
        keep: timedelta = KEEP,
    ) -> None:
        self._folder = folder
        self._url = url.rstrip("/")
        self._names = _Names(state, clock, keep)
        self._clock = clock
        self._keep = keep

    def address(self, media: Media) -> str:
        name = self._names.of(media)
        place = self._folder / name
        try:
            if not (place.exists() and place.stat().st_size == media.size_bytes):
                self._folder.mkdir(parents=True, exist_ok=True)
                with media.path.open("rb") as file, written(place, 0o644) as copy:
                    copyfileobj(file, copy)
        except OSError as error:
            why = error.strerror or type(error).__name__
        else:
            return f"{self._url}/{name}"
        raise TransientError(f"{self._folder}: {_NO_FOLDER}: {why}")

    def sweep(self) -> int:
        oldest = (self._clock() - self._keep).timestamp()
        gone = 0
        for place in self._folder.glob("[!.]*"):
            # Others may keep files there; ours have names that nobody gives by hand.
            if _is_ours(place.name) and place.stat().st_mtime < oldest:
                place.unlink(missing_ok=True)
                gone += 1
        return gone


class BucketHost:
    """A bucket of an S3-compatible storage at ``endpoint`` (``https://s3.example.vn``).

    Addresses are signed and end after ``keep``; with ``public_url`` (the bucket is readable by
    whoever knows an object's name) they are plain ones below it.
    """

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        credentials: Callable[[], tuple[str, str]],
        state: State,
        clock: Callable[[], datetime],
        keep: timedelta = KEEP,
        region: str = "",
        public_url: str = "",
    ) -> None:
        self._endpoint = endpoint
        self._bucket = bucket
        self._credentials = credentials
        self._names = _Names(state, clock, keep)
        self._clock = clock
        self._keep = min(keep, _LONGEST_SIGNED)
        self._region = region
        self._public_url = public_url.rstrip("/")
        self._opened: Any = None

    def address(self, media: Media) -> str:
        name = self._names.of(media)

        def put() -> str:
            client = self._client()
            if not self._has(client, name, media.size_bytes):
                with media.path.open("rb") as file:
                    client.put_object(
                        self._bucket, name, file, media.size_bytes, content_type=media.mime
                    )
            if self._public_url:
                return f"{self._public_url}/{quote(name)}"
            return str(client.presigned_get_object(self._bucket, name, expires=self._keep))

        return str(self._asked(put))

    def sweep(self) -> int:
        def swept() -> int:
            client, gone = self._client(), 0
            for each in client.list_objects(self._bucket):
                name, at = str(each.object_name), each.last_modified
                if _is_ours(name) and at is not None and at < self._clock() - self._keep:
                    client.remove_object(self._bucket, name)
                    gone += 1
            return gone

        return int(self._asked(swept))

    def _has(self, client: Any, name: str, size_bytes: int) -> bool:
        from minio.error import S3Error

        try:
            return bool(client.stat_object(self._bucket, name).size == size_bytes)
        except S3Error as error:
            if error.code == "NoSuchKey":
                return False
            raise

    def _asked(self, verb: Callable[[], Any]) -> Any:
        """What ``verb`` gives; every failure is told by its kind alone: texts hold keys."""
        from minio.error import MinioException, S3Error
        from urllib3.exceptions import HTTPError

        try:
            return verb()
        except S3Error as error:
            why = str(error.code)
        except (MinioException, HTTPError, OSError, ValueError) as error:
            why = type(error).__name__
        raise TransientError(f"{self._bucket}: {_NO_BUCKET}: {why}")

    def _client(self) -> Any:
        # Imported late: most offices have no bucket, and nobody wants to wait for its library.
        from minio import Minio
        from urllib3 import PoolManager, Timeout

        if self._opened is None:
            where = urlsplit(self._endpoint)
            access_key, secret_key = self._credentials()
            self._opened = Minio(
                where.netloc,
                access_key,
                secret_key,
                secure=where.scheme == "https",
                region=self._region or None,
                http_client=PoolManager(timeout=Timeout(total=_TIMEOUT_S), retries=False),
            )
        return self._opened


class _Names:
    """Names that nobody can guess, the same for a content as long as it is to stay."""

    def __init__(self, state: State, clock: Callable[[], datetime], keep: timedelta) -> None:
        self._state = state
        self._clock = clock
        self._keep = keep

    def of(self, media: Media) -> str:
        # A name holds for half of what is promised: so none is swept soon after it was given.
        half = max(self._keep.total_seconds() / 2, 1.0)
        span = int((self._clock() - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // half)
        told = f"{media.sha256}/{span}".encode()
        digest = hmac.new(self._key().encode(), told, hashlib.sha256).hexdigest()
        return f"{_PREFIX}{digest[:40]}{_SUFFIXES.get(media.mime, media.path.suffix.lower())}"

    def _key(self) -> str:
        with self._state.alone():
            key = self._state.get("names")
            if key is None:
                key = secrets.token_hex(32)
                self._state.put("names", key)
        return key


_PREFIX = "publisher-"


def _is_ours(name: str) -> bool:
    return name.startswith(_PREFIX) and len(Path(name).stem) == len(_PREFIX) + 40


def is_public(url: str) -> bool:
    """Whether ``url`` may be given to a platform: https and ASCII; http on this machine alone."""
    return url.isascii() and is_protected(url)
