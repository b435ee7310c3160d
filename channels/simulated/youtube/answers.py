"""Words the answers of YouTube's stand-in: its pages, its errors. Likewise what it wants of a new
video.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json

_TITLE_MAX, _DESCRIPTION_MAX_BYTES, _TAGS_MAX = 100, 5_000, 500
_PARTS = {"snippet", "status"}
_SNIPPET = {"title", "description", "tags", "categoryId", "defaultLanguage"}
_STATUS = {"privacyStatus", "selfDeclaredMadeForKids"}


def check_described(body: dict[str, Any]) -> None:
    snippet, status = body.get("snippet"), body.get("status")
    if not isinstance(snippet, dict) or not isinstance(status, dict) or set(body) - _PARTS:
        refuse(400, "invalidVideoMetadata", "The request metadata is invalid.")
    if set(snippet) - _SNIPPET or set(status) - _STATUS:
        refuse(400, "invalidVideoMetadata", "The request metadata has unknown fields.")
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not 0 < len(title) <= _TITLE_MAX or {"<", ">"} & set(title):
        said = "The request metadata specifies an invalid or empty video title."
        refuse(400, "invalidTitle", said)
    if len(description.encode()) > _DESCRIPTION_MAX_BYTES or {"<", ">"} & set(description):
        said = "The request metadata specifies an invalid video description."
        refuse(400, "invalidDescription", said)
    tags = snippet.get("tags", [])
    written = ",".join(f'"{tag}"' if " " in tag else tag for tag in tags)
    if len(written) > _TAGS_MAX or {"<", ">"} & set(written):
        refuse(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    if not snippet.get("categoryId", "").isdecimal():
        said = "The snippet.categoryId property specifies an invalid category ID."
        refuse(400, "invalidCategoryId", said)
    if status.get("privacyStatus") not in ("public", "unlisted", "private"):
        refuse(403, "forbiddenPrivacySetting", "An invalid privacy setting.")


def query(request: Request, known: set[str]) -> dict[str, str]:
    asked = {key: value for key, value in request.args.items() if key != "upload_id"}
    if unknown := sorted(set(asked) - known):
        refuse(400, "unexpectedParameter", f"unexpected parameter: {unknown[0]}")
    return asked


def object_of(request: Request) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        refuse(400, "parseError", "The body is no JSON object.")
    return body


def page(items: list[dict[str, Any]], following: str = "") -> Response:
    told: dict[str, Any] = {"items": items, "pageInfo": {"totalResults": len(items)}}
    return as_json(200, told | ({"nextPageToken": following} if following else {}))


def written(at: datetime) -> str:
    return f"{at.replace(microsecond=0, tzinfo=None).isoformat()}Z"


def no(status: int, reason: str, said: str) -> Response:
    each = {"message": said, "domain": "youtube.common", "reason": reason}
    return as_json(status, {"error": {"code": status, "message": said, "errors": [each]}})


def refuse(status: int, reason: str, said: str) -> NoReturn:
    raise RefusedError(no(status, reason, said))
