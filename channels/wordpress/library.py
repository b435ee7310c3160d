"""Keeps media in a portal's library: what a post shows, and what other platforms fetch.

An upload is known by its name, which a hash of what it is (its bytes, its alt text, its credit)
ends; it is looked up before anything is sent up, so that one broken off isn't doubled. WordPress
itself checks the bytes (``Content-MD5``, in hexadecimal). Of large or turned pictures it shows a
copy; the original stays beside it, under the name in ``media_details.original_image``.
Used by ``channels.wordpress``.
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import requests

from channels.base import N_, ForbiddenError, Media, TransientError
from channels.web.hosts import is_web
from channels.web.http import HttpSession
from channels.web.uploads import content_of
from channels.web.values import held, moment
from channels.wordpress.line import Line, code_of
from channels.wordpress.text import Shown, named

HOSTED = "publisher-media-"
"""How the names begin of what is hosted for other platforms; nothing else is ever forgotten."""

CHANGED = N_("the portal doesn't give media back as they were uploaded: a plugin changes them")
CLOSED = N_(
    "nobody but its users may fetch what is in the portal's media library: have its "
    "administrator open it"
)

_UNFETCHED = N_("what was uploaded can't be fetched from its address")
_ROUTE = "/wp/v2/media"
_FIELDS = "id,slug,status,alt_text,caption,source_url,media_details,date_gmt"
_A_PAGE = 100
_SUFFIXES = {"image/jpeg": ".jpg", "video/mp4": ".mp4", "image/webp": ".webp"}
_ROOM_BYTES = 1_000_000


class Library:
    """The media library of one site, as one user sees it."""

    def __init__(self, line: Line, clock: Callable[[], datetime], timeout_s: float) -> None:
        self._line = line
        self._clock = clock
        self._timeout_s = timeout_s

    # -- what a post shows ------------------------------------------------------------------------

    def found(self, media: Sequence[Media]) -> list[Shown | None]:
        """Each of ``media`` as it stands in the library; ``None`` where it doesn't."""
        rows = self._named([_name(each) for each in media])
        return [_shown(each, row) if (row := rows.get(_name(each))) else None for each in media]

    def brought(self, media: Sequence[Media]) -> list[Shown]:
        """``media`` in the library, with their alt texts and credits; sent up where missing."""
        rows = self._named([_name(each) for each in media])
        shown: list[Shown] = []
        for each in media:
            row = rows.get(_name(each)) or self._upload(each, _name(each))
            rows[_name(each)] = row
            if each.alt and not row.get("alt_text"):
                self._describe(each, row)
            shown.append(_shown(each, row))
        return shown

    def _describe(self, media: Media, row: Mapping[str, Any]) -> None:
        told = {"alt_text": media.alt, "caption": escape(media.credit, quote=False)}
        with self._line.http.harmless():
            self._line.object("POST", f"{_ROUTE}/{row['id']}", json=told)

    # -- what other platforms fetch ---------------------------------------------------------------

    def hosted(self, media: Media, secret: str) -> str:
        """The public address of exactly the bytes of ``media``; likewise sent up where missing.

        Its name can't be guessed without ``secret`` and is another every day, so that an address
        given today is never forgotten as one of last week.
        """
        day = self._clock().astimezone(UTC).date()
        what = f"{day} {media.sha256} {media.mime}".encode()
        name = HOSTED + hmac.new(secret.encode(), what, hashlib.sha256).hexdigest()[:32]
        # Private: else everybody may list it. Its file is there for whoever knows the address.
        row = self._named([name]).get(name) or self._upload(media, name, status="private")
        address = requests.utils.requote_uri(_original(row))
        self._prove(media, address)
        return address

    def forget(self, before: datetime) -> int:
        """Delete what was hosted before ``before``; gives how many."""
        old = [
            row for row in self._hosted() if (moment(row.get("date_gmt"), UTC) or before) < before
        ]
        for row in old:
            with self._line.http.harmless():
                answer = self._line.ask("DELETE", f"{_ROUTE}/{row['id']}", params={"force": "true"})
            if answer.status_code != 200 and code_of(answer) != "rest_post_invalid_id":
                raise self._line.error_of(answer)
        return len(old)

    def _hosted(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, _A_PAGE):
            rows = self._rows(search=HOSTED, orderby="date", order="asc", page=page)
            found += [row for row in rows if str(row.get("slug", "")).startswith(HOSTED)]
            if len(rows) < _A_PAGE:
                break
        return found

    def _prove(self, media: Media, address: str) -> None:
        """Fetch it as anybody would: plugins that shrink pictures change the originals too."""
        most = media.size_bytes + _ROOM_BYTES
        http = HttpSession(self._clock, self._timeout_s, answer_max_bytes=most)
        is_image = media.kind == "image"
        answer = http.get(address) if is_image else http.head(address)
        if answer.status_code in (401, 403):
            raise ForbiddenError(CLOSED)
        if answer.status_code != 200:
            raise TransientError(f"WordPress: {_UNFETCHED}: {answer.status_code}")
        if is_image:
            is_whole = hashlib.sha256(answer.content).hexdigest() == media.sha256
        else:
            size = str(media.size_bytes)
            is_whole = answer.headers.get("Content-Length", size) == size
        if not is_whole:
            raise ForbiddenError(CHANGED)

    # -- both -------------------------------------------------------------------------------------

    def _named(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        if not names:
            return {}
        rows = self._rows(slug=",".join(dict.fromkeys(names)))
        return {str(row.get("slug")): row for row in rows}

    def _rows(self, **query: Any) -> list[dict[str, Any]]:
        query = {"status": "inherit,private", "per_page": _A_PAGE, "context": "edit", **query}
        rows = self._line.rows(_ROUTE, _fields=_FIELDS, **query)
        return [row for row in rows if _is_whole(row)]

    def _upload(self, media: Media, name: str, **more: str) -> dict[str, Any]:
        content = content_of(media)
        suffix = _SUFFIXES.get(media.mime) or mimetypes.guess_extension(media.mime)
        headers = {
            "Content-Type": media.mime,
            "Content-Disposition": f'attachment; filename="{name}{suffix or media.path.suffix}"',
            "Content-MD5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        }
        with self._line.http.harmless():
            row = self._line.object(
                "POST", _ROUTE, data=content, headers=headers, params={"slug": name, **more}
            )
        if not _is_whole(row):
            raise TransientError("WordPress: it took an upload, but doesn't say where to")
        return row


def _name(media: Media) -> str:
    return named(media.alt, f"{media.sha256} {media.mime} {media.alt} {media.credit}")


def _shown(media: Media, row: Mapping[str, Any]) -> Shown:
    return Shown(media, int(row["id"]), requests.utils.requote_uri(str(row["source_url"])))


def _is_whole(row: Mapping[str, Any]) -> bool:
    address = row.get("source_url")
    is_address = isinstance(address, str) and is_web(address)
    return isinstance(row.get("id"), int) and is_address


def _original(row: Mapping[str, Any]) -> str:
    """Where the very bytes are that were uploaded."""
    address = str(row["source_url"])
    original = held(row.get("media_details")).get("original_image")
    return f"{address.rpartition('/')[0]}/{original}" if original else address
