"""Answers as WordPress's REST API does: JSON, lists in pages, refusals with a code. Lists come with
the headers that count them. Used by the stand-in portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json

STATUSES = ("publish", "future", "draft", "pending", "private")
_TYPES: Mapping[str, type] = {
    "title": str,
    "content": str,
    "excerpt": str,
    "slug": str,
    "status": str,
    "sticky": bool,
    "featured_media": int,
    "categories": list,
    "tags": list,
}
_MAINTENANCE_S = 600


def route_of(request: Request) -> str | None:
    """The API's route, in either form of its address."""
    if request.path == "/":
        return request.args.get("rest_route")
    is_api = request.path == "/wp-json" or request.path.startswith("/wp-json/")
    return request.path.removeprefix("/wp-json") or "/" if is_api else None


def body_of(request: Request) -> dict[str, Any]:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        refuse(400, "rest_invalid_json", "Invalid JSON body passed.")
    return found


def fields_of(request: Request) -> dict[str, Any]:
    """The fields of a post; WordPress ignores those it doesn't know, and so do we."""
    keys = body_of(request)
    wrong = [key for key, kind in _TYPES.items() if key in keys and type(keys[key]) is not kind]
    if "status" not in wrong and keys.get("status", "draft") not in STATUSES:
        wrong.append("status")
    if wrong:
        refuse(400, "rest_invalid_param", f"Invalid parameter(s): {', '.join(wrong)}")
    return keys


def listing(rows: list[dict[str, Any]], request: Request) -> Response:
    """A page of ``rows``, with the headers that count them."""
    query = request.args
    if "slug" in query:
        slugs = query["slug"].split(",")
        rows = [row for row in rows if row["slug"] in slugs]
    if "include" in query:
        numbers = query["include"].split(",")
        rows = [row for row in rows if str(row["id"]) in numbers]
    size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
    if not 1 <= size <= 100:
        refuse(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    shown = rows[(page - 1) * size : page * size]
    answer = as_json(200, [only(row, request) for row in shown])
    answer.headers["X-WP-Total"] = str(len(rows))
    answer.headers["X-WP-TotalPages"] = str(-(-len(rows) // size))
    return answer


def only(row: dict[str, Any], request: Request) -> dict[str, Any]:
    fields = request.args.get("_fields")
    row = row if fields is None else {key: row[key] for key in fields.split(",") if key in row}
    if request.args.get("context") != "edit":
        row = {key: _rendered(value) for key, value in row.items()}
    return row


def _rendered(value: Any) -> Any:
    """What is written ("raw") is shown to those who edit."""
    is_written = isinstance(value, dict) and "rendered" in value
    return {"rendered": value["rendered"]} if is_written else value


def maintenance(speaks_json: bool) -> Response:
    said = "Briefly unavailable for scheduled maintenance. Check back in a minute."
    if speaks_json:
        answer = no(503, "wp_die", said)
    else:
        page = f'<div class="wp-die-message">{said}</div>'
        answer = Response(page, status=503, mimetype="text/html")
    answer.headers["Retry-After"] = str(_MAINTENANCE_S)
    return answer


def refusal_of(status: int, code: str, said: str) -> dict[str, Any]:
    return {"code": code, "message": said, "data": {"status": status}}


def yes(told: Any) -> Response:
    return as_json(200, told)


def no(status: int, code: str, said: str) -> Response:
    return as_json(status, refusal_of(status, code, said))


def refuse(status: int, code: str, said: str) -> NoReturn:
    raise RefusedError(no(status, code, said))
