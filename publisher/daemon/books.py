"""What a run of the program writes down, and says, of its own beginning and end."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from publisher.site import Site
from publisher.store import audit

log = structlog.get_logger("daemon")


def opened(site: Site, session: Session) -> None:
    """It begins."""
    _note(site, session, "start")
    lacking = site.switchboard.lacking_a_key()
    if lacking:
        log.error("no key to seal tokens with: publisher key new", channels=lacking)


def write_down(site: Site) -> None:
    """What came of sends, and what people are to be told, while the store took nothing of it.

    Raises ``SQLAlchemyError`` where it still doesn't.
    """
    site.courier.write_down()
    site.alerts.write_down()


def closed(site: Site) -> None:
    """It ends: what is left to be written down is; what the store still doesn't take is settled
    later."""
    try:
        write_down(site)
        with site.database.writing() as session:
            _note(site, session, "stop")
    except SQLAlchemyError as error:
        log.error("stopped unwritten", why=type(error).__name__)


def _note(site: Site, session: Session, action: str) -> None:
    audit.record(session, site.clock(), "publisher", action, "daemon", process=site.process)
