"""What the officers' files would change, were they put into force."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session

from publisher.campaign.covers import NOT_TO_BE_TOLD
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.clock import Clock
from publisher.delivery.lifecycle import CANCEL
from publisher.desk.codes import with_own_codes
from publisher.desk.folder import campaigns_of
from publisher.desk.last_good import LastGood
from publisher.desk.recalled import Recalled, longest_grace
from publisher.desk.remembered import Memory, Posted
from publisher.files.faults import Fault
from publisher.media.library import MediaError, measure
from publisher.media.record import Consent, Library
from publisher.planning.bookkeeping import Filed, filed, retaggings
from publisher.planning.diff import Changes, Scope, StoredDelivery, diff
from publisher.planning.lines import identity_in
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import FeedItem
from publisher.settings import Settings
from publisher.store import bookkeeping, comparing
from publisher.store import library as stored_library
from publisher.store.database import Database
from publisher.store.feed_tables import FeedEntry
from publisher.store.feeds import entries_of
from publisher.store.lines import Standing, standing


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """The plan as the files have it now: what it would change, and what is wrong.

    ``planned`` and the warnings among ``faults`` are those of the campaigns that were read: one
    that is as it was when it was last put into force is not.
    """

    planned: tuple[PlannedDelivery, ...]
    changes: Changes
    faults: tuple[Fault, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Made:
    """What the campaigns that were read ask for in [start, end): ``good`` are those without an
    error and ``asked`` what they ask for, ``faulty`` the slugs of the others."""

    start: datetime
    end: datetime
    faults: Sequence[Fault]
    faulty: Collection[str]
    good: Sequence[Campaign]
    asked: Sequence[PlannedDelivery]


def _as_it_is(campaign: Campaign) -> Campaign:
    return campaign


class Planner:
    """Reads the campaigns and works out the plan; nothing is put into force. A rehearsal turns
    campaigns to its own servers by ``adapt``, plans no further than it plays (``until``) and is
    lent the office's ``library``."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self.adapt: Callable[[Campaign], Campaign] = _as_it_is
        self.until: datetime | None = None
        self.library: Callable[[], Library] = self._library
        self._last_good = LastGood()

    def read(self, but: Collection[str] = ()) -> tuple[list[Campaign], list[Fault]]:
        """The campaigns as their files have them now, and what is wrong with the others; those
        named in ``but`` are left out."""
        read, faults = read_campaigns(self._settings, but)
        return [self.adapt(campaign) for campaign in read], faults

    @property
    def last_good(self) -> Sequence[Campaign]:
        """The campaigns as they were last drafted without fault."""
        return self._last_good.campaigns(lambda but: self.read(but)[0])

    def draft(self) -> Draft:
        """Read the files and work out what they would change; nothing is put into force."""
        now, library = self._clock(), self.library()
        recalled = Recalled(self._settings, library, self._memory)
        while True:
            made = self._made(recalled, now, library)
            with self._database.reading() as session:
                stands = standing(session, made.start, made.end)
                if not recalled.drop_unless(stands, made.start, made.end):
                    changes = self._changes(session, stands, made, recalled, now)
                    break
        stopped = self._stopped(library, made, changes, recalled)
        changes = dataclasses.replace(changes, removed=(*changes.removed, *stopped))
        recalled.remember(made.good, made.asked, made.start, made.end)
        self._last_good.drafted(made.good, recalled.slugs, made.faulty, recalled.files)
        return Draft(tuple(made.asked), changes, tuple(made.faults))

    @property
    def _memory(self) -> Memory | None:
        """What a rehearsal makes of the campaigns is no office's plan."""
        is_played = self.adapt is not _as_it_is or self.until is not None
        return None if is_played else Memory(self._settings.var_folder / "plan")

    def _made(self, recalled: Recalled, now: datetime, library: Library) -> _Made:
        """What the campaigns that have to be read ask for."""
        campaigns, faults = self.read(recalled.slugs)
        graces = [*map(longest_grace, campaigns), *recalled.graces]
        start = now - max(graces, default=timedelta())
        end = min(filter(None, (now + self._settings.horizon, self.until)))
        if campaigns and recalled.slugs:
            # To be found out before the others are rendered, which may take long.
            with self._database.reading() as session:
                is_less = recalled.drop_unless(standing(session, start, end), start, end)
            if is_less:
                return self._made(recalled, now, library)
        planned, rendering_faults = self._assembled(campaigns, start, end, library)
        faults = [*faults, *rendering_faults]
        faulty = campaigns_of(faults, self._settings.campaigns_folder)
        good = [campaign for campaign in campaigns if campaign.slug not in faulty]
        asked = [one for one in planned if one.identity.campaign not in faulty]
        return _Made(start, end, faults, faulty, good, asked)

    def _changes(
        self,
        session: Session,
        stands: Standing,
        made: _Made,
        recalled: Recalled,
        now: datetime,
    ) -> Changes:
        settled = recalled.lines(made.start)
        beside = comparing.compared(session, stands, made.asked, settled)
        files = filed(made.good, made.asked, now, self._settings.zone)
        editions = {**files.editions, **recalled.editions(made.start, now)}
        tagged = bookkeeping.tagged(session, editions, made.start, made.end, beside.ids)
        concerned = {row.identity.campaign for row in beside.stored}
        concerned |= {row.identity.campaign for row in tagged}
        posts = recalled.posts(concerned)
        tags = {(slug, one.id): one.tags for slug, of in posts.items() for one in of}
        files = Filed({**files.posts, **tags}, editions, files.asked)
        changes = diff(beside.asked, beside.stored, now, _scope(made, posts))
        return dataclasses.replace(
            changes,
            unchanged=changes.unchanged + beside.settled,
            retagged=retaggings(files, tagged),
            removed=(*changes.removed, *self._secret(beside.stored, made.faults)),
        )

    def _assembled(
        self, campaigns: Sequence[Campaign], start: datetime, end: datetime, library: Library
    ) -> tuple[list[PlannedDelivery], list[Fault]]:
        """The plan rendered, with codes of short links that are nobody else's."""
        if not campaigns:
            return [], []
        # Imported late: what draws and renders takes a while to load, and mostly nothing changed.
        from publisher.assemble.plan import assemble

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

    def _stopped(
        self, library: Library, made: _Made, changes: Changes, recalled: Recalled
    ) -> Sequence[StoredDelivery]:
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
            found = comparing.numbered(session, stored_library.unfit(session, stoppable))
        if not found:
            return []
        known = {
            *(one.identity for one in made.asked),
            *(row.identity for row in changes.removed),
            *map(identity_in, recalled.lines(made.start)),
        }
        return [row for row in found if row.identity not in known]

    def _library(self) -> Library:
        return stored_library.of_office(self._database, self._settings)

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
                place = self._settings.media_folder / row.picture
                picture = measure(place, row.picture_alt)
        return FeedItem(
            row.key, due_at, row.title, row.summary, row.link, row.published_at, picture
        )


def _scope(made: _Made, recalled: Mapping[str, Sequence[Posted]]) -> Scope:
    read = (
        (campaign.slug, post.id, channel)
        for campaign in made.good
        for post in campaign.posts
        for channel in campaign.channels_of(post)
    )
    others = (
        (slug, post.id, channel)
        for slug, posts in recalled.items()
        for post in posts
        for channel in post.channels
    )
    return Scope(made.start, made.end, frozenset(made.faulty), frozenset((*read, *others)))
