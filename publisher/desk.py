"""The desk: where the officers' files meet the store.

``refresh`` reads the files, works out the plan and puts what changed into force. A campaign with a
fault keeps its last good version, which lies rendered in the store, and raises one alert; the
others go on. The daemon calls it, and so do ``plan`` and ``apply``.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from publisher.alerts import Alerts
from publisher.assemble import assemble
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.campaign.register import NOT_TO_BE_TOLD
from publisher.clock import Clock
from publisher.delivery.lifecycle import CANCEL
from publisher.faults import Fault, Severity, as_lines
from publisher.feeds.poll import entries_of
from publisher.i18n import _
from publisher.media.library import MediaError, keep
from publisher.planning.bookkeeping import filed, retaggings
from publisher.planning.diff import Changes, Scope, StoredDelivery, diff
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import FeedItem
from publisher.settings import Settings
from publisher.store import bookkeeping, short_links
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.trouble import disk_in_words

log = structlog.get_logger("desk")

REPLAN_EVERY = timedelta(hours=1)
"""Also without a change the plan is made anew so often: its far end moves with time."""

_MEDIA = "media of "

Signature = tuple[tuple[str, int, int], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """The plan as the files have it now: what it would change, and what is wrong."""

    planned: tuple[PlannedDelivery, ...]
    changes: Changes
    faults: tuple[Fault, ...]


class _NotKeptError(Exception):
    def __init__(self, campaign: str, why: str) -> None:
        super().__init__(campaign, why)
        self.campaign = campaign
        self.why = why


class Desk:
    """Reads, plans and applies. A rehearsal turns campaigns to its own servers by ``adapt`` and
    plans no further than it plays: ``until``."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        alerts: Alerts,
        adapt: Callable[[Campaign], Campaign] = lambda campaign: campaign,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.alerts = alerts
        self.adapt = adapt
        self.until: datetime | None = None
        self._seen: Signature | None = None
        self._planned_at: datetime | None = None
        self._in_the_making = False
        self._campaigns: tuple[Campaign, ...] = ()
        self._guard = threading.Lock()

    def campaigns(self) -> Sequence[Campaign]:
        """The campaigns as last read without fault."""
        if self._seen is None and not self._campaigns:
            # Who merely asks, as a report does for titles, must not put a plan into force.
            read, _faults = read_campaigns(self.settings)
            return [self.adapt(campaign) for campaign in read]
        return self._campaigns

    def force(self) -> None:
        """See to it that the next ``refresh`` reads everything."""
        self._seen = None

    def draft(self) -> Draft:
        """Read the files and work out what they would change; nothing is written."""
        now = self.clock()
        read, faults = read_campaigns(self.settings)
        campaigns = [self.adapt(campaign) for campaign in read]
        start = now - max((_longest_grace(campaign) for campaign in campaigns), default=timedelta())
        end = min(filter(None, (now + self.settings.horizon, self.until)))
        planned, rendering_faults = self._assembled(campaigns, start, end)
        faults = [*faults, *rendering_faults]
        faulty = _campaigns_of(faults, self.settings.campaigns_folder)
        good = [campaign for campaign in campaigns if campaign.slug not in faulty]
        sound = [delivery for delivery in planned if delivery.identity.campaign not in faulty]
        files = filed(good, sound, now, self.settings.zone)
        with self.database.reading() as session:
            stored = stored_plan.concerning(session, sound)
            tagged = bookkeeping.tagged(session, files.editions, start)
        changes = diff(sound, stored, now, self._scope(good, faulty, start, end))
        changes = dataclasses.replace(
            changes,
            retagged=retaggings(files, tagged),
            removed=(*changes.removed, *self._secret(stored, faults)),
        )
        self._campaigns = (
            *good,
            *(campaign for campaign in self._campaigns if campaign.slug in faulty),
        )
        return Draft(tuple(sound), changes, tuple(faults))

    def _assembled(
        self, campaigns: Sequence[Campaign], start: datetime, end: datetime
    ) -> tuple[list[PlannedDelivery], list[Fault]]:
        """The plan rendered, with codes of short links that are nobody else's."""
        entries = self._entries(campaigns)
        taken: dict[str, str] = {}
        while True:
            planned, faults = assemble(self.settings, campaigns, start, end, entries, taken)
            with self.database.reading() as session:
                clashing = short_links.taken(session, (one for d in planned for one in d.links))
            if not clashing:
                return planned, faults
            taken |= clashing

    def refresh(self, *, force: bool = False) -> Changes | None:
        """Put what changed in the files into force; ``None`` where nothing was to be read."""
        with self._guard:
            now, signature = self.clock(), self._signature()
            fresh = self._planned_at is not None and now - self._planned_at < REPLAN_EVERY
            if not force and fresh and signature == self._seen and not self._in_the_making:
                return None
            draft = self.draft()
            self._tell(draft.faults, signature)
            not_kept = self.apply(draft.changes)
            self._tell_not_kept(not_kept)
            # What was read is what stood there before reading: a save in between is seen next time.
            self._seen, self._planned_at = signature, now
            if not_kept:
                self._seen = None
            return draft.changes

    def apply(self, changes: Changes) -> dict[str, str]:
        """Put ``changes`` into force; the media they need are kept first.

        Gives, by their slugs, the campaigns of which a medium couldn't be kept, and why: of those
        nothing is changed.
        """
        not_kept: dict[str, str] = {}
        while not changes.empty:
            try:
                kept = _with_media(changes, self.settings.var_folder / "media")
            except _NotKeptError as error:
                not_kept[error.campaign] = error.why
                changes = changes.without(error.campaign)
                continue
            now = self.clock()
            with self.database.writing() as session:
                stored_plan.apply(session, kept, now)
            log.info("plan changed", **changes.counts())
            break
        return not_kept

    def _secret(
        self, stored: Sequence[StoredDelivery], faults: Sequence[Fault]
    ) -> Iterator[StoredDelivery]:
        """What is planned of posts about secret tasks. A faulty campaign keeps what was planned
        before, but for these: they come back when the file, or the register, says otherwise."""
        folder = self.settings.campaigns_folder.absolute()
        posts = {
            (fault.path.absolute().relative_to(folder).parts[0], fault.path.stem)
            for fault in faults
            if fault.code == NOT_TO_BE_TOLD
        }
        for row in stored:
            is_of_one = (row.identity.campaign, row.identity.post) in posts
            if is_of_one and row.state in CANCEL.before:
                yield row

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

    def _entries(self, campaigns: Sequence[Campaign]) -> dict[str, Sequence[FeedItem]]:
        with self.database.reading() as session:
            return {
                campaign.slug: [
                    FeedItem(
                        key=row.key,
                        due_at=row.due_at,
                        title=row.title,
                        summary=row.summary,
                        link=row.link,
                        published=row.published_at,
                    )
                    for row in entries_of(session, campaign.slug)
                    if row.due_at is not None
                ]
                for campaign in campaigns
                if campaign.file.feed is not None
            }

    def _signature(self) -> Signature:
        """Names, sizes and times of every campaign file: enough to notice any change."""
        folder = self.settings.campaigns_folder
        found = []
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            try:
                facts = path.stat()
            except OSError:
                continue
            found.append((str(path), facts.st_mtime_ns, facts.st_size))
        return tuple(found)

    def _tell(self, faults: Sequence[Fault], signature: Signature) -> None:
        """One alert a campaign: a second officer's slip is told though a first one's is known.

        What was saved since the last look may be half of what is being written: it waits for the
        next look.
        """
        found: dict[str, list[Fault]] = {}
        for fault in faults:
            for slug in _campaigns_of([fault], self.settings.campaigns_folder):
                found.setdefault("campaigns" if slug == "*" else f"campaign {slug}", []).append(
                    fault
                )
        for matter in self.alerts.open("campaign"):
            if matter not in found:
                self.alerts.clear(matter)
        fresh = {matter for matter in found if self._was_just_saved(matter, signature)}
        self._in_the_making = bool(fresh)
        for matter, errors in found.items():
            if matter in fresh:
                continue
            self.alerts.raise_(
                matter,
                _(
                    "Campaign files have %(n)d errors. What was planned before stays in force "
                    "until they are mended (publisher check shows them):"
                )
                % {"n": len(errors)}
                + f"\n{as_lines(errors)}",
            )

    def _tell_not_kept(self, not_kept: Mapping[str, str]) -> None:
        for campaign, why in not_kept.items():
            self.alerts.raise_(f"{_MEDIA}{campaign}", not_kept_words(campaign, why))
        for matter in self.alerts.open(_MEDIA):
            if matter.removeprefix(_MEDIA) not in not_kept:
                self.alerts.clear(matter)

    def _was_just_saved(self, matter: str, signature: Signature) -> bool:
        folder = self.settings.campaigns_folder / matter.partition(" ")[2]
        saved = [ns for path, ns, _size in signature if Path(path).is_relative_to(folder)]
        if not saved:
            return False
        age = self.clock() - datetime.fromtimestamp(max(saved) / 1e9, UTC)
        return timedelta() <= age < self.settings.jobs.plan


def not_kept_words(campaign: str, why: str) -> str:
    """What a person is told of a campaign of which a picture or film couldn't be kept."""
    return _(
        "A picture or film of campaign %(campaign)s can't be kept: %(why)s What was planned before "
        "stays in force, and no change to it is taken up until that is mended."
    ) % {"campaign": campaign, "why": why}


def _longest_grace(campaign: Campaign) -> timedelta:
    return max([campaign.file.grace, *(campaign.grace_of(post) for post in campaign.posts)])


def _campaigns_of(faults: Sequence[Fault], folder: Path) -> set[str]:
    """The slugs of campaigns with an error; a folder that can't be read concerns them all."""
    slugs: set[str] = set()
    for fault in faults:
        if fault.severity is not Severity.ERROR:
            continue
        path = fault.path.absolute()
        if path.is_relative_to(folder.absolute()) and path != folder.absolute():
            slugs.add(path.relative_to(folder.absolute()).parts[0])
        else:
            slugs.add("*")
    return slugs


def _with_media(changes: Changes, folder: Path) -> Changes:
    def keeping(delivery: PlannedDelivery) -> PlannedDelivery:
        try:
            media = tuple(keep(medium, folder) for medium in delivery.message.media)
        except OSError as error:
            raise _NotKeptError(delivery.identity.campaign, disk_in_words(error)) from error
        except MediaError as error:
            why = _("it changed while it was read; it is read again.")
            raise _NotKeptError(delivery.identity.campaign, why) from error
        return dataclasses.replace(
            delivery, message=dataclasses.replace(delivery.message, media=media)
        )

    return dataclasses.replace(
        changes,
        added=tuple(keeping(delivery) for delivery in changes.added),
        restored=tuple(keeping(delivery) for delivery in changes.restored),
        altered=tuple(
            dataclasses.replace(change, planned=keeping(change.planned))
            for change in changes.altered
        ),
    )
