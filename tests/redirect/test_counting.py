"""What is counted: each time that a person follows a link, once; nothing else, and nothing lost."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from publisher.delivery import lifecycle
from publisher.reach import ledger
from publisher.redirect.clicks import Clicks
from publisher.store import deliveries, short_links
from publisher.store.database import Database
from publisher.store.reach_tables import ShortLink
from tests.conftest import NOON
from tests.redirect.conftest import PHONE, Street, counted
from tests.store.stores import path_of

CODE = "bgh234567"
PEOPLE = [
    PHONE,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/21B74 [FBAN/FBIOS;FBAV/440.0.0.36.109]",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "coc_coc_browser/120.0.0 Chrome/114 Safari/537.36",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; vi) Presto/2.5)",
]
MACHINES = [
    "",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "WhatsApp/2.23.20.0",
    "Viber/13.3.0",
    "Zalo/1.0",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    "http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.example/)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "curl/8.5.0",
    "python-requests/2.32",
    "Publisher/0.1.0",
]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_person_who_follows_a_link_is_counted_once(street: Street, agent: str) -> None:
    assert street.ask(f"/l/{CODE}", agent=agent).status == 302
    assert street.clicks() == {(CODE, NOON): 1}


@pytest.mark.parametrize("agent", MACHINES)
def test_a_machine_is_sent_on_and_not_counted(street: Street, agent: str) -> None:
    assert street.ask(f"/l/{CODE}", agent=agent).status == 302
    assert street.clicks() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X_Moz": "prefetch"},
        {"Sec_Fetch_Dest": "image"},
        {"Sec_Fetch_Dest": "iframe"},
    ],
)
def test_what_a_browser_fetches_without_its_reader_is_not_counted(
    street: Street, headers: dict[str, str]
) -> None:
    assert street.ask(f"/l/{CODE}", **headers).status == 302
    assert street.clicks() == {}


def test_a_page_opened_by_its_reader_is_counted_as_browsers_say_it(street: Street) -> None:
    street.ask(f"/l/{CODE}", Sec_Fetch_Dest="document", Sec_Fetch_Mode="navigate")
    assert street.clicks() == {(CODE, NOON): 1}


def test_neither_a_look_at_the_head_nor_a_code_that_is_none_counts(street: Street) -> None:
    assert street.ask(f"/l/{CODE}", "HEAD").status == 302
    street.ask("/l/ghn22")
    street.ask(f"/l/{CODE}", "POST")
    assert street.clicks() == {}


def test_a_hundred_readers_at_once_are_a_hundred(street: Street) -> None:
    street.post("hai", ghn22="https://tinh.example.vn/hai")
    codes = [CODE, "ghn22"] * 50
    writing = threading.Event()

    def keep_writing() -> None:
        while not writing.is_set():
            street.server.write_down()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda code: street.ask(f"/l/{code}").status, codes))
    writing.set()
    writer.join()

    assert statuses == [302] * 100
    assert street.clicks() == {(CODE, NOON): 50, ("ghn22", NOON): 50}


def test_two_processes_that_count_one_link_add_up(street: Street) -> None:
    other = Clicks(street.database, street.clock)
    for counter in (other, other):
        counter.count(CODE)
    assert other.write_down()
    street.ask(f"/l/{CODE}")
    assert street.clicks() == {(CODE, NOON): 3}


def test_each_hour_is_counted_for_itself_from_its_first_minute(street: Street) -> None:
    street.clock.advance(timedelta(minutes=59))
    street.ask(f"/l/{CODE}")
    street.clock.advance(timedelta(minutes=1))
    street.ask(f"/l/{CODE}")
    street.ask(f"/l/{CODE}")
    assert street.clicks() == {(CODE, NOON): 1, (CODE, NOON + HOUR): 2}


def test_the_ledger_says_as_of_an_hour_what_was_followed_by_then(street: Street) -> None:
    row = street.post(
        "hai", ghn22="https://tinh.example.vn/hai", ghn33="https://tinh.example.vn/ba"
    )
    with street.database.writing() as session:
        for step in (lifecycle.CLAIM, lifecycle.RECEIVE):
            deliveries.move(session, deliveries.number_of(row), step, NOON, sent_at=NOON)
    for after, code in ((0, "ghn22"), (1, "ghn22"), (1, "ghn33"), (3, "ghn33"), (3, CODE)):
        street.clock.move_to(NOON + after * HOUR)
        street.ask(f"/l/{code}")
    street.clicks()

    def as_of(hours: int) -> int | None:
        with street.database.reading() as session:
            [post] = ledger.published(session, NOON, NOON + HOUR, NOON + hours * HOUR)
        return post.figures.link_clicks

    assert [as_of(hours) for hours in range(5)] == [1, 3, 3, 4, 4]


# -- a store that takes nothing -------------------------------------------------------------------


def test_while_the_store_is_locked_readers_are_sent_on_at_once_and_counted_later(
    street: Street,
) -> None:
    street.ask(f"/l/{CODE}")
    street.clicks()
    lock = sqlite3.connect(path_of(street.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    stuck = threading.Thread(target=street.server.write_down)
    try:
        street.ask(f"/l/{CODE}")
        stuck.start()
        statuses = [street.ask(f"/l/{CODE}").status for _ in range(5)]
        # One that nobody asked for yet is looked up all the same: readers wait for no writer.
        statuses.append(street.ask("/l/khong").status)
        assert stuck.is_alive(), "the store was locked"
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    stuck.join()

    assert statuses == [302] * 5 + [404]
    assert street.clicks() == {(CODE, NOON): 7}


def test_what_a_full_store_does_not_take_is_kept_for_the_next_time(street: Street) -> None:
    clicks = Clicks(street.database, street.clock)
    for hour in range(3000):
        street.clock.move_to(NOON + hour * HOUR)
        clicks.count(CODE)
    with full(street.database):
        refused = not clicks.write_down()
        # A link that nobody followed yet: it is looked up, and counted for later.
        sent_on = street.ask(f"/l/{CODE}").status
        street.server.write_down()

    assert refused
    assert sent_on == 302
    assert clicks.write_down()
    assert sum(street.clicks().values()) == 3001


def test_a_store_that_cannot_be_read_asks_for_patience_only_for_links_nobody_followed(
    street: Street,
) -> None:
    street.post("hai", ghn22="https://tinh.example.vn/hai")
    assert street.ask(f"/l/{CODE}").status == 302
    with street.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE shortlink RENAME TO away")
    try:
        remembered, unknown = street.ask(f"/l/{CODE}"), street.ask("/l/ghn22")
    finally:
        with street.database.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE away RENAME TO shortlink")

    assert remembered.status == 302
    assert (unknown.status, unknown.headers["Retry-After"]) == (503, "30")
    assert street.ask("/l/ghn22").status == 302


def test_a_stop_writes_down_what_was_counted(street: Street) -> None:
    street.ask(f"/l/{CODE}")
    street.server.stop()
    assert counted(street.database) == {(CODE, NOON): 1}


def test_a_stop_goes_well_where_an_answer_that_just_went_out_wakes_the_server_first(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waitress's thread then meets what it is to do before whoever asks has written to its pipe."""
    [thread] = [one for one in threading.enumerate() if one.name == "links"]

    def pull(trigger: Any) -> None:
        os.write(trigger.trigger, b"x")
        thread.join(0.3)
        os.write(trigger.trigger, b"x")

    monkeypatch.setattr("waitress.trigger.trigger._physical_pull", pull)
    street.server.stop()
    assert not thread.is_alive()


def test_what_an_older_store_no_longer_knows_spoils_no_other_count(street: Street) -> None:
    clicks = Clicks(street.database, street.clock)
    clicks.count("ghn99")
    clicks.count(CODE)
    assert clicks.write_down()
    assert counted(street.database) == {(CODE, NOON): 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["bb22", "bb33", "bb44"]), st.integers(0, 5), st.booleans()),
        max_size=40,
    )
)
def test_whatever_is_counted_in_whatever_batches_the_store_has_the_sum(
    street: Street, followed: list[tuple[str, int, bool]]
) -> None:
    _begin_anew(street)
    clicks = Clicks(street.database, street.clock)
    expected: dict[tuple[str, object], int] = {}
    for code, hour, writes in followed:
        street.clock.move_to(NOON + hour * HOUR)
        clicks.count(code)
        key = code, NOON + hour * HOUR
        expected[key] = expected.get(key, 0) + 1
        if writes:
            clicks.write_down()
    clicks.write_down()
    assert counted(street.database) == expected


def _begin_anew(street: Street) -> None:
    street.clock.move_to(NOON)
    with street.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM linkclicks")
        if short_links.target_of(session, "bb22") is None:
            row = session.get(ShortLink, CODE)
            assert row is not None
            for code in ("bb22", "bb33", "bb44"):
                link = (code, f"https://tinh.example.vn/{code}")
                short_links.register(session, row.delivery_id, [link], NOON)


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Inside, the store's file may grow no further, as on a full disk."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(database.writing_engine, "connect", limit)
    database.writing_engine.dispose()
    try:
        yield
    finally:
        event.remove(database.writing_engine, "connect", limit)
        database.writing_engine.dispose()
