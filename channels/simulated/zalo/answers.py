"""Words the answers of Zalo's stand-in."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json


def body_of(request: Request, known: set[str] | None = None) -> dict[str, Any]:
    """The JSON that ``request`` brings, whose fields are all ``known``."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or (known is not None and not set(body) <= known):
        refuse(-201, "body is invalid!")
    return body


def yes(data: dict[str, Any]) -> Response:
    """An answer with ``data``."""
    told = {"data": data, "error": 0, "message": "Success"}
    return as_json(200, told)


def no(code: int, message: str) -> Response:
    """A refusal by ``code``, with HTTP 200."""
    told = {"error": code, "message": message}
    return as_json(200, told)


def oauth_no(code: int, name: str) -> Response:
    """A refusal of tokens."""
    told = {"error": code, "error_name": name, "error_reason": "", "error_description": name}
    return as_json(200, told)


def refuse(code: int, message: str) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(no(code, message))
