"""An office on disk, and its people at the keyboard: ``run`` is the real command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.cli import main
from publisher.clock import system_clock
from publisher.delivery.lifecycle import CLAIM, DOUBT, State
from publisher.site import Site, open_site
from publisher.store import deliveries

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

SCHEDULE = """\
[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.portal]
adapter = "outbox"
"""


@dataclass(frozen=True)
class Ran:
    """What a command came to: its exit code, and all that it printed."""

    code: int
    out: str

    def lines(self, having: str) -> list[str]:
        """The printed lines that hold ``having``."""
        return [line for line in self.out.splitlines() if having in line]


@dataclass
class Office:
    """A folder with schedule.toml and campaigns, in which commands are run on a store."""

    root: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    # -- its files --------------------------------------------------------------------------------

    def schedule(self, text: str = SCHEDULE) -> None:
        (self.root / "schedule.toml").write_text(text, encoding="utf-8")

    def campaign(self, slug: str = "thu", keys: str = "approvals = 0") -> Path:
        """A standing campaign on the fanpage; its folder."""
        folder = self.root / "campaigns" / slug
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        channels = "" if "channels =" in keys else 'channels = ["fanpage"]\n'
        text = f'title = "Chiến dịch {slug}"\nowner = "Sở"\n{channels}{keys}\n'
        (folder / "campaign.toml").write_text(text, encoding="utf-8")
        return folder

    def post(self, name: str, when: str, text: str = "", keys: str = "", slug: str = "thu") -> Path:
        """A post of the campaign; ``when`` as an officer writes it."""
        path = self.root / "campaigns" / slug / "posts" / f"{name}.md"
        words = text or f"Mời bà con xem bài {name}."
        path.write_text(f'+++\nwhen = "{when}"\n{keys}\n+++\n{words}\n', encoding="utf-8")
        return path

    # -- its people -------------------------------------------------------------------------------

    def run(self, *arguments: str, lang: str = "en") -> Ran:
        """Run ``publisher ARGUMENTS`` here, in this process; an empty ``lang`` names none."""
        told = ["--lang", lang] if lang else []
        self.patch.setattr(sys, "argv", ["publisher", *told, *arguments])
        self.capture.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ending:
            code = int(ending.code or 0)
        return Ran(code, "".join(self.capture.readouterr()))

    # -- what became of it ------------------------------------------------------------------------

    @contextmanager
    def site(self) -> Iterator[Site]:
        """The office's site, as the daemon would open it."""
        site, faults = open_site(self.root / "schedule.toml", system_clock)
        assert site is not None, faults
        try:
            yield site
        finally:
            site.close()

    def states(self) -> dict[str, str]:
        """Every post's state; with several channels, ``post@channel``."""
        with self.site() as site, site.database.reading() as session:
            rows = deliveries.matching(session)
        several = len({row.channel for row in rows}) > 1
        return {f"{row.post}@{row.channel}" if several else row.post: row.state for row in rows}

    def due(self) -> dict[str, datetime]:
        """When every post is due."""
        with self.site() as site, site.database.reading() as session:
            return {row.post: row.due_at for row in deliveries.matching(session)}

    def send_due(self, channel: str = "fanpage") -> None:
        """What the daemon does when a post's time has come."""
        with self.site() as site:
            while site.courier.deliver_next(channel) is not None:
                pass

    def interrupt(self, post: str) -> None:
        """The process dies while it sends ``post``, and the next start finds that out."""
        with self.site() as site, site.database.writing() as session:
            [row] = deliveries.matching(session, post=post)
            now, number = site.clock(), deliveries.number_of(row)
            assert deliveries.move(session, number, CLAIM, now)
            assert deliveries.move(session, number, DOUBT, now, note="the program stopped")

    def refuse(self, post: str) -> None:
        """The platform refuses ``post`` for good: its picture is gone."""
        with self.site() as site:
            for kept in (site.settings.var_folder / "media").rglob("*"):
                if kept.is_file():
                    kept.unlink()
        self.send_due()
        assert self.states()[post] == State.FAILED


def local_now() -> datetime:
    return system_clock().astimezone(ZONE)


def days_ahead(days: int, at: str = "10:00") -> str:
    """A day to come, as an officer writes it."""
    return f"{local_now() + timedelta(days=days):%Y-%m-%d} {at}"


def just_now() -> str:
    """A minute ago: due, and within its grace."""
    return f"{local_now() - timedelta(minutes=1):%Y-%m-%d %H:%M}"
