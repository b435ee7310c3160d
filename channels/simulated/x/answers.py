"""Words the answers of X's stand-in."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json

_PROBLEMS = "https://api.twitter.com/2/problems"


def body_of(request: Request, fields: set[str]) -> dict[str, Any]:
    """The JSON that ``request`` brings, whose names are all among ``fields``."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        refuse(invalid("The body is no JSON object."))
    if unknown := set(body) - fields:
        refuse(invalid(f"[{', '.join(sorted(unknown))}] are unknown."))
    return body


def check_query(request: Request, known: set[str]) -> None:
    """Refuse a query parameter that isn't ``known``."""
    if unknown := set(request.args) - known:
        refuse(invalid(f"The query parameters [{', '.join(sorted(unknown))}] are unknown."))


def gone(number: str) -> dict[str, Any]:
    """How a post that isn't there stands among the others."""
    return {
        "value": number,
        "resource_id": number,
        "resource_type": "tweet",
        "parameter": "ids",
        "title": "Not Found Error",
        "detail": f"Could not find tweet with ids: [{number}].",
        "type": f"{_PROBLEMS}/resource-not-found",
    }


def invalid(said: str) -> Response:
    """A refusal of what was asked."""
    told = {"errors": [{"message": said}], "title": "Invalid Request", "detail": said}
    return as_json(400, told | {"type": f"{_PROBLEMS}/invalid-request"})


def no(status: int, title: str, said: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal for any other reason."""
    told = {"title": title, "detail": said, "type": "about:blank", "status": status}
    return as_json(status, told, headers)


def refuse(response: Response) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(response)
