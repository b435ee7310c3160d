"""Words the answers of Telegram's stand-in."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json
from channels.simulated.telegram.html import text_of

_MAGIC = {"photo": (b"\x89PNG", b"\xff\xd8", b"RIFF"), "video": (b"",), "document": (b"",)}


def fields_of(request: Request) -> dict[str, Any]:
    """A request's fields: a form's are JSON wherever they aren't plain text."""
    if request.mimetype == "application/json":
        found = request.get_json(silent=True)
        if not isinstance(found, dict):
            bad("the body is no JSON object")
        return found
    keys: dict[str, Any] = {}
    for key, value in [*request.args.items(), *request.form.items()]:
        keys[key] = value
        if key in ("media", "disable_notification", "link_preview_options"):
            try:
                keys[key] = json.loads(value)
            except ValueError:
                bad(f"{key} is not JSON")
    return keys


def attached(keys: dict[str, Any]) -> set[str]:
    """The names of the files that an album refers to."""
    album = keys.get("media")
    items = album if isinstance(album, list) else []
    return {str(item["media"]).removeprefix("attach://") for item in items}


def caption_in(keys: dict[str, Any]) -> str:
    """What a reader sees of a caption."""
    text = plain(keys.get("caption", ""), keys.get("parse_mode"))
    if len(text) > 1_024:
        bad("message caption is too long")
    return text


def check_upload(kind: str, part: str, request: Request) -> None:
    """Refuse a file that isn't what it claims."""
    upload = request.files.get(part)
    content = upload.read() if upload is not None else b""
    if not content:
        bad(f"there is no {kind} in the request")
    if not content.startswith(_MAGIC[kind]):
        bad("IMAGE_PROCESS_FAILED")
    if len(content) > (10 if kind == "photo" else 50) * 1024 * 1024:
        raise RefusedError(no(413, "Request Entity Too Large"))


def plain(text: Any, parse_mode: Any) -> str:
    """What a reader sees of a text."""
    if not isinstance(text, str):
        bad("message text is empty")
    if parse_mode != "HTML":
        return text.strip()
    try:
        return text_of(text)
    except ValueError as fault:
        bad(f"can't parse entities: {fault}")


def yes(result: Any) -> Response:
    """An answer with ``result``."""
    return as_json(200, {"ok": True, "result": result})


def no(code: int, said: str, parameters: dict[str, Any] | None = None) -> Response:
    """A refusal by ``code``."""
    told = {"ok": False, "error_code": code, "description": said}
    told |= {"parameters": parameters} if parameters else {}
    return as_json(code, told)


def bad(said: str) -> NoReturn:
    """Refuse what was asked, from wherever one is."""
    raise RefusedError(no(400, f"Bad Request: {said}"))
