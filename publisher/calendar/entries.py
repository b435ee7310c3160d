"""What goes out when: one entry a post and moment, whatever the number of its channels.

Taken from the store, which knows what became of each delivery, and from the plan as the files have
it now. The table, the iCalendar feed and whoever shows a calendar begin here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.assemble.plan import assemble
from publisher.campaign.model import Campaign
from publisher.campaign.when import FromFeed
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.desk.desk import Desk
from publisher.desk.folder import campaigns_of
from publisher.planning.dates import moment
from publisher.planning.diff import OUTSIDE
from publisher.planning.model import Identity, PlannedDelivery
from publisher.settings import Settings
from publisher.store import approvals, deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery


@dataclass(frozen=True, slots=True)
class Going:
    """An entry on one channel: its state (``None``: not in the plan yet), its address once out,
    how many people approved it of how many that must."""

    channel: str
    state: State | None
    url: str = ""
    given: int = 0
    approvals: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A post at one moment; ``local`` is that moment in the campaign's zone."""

    campaign: str
    edition: int
    post: str
    occurrence: str
    local: datetime
    first_line: str
    audiences: tuple[str, ...]
    channels: tuple[Going, ...]

    @property
    def key(self) -> str:
        """What names it for ever: ``CAMPAIGN/2027/POST``, with its occurrence where it has one."""
        base = f"{self.campaign}/{self.edition}/{self.post}"
        return f"{base}/{self.occurrence}" if self.occurrence else base


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from the day ``first`` to ``last``, both counted in, local; of these campaigns
    and channels, of all where there are none."""

    first: date
    last: date
    campaigns: Collection[str] = ()
    channels: Collection[str] = ()

    def has(self, identity: Identity) -> bool:
        return (
            not identity.occurrence.startswith(OUTSIDE)
            and (not self.campaigns or identity.campaign in self.campaigns)
            and (not self.channels or identity.channel in self.channels)
        )


@dataclass(frozen=True, slots=True)
class Files:
    """The plan as the files have it: of the ``sound`` campaigns, from ``now`` on."""

    planned: Sequence[PlannedDelivery]
    sound: Sequence[Campaign]
    now: datetime

    def have_dropped(self, one: _One) -> bool:
        """Whether the files no longer have what the store has to come."""
        campaign = next((x for x in self.sound if x.slug == one.identity.campaign), None)
        if campaign is None or one.local < self.now:
            return False
        post = next((x for x in campaign.posts if x.id == one.identity.post), None)
        # Entries of a feed are in the store and in no file.
        return post is None or not isinstance(post.front.when, FromFeed)


def files_of(desk: Desk, wanted: Wanted) -> Files:
    """The plan of the campaigns' files for the days that are ``wanted``, also those beyond the
    horizon; a campaign with an error is left out."""
    now = desk.clock()
    start, end = _bounds(desk.settings, wanted)
    read, faults = desk.planner.read()
    chosen = [one for one in read if not wanted.campaigns or one.slug in wanted.campaigns]
    library = desk.planner.library()
    planned, wrong = assemble(desk.settings, chosen, max(start, now), end, library=library)
    faulty = campaigns_of([*faults, *wrong], desk.settings.campaigns_folder)
    return Files(
        [one for one in planned if one.identity.campaign not in faulty],
        [one for one in chosen if one.slug not in faulty],
        now,
    )


def entries(
    settings: Settings, database: Database, wanted: Wanted, files: Files | None = None
) -> list[Entry]:
    """The entries that are wanted, by time. ``files`` is the plan as the files have it now
    (``files_of``); without it, what was last put into force.

    What was taken out is left out; so is what a person sent outside the plan.
    """
    start, end = _bounds(settings, wanted)
    found = {one.identity: one for one in _stored(database, wanted, start, end)}
    if files is not None:
        found = dict(_with_files(found, files, wanted, database))
    kept = [one for one in found.values() if start <= one.local < end]
    return sorted(_together(kept), key=lambda one: (one.local, one.key))


def titles_of(campaigns: Sequence[Campaign]) -> Mapping[str, str]:
    """What people know campaigns by."""
    return {campaign.slug: campaign.file.title for campaign in campaigns}


def _bounds(settings: Settings, wanted: Wanted) -> tuple[datetime, datetime]:
    return (
        moment(wanted.first, time(), settings.zone),
        moment(wanted.last + timedelta(days=1), time(), settings.zone),
    )


@dataclass(frozen=True, slots=True)
class _One:
    """An entry on one channel, before it meets the others."""

    identity: Identity
    local: datetime
    first_line: str
    audiences: tuple[str, ...]
    going: Going


def _stored(database: Database, wanted: Wanted, start: datetime, end: datetime) -> Iterator[_One]:
    with database.reading() as session:
        given = approvals.counts(session)
        states = set(State) - {State.CANCELLED}
        after = start - timedelta(microseconds=1)
        for row in deliveries.in_state(session, *states, after=after, before=end):
            if row.holdable and wanted.has(deliveries.identity_of(row)):
                yield _of_row(row, given)


def _of_row(row: Delivery, given: Mapping[int, int]) -> _One:
    going = Going(
        row.channel,
        State(row.state),
        row.url or "",
        given.get(deliveries.number_of(row), 0),
        row.approvals,
        row.updated_at,
    )
    return _One(
        deliveries.identity_of(row),
        row.due_at.astimezone(ZoneInfo(row.zone)),
        row.first_line,
        tuple(row.audiences),
        going,
    )


def _with_files(
    found: Mapping[Identity, _One], files: Files, wanted: Wanted, database: Database
) -> Iterator[tuple[Identity, _One]]:
    """``found`` as the files now have what may still change; what they no longer have is gone."""
    asked = {one.identity: one for one in files.planned if wanted.has(one.identity)}
    with database.reading() as session:
        given = approvals.counts(session)
        known = {
            identity: _of_row(row, given)
            for identity in asked.keys() - found.keys()
            if (row := deliveries.of_identity(session, identity)) is not None
        }
    for identity, stored in {**found, **known}.items():
        plan = asked.pop(identity, None)
        may_change = stored.going.state in CLAIMABLE
        if plan is not None and may_change:
            yield identity, dataclasses.replace(_of_plan(plan), going=stored.going)
        elif not (may_change and files.have_dropped(stored)) and not _is_cancelled(stored):
            # Past its time the plan doesn't reach; what was cancelled stays so.
            yield identity, stored
    for identity, plan in asked.items():
        yield identity, _of_plan(plan)


def _is_cancelled(one: _One) -> bool:
    return one.going.state is State.CANCELLED


def _of_plan(plan: PlannedDelivery) -> _One:
    going = Going(plan.identity.channel, None, approvals=plan.slot.approvals)
    return _One(plan.identity, plan.slot.local, plan.first_line, plan.audiences, going)


def _together(found: Sequence[_One]) -> Iterator[Entry]:
    groups: dict[tuple[str, int, str, str, datetime], list[_One]] = {}
    for one in sorted(found, key=lambda one: one.identity):
        identity = one.identity
        key = (identity.campaign, identity.edition, identity.post, identity.occurrence, one.local)
        groups.setdefault(key, []).append(one)
    for (campaign, edition, post, occurrence, local), group in groups.items():
        yield Entry(
            campaign,
            edition,
            post,
            occurrence,
            local,
            next((one.first_line for one in group if one.first_line), ""),
            group[0].audiences,
            tuple(one.going for one in group),
        )
