"""Puts the console together: every page and API route that is there, and what answers errors.

A console with a route that doesn't name its action isn't built.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from publisher.site import Site
from publisher.web import access, api, pages, problems
from publisher.web.permissions import Action
from publisher.web.routes import MOST_BYTES, Door, Entry, Routes
from publisher.web.security import guarded
from publisher.web.templating import ASSETS
from publisher.web.visit import Visit

log = structlog.get_logger("console")

API = "/api/"
"""Below it errors are told as JSON (``problems``)."""


def console(site: Site) -> tuple[ASGIApp, FastAPI]:
    """What a server serves, and the application inside with all its routes."""
    app = application(site)
    return guarded(app, site.settings.console, site.settings.language), app


def application(site: Site) -> FastAPI:
    """The application without what stands around it. Raises ``LookupError`` where a route names no
    action."""
    app = FastAPI(
        title="Publisher",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=MOST_BYTES,
        exception_handlers={
            AnyHTTPException: _refused,
            RequestValidationError: _misput,
            Exception: _failed,
        },
    )
    app.state.site = site
    app.state.menu = []
    families: dict[int, Routes | APIRouter] = {
        id(found): found
        for package in (pages, api)
        for module in _modules(package)
        for found in vars(module).values()
        if isinstance(found, Routes | APIRouter)
    }
    for family in families.values():
        # Not as a router of its own, whose routes couldn't be asked for their actions.
        app.router.routes.extend(family.routes)
        if isinstance(family, Routes) and family.entry is not None:
            app.state.menu.append(family.entry)
    app.mount("/assets", _Assets(directory=ASSETS), name="assets")
    app.state.menu.sort(key=_place)
    list(actions(app))
    return app


def actions(app: FastAPI) -> Iterator[tuple[str, str, Action]]:
    """Each route's method, path and action. Raises ``LookupError`` where one names none."""
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, _Assets):
            continue
        action = action_of(route)
        if action is None or not isinstance(route, Route | APIRoute):
            raise LookupError(f"{getattr(route, 'path', route)} names no action")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path, action


def action_of(route: BaseRoute) -> Action | None:
    """The action that ``route`` names; ``None`` where it names none."""
    if isinstance(route, APIRoute):
        return access.action_of(route)
    door = getattr(getattr(route, "endpoint", None), "__self__", None)
    return door.action if isinstance(door, Door) else None


class _Assets(StaticFiles):
    """Files of ours, named in pages with a mark that changes as they do: kept by browsers."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        answer = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def _modules(package: object) -> Iterator[object]:
    names = sorted(one.name for one in pkgutil.iter_modules(package.__path__))  # type: ignore[attr-defined]
    for name in names:
        yield importlib.import_module(f"{package.__name__}.{name}")  # type: ignore[attr-defined]


def _place(entry: Entry) -> int:
    return entry.place


async def _refused(request: Request, error: Exception) -> Response:
    return await run_in_threadpool(_refusal, request, error)


def _refusal(request: Request, error: Exception) -> Response:
    """A page for what was refused or isn't there."""
    assert isinstance(error, AnyHTTPException)  # noqa: S101 -- it is registered for these alone
    if request.url.path.startswith(API):
        return problems.of_refusal(request, error)
    visit = access.visit_of(request)
    old_form = error.status_code == 403 and error.detail == access.STRANGE
    answer = visit.page(
        "error.html", error.status_code, error.headers, status=error.status_code, old_form=old_form
    )
    access.leave_form_token(visit, answer)
    return answer


async def _misput(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- likewise
    return problems.of_question(request, error)


async def _failed(request: Request, error: Exception) -> Response:
    return await run_in_threadpool(_failure, request, error)


def _failure(request: Request, error: Exception) -> Response:
    """A page for what nobody foresaw: no word of what it was, which stands in the log."""
    if isinstance(error, SQLAlchemyError):
        # Its text has the statement; its kind is enough, and the doctor says the rest.
        log.error("the store failed", page=_page_of(request), why=type(error).__name__)
    else:
        log.exception("a page failed", page=_page_of(request), exc_info=error)
    if request.url.path.startswith(API):
        return problems.of_refusal(request, AnyHTTPException(500))
    visit = Visit(request, access.site_of(request), None, None, "")
    return visit.page("error.html", 500, status=500, old_form=False)


def _page_of(request: Request) -> str:
    """Which page it was, by its handler: an address may hold what lets somebody in."""
    endpoint = request.scope.get("endpoint")
    door = getattr(endpoint, "__self__", None)
    handler = door.handler if isinstance(door, Door) else endpoint
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__name__', '?')}"
