"""Words the answers of Bluesky's stand-in."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json


def body_of(request: Request) -> dict[str, Any]:
    """The JSON that ``request`` brings."""
    found = request.get_json(silent=True)
    if request.mimetype != "application/json" or not isinstance(found, dict):
        refuse(400, "InvalidRequest", "A request body is expected but none was provided")
    return found


def answered(
    told: dict[str, Any], status: int = 200, heads: dict[str, str] | None = None
) -> Response:
    """An answer with ``told``."""
    return as_json(status, told, heads)


def error(status: int, name: str, said: str, heads: dict[str, str] | None = None) -> Response:
    """A refusal by ``name``."""
    return answered({"error": name, "message": said}, status, heads)


def refuse(status: int, name: str, said: str) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(error(status, name, said))
