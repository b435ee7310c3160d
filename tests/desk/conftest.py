"""A desk over a folder of campaigns, on a moved clock; what it alerts people of is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.alerts.wording import Cause
from publisher.clock import MovedClock
from publisher.desk.desk import Desk
from publisher.settings import Settings
from publisher.store import deliveries
from publisher.store.database import Database

CAMPAIGN = """\
title = "Ngày Chuyển đổi số"
anchor = { every = "10-20" }
owner = "Sở"
channels = ["fanpage"]
approvals = 0
"""


class PromptAlerts(Alerts):
    """Alerts that are told as they are raised, each by itself."""

    def raise_(
        self, matter: str, text: str, *, cause: Cause | None = None, must_know: bool = False
    ) -> bool:
        is_news = super().raise_(matter, text, cause=cause, must_know=must_know)
        self.tell_due(at_once=True)
        return is_news


@dataclass
class Room:
    """The desk, its folder of campaigns, and the alerts that people had."""

    folder: Path
    database: Database
    clock: MovedClock

    def __post_init__(self) -> None:
        self.settings = Settings(
            root=self.folder.parent, channels={"fanpage": {"adapter": "outbox"}}
        )
        self.told: list[str] = []
        way = Called(lambda subject, text: self.told.append(text))
        alerts = PromptAlerts(self.database, self.settings, self.clock, [way])
        self.desk = Desk(self.settings, self.database, self.clock, alerts)

    def campaign(self, slug: str, **posts: str) -> Path:
        """A campaign whose posts are due when they say."""
        place = self.folder / slug
        (place / "posts").mkdir(parents=True, exist_ok=True)
        (place / "campaign.toml").write_text(CAMPAIGN, encoding="utf-8")
        for name, when in posts.items():
            self.post(slug, name, when)
        return place

    def post(self, slug: str, name: str, when: str, text: str = "Mời bà con dự hội.") -> Path:
        path = self.folder / slug / "posts" / f"{name}.md"
        path.write_text(f'+++\nwhen = "{when}"\n+++\n{text} ({name})\n', encoding="utf-8")
        return path

    def states(self) -> dict[str, str]:
        with self.database.reading() as session:
            return {row.post: row.state for row in deliveries.matching(session)}

    def due(self) -> dict[str, datetime]:
        with self.database.reading() as session:
            return {row.post: row.due_at for row in deliveries.matching(session)}


@pytest.fixture
def room(tmp_path: Path, database: Database, clock: MovedClock) -> Room:
    """A desk with one campaign of two posts, in force."""
    made = Room(tmp_path / "campaigns", database, clock)
    made.campaign("hoi", mot="D-3 08:00", hai="D 08:00")
    made.desk.refresh()
    assert made.states() == {"mot": "planned", "hai": "planned"}
    return made
