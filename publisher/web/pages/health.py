"""Is it well? For whoever watches the machine: ``/healthz``, and figures for Prometheus."""

from __future__ import annotations

import secrets

from fastapi import HTTPException
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from channels.base import CredentialsExpiredError
from channels.web.hosts import is_loopback
from publisher.store import pulse
from publisher.web.measured import Measured
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.security import TALKED_THROUGH
from publisher.web.visit import Visit

routes = Routes()


@routes.get("/healthz", Action.ENTER)
def well(visit: Visit) -> Response:
    """200 where the store can be read and the daemon was just at work, else 503."""
    try:
        with visit.site.database.reading() as session:
            last = pulse.last_at(session)
    except SQLAlchemyError:
        return PlainTextResponse("the store can't be read\n", 503)
    if not pulse.is_at_work(last, visit.now, visit.settings):
        return PlainTextResponse("the daemon is not at work\n", 503)
    return PlainTextResponse("ok\n")


@routes.get("/metrics", Action.ENTER)
def measured(visit: Visit) -> Response:
    if not _may_read(visit):
        raise HTTPException(404)
    registry = CollectorRegistry()
    registry.register(Measured(visit.site))
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


def _may_read(visit: Visit) -> bool:
    """This machine itself may, and who has the token; a web server on it passes on everybody."""
    reference = visit.settings.console.metrics_token
    scheme, _space, token = visit.request.headers.get("authorization", "").partition(" ")
    if reference and scheme.lower() == "bearer":
        try:
            kept = visit.site.secret(reference)
        except CredentialsExpiredError:
            return False
        return secrets.compare_digest(token.strip().encode(), kept.encode())
    return is_loopback(visit.address) and not visit.request.scope.get(TALKED_THROUGH)
