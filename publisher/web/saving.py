"""Writes a proposed change to a campaign file and puts it into force at once."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from publisher.editing.proposal import Proposal
from publisher.i18n import _
from publisher.web.visit import Visit

log = structlog.get_logger("console")


def save(visit: Visit, proposal: Proposal) -> str:
    """Write ``proposal`` in the name of who asks, and take it into the plan, so that the next page
    shows it; gives what to tell. Raises ``RefusedError``; then nothing is written."""
    proposal.write(visit.actor)
    not_kept = into_force(visit)
    if not_kept is None:
        return _("The file is written; the plan follows when the store is free.")
    if proposal.slug in not_kept:
        return _("The file is written, but its media couldn't be kept: %(why)s") % {
            "why": not_kept[proposal.slug]
        }
    return _("Written to the campaign file, and in force.")


def into_force(visit: Visit) -> Mapping[str, str] | None:
    """Take what is written into the plan; gives the campaigns whose media couldn't be kept, and
    why; ``None`` where the store couldn't be written to."""
    try:
        draft = visit.site.desk.draft()
        return visit.site.desk.apply(draft.changes)
    except SQLAlchemyError as error:
        # It is written; the daemon reads it as it reads what an officer saves.
        log.warning("written, not yet in the plan", why=type(error).__name__)
        return None
