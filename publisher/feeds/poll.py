"""Asks the campaigns' feeds whose time has come.

What they brought is stored, with when each entry goes out. An entry is taken up once, however often
it is seen and whoever polls at the same time; the first look at a feed publishes nothing old. A
feed that can't be read is logged and asked again in its turn, and the others go on. The daemon
calls ``poll``; the desk plans with what ``store.feeds`` finds of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from publisher.campaign.model import Campaign, FeedSource
from publisher.clock import Clock
from publisher.feeds.entries import ParsedEntry, next_due, parse, wanted
from publisher.feeds.fetch import FeedError, fetch
from publisher.settings import Settings
from publisher.store import audit
from publisher.store.database import Database
from publisher.store.models import FeedEntry, FeedState

log = structlog.get_logger("feeds")


def poll(
    database: Database, settings: Settings, campaigns: Sequence[Campaign], clock: Clock
) -> int:
    """Look at every feed whose time has come; gives how many new entries will go out."""
    return sum(
        _poll_one(database, settings, campaign, campaign.file.feed, clock)
        for campaign in campaigns
        if campaign.file.feed is not None
    )


def _poll_one(
    database: Database, settings: Settings, campaign: Campaign, source: FeedSource, clock: Clock
) -> int:
    now = clock()
    state = _taken_up(database, campaign, source, now)
    if state is None:
        return 0
    found: list[ParsedEntry] = []
    try:
        fetched = fetch(
            source.url,
            clock,
            state.etag,
            state.modified,
            trusted_hosts=settings.feeds.trusted_hosts,
        )
        if fetched.body is not None:
            found = parse(fetched.body, fetched.url)
        # Only now: what could not be read is asked for whole again.
        state.etag, state.modified = fetched.etag, fetched.modified
    except FeedError as error:
        state.problem = str(error)
        state.next_at = max(state.next_at, error.until or now)
        log.warning("feed not read", campaign=campaign.slug, why=str(error))
    with database.writing() as session:
        added = _keep(session, settings, campaign, source, state, found, now)
        session.merge(state)
    return added


def _taken_up(
    database: Database, campaign: Campaign, source: FeedSource, now: datetime
) -> FeedState | None:
    """The state of a feed whose time has come; its next time is set, so that one poll has it."""
    with database.writing() as session:
        state = session.get(FeedState, campaign.slug, with_for_update=True)
        if state is None or state.url != source.url:
            state = session.merge(FeedState(campaign=campaign.slug, url=source.url, next_at=now))
            # Another feed begins anew; merging alone would keep what it doesn't name.
            state.etag, state.modified, state.first_seen = "", "", False
        if state.next_at > now:
            return None
        state.next_at, state.problem = now + source.every, ""
        session.flush()
        session.expunge(state)
    return state


def _keep(
    session: Session,
    settings: Settings,
    campaign: Campaign,
    source: FeedSource,
    state: FeedState,
    found: Sequence[ParsedEntry],
    now: datetime,
) -> int:
    known = set(
        session.exec(select(FeedEntry.key).where(FeedEntry.campaign == campaign.slug)).all()
    )
    taken = _taken(session, campaign.slug, now)
    added = 0
    for entry in reversed(found):
        if entry.key in known:
            continue
        known.add(entry.key)
        due = None
        # The first look at a feed publishes nothing old, nor does what turns up in it later.
        if state.first_seen and entry.is_news(now) and wanted(entry, source):
            hours = (settings.hours.start, settings.hours.end)
            due = next_due(now, taken, source.most_a_day, hours, settings.zone)
            taken.append(due)
            added += 1
        session.add(
            FeedEntry(
                campaign=campaign.slug,
                key=entry.key,
                title=entry.title,
                summary=entry.summary,
                link=entry.link,
                published_at=entry.published_at,
                seen_at=now,
                due_at=due,
            )
        )
    if not state.problem:
        state.first_seen = True
    if added:
        audit.record(session, now, "publisher", "feed", campaign.slug, entries=added)
    return added


def _taken(session: Session, campaign: str, now: datetime) -> list[datetime]:
    """Due times of ``campaign``'s entries, of late and to come: older ones hold no new one up."""
    times = session.exec(
        select(FeedEntry.due_at).where(
            FeedEntry.campaign == campaign, col(FeedEntry.due_at) > now - timedelta(days=2)
        )
    ).all()
    return [at for at in times if at is not None]
