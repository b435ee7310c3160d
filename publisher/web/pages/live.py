"""Where open pages hear that something has changed: server-sent events."""

from __future__ import annotations

from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from publisher.store.people import number_of
from publisher.web.live import live_of
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()


@routes.get("/live", Action.SEE, name="live")
async def listen(visit: Visit) -> Response:
    live = live_of(visit.request.app, visit.site)
    person = number_of(visit.person) if visit.person is not None else 0
    if not live.has_room(person):
        # Not an event stream: the browser doesn't try again by itself, and the page stays as it is.
        return PlainTextResponse("too many listen\n", 503, {"Retry-After": "60"})
    headers = {
        "Cache-Control": "no-store",
        # nginx would gather events until its buffer is full.
        "X-Accel-Buffering": "no",
    }
    return StreamingResponse(live.stream(person), media_type="text/event-stream", headers=headers)
