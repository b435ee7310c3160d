"""Waits for a database that isn't there yet: after a power cut all machines start together."""

from __future__ import annotations

import time

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from publisher.store.database import Database
from publisher.store.trouble import in_words

log = structlog.get_logger("cluster")

PATIENCE_S = 600.0
"""So long; whoever started the process then starts it again."""

REST_MOST_S = 10.0


def wait_for(url: str) -> None:
    """Return once the PostgreSQL at ``url`` answers, or patience is at an end."""
    end, rest_s = time.monotonic() + PATIENCE_S, 0.5
    database = Database(url)
    try:
        while time.monotonic() < end:
            try:
                with database.reading() as session:
                    session.connection()
            except (OperationalError, InterfaceError) as error:
                log.warning("waiting for the database", why=in_words(error))
                time.sleep(rest_s)
                rest_s = min(REST_MOST_S, rest_s * 2)
            else:
                return
    finally:
        database.close()
