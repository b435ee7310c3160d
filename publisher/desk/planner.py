"""What the officers' files would change, were they put into force."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from publisher.assemble.plan import assemble
from publisher.campaign.covers import NOT_TO_BE_TOLD
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.clock import Clock
from publisher.delivery.lifecycle import CANCEL
from publisher.desk.codes import with_own_codes
from publisher.desk.folder import campaigns_of
from publisher.files.faults import Fault
from publisher.media.library import MediaError, measure
from publisher.media.record import Consent, Library
from publisher.planning.bookkeeping import filed, retaggings
from publisher.planning.diff import Changes, Scope, StoredDelivery, diff
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import FeedItem
from publisher.settings import Settings
from publisher.store import bookkeeping
from publisher.store import library as stored_library
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.feeds import entries_of
from publisher.store.models import FeedEntry


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """The plan as the files have it now: what it would change, and what is wrong."""

    planned: tuple[PlannedDelivery, ...]
    changes: Changes
    faults: tuple[Fault, ...]


class Planner:
    """Reads the campaigns and works out the plan; nothing is written. A rehearsal turns campaigns
    to its own servers by ``adapt``, plans no further than it plays (``until``) and is lent the
    office's ``library``."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self.adapt: Callable[[Campaign], Campaign] = lambda campaign: campaign
        self.until: datetime | None = None
        self.library: Callable[[], Library] = self._library
        self.sound: tuple[Campaign, ...] = ()
        """The campaigns as they were last drafted without fault."""

    def read(self) -> tuple[list[Campaign], list[Fault]]:
        """The campaigns as their files have them now, and what is wrong with the others."""
        read, faults = read_campaigns(self._settings)
        return [self.adapt(campaign) for campaign in read], faults

    def draft(self) -> Draft:
        """Read the files and work out what they would change; nothing is written."""
        now = self._clock()
        campaigns, faults = self.read()
        start = now - max((_longest_grace(campaign) for campaign in campaigns), default=timedelta())
        end = min(filter(None, (now + self._settings.horizon, self.until)))
        library = self.library()
        planned, rendering_faults = self._assembled(campaigns, start, end, library)
        faults = [*faults, *rendering_faults]
        faulty = campaigns_of(faults, self._settings.campaigns_folder)
        good = [campaign for campaign in campaigns if campaign.slug not in faulty]
        sound = [delivery for delivery in planned if delivery.identity.campaign not in faulty]
        files = filed(good, sound, now, self._settings.zone)
        with self._database.reading() as session:
            stored = stored_plan.concerning(session, sound)
            tagged = bookkeeping.tagged(session, files.editions, start)
        changes = diff(sound, stored, now, self._scope(good, faulty, start, end))
        known = {*(one.identity for one in sound), *(row.identity for row in changes.removed)}
        stopped = [row for row in self._not_to_be_shown(library) if row.identity not in known]
        changes = dataclasses.replace(
            changes,
            retagged=retaggings(files, tagged),
            removed=(*changes.removed, *self._secret(stored, faults), *stopped),
        )
        self.sound = (
            *good,
            *(campaign for campaign in self.sound if campaign.slug in faulty),
        )
        return Draft(tuple(sound), changes, tuple(faults))

    def _assembled(
        self, campaigns: Sequence[Campaign], start: datetime, end: datetime, library: Library
    ) -> tuple[list[PlannedDelivery], list[Fault]]:
        """The plan rendered, with codes of short links that are nobody else's."""
        entries = self._entries(campaigns, start)
        return with_own_codes(
            self._database,
            lambda taken: assemble(self._settings, campaigns, start, end, entries, taken, library),
            lambda made: (link for delivery in made[0] for link in delivery.links),
        )

    def _secret(
        self, stored: Sequence[StoredDelivery], faults: Sequence[Fault]
    ) -> Iterator[StoredDelivery]:
        """What is planned of posts about secret tasks. A faulty campaign keeps what was planned
        before, but for these: they come back when the file, or the register, says otherwise."""
        folder = self._settings.campaigns_folder.absolute()
        posts = {
            (fault.path.absolute().relative_to(folder).parts[0], fault.path.stem)
            for fault in faults
            if fault.code == NOT_TO_BE_TOLD
        }
        for row in stored:
            is_of_one = (row.identity.campaign, row.identity.post) in posts
            if is_of_one and row.state in CANCEL.before:
                yield row

    def _not_to_be_shown(self, library: Library) -> Sequence[StoredDelivery]:
        """What is planned with media that the library no longer lets be shown that day. Whoever
        stopped them took it out (``Collection``); but a plan may have been in the making then."""
        stoppable = [
            record
            for record in library.values()
            if record.consent is Consent.WITHDRAWN or record.expires_on is not None
        ]
        if not stoppable:
            return []
        with self._database.reading() as session:
            return stored_plan.numbered(session, stored_library.unfit(session, stoppable))

    def _library(self) -> Library:
        with self._database.reading() as session:
            return stored_library.records(session, self._settings.var_folder / "media")

    def _scope(
        self, good: Sequence[Campaign], faulty: set[str], start: datetime, end: datetime
    ) -> Scope:
        return Scope(
            start=start,
            end=end,
            faulty=frozenset(faulty),
            posts=frozenset(
                (campaign.slug, post.id, channel)
                for campaign in good
                for post in campaign.posts
                for channel in campaign.channels_of(post)
            ),
        )

    def _entries(
        self, campaigns: Sequence[Campaign], start: datetime
    ) -> dict[str, Sequence[FeedItem]]:
        with self._database.reading() as session:
            return {
                campaign.slug: [
                    self._item(row, row.due_at)
                    for row in entries_of(session, campaign.slug, start)
                    if row.due_at is not None
                ]
                for campaign in campaigns
                if campaign.file.feed is not None
            }

    def _item(self, row: FeedEntry, due_at: datetime) -> FeedItem:
        picture = None
        if row.picture:
            # One that is lost since: the entry goes out without, rather than not at all.
            with suppress(MediaError):
                place = self._settings.var_folder / "media" / row.picture
                picture = measure(place, row.picture_alt)
        return FeedItem(
            row.key, due_at, row.title, row.summary, row.link, row.published_at, picture
        )


def _longest_grace(campaign: Campaign) -> timedelta:
    return max([campaign.file.grace, *(campaign.grace_of(post) for post in campaign.posts)])
