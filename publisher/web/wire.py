"""What all answers of the API share: bounded words and numbers, pages by cursor, ETags.

A cursor is for the one who gives it back: where the next page begins, in letters.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from publisher.i18n import _
from publisher.planning.dates import moment
from publisher.store.columns import MOST_WHOLE
from publisher.web.access import Allowed
from publisher.web.permissions import Action
from publisher.web.problems import MIME, Refused
from publisher.web.visit import Visit

PREFIX = "/api/v1"
MOST = 200
"""So many of anything at most in one page, or one question."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Why it wasn't done.",
        "content": {MIME: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}

Seeing = Annotated[Visit, Depends(Allowed(Action.SEE))]

_LINE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(max_length=200, pattern=_LINE)]
Line = Annotated[str, Field(min_length=1, max_length=2000, pattern=_LINE)]
Number = Annotated[int, Field(ge=1, le=MOST_WHOLE)]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(9998, 12, 31))]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class Keys(BaseModel):
    """Part of a question or an answer; keys that it doesn't know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def begins(visit: Visit, day: date) -> datetime:
    """The first moment of ``day``, in the office's zone."""
    return moment(day, time(), visit.zone)


def ends(visit: Visit, day: date) -> datetime:
    """The first moment after ``day``."""
    return moment(day + timedelta(days=1), time(), visit.zone)


def cursor(*parts: object) -> str:
    """``parts`` as a cursor."""
    return urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def parts_of(given: str, count: int) -> list[str]:
    """The ``count`` parts of the cursor ``given``. Raises ``Refused``."""
    try:
        padded = given + "=" * (-len(given) % 4)
        parts = urlsafe_b64decode(padded.encode("ascii")).decode().split("|")
    except ValueError:
        parts = []
    if len(parts) != count:
        raise no_cursor()
    return parts


def no_cursor() -> Refused:
    """What to raise where a cursor wasn't given by us."""
    return Refused(422, "cursor", _("This cursor is none that a page gave."))


def tagged(visit: Visit, found: BaseModel) -> Response:
    """``found`` with an ETag; nothing again for who has it already."""
    content = found.model_dump_json().encode()
    return tagged_bytes(visit, content, "application/json")


def tagged_bytes(visit: Visit, content: bytes, mime: str) -> Response:
    """The same, of any content."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    vary = "Accept-Language, Authorization, Cookie"
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": vary}
    known = {one.strip().removeprefix("W/") for one in _if_none_match(visit).split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=mime, headers=headers)


def _if_none_match(visit: Visit) -> str:
    return visit.request.headers.get("if-none-match", "")


def in_zone(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment that may be missing, as ``zone`` writes it."""
    return at.astimezone(zone) if at is not None else None
