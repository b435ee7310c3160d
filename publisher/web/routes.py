"""How a page says where it stands, what it does and who may: its routes, and its line in the menu.

A handler is a plain function of a ``Visit`` (and of what its path names), run in a thread, since
the store blocks; an ``async`` one is awaited, for answers that go on (server-sent events). Before
it is called, who asks was found out, their right to the route's action, and the form's token.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from publisher.web import access
from publisher.web.permissions import Action
from publisher.web.visit import Visit

Handler = Callable[..., Any]

MOST_BYTES = 256 * 1024
"""What a form may send; a route that takes files names its own bound."""

MOST_FIELDS = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: an English message (``N_``), its path, who sees it, and its place.

    ``count`` gives a number to show beside it, such as how much waits, for who asks.
    """

    title: str
    path: str
    action: Action
    place: int
    count: Callable[[Visit], int] | None = None


class Routes:
    """The routes of a family of pages, with their line in the menu if they have one."""

    def __init__(self, entry: Entry | None = None) -> None:
        self.entry = entry
        self.routes: list[Route] = []

    def get(self, path: str, action: Action, *, name: str = "") -> Callable[[Handler], Handler]:
        """The handler answers GET on ``path``; nothing is changed by it."""
        return self._add("GET", path, action, name, MOST_BYTES)

    def post(
        self, path: str, action: Action, *, name: str = "", most_bytes: int = MOST_BYTES
    ) -> Callable[[Handler], Handler]:
        """The handler does what a form on ``path`` asks, which sends at most ``most_bytes``."""
        return self._add("POST", path, action, name, most_bytes)

    def _add(
        self, method: str, path: str, action: Action, name: str, most_bytes: int
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            door = Door(handler, action)
            self.routes.append(
                Route(
                    path,
                    door.answer,
                    methods=[method],
                    name=name or getattr(handler, "__name__", path),
                    max_body_size=most_bytes,
                )
            )
            return handler

        return keep


class Door:
    """Stands before a handler: who asks, may they, is it their own form?"""

    def __init__(self, handler: Handler, action: Action) -> None:
        self.handler = handler
        self.action = action

    async def answer(self, request: Request) -> Response:
        """The answer of the handler, or why there is none."""
        visit = await run_in_threadpool(access.visit_of, request)
        refused = access.refused(visit, self.action)
        if refused is not None:
            return refused
        if request.method == "POST":
            visit.form = await request.form(max_fields=MOST_FIELDS)
            access.require_own_form(visit)
        try:
            if inspect.iscoroutinefunction(self.handler):
                answer: Response = await self.handler(visit, **request.path_params)
            else:
                answer = await run_in_threadpool(self.handler, visit, **request.path_params)
        finally:
            await visit.form.close()
        access.leave_form_token(visit, answer)
        return answer
