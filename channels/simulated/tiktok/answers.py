"""Words the answers of TikTok's stand-in: its envelope, its refusals."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json


def body_of(request: Request, known: set[str]) -> dict[str, Any]:
    """The JSON that ``request`` brings, whose fields are all ``known``."""
    body = request.get_json(silent=True)
    if "charset=UTF-8" not in request.headers.get("Content-Type", ""):
        refuse(400, "invalid_params", "Content-Type")
    if not isinstance(body, dict) or not set(body) <= known:
        refuse(400, "invalid_params", "a field isn't known")
    return body


def yes(data: dict[str, Any]) -> Response:
    """An answer with ``data``."""
    error = {"code": "ok", "message": "", "log_id": "20261125043000ABCDEF"}
    return as_json(200, {"data": data, "error": error})


def no(status: int, code: str, message: str = "") -> Response:
    """A refusal by ``code``."""
    error = {"code": code, "message": message or f"It is {code}.", "log_id": "2026112504"}
    return as_json(status, {"data": {}, "error": error})


def oauth_no(code: str) -> Response:
    """A refusal of tokens."""
    told = {"error": code, "error_description": f"It is {code}.", "log_id": "2026112504"}
    return as_json(400, told)


def refuse(status: int, code: str, message: str = "") -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(no(status, code, message))
