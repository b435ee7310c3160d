"""Words the answers of Mastodon's stand-in."""

from __future__ import annotations

from typing import Any, NoReturn

from werkzeug.wrappers import Response

from channels.simulated.server import RefusedError, as_json


def answered(told: Any, status: int = 200, heads: dict[str, str] | None = None) -> Response:
    """An answer with ``told``."""
    return as_json(status, told, heads)


def not_found() -> Response:
    """There is nothing at that address."""
    return answered({"error": "Record not found"}, 404)


def refuse(said: str) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(answered({"error": said}, 422))


def invalid(said: str) -> NoReturn:
    """Refuse what was asked."""
    refuse(f"Validation failed: {said}")
