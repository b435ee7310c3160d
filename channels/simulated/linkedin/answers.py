"""Words the answers of LinkedIn's stand-in."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json


def no(status: int, message: str, code: int) -> Response:
    """A refusal in LinkedIn's form."""
    told = {"message": message, "status": status, **({"serviceErrorCode": code} if code else {})}
    return as_json(status, told)


def refuse(status: int, message: str, code: int) -> NoReturn:
    """Refuse, from wherever one is."""
    raise RefusedError(no(status, message, code))


def listed(request: Request, name: str) -> list[str]:
    """A Rest.li 2.0 list."""
    found = re.fullmatch(r"List\((.+)\)", request.args.get(name, ""))
    if not found:
        refuse(400, f"QUERY_PARAM_NOT_ALLOWED: {name}", 0)
    if name == "ids" and request.headers.get("X-RestLi-Method") != "BATCH_GET":
        refuse(400, "X-RestLi-Method", 0)
    return found[1].split(",")


def body_of(request: Request, known: set[str]) -> dict[str, Any]:
    """The JSON that ``request`` brings, whose fields are all ``known``."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not set(body) <= known:
        refuse(422, "unrecognized field found but not allowed", 0)
    return body
