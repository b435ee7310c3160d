"""The desk, by which the officers' files are put into force.

``refresh`` reads the files, works out the plan and puts what changed into force. A campaign with a
fault keeps its last good version, which lies rendered in the store, and raises one alert; the
others go on. The daemon calls it, and so do ``plan`` and ``apply``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from publisher.alerts.alerts import Alerts
from publisher.campaign.model import Campaign
from publisher.clock import Clock
from publisher.desk.folder import Signature, signature_of
from publisher.desk.keeping import NotKeptError, with_media
from publisher.desk.notices import Notices
from publisher.desk.planner import Draft, Planner
from publisher.planning.diff import Changes
from publisher.settings import Settings
from publisher.store import library
from publisher.store import planned as stored_plan
from publisher.store.database import Database

log = structlog.get_logger("desk")

REPLAN_EVERY = timedelta(hours=1)
"""Also without a change the plan is made anew so often: its far end moves with time."""


class Desk:
    """Reads, plans and applies."""

    def __init__(
        self, settings: Settings, database: Database, clock: Clock, alerts: Alerts
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.alerts = alerts
        self.planner = Planner(settings, database, clock)
        self._notices = Notices(settings, clock, alerts)
        self._seen: Signature | None = None
        self._planned_at: datetime | None = None
        self._guard = threading.Lock()

    def campaigns(self) -> Sequence[Campaign]:
        """The campaigns as last read without fault."""
        if self._seen is None and not self.planner.last_good:
            # Who merely asks, as a report does for titles, must not put a plan into force.
            return self.planner.read()[0]
        return self.planner.last_good

    def force(self) -> None:
        """See to it that the next ``refresh`` reads everything."""
        self._seen = None

    def draft(self) -> Draft:
        """Read the files and work out what they would change; nothing is written."""
        return self.planner.draft()

    def refresh(self, *, force: bool = False) -> Changes | None:
        """Put what changed in the files into force; ``None`` where nothing was to be read."""
        with self._guard:
            now, signature = self.clock(), self._signature()
            fresh = self._planned_at is not None and now - self._planned_at < REPLAN_EVERY
            if not force and fresh and signature == self._seen and not self._notices.in_the_making:
                return None
            draft = self.draft()
            self._notices.faulty(draft.faults, signature)
            not_kept = self.apply(draft.changes)
            self._notices.not_kept(not_kept)
            # What was read is what stood there before reading: a save in between is seen next time.
            self._seen, self._planned_at = signature, now
            if not_kept:
                self._seen = None
            return draft.changes

    def _signature(self) -> Signature:
        """What changes with any file of the officers', and with their media library."""
        with self.database.reading() as session:
            count, changed_at = library.mark(session)
        changed_ns = int(changed_at.timestamp() * 1e9) if changed_at is not None else 0
        folder = self.settings.campaigns_folder
        return (*signature_of(folder), ("media library", changed_ns, count))

    def apply(self, changes: Changes) -> dict[str, str]:
        """Put ``changes`` into force; the media they need are kept first.

        Gives, by their slugs, the campaigns of which a medium couldn't be kept, and why: of those
        nothing is changed.
        """
        not_kept: dict[str, str] = {}
        while not changes.empty:
            try:
                kept = with_media(changes, self.settings.media_folder)
            except NotKeptError as error:
                not_kept[error.campaign] = error.why
                changes = changes.without(error.campaign)
                continue
            now = self.clock()
            with self.database.writing() as session:
                stored_plan.apply(session, kept, now)
            log.info("plan changed", **changes.counts())
            break
        return not_kept
