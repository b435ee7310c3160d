"""The campaigns that needn't be read: nothing of them changed since they last were.

Whether that is so is told by ``inputs``; what they ask for is kept by ``remembered``. One whose
deliveries don't all stand in the store as it asks for them is read all the same: only who reads it
has the messages by which to change them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.assemble.holidays import closed_days
from publisher.assemble.media import files_of
from publisher.campaign.model import Anchor, Campaign
from publisher.campaign.reader import campaign_folders
from publisher.desk import inputs
from publisher.desk.remembered import Made, Memory, Posted, Remembered, told
from publisher.media.record import Library
from publisher.planning.bookkeeping import Tags, editions_by
from publisher.planning.lines import at_in, due_in, line_of
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import slots
from publisher.settings import Settings
from publisher.store.lines import Standing

_AHEAD = timedelta(days=7)
"""How far beyond the plan's end is looked for what comes in next."""


class Recalled:
    """The campaigns of ``settings`` that are as they were; none at all without a ``memory``."""

    def __init__(self, settings: Settings, library: Library, memory: Memory | None) -> None:
        self._settings = settings
        self._media = library
        self._memory = memory
        self._of: dict[str, Remembered] = {}
        self._seen: dict[str, inputs.Seen] = {}
        self._office = ""
        if memory is not None:
            self._look(memory)
        self._found = dict(self._of)

    @property
    def slugs(self) -> Collection[str]:
        return self._of.keys()

    @property
    def files(self) -> Mapping[str, str]:
        """What each campaign's files were when they were looked at, also of those to be read."""
        return {slug: seen.digest for slug, seen in self._seen.items()}

    @property
    def graces(self) -> Sequence[timedelta]:
        return [one.grace for one in self._of.values()]

    def drop_unless(self, stands: Standing, start: datetime, end: datetime) -> bool:
        """Drop those that ask for something in [start, end) that isn't known here, or doesn't stand
        as it is asked for; whether there were any."""
        known = stands.by_line.keys()
        gone = [
            slug
            for slug, one in self._of.items()
            if not (one.holds(start, end) and known >= set(one.since(start)))
        ]
        for slug in gone:
            del self._of[slug]
        return bool(gone)

    def lines(self, start: datetime) -> set[str]:
        """What they ask for from ``start`` on."""
        return {line for one in self._of.values() for line in one.since(start)}

    def editions(self, start: datetime, now: datetime) -> dict[str, frozenset[int]]:
        """The editions in force, by campaign."""
        found = {}
        for slug, one in self._of.items():
            zone = ZoneInfo(one.made.timezone) if one.made.timezone else self._settings.zone
            anchor = Anchor.model_validate(one.made.anchor) if one.made.anchor else None
            found[slug] = editions_by(anchor, one.editions(start), now.astimezone(zone).date())
        return found

    def posts(self, slugs: Iterable[str]) -> dict[str, list[Posted]]:
        """The posts of those of ``slugs`` that are recalled."""
        return {slug: self._of[slug].posts() for slug in slugs if slug in self._of}

    def remember(
        self,
        campaigns: Sequence[Campaign],
        planned: Iterable[PlannedDelivery],
        start: datetime,
        end: datetime,
    ) -> None:
        """Remember what ``campaigns``, which are without fault, ask for in [start, end)."""
        if self._memory is None:
            return
        lines: dict[str, list[str]] = {campaign.slug: [] for campaign in campaigns}
        for one in planned:
            lines[one.identity.campaign].append(line_of(one))
        for campaign in campaigns:
            if self._may_be_remembered(campaign, start, end):
                made, posts = self._made(campaign, start, end), told(_posted(campaign))
                self._memory.keep(
                    campaign.slug, Remembered(made, sorted(lines[campaign.slug], key=due_in), posts)
                )
        self._memory.forget_all_but(self._seen.keys())

    # -- looking ----------------------------------------------------------------------------------

    def _look(self, memory: Memory) -> None:
        try:
            self._office = inputs.of_office(self._settings)
            folders = campaign_folders(self._settings)
        except OSError:
            return  # whoever reads it says what is wrong
        for folder in folders:
            seen = _seen(folder)
            if seen is None:
                continue
            self._seen[folder.name] = seen
            remembered = memory.recall(folder.name)
            if remembered is not None and self._is_of(remembered.made, seen):
                self._of[folder.name] = remembered

    def _is_of(self, made: Made, seen: inputs.Seen) -> bool:
        return (
            made.office == self._office
            and made.files == seen.digest
            and made.library in ("", self._library)
        )

    @cached_property
    def _library(self) -> str:
        return inputs.of_library(self._media)

    def _may_be_remembered(self, campaign: Campaign, start: datetime, end: datetime) -> bool:
        """Whether what ``campaign`` asks for is told by what was looked at, and isn't known yet."""
        before = self._seen.get(campaign.slug)
        known = self._found.get(campaign.slug)
        return (
            before is not None
            and before.is_settled
            # What a feed brings stands in the store, and changes all the time.
            and campaign.file.feed is None
            and not (known is not None and known.holds(start, end))
            # Read were the files that were looked at, and no later ones.
            and _seen(campaign.folder) == before
        )

    def _made(self, campaign: Campaign, start: datetime, end: datetime) -> Made:
        anchor = campaign.file.anchor
        shows_media = any(True for post in campaign.posts for _one in files_of(post))
        return Made(
            office=self._office,
            files=self._seen[campaign.slug].digest,
            library=self._library if shows_media else "",
            start=at_in(start),
            until=at_in(self._until(campaign, end)),
            grace_s=longest_grace(campaign).total_seconds(),
            anchor=anchor.model_dump(mode="json", exclude_none=True) if anchor else None,
            timezone=campaign.file.timezone,
        )

    def _until(self, campaign: Campaign, end: datetime) -> datetime:
        """How far a plan that reaches to ``end`` may reach before anything comes in."""
        far = end + _AHEAD
        coming = slots(campaign, self._settings.zone, end, far, closed_days(end, far))
        return coming[0].due_at if coming else far


def longest_grace(campaign: Campaign) -> timedelta:
    """The longest time that any of the posts may be late."""
    return max([campaign.file.grace, *(campaign.grace_of(post) for post in campaign.posts)])


def _seen(folder: Path) -> inputs.Seen | None:
    try:
        return inputs.of_campaign(folder)
    except OSError:
        return None


def _posted(campaign: Campaign) -> list[Posted]:
    return [
        Posted(
            post.id,
            campaign.channels_of(post),
            Tags(campaign.audiences_of(post), post.front.covers),
        )
        for post in campaign.posts
    ]
