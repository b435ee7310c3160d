"""An office with one campaign, in whose posts tests put cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from channels.base import Media
from publisher.assemble.plan import assemble
from publisher.campaign.reader import read_campaigns
from publisher.files.faults import Fault
from publisher.planning.model import PlannedDelivery
from publisher.planning.plan import FeedItem
from publisher.settings import Settings
from publisher.settings.reader import read_settings

START = datetime(2026, 12, 1, tzinfo=UTC)
END = datetime(2029, 12, 1, tzinfo=UTC)

SCHEDULE = """\
[office]
name = "UBND tỉnh"
url = "https://tinh.example.vn"

[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.x]
adapter = "outbox"
like = "x"
"""

CAMPAIGN = """\
title = "Ngày Chuyển đổi số quốc gia"
anchor = { every = "10-10" }
owner = "Sở"
channels = ["fanpage"]
approvals = 0
[vars]
learners = 12480
"""


@dataclass
class Office:
    """``root`` has its schedule.toml, the campaign ``thu`` and whatever posts are put there."""

    root: Path

    def __post_init__(self) -> None:
        (self.folder / "posts").mkdir(parents=True)
        self.schedule(SCHEDULE)
        self.campaign(CAMPAIGN)

    @property
    def folder(self) -> Path:
        return self.root / "campaigns/thu"

    @property
    def drawn(self) -> list[str]:
        """The cards that were drawn and kept."""
        return sorted(path.name for path in (self.root / "var/cards").glob("*.png"))

    def schedule(self, text: str) -> None:
        (self.root / "schedule.toml").write_text(text, encoding="utf-8")

    def campaign(self, text: str) -> None:
        (self.folder / "campaign.toml").write_text(text, encoding="utf-8")

    def post(self, keys: str, when: str = "D-7 08:00", name: str = "bai") -> None:
        """A post with these keys; they begin on line 3 of its file."""
        path = self.folder / f"posts/{name}.md"
        path.write_text(f'+++\nwhen = "{when}"\n{keys}\n+++\nMời bà con.\n', encoding="utf-8")

    def settings(self) -> Settings:
        settings, faults = read_settings(self.root / "schedule.toml")
        assert settings is not None, faults
        return settings

    def plan(self, entries: Sequence[FeedItem] = ()) -> tuple[list[PlannedDelivery], list[Fault]]:
        """What is due in three editions, and what is wrong with it."""
        settings = self.settings()
        campaigns, faults = read_campaigns(settings)
        planned, wrong = assemble(settings, campaigns, START, END, {"thu": entries})
        return planned, faults + wrong

    def cards(self) -> list[Media]:
        """The first medium of every delivery, of posts that are all well."""
        planned, faults = self.plan()
        assert faults == []
        return [one.message.media[0] for one in planned if one.message.media]

    def fault(self) -> Fault:
        """The one thing that is wrong."""
        [fault] = self.plan()[1]
        return fault
