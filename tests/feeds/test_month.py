"""A standing campaign turns a month of a portal's news into the right posts, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import select
from werkzeug.wrappers import Request, Response

from channels.outbox.folder import Folder
from publisher.campaign.criteria import Indicator
from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.delivery.lifecycle import State
from publisher.reach.measures.books import Books, Window
from publisher.reach.measures.measure import measure
from publisher.rehearsal.stepped import SteppedScheduler
from publisher.secrets import secret_reader
from publisher.settings.reader import read_settings
from publisher.site import Site
from publisher.store import deliveries, sending
from publisher.store.database import Database
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery
from tests.feeds.conftest import Portal
from tests.feeds.month import (
    END,
    GAP,
    HOURS,
    KEYWORDS,
    LOOKS,
    MOST_A_DAY,
    PROMISED,
    START,
    ZONE,
    Expected,
    Month,
    expected,
    month,
)
from tests.store.stores import lay_empty

_SCHEDULE = """\
[office]
name = "UBND tỉnh"
[channels.bang]
adapter = "outbox"
[feeds]
trusted_hosts = ["{host}"]
[jobs]
plan = "1d"
sweep = "12h"
feeds = "30m"
readings = "10d"
accounts = "30d"
alerts = "1d"
"""
_CAMPAIGN = """\
title = "Tin chuyển đổi số"
owner = "Sở"
channels = ["bang"]
approvals = 0
utm = false
[feed]
url = "{url}"
every = "{every}m"
keywords = [{keywords}]
without = ["tuyển dụng"]
languages = ["vi"]
hours = {{ start = "{start:%H:%M}", end = "{end:%H:%M}" }}
most_a_day = {most}
gap = "{gap}m"
promised = "{promised}h"
"""
_POST = '+++\nwhen = "feed"\nlink = "{{ entry.link }}"\n+++\n{{ entry.title }}\n'


class Played:
    """What is left of the month: what went out in which order, by the store and the outbox."""

    def __init__(self, made: Month, site: Site, alerts: list[str]) -> None:
        self.month, self.site, self.alerts = made, site, alerts
        self.expected: list[Expected] = expected(made)
        with site.database.reading() as session:
            rows = deliveries.matching(session)
        self.rows: list[Delivery] = sorted(rows, key=lambda row: row.due_at)
        timeline = Folder(site.switchboard.workdir("bang"))
        self.posts: list[dict[str, Any]] = [
            post for row in self.rows if (post := timeline.get(row.remote_id or "")) is not None
        ]


class _Daemon(Daemon):
    """The daemon; its sender is woken by what came in, as in earnest a second later."""

    scheduler: BaseScheduler

    def feeds(self) -> None:
        super().feeds()
        now, send = self.site.clock(), self.scheduler.get_job("send")
        with self.site.database.reading() as session:
            is_due = sending.due_channels(session, now)
            upcoming = sending.next_moment(session, now)
        if is_due or (upcoming is not None and upcoming < send.next_run_time):
            send.modify(next_run_time=now if is_due else upcoming)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The month, played by the program itself over real HTTP into a real outbox."""
    root = tmp_path_factory.mktemp("month")
    made, portal, clock = month(), Portal(), MovedClock(START)
    _serve(made, portal, clock)
    site = _site(root, portal, clock)
    alerts: list[str] = []
    site.tell = lambda subject, text: alerts.append(text)
    daemon, scheduler = _Daemon(site, LOOKS["mot"], steady=lambda: clock().timestamp()), None
    scheduler = daemon.scheduler = SteppedScheduler(clock)
    with site.database.daemon_lock():
        daemon.start(scheduler)
        scheduler.run_until(END.astimezone(), lambda _moment: site.engine.wait())
    portal.close()
    yield Played(made, site, alerts)
    site.close()


def _serve(made: Month, portal: Portal, clock: MovedClock) -> None:
    """Let the portal answer with its feeds as they stand, and with 304 while they stand still."""
    changes = {feed: made.changes(feed) for feed in ("mot", "hai")}

    def answer(request: Request) -> Response:
        now = clock().astimezone(ZONE)
        feed = request.path.rpartition("/")[2]
        etag = f'"{bisect_right(changes[feed], now)}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        body = made.rss(feed, now)
        return Response(body, headers={"ETag": etag}, mimetype="application/rss+xml")

    portal.answer = answer


def _site(root: Path, portal: Portal, clock: MovedClock) -> Site:
    (root / "schedule.toml").write_text(_SCHEDULE.format(host=portal.host), encoding="utf-8")
    for feed, every in LOOKS.items():
        posts = root / "campaigns" / feed / "posts"
        posts.mkdir(parents=True)
        text = _CAMPAIGN.format(
            url=f"{portal.url}/{feed}",
            every=every // timedelta(minutes=1),
            keywords=", ".join(f'"{word}"' for word in KEYWORDS),
            start=HOURS[0],
            end=HOURS[1],
            most=MOST_A_DAY,
            gap=GAP // timedelta(minutes=1),
            promised=PROMISED // timedelta(hours=1),
        )
        (posts.parent / "campaign.toml").write_text(text, encoding="utf-8")
        (posts / "tin.md").write_text(_POST, encoding="utf-8")
    settings, faults = read_settings(root / "schedule.toml")
    assert settings is not None, faults
    store = root / "var" / "publisher.db"
    lay_empty(store)
    database = Database(f"sqlite:///{store}", durable=False)
    return Site(settings, database, clock, secret_reader(root, environment={}), rehearsal=True)


def test_exactly_the_right_posts_went_out_in_their_last_wording(played: Played) -> None:
    wanted = [one for one in played.expected if one.due <= END]
    assert len(wanted) > 120
    went = {(row.first_line, row.due_at.astimezone(ZONE)) for row in played.rows}
    assert went == {(one.title, one.due) for one in wanted}
    assert len(went) == len(played.rows)
    assert {row.state for row in played.rows} == {State.SENT.value}
    shown = Counter((post["text"].splitlines()[0], post["link"]) for post in played.posts)
    assert shown == Counter((one.title, one.link) for one in wanted)


def test_nothing_went_out_twice(played: Played) -> None:
    leads = Counter(
        one.item.lead
        for row in played.rows
        for one in played.expected
        if one.title == row.first_line
    )
    assert max(leads.values()) == 1
    assert len({post["id"] for post in played.posts}) == len(played.rows)


def test_nothing_went_out_at_night_and_gaps_and_days_were_kept(played: Played) -> None:
    for campaign, most in (("mot", MOST_A_DAY), ("hai", 2)):
        sent = [
            row.sent_at.astimezone(ZONE)
            for row in played.rows
            if row.campaign == campaign and row.sent_at
        ]
        assert all(HOURS[0] <= at.time() <= HOURS[1] for at in sent)
        assert all(later - at >= GAP for at, later in pairwise(sent))
        assert max(Counter(at.date() for at in sent).values()) == most


def test_each_kind_of_item_was_met_with(played: Played) -> None:
    """The month holds what it is to hold: else the tests above would say little."""
    with played.site.database.reading() as session:
        rows = session.exec(select(FeedEntry)).all()
    why = Counter(row.left_out for row in rows)
    assert why["first"] == 20
    assert why["repeat"] >= 40
    assert why["without"] == 10
    assert why["language"] == 25
    assert why["old"] >= 8
    assert why["keyword"] > 150
    assert why["late"] == 0
    assert sum(row.edits for row in rows) >= 14


def test_every_repeat_says_what_it_repeats(played: Played) -> None:
    with played.site.database.reading() as session:
        rows = {f"{row.campaign}/{row.key}": row for row in session.exec(select(FeedEntry)).all()}
    for row in rows.values():
        if row.left_out == "repeat":
            assert rows[row.repeats].summary == row.summary


def test_promptness_is_what_is_reckoned_by_hand(played: Played) -> None:
    def origin(one: Expected) -> datetime:
        return one.item.at

    counted = [one for one in played.expected if one.due <= END]
    in_time = sum(one.due - origin(one) <= PROMISED for one in counted)
    asked = Indicator.model_validate({"title": "Kịp thời", "prompt": {}})
    with played.site.database.reading() as session:
        books = Books(session, ZONE, None, None)
        got = measure(books, asked, Window(START, END, END, END.date()))
    assert 0 < in_time < len(counted)
    assert got.value == pytest.approx(100 * in_time / len(counted))


def test_nobody_had_to_be_told_of_anything(played: Played) -> None:
    assert played.alerts == []
