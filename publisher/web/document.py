"""The API's own document (OpenAPI 3.1), made from its routes: for programs, and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from publisher import __version__
from publisher.web.access import action_of
from publisher.web.permissions import LEAST, Action
from publisher.web.problems import Problem

_ABOUT = """\
What officers do in the console, for programs. Each asks with a token of a person (the console's
page Tokens), `Authorization: Bearer TOKEN`, and what it does is done in that person's name. Texts
for people are in the office's language, or in that which `Accept-Language` names (vi, en). Moments
are ISO 8601 with an offset, days are the office's own.
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked: ``action`` is what its asker must be allowed to do."""

    tag: str
    method: str
    path: str
    summary: str
    action: Action


def document(app: FastAPI, address: str) -> dict[str, Any]:
    """The document of ``app``, which is reached at ``address``."""
    found: dict[str, Any] = get_openapi(
        title="Publisher",
        version=__version__,
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": address}],
    )
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {}).update(_schema_of_problems())
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found


def operations(app: FastAPI) -> Iterator[Operation]:
    """All that can be asked, in the order of the document."""
    actions = {
        (method, route.path): action
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
        if (action := action_of(route)) is not None
    }
    for path, asked in document(app, "")["paths"].items():
        for method, told in asked.items():
            yield Operation(
                told["tags"][0],
                method.upper(),
                path,
                told.get("description") or told["summary"],
                actions[method.upper(), path],
            )


def least_role(action: Action) -> str:
    """The least role that may do ``action``."""
    role = LEAST[action]
    return role.value if role is not None else ""


def _schema_of_problems() -> Mapping[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs", {})
    return {**parts, "Problem": schema}
