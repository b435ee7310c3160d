"""A backup taken in mid-run is brought back after more went out: nothing goes out twice for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from channels.base import Context
from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.settings import Settings
from publisher.site import Site
from publisher.store import backups, deliveries
from publisher.store.database import Database
from tests.delivery.platform import NativePlatform, Platform, SilentPlatform
from tests.faults.machine import A_WHILE_S, Open, hall
from tests.feeds.conftest import Portal, item, portal, rss

__all__ = ["hall", "portal"]

MINUTE = timedelta(minutes=1)


def test_a_backup_of_a_running_daemon_comes_back_and_nothing_is_doubled(hall: Open) -> None:
    there = hall("facebook")
    process = there.at_work()
    there.slow.answers.clear()
    there.campaign("mot", "hai", "ba")
    there.site.until(lambda: there.slow.waiting == 1, "one is in flight")
    assert there.command("backup", "giua-chung.db").wait(A_WHILE_S) == 0
    there.slow.answers.set()
    there.site.until(lambda: there.all_are("sent", 3), "more is sent after the backup")
    there.site.kill(process)
    assert there.command("restore", "giua-chung.db").wait(A_WHILE_S) == 0
    assert (there.count("sent"), there.count("sending"), there.count("unconfirmed")) == (1, 1, 1)
    there.start()
    there.site.until(lambda: there.all_are("sent", 3), "what went out is found")
    assert len(there.platform.published()) == 3


class Office:
    """A site at noon, with posts due then, a minute later and two, and news from the portal."""

    def __init__(self, root: Path, clock: MovedClock, portal: Portal, kind: type[Platform]) -> None:
        self.clock = clock
        _campaign(root, "thu", "", mot="2027-10-10 12:00", hai="2027-10-10 12:01")
        _campaign(root, "tin", f'[feed]\nurl = "{portal.url}"\nevery = "1m"\n', tin="feed")
        keys = {
            "feeds": {"trusted_hosts": [portal.host, f"localhost:{portal.port}"]},
            "channels": {"hop": {"adapter": "outbox"}},
            "hours": {"start": "00:00"},
        }
        self.database = Database(f"sqlite:///{root}/publisher.db", durable=False)
        self.database.prepare(clock())
        self.platform = kind(Context("hop", clock, lambda reference: "", root / "hop"))
        self.site = Site(
            Settings.model_validate({"root": root, **keys}),
            self.database,
            clock,
            lambda reference: "",
            extra={"hop": self.platform},
        )
        self.daemon = Daemon(self.site, steady=lambda: clock().timestamp())

    def pass_time(self, span: timedelta) -> None:
        """Time goes by, with the daemon at work each half minute."""
        for _round in range(int(span / (MINUTE / 2))):
            self.clock.advance(MINUTE / 2)
            self.daemon.plan()
            self.daemon.feeds()
            self.daemon.send_due()
            assert self.site.engine.wait(30)
            self.daemon.sweep()

    def restore(self, backup: Path) -> None:
        backups.restore(self.database, backup, self.clock(), "Lan")
        self.site.desk.force()

    def states(self) -> set[str]:
        with self.database.reading() as session:
            return {row.state for row in deliveries.matching(session)}

    def out(self) -> list[str]:
        """What is out, in words."""
        return [message.body.plain for message in self.platform.posts]


OpenOffice = Callable[[type[Platform]], Office]


@pytest.fixture
def office(tmp_path: Path, clock: MovedClock, portal: Portal) -> Iterator[OpenOffice]:
    opened: list[Office] = []

    def make(kind: type[Platform]) -> Office:
        opened.append(Office(tmp_path, clock, portal, kind))
        return opened[-1]

    yield make
    for one in opened:
        one.site.engine.drain(5)
        one.site.close()


@pytest.mark.parametrize(
    ("kind", "state"),
    [(NativePlatform, "sent"), (Platform, "sent"), (SilentPlatform, "unconfirmed")],
)
def test_what_went_out_after_the_backup_is_not_sent_again_be_it_of_a_file_or_of_a_feed(
    office: OpenOffice, portal: Portal, tmp_path: Path, kind: type[Platform], state: str
) -> None:
    here = office(kind)
    here.pass_time(MINUTE / 2)
    backup = tmp_path / "giua-chung.db"
    here.database.backup(backup)
    portal.shows("tin-moi")
    here.pass_time(3 * MINUTE)
    assert here.states() == {"sent"}
    assert sorted(here.out()) == ["Bài hai", "Bài mot", "tin-moi"]
    here.restore(backup)
    here.pass_time(5 * MINUTE)
    assert here.states() == {"sent", state}
    assert sorted(here.out()) == ["Bài hai", "Bài mot", "tin-moi"]
    asked = here.site.alerts.open("delivery ")
    assert len(asked) == (2 if state == "unconfirmed" else 0)


def test_a_feed_that_is_read_again_only_later_sends_nothing_again_either(
    office: OpenOffice, portal: Portal, tmp_path: Path
) -> None:
    here = office(SilentPlatform)
    # Another host by name, so that no pause is made between the two.
    other = f"http://localhost:{portal.port}/hai"
    keys = tmp_path / "campaigns" / "tin" / "campaign.toml"
    text, one = keys.read_text(encoding="utf-8"), f'"{portal.url}"'
    keys.write_text(text.replace(one, f'[{one}, "{other}"]'), encoding="utf-8")
    here.pass_time(MINUTE)
    backup = tmp_path / "giua-chung.db"
    here.database.backup(backup)
    news = rss([item("tin-moi")])
    portal.answer = lambda request: Response(news if request.path == "/hai" else rss([]))
    here.pass_time(3 * MINUTE)
    assert "tin-moi" in here.out()
    here.restore(backup)
    portal.answer = lambda request: (
        Response("", 500) if request.path == "/hai" else Response(rss([item("khac")]))
    )
    here.pass_time(2 * MINUTE)
    here_too = rss([item("khac")])
    portal.answer = lambda request: Response(news if request.path == "/hai" else here_too)
    here.pass_time(40 * MINUTE)
    assert here.out().count("tin-moi") == 1


@pytest.mark.parametrize("kind", [NativePlatform, Platform])
def test_what_fell_due_after_the_backup_and_never_went_out_is_sent(
    office: OpenOffice, portal: Portal, tmp_path: Path, kind: type[Platform]
) -> None:
    here = office(kind)
    here.pass_time(MINUTE / 2)
    backup = tmp_path / "giua-chung.db"
    here.database.backup(backup)
    # The machine is lost before the second post falls due, and is back two minutes later.
    portal.shows("tin-moi")
    here.clock.advance(3 * MINUTE)
    here.restore(backup)
    here.pass_time(7 * MINUTE)
    assert here.states() == {"sent"}
    assert sorted(here.out()) == ["Bài hai", "Bài mot", "tin-moi"]


def test_news_that_comes_after_a_restore_is_no_more_in_doubt_than_any(
    office: OpenOffice, portal: Portal, tmp_path: Path
) -> None:
    here = office(SilentPlatform)
    here.pass_time(2 * MINUTE)
    backup = tmp_path / "giua-chung.db"
    here.database.backup(backup)
    here.restore(backup)
    portal.shows("trong-doi")
    here.pass_time(2 * MINUTE)
    portal.shows("tin-moi")
    here.pass_time(2 * MINUTE)
    # The second waits for its turn, as a feed's entries do.
    assert here.states() == {"sent", "unconfirmed", "planned"}


def _campaign(root: Path, slug: str, more: str, **posts: str) -> None:
    """A standing campaign on the channel, each post when it says."""
    folder = root / "campaigns" / slug
    (folder / "posts").mkdir(parents=True)
    keys = 'title = "Thử"\nowner = "Sở"\nchannels = ["hop"]\napprovals = 0\n'
    (folder / "campaign.toml").write_text(keys + more, encoding="utf-8")
    for name, when in posts.items():
        text = "{{ entry.title }}" if when == "feed" else f"Bài {name}"
        path = folder / "posts" / f"{name}.md"
        path.write_text(f'+++\nwhen = "{when}"\n+++\n{text}\n', encoding="utf-8")
