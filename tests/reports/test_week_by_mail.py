"""A week of three channels and two campaigns, as its mail arrives at a leader's over SMTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from channels.simulated.email import Platform
from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import Move
from publisher.i18n import _, speaking
from publisher.reports.schedule import plan_weekly
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.mail import Mail
from publisher.settings.office import Office
from publisher.settings.reports import Reports, Weekly
from publisher.site import Site
from publisher.store import deliveries, holds
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.builders import ZONE, planned, store

MONDAY_8 = datetime(2027, 10, 11, 8, 0, tzinfo=ZONE)
LEADERS = ("chu-tich@example.vn", "pho-chu-tich@example.vn")
CHANNELS = {"trang": "Trang của tỉnh", "zalo": "Zalo của tỉnh", "portal": "Cổng thông tin"}
CAMPAIGNS = {"cds": "Ngày Chuyển đổi số", "khcn": "Ngày Khoa học"}


def october(day: int, hour: int = 8) -> datetime:
    return datetime(2027, 10, day, hour, tzinfo=ZONE)


@pytest.fixture
def server(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as running:
        yield running


@pytest.fixture
def settings(server: Platform, tmp_path: Path) -> Settings:
    for slug, title in CAMPAIGNS.items():
        (tmp_path / "campaigns" / slug).mkdir(parents=True)
        (tmp_path / "campaigns" / slug / "campaign.toml").write_text(
            f'title = "{title}"\nowner = "Sở"\nchannels = ["trang"]\nanchor = {{ every = "10-10" }}'
        )
    relay = server.config()
    mail = {name: relay[name] for name in ("host", "port", "security", "username", "password")}
    return Settings(
        root=tmp_path,
        office=Office(name="UBND tỉnh Đồng Tháp"),
        channels={name: {"adapter": "outbox", "title": title} for name, title in CHANNELS.items()},
        mail=Mail.model_validate({**mail, "sender": "bao-cao@example.vn"}),
        reports=Reports(weekly=Weekly(to=LEADERS)),
    )


def opened(settings: Settings, database: Database, clock: MovedClock, server: Platform) -> Site:
    secret = secret_reader(settings.root, environment={}, given=server.secrets())
    return Site(settings, database, clock, secret, tell=lambda _subject, _text: None)


@pytest.fixture
def site(
    settings: Settings, database: Database, clock: MovedClock, server: Platform
) -> Iterator[Site]:
    running = opened(settings, database, clock, server)
    yield running
    running.switchboard.close()


def went_wrong(database: Database, at: datetime, post: str, *steps: Move) -> None:
    [row] = store(
        database, planned(at, post=post, channel="zalo", campaign="cds", text=post), now=at
    )
    with database.writing() as session:
        for step in steps:
            deliveries.move(session, row.id or 0, step, at)


@pytest.fixture
def week(database: Database, clock: MovedClock) -> None:
    """Last week and this one, what went wrong, and what is to come."""
    for day, views, likes in ((28, 1000, 80), (35, 1500, 60)):
        at = october(1) + timedelta(days=day - 29)
        for channel, campaign in (("trang", "cds"), ("zalo", "khcn")):
            row = sent(database, at, f"bài {day}", channel=channel, campaign=campaign)
            read(database, row, at + timedelta(hours=2), views=views, reactions=likes)
    sent(database, october(7), "bài 35", channel="portal", campaign="cds")
    went_wrong(database, october(6), "bài bị từ chối", lifecycle.CLAIM, lifecycle.REFUSE)
    went_wrong(database, october(8), "bài lỡ giờ", lifecycle.MISS)
    coming = planned(
        october(12, 9), post="sắp tới", channel="trang", campaign="cds", text="Sắp tới"
    )
    store(database, coming, now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", holds.CHANNEL, "trang", "kiểm tra", None)
    clock.move_to(MONDAY_8)


def deliver(site: Site) -> None:
    while site.courier.deliver_next("reports") is not None:
        pass


def words(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return " ".join(body.get_content().split())


@pytest.fixture
def mail(site: Site, week: None, server: Platform) -> EmailMessage:
    """The week's mail as the first leader got it."""
    plan_weekly(site)
    deliver(site)
    assert [str(each["To"]) for each in server.mailbox] == list(LEADERS)
    return server.mailbox[0]


def test_text_and_page_are_twins_and_the_charts_are_inside(mail: EmailMessage) -> None:
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "multipart/related",
    ]
    charts = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    page = mail.get_body(("html",))
    assert page is not None
    html = page.get_content()
    for chart in charts:
        assert f'src="cid:{str(chart["Content-ID"]).strip("<>")}"' in html
    told = [part.split('"')[0] for part in html.split('alt="')[1:]]
    assert len(told) == len(charts) == 2
    assert "04/10: 3.000" in told[0]
    assert "Zalo của tỉnh: 1.500" in told[1]


def test_subject_names_and_dates_are_in_vietnamese(mail: EmailMessage) -> None:
    assert "04/10 – 10/10/2027" in mail["Subject"]
    assert mail["Content-Language"] == "vi"
    for kind in ("plain", "html"):
        told = words(mail, kind)
        for name in (*CHANNELS.values(), *CAMPAIGNS.values(), "UBND tỉnh Đồng Tháp"):
            assert name in told
        assert "Thứ Ba, 12/10" in told


def test_figures_stand_against_the_week_before(mail: EmailMessage) -> None:
    text = words(mail, "plain")
    assert "3.000 (+50%)" in text
    assert "120 (-25%)" in text
    page = words(mail, "html")
    assert "▲ 50%" in page
    assert "▼ 25%" in page


def test_what_failed_was_missed_or_is_held_is_told_with_what_comes(mail: EmailMessage) -> None:
    with speaking("vi"):
        held = _("on hold")
    for kind in ("plain", "html"):
        told = words(mail, kind)
        for line in ("bài bị từ chối", "bài lỡ giờ", "kiểm tra", "Sắp tới", held):
            assert line in told


def test_a_week_is_mailed_once_however_often_and_wherever_it_is_scheduled(
    site: Site, week: None, clock: MovedClock, server: Platform
) -> None:
    made: list[object] = []
    at_once = [threading.Thread(target=lambda: made.append(plan_weekly(site))) for _n in range(4)]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert sorted(each is None for each in made) == [False, True, True, True]
    deliver(site)
    clock.advance(timedelta(hours=1))
    assert plan_weekly(site) is None
    deliver(site)
    assert len(server.mailbox) == len(LEADERS)


def test_a_restart_between_planning_and_sending_neither_loses_nor_repeats_the_mail(
    settings: Settings,
    site: Site,
    week: None,
    database: Database,
    clock: MovedClock,
    server: Platform,
) -> None:
    plan_weekly(site)
    again = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        for _start in range(2):
            restarted = opened(settings, again, clock, server)
            assert plan_weekly(restarted) is None
            deliver(restarted)
            restarted.switchboard.close()
    finally:
        again.close()
    assert len(server.mailbox) == len(LEADERS)


def test_the_next_week_has_a_mail_of_its_own_that_says_nothing_went_out(
    site: Site, week: None, clock: MovedClock, server: Platform
) -> None:
    plan_weekly(site)
    deliver(site)
    clock.advance(timedelta(days=7))
    plan_weekly(site)
    deliver(site)
    assert len(server.mailbox) == 2 * len(LEADERS)
    with speaking("vi"):
        nothing = _("Nothing was published this week.")
    assert "11/10 – 17/10/2027" in server.mailbox[-1]["Subject"]
    assert nothing in words(server.mailbox[-1], "plain")


def test_a_campaign_folder_with_a_fault_does_not_keep_the_mail_back(
    site: Site, week: None, settings: Settings, server: Platform
) -> None:
    (settings.root / "campaigns" / "cds" / "campaign.toml").write_text("title = ")
    plan_weekly(site)
    deliver(site)
    assert len(server.mailbox) == len(LEADERS)


def test_a_campaign_with_a_day_stands_against_its_last_edition_in_the_mail(
    site: Site, week: None, database: Database, server: Platform
) -> None:
    at = datetime(2026, 10, 9, 8, tzinfo=ZONE)
    row = sent(database, at, "bài cũ", channel="trang", campaign="cds")
    read(database, row, at + timedelta(hours=2), views=750)
    with database.writing() as session:
        kept = deliveries.by_number(session, row.id or 0)
        kept.edition = 2026
        session.add(kept)
    plan_weekly(site)
    deliver(site)
    for kind in ("plain", "html"):
        told = words(server.mailbox[0], kind)
        # 1,500 this week, against 750 in the seven days up to 10 October 2026.
        assert "04/10 – 10/10/2026" in told
        assert "100%" in told


def test_a_mail_is_written_and_sent_also_where_nothing_was_read(
    site: Site, database: Database, clock: MovedClock, server: Platform
) -> None:
    sent(database, october(6), "bài mới", channel="trang", campaign="cds")
    clock.move_to(MONDAY_8)
    plan_weekly(site)
    deliver(site)
    assert len(server.mailbox) == len(LEADERS)
    assert "Xin chào" in words(server.mailbox[0], "plain")
    with speaking("vi"):
        assert _("no figures yet") in words(server.mailbox[0], "html")


def test_people_day_hour_and_language_are_those_of_the_schedule(
    site: Site, week: None, clock: MovedClock, server: Platform
) -> None:
    weekly = Weekly(to=("thu-ky@example.vn",), day="wednesday", at=time(16, 30), language="en")
    site.settings = site.settings.model_copy(update={"reports": Reports(weekly=weekly)})
    clock.move_to(datetime(2027, 10, 13, 16, 29, tzinfo=ZONE))
    assert plan_weekly(site) is None
    clock.advance(timedelta(minutes=1))
    assert plan_weekly(site) is not None
    deliver(site)
    [mail] = server.mailbox
    assert (mail["To"], mail["Content-Language"]) == ("thu-ky@example.vn", "en")
    assert "4 Oct – 10 Oct 2027" in mail["Subject"]
    assert "Whom our posts reached" in words(mail, "html")
