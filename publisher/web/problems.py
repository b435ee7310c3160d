"""What the API says when it refuses: problem details (RFC 9457), in the reader's language.

``code`` is the same in every language and for programs, ``detail`` is for people; ``errors`` name
what of a question doesn't fit. Nothing of what was sent is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from publisher.i18n import _
from publisher.web import access

MIME = "application/problem+json"


class Wrong(BaseModel):
    """A part of a question that doesn't fit."""

    model_config = ConfigDict(frozen=True)

    at: str = Field(description="Where: query.first, body.items.0.number.")
    what: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why something wasn't done (RFC 9457)."""

    model_config = ConfigDict(frozen=True)

    type: str = Field("about:blank", description="Always about:blank: see code.")
    title: str = Field(description="What its status is called.")
    status: int = Field(description="The answer's status.")
    detail: str = Field(description="What to tell a person.")
    code: str = Field(description="Which problem, for programs.")
    instance: str = Field(description="The path that was asked for.")
    errors: tuple[Wrong, ...] = Field((), description="What of the question doesn't fit.")


class Refused(HTTPException):
    """Raised by a route that can't do what it is asked; ``code`` and ``detail`` as in a problem."""

    def __init__(
        self, status: int, code: str, detail: str, errors: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(status, detail)
        self.code = code
        self.errors = tuple(Wrong(at=at, what=what) for at, what in errors)


def of_refusal(request: Request, error: HTTPException) -> Response:
    """The answer to what was refused, isn't there or may not be done."""
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-").replace("'", "")
    detail, errors = str(error.detail), tuple[Wrong, ...]()
    if isinstance(error, Refused):
        code, errors = error.code, error.errors
    elif detail == access.STRANGE:
        code, detail = "form-token", _("Send the token of the page's forms as X-Form-Token.")
    elif detail == phrase:
        detail = _said(error.status_code)
    return answer(request, error.status_code, code, detail, errors, error.headers)


def of_question(request: Request, error: RequestValidationError) -> Response:
    """The answer to a question that isn't as the document says."""
    errors = tuple(
        Wrong(at=".".join(str(part) for part in one["loc"]), what=_wrong(one))
        for one in error.errors()[:_MOST]
    )
    detail = _("The question isn't as the API's document says; see errors.")
    return answer(request, 422, "question", detail, errors)


def answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    errors: tuple[Wrong, ...] = (),
    headers: Any = None,
) -> Response:
    """A problem as it goes out."""
    told = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        instance=request.url.path,
        errors=errors,
    )
    return Response(told.model_dump_json(), status, headers, media_type=MIME)


_MOST = 20


def _said(status: int) -> str:
    return {
        401: _("Log in, or send a token."),
        403: _("Your role may not do this."),
        404: _("There is nothing there."),
        405: _("This can't be done there."),
        413: _("That is more than may be sent at once."),
        500: _("Something went wrong here; it stands in the log."),
    }.get(status, HTTPStatus(status).phrase)


def _wrong(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return _("It is missing.")
    if kind == "extra_forbidden":
        return _("There is no such key.")
    if kind == "json_invalid":
        return _("It is no JSON.")
    if kind in ("enum", "literal_error"):
        return _("Choose one of: %(choices)s") % {"choices": context.get("expected", "")}
    if kind.startswith(("greater_", "less_")):
        return _("It is too small or too large.")
    if kind in ("string_too_long", "too_long"):
        return _("At most %(most)s.") % {"most": context.get("max_length", "")}
    if kind in ("string_too_short", "too_short"):
        return _("It is empty.")
    return _("It isn't of the form that the document says.")
