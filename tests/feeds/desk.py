"""An office with standing campaigns that take their news from a portal on loopback."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from publisher.campaign.model import Campaign, CampaignFile
from publisher.clock import MovedClock
from publisher.feeds.manners import HURRIED
from publisher.feeds.poll import poll
from publisher.settings import Settings
from publisher.settings.feeds import Feeds
from publisher.store.database import Database
from publisher.store.feed_tables import FeedEntry, FeedState
from publisher.store.feeds import entries_of
from tests.feeds.conftest import Portal

HALF_HOUR = timedelta(minutes=30)


class Desk:
    """An office whose campaign "tin" draws on the portal, by these ``keys`` of [feed]."""

    def __init__(
        self,
        database: Database,
        clock: MovedClock,
        portal: Portal,
        urls: Sequence[str] = (),
        var: Path = Path("var"),
        **keys: object,
    ) -> None:
        self.database, self.clock = database, clock
        self.settings = Settings(var=var, feeds=Feeds(trusted_hosts=(portal.host,)))
        self.campaigns = [standing("tin", *(urls or [portal.url]), **keys)]

    def look(self) -> int:
        return poll(self.database, self.settings, self.campaigns, self.clock, HURRIED)

    def look_later(self, after: timedelta = HALF_HOUR) -> int:
        self.clock.advance(after)
        return self.look()

    def titles(self, campaign: str = "tin") -> list[str]:
        with self.database.reading() as session:
            return [entry.title for entry in entries_of(session, campaign)]

    def entries(self, campaign: str = "tin") -> dict[str, FeedEntry]:
        """What is known of every entry, by its title."""
        with self.database.reading() as session:
            found = session.exec(select(FeedEntry).where(FeedEntry.campaign == campaign)).all()
        return {entry.title: entry for entry in found}

    def number_known(self) -> int:
        """How many entries are kept, whatever their titles."""
        with self.database.reading() as session:
            return len(session.exec(select(FeedEntry)).all())

    def left_out(self, campaign: str = "tin") -> dict[str, str]:
        """Why each entry stays out, by its title."""
        return {
            title: entry.left_out
            for title, entry in self.entries(campaign).items()
            if entry.due_at is None
        }

    def state(self, url: str = "", campaign: str = "tin") -> FeedState:
        [source] = [one.file.feed for one in self.campaigns if one.slug == campaign]
        assert source is not None
        with self.database.reading() as session:
            found = session.get(FeedState, (campaign, url or source.url[0]))
        assert found is not None
        return found


def standing(slug: str, *urls: str, channels: Sequence[str] = ("x",), **keys: object) -> Campaign:
    feed = {"url": list(urls), **keys}
    file = {"title": "Tin", "owner": "Sở", "channels": list(channels), "feed": feed}
    return Campaign(slug, Path(slug), CampaignFile.model_validate(file), ())
