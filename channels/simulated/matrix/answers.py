"""Words the answers of Matrix's stand-in."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json


def object_of(request: Request) -> dict[str, Any]:
    """The JSON object that ``request`` brings."""
    told = request.get_json(force=True, silent=True)
    if told is None:
        refuse(400, "M_NOT_JSON", "Content not JSON.")
    if not isinstance(told, dict):
        refuse(400, "M_BAD_JSON", "Content must be a JSON object.")
    return told


def paged(request: Request, found: list[dict[str, Any]], onward: str) -> Response:
    """A page of ``found``; ``onward`` is how the place of the next one is called."""
    first, limit = int(request.args.get("from", "0")), int(request.args.get("limit", "10"))
    told: dict[str, Any] = {"chunk": found[first : first + limit]}
    if first + limit < len(found):
        told[onward] = str(first + limit)
    return as_json(200, told)


def no(status: int, code: str, text: str) -> Response:
    """A refusal by ``code``."""
    return as_json(status, {"errcode": code, "error": text})


def refuse(status: int, code: str, text: str) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(no(status, code, text))
