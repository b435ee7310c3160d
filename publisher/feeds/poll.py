"""Asks the campaigns' feeds whose time has come.

What they brought is stored, with when each entry goes out. An entry is taken up once, however often
it is seen and whoever polls at the same time; the first look at a feed publishes nothing old. An
address is asked once a round, whichever campaigns draw on it. A feed that can't be read is logged
and asked again ever more rarely; one that is gone is asked no more. The daemon calls ``poll``; the
desk plans with what ``store.feeds`` finds of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, select

from channels.web.public import PublicWeb
from publisher.campaign.model import Campaign
from publisher.clock import Clock
from publisher.feeds.due import Rules, rules_of
from publisher.feeds.entries import MAX_AGE, ParsedEntry, read
from publisher.feeds.fetch import FeedError, Fetched, fetch
from publisher.feeds.intake import Look, Taken, expire, judged, keep
from publisher.feeds.manners import Manners
from publisher.feeds.pictures import KeptPicture, PictureBook
from publisher.feeds.verdicts import Known, Why
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.feed_tables import FeedState
from publisher.store.feeds import states

log = structlog.get_logger("feeds")

LONGEST_BACK_OFF = timedelta(hours=12)
LONGEST_PATIENCE = timedelta(hours=2)
"""A feed that says that it needn't be asked for longer (ttl, max-age) is asked all the same."""


def poll(
    database: Database,
    settings: Settings,
    campaigns: Sequence[Campaign],
    clock: Clock,
    manners: Manners | None = None,
) -> int:
    """Look at every feed whose time has come; gives how many entries go out anew, are worded anew
    or go out no more. ``manners`` are those of this round, if left out."""
    round_ = _Round(database, settings, campaigns, clock, manners or Manners())
    return sum(round_.look_at(url) for url in round_.addresses())


@dataclass(frozen=True, slots=True)
class _Round:
    database: Database
    settings: Settings
    campaigns: Sequence[Campaign]
    clock: Clock
    manners: Manners

    def addresses(self) -> list[str]:
        """The feeds whose time has come, by what is known now, each once; those that nobody has
        looked at yet come last, so that what an older one brings anew isn't taken for what was
        there before."""
        with self.database.reading() as session:
            known = {(state.campaign, state.url): state for state in states(session)}
        self._forget_former(known.values())
        now = self.clock()
        due = dict.fromkeys(
            url
            for campaign in self.campaigns
            for url in _urls(campaign)
            if (state := known.get((campaign.slug, url))) is None or state.next_at <= now
        )
        seen = {url for (_campaign, url), state in known.items() if state.first_seen}
        return sorted(due, key=lambda url: url not in seen)

    def _forget_former(self, known: Iterable[FeedState]) -> None:
        """Drop what is known of feeds that a campaign no longer names: named again they are new."""
        named = {campaign.slug: _urls(campaign) for campaign in self.campaigns}
        former = [
            state
            for state in known
            if state.url not in named.get(state.campaign, ())
            and (state.campaign in named or self._is_gone(state))
        ]
        if former:
            with self.database.writing() as session:
                for state in former:
                    session.delete(session.merge(state))

    def _is_gone(self, state: FeedState) -> bool:
        """Whether the campaign's very folder is away, and for so long that what stood in the feed
        before is no news any more. One that is only at fault just now must lose none when it is
        mended."""
        last = state.asked_at or state.next_at
        is_there = (self.settings.campaigns_folder / state.campaign).exists()
        return not is_there and self.clock() - last > MAX_AGE

    def look_at(self, url: str) -> int:
        """Look at one feed for all campaigns that draw on it."""
        drawing = _taken_up(self.database, list(self._drawing_on(url)), url, self.clock())
        if not drawing:
            return 0
        with self.manners.turn(url):
            found, fetched, error = self._asked(url, drawing)
        now = self.clock()
        changes = 0
        for rules, state in drawing:
            _note(state, rules, fetched, error, now)
            changes += self._keep(rules, state, found, fetched, now)
        return changes

    def _drawing_on(self, url: str) -> Iterator[Rules]:
        for campaign in self.campaigns:
            source = campaign.file.feed
            if source is not None and url in source.url:
                yield rules_of(campaign, source, self.campaigns, self.settings)

    def _asked(
        self, url: str, drawing: Sequence[tuple[Rules, FeedState]]
    ) -> tuple[list[ParsedEntry], Fetched | None, FeedError | None]:
        """What the feed at ``url`` says now; conditional only where all know the same of it."""
        known = {(state.etag, state.modified) for _rules, state in drawing}
        etag, modified = known.pop() if len(known) == 1 else ("", "")
        place = next((state.moved_to for _rules, state in drawing if state.moved_to), url)
        try:
            fetched = fetch(
                place, self.clock, etag, modified, trusted_hosts=self.settings.feeds.trusted_hosts
            )
            if fetched.body is None:
                return [], fetched, None
            feed = read(fetched.body, fetched.url)
        except FeedError as error:
            slugs = [rules.campaign for rules, _state in drawing]
            log.warning("feed not read", campaigns=slugs, url=url, why=str(error))
            return [], None, error
        patience = max(feed.patience, fetched.patience)
        moved_to = fetched.moved_to or (place if place != url else "")
        return (
            list(feed.entries),
            Fetched(b"", fetched.url, fetched.etag, fetched.modified, moved_to, patience),
            None,
        )

    def _keep(
        self,
        rules: Rules,
        state: FeedState,
        found: Sequence[ParsedEntry],
        fetched: Fetched | None,
        now: datetime,
    ) -> int:
        look = Look(rules, state.url, found, now, is_first=not state.first_seen)
        is_pictured = any(entry.pictures for entry in found)
        pictures = self._pictures(look, fetched) if is_pictured else {}
        with self.database.writing() as session:
            taken = keep(session, look, pictures) if found else Taken()
            worth = max(MAX_AGE, rules.source.promised)
            expired = expire(session, rules, worth, now)
            if fetched is not None:
                state.first_seen = True
            if _is_still_drawn_on(session, state):
                session.merge(state)
        if taken.no_room or expired:
            log.warning(
                "more news than the rules let through",
                campaign=rules.campaign,
                entries=taken.no_room + expired,
            )
        return taken.new + taken.edited + taken.withdrawn + expired

    def _pictures(self, look: Look, fetched: Fetched | None) -> dict[str, KeptPicture]:
        """Of what will be taken up: fetched before it is, so that the plan has it whole."""
        with self.database.reading() as session:
            wanted = [
                verdict.entry
                for verdict in judged(session, look)
                if verdict.is_taken
                or (
                    verdict.known is Known.EDITED
                    and verdict.why is Why.GOES_OUT
                    and verdict.row is not None
                    and verdict.row.picture_url
                    not in {picture.url for picture in verdict.entry.pictures}
                )
            ]
        if not any(entry.pictures for entry in wanted):
            return {}
        trusted = self.settings.feeds.trusted_hosts
        # Nor may a stranger's feed lead to a trusted host: it is trusted with what officers name.
        is_trusted = PublicWeb(trusted).trusts_address(fetched.url if fetched else look.feed)
        book = PictureBook(self.settings.media_folder, self.clock, self.manners)
        return book.of(wanted, trusted if is_trusted else ())


def _taken_up(
    database: Database, drawing: Sequence[Rules], url: str, now: datetime
) -> list[tuple[Rules, FeedState]]:
    """The states of a feed whose time has come, by campaign; their next time is set, so that one
    poll has them. None where no campaign's has, or where it is stopped."""
    with database.writing() as session:
        known = session.exec(select(FeedState).where(FeedState.url == url).with_for_update()).all()
        by_campaign = {state.campaign: state for state in known}
        # Whoever is asked for patience by one campaign has it from the others.
        rests = max((state.next_at for state in known if state.problem), default=now)
        taken = []
        for rules in drawing:
            state = by_campaign.get(rules.campaign)
            if state is None:
                state = FeedState(campaign=rules.campaign, url=url, next_at=rests)
                session.add(state)
            if state.stopped_at is None:
                taken.append((rules, state))
        if not any(state.next_at <= now for _rules, state in taken):
            return []
        for rules, state in taken:
            state.next_at = now + rules.source.every
        session.flush()
        for _rules, state in taken:
            session.expunge(state)
    return taken


def _urls(campaign: Campaign) -> tuple[str, ...]:
    return campaign.file.feed.url if campaign.file.feed is not None else ()


def _is_still_drawn_on(session: Session, state: FeedState) -> bool:
    return session.get(FeedState, (state.campaign, state.url)) is not None


def _note(
    state: FeedState,
    rules: Rules,
    fetched: Fetched | None,
    error: FeedError | None,
    now: datetime,
) -> None:
    """Note in ``state`` what the feed answered, and when it is asked next."""
    every, state.asked_at = rules.source.every, now
    if error is None and fetched is not None:
        # Only now: what could not be read is asked for whole again.
        state.etag, state.modified = fetched.etag, fetched.modified
        state.moved_to = fetched.moved_to or state.moved_to
        state.problem, state.failures, state.failing_since = "", 0, None
        state.next_at = now + max(every, min(fetched.patience, LONGEST_PATIENCE))
        return
    if error is None:
        return
    state.problem, state.failures = str(error), state.failures + 1
    state.failing_since = state.failing_since or now
    if error.is_gone:
        state.stopped_at = now
    longest = max(every, LONGEST_BACK_OFF)
    rest = min(every * 2 ** min(state.failures - 1, 16), longest)
    state.next_at = max(now + rest, error.until or now)
    # It may be where it was before: the address that the officers wrote is tried again.
    state.moved_to = state.moved_to if error.until else ""
