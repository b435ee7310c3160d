"""A draft ahead of its deadline, as it arrives in the office's mail over SMTP."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import openpyxl
import pypdf
import pytest
from docx import Document

from channels.simulated.email import Platform
from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.i18n import _, ngettext, speaking
from publisher.planning.model import Identity
from publisher.reach.words import label
from publisher.rehearsal.stepped import SteppedScheduler
from publisher.reports import reminders
from publisher.reports.attachments import KEPT_FOR, attachment, sweep
from publisher.reports.reminders import plan_reminders
from publisher.reports.schedule import plan_weekly
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.jobs import Jobs
from publisher.settings.mail import Mail
from publisher.settings.office import Office
from publisher.settings.reports import Periodic, Reports, Weekly
from publisher.site import Site
from publisher.store import audit, backups, deliveries, holds
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.builders import ZONE, planned, store

CLERK, CHIEF, LEADER = "van-thu@example.vn", "chanh-vp@example.vn", "lanh-dao@example.vn"
FIVE_DAYS = datetime(2027, 10, 15, 8, tzinfo=ZONE)
ONE_DAY = datetime(2027, 10, 19, 8, tzinfo=ZONE)
OCTOBER = Identity("reports", 2027, "monthly", "reports", "2027-10#5d")
TYPES = {
    "bao-cao-thang-10-2027.docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "bao-cao-thang-10-2027.pdf": "application/pdf",
    "bao-cao-thang-10-2027.xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}


@pytest.fixture
def server(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as running:
        yield running


@pytest.fixture
def settings(server: Platform, tmp_path: Path) -> Settings:
    (tmp_path / "campaigns").mkdir()
    relay = server.config()
    mail = {name: relay[name] for name in ("host", "port", "security", "username", "password")}
    return Settings(
        root=tmp_path,
        office=Office(name="UBND tỉnh Đồng Tháp"),
        channels={"hop": {"adapter": "outbox", "title": "Hộp thư tỉnh"}},
        mail=Mail.model_validate({**mail, "sender": "bao-cao@example.vn"}),
        reports=Reports(
            weekly=Weekly(to=(LEADER,)), periodic=Periodic.model_validate({"to": [CLERK, CHIEF]})
        ),
    )


def opened(settings: Settings, database: Database, clock: MovedClock, server: Platform) -> Site:
    secret = secret_reader(settings.root, environment={}, given=server.secrets())
    return Site(settings, database, clock, secret, tell=lambda _subject, _text: None)


@pytest.fixture
def site(
    settings: Settings, database: Database, clock: MovedClock, server: Platform
) -> Iterator[Site]:
    """An office with a post of October and one that failed, five days before the deadline."""
    at = datetime(2027, 10, 6, 8, tzinfo=ZONE)
    read(database, sent(database, at, "mot"), at + timedelta(hours=1), views=1321, reach=900)
    sent(database, at, "hai")
    [failed] = store(database, planned(at, post="loi"), now=at)
    with database.writing() as session:
        for step in (lifecycle.CLAIM, lifecycle.REFUSE):
            deliveries.move(session, failed.id or 0, step, at)
    clock.move_to(FIVE_DAYS)
    running = opened(settings, database, clock, server)
    yield running
    running.switchboard.close()


def deliver(site: Site) -> None:
    while site.courier.deliver_next("reports") is not None:
        pass


def words(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return " ".join(unescape(body.get_content()).split())


def attachments(mail: EmailMessage) -> dict[str, EmailMessage]:
    return {str(part.get_filename()): part for part in mail.iter_attachments()}  # type: ignore[misc]


@pytest.fixture
def mail(site: Site, server: Platform) -> EmailMessage:
    """October's reminder as the first of two got it."""
    assert plan_reminders(site) == (OCTOBER,)
    deliver(site)
    assert [str(each["To"]) for each in server.mailbox] == [CLERK, CHIEF]
    return server.mailbox[0]


def test_the_drafts_are_attached_and_open(mail: EmailMessage) -> None:
    found = attachments(mail)
    assert {name: part.get_content_type() for name, part in found.items()} == TYPES
    docx, pdf, xlsx = (io.BytesIO(part.get_content()) for part in found.values())
    text = "\n".join(paragraph.text for paragraph in Document(docx).paragraphs)
    assert "tháng 10 năm 2027" in text
    assert len(pypdf.PdfReader(pdf).pages) >= 1
    workbook = openpyxl.load_workbook(xlsx)
    with speaking("vi"):
        cells = [cell.value for row in workbook[_("Posts")].iter_rows() for cell in row]
    assert 1321 in cells


def test_text_and_page_say_what_is_owed_by_when_and_what_it_says(mail: EmailMessage) -> None:
    assert "20/10/2027" in mail["Subject"]
    assert "tháng 10 năm 2027" in mail["Subject"]
    with speaking("vi"):
        expected = [
            "20/10/2027",
            ngettext("%(n)s day left", "%(n)s days left", 5) % {"n": 5},
            label("shown"),
            "1.321",
            _("known of %(n)s of %(all)s deliveries") % {"n": 1, "all": 2},
            "publisher report monthly --month 10/2027",
            _("Reach counts the same person once for each post and each channel: sums are not "
              "unique people."),
        ]  # fmt: skip
    for kind in ("plain", "html"):
        told = words(mail, kind)
        for line in expected:
            assert line in told


def test_it_says_what_is_lacking_before_it_can_be_signed(mail: EmailMessage) -> None:
    with speaking("vi"):
        lacking = [_("the signer's name (signer)"), _("make it anew after that day")]
    for kind in ("plain", "html"):
        told = words(mail, kind)
        assert lacking[0] in told
        # Its span is over.
        assert lacking[1] not in told


def test_the_page_asks_for_nothing_from_outside(mail: EmailMessage) -> None:
    page = mail.get_body(("html",))
    assert page is not None
    html = page.get_content()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "src=" not in html
    assert "fonts.googleapis" not in html


def test_before_the_span_is_over_the_mail_says_so(
    settings: Settings, site: Site, clock: MovedClock, server: Platform
) -> None:
    # November's deadline is a Saturday: five days before its Friday the span isn't over.
    clock.move_to(datetime(2027, 11, 12, 8, tzinfo=ZONE))
    [identity] = plan_reminders(site)
    assert identity.occurrence == "2027-11#5d"
    deliver(site)
    with speaking("vi"):
        open_span = _("Its span isn't over: it counts the posts up to the end of %(day)s.")
        day_off = _("That is a day off: the last working day to send it on is %(day)s.")
    told = words(server.mailbox[0], "plain")
    assert open_span % {"day": "14/11/2027"} in told
    assert day_off % {"day": "Thứ Sáu, 19/11/2027"} in told


def test_it_goes_to_its_own_people_and_the_weekly_mail_to_its(
    site: Site, clock: MovedClock, server: Platform, mail: EmailMessage
) -> None:
    clock.move_to(datetime(2027, 10, 18, 8, tzinfo=ZONE))
    assert plan_weekly(site) is not None
    deliver(site)
    assert [str(each["To"]) for each in server.mailbox] == [CLERK, CHIEF, LEADER]


def test_a_hold_on_everything_does_not_keep_it_back(
    site: Site, clock: MovedClock, server: Platform
) -> None:
    with site.database.writing() as session:
        holds.place(session, clock(), "Lan", holds.EVERYTHING, "", "quốc tang", None)
    plan_reminders(site)
    deliver(site)
    assert len(server.mailbox) == 2


def test_it_is_mailed_once_however_often_and_wherever_it_is_planned(
    site: Site, clock: MovedClock, server: Platform
) -> None:
    made: list[tuple[Identity, ...]] = []
    at_once = [threading.Thread(target=lambda: made.append(plan_reminders(site))) for _n in "ab"]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert sorted(made) == [(), (OCTOBER,)]
    deliver(site)
    for moment in (FIVE_DAYS + timedelta(hours=1), FIVE_DAYS - timedelta(days=9), FIVE_DAYS):
        clock.move_to(moment)
        assert plan_reminders(site) == ()
        deliver(site)
    assert len(server.mailbox) == 2


def test_a_restart_between_planning_and_sending_neither_loses_nor_repeats_it(
    settings: Settings, site: Site, database: Database, clock: MovedClock, server: Platform
) -> None:
    plan_reminders(site)
    again = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        for _start in range(2):
            restarted = opened(settings, again, clock, server)
            assert plan_reminders(restarted) == ()
            deliver(restarted)
            restarted.switchboard.close()
    finally:
        again.close()
    assert len(server.mailbox) == 2
    assert set(attachments(server.mailbox[1])) == set(TYPES)


def test_the_second_reminder_is_another_mail_with_the_figures_of_its_day(
    site: Site, clock: MovedClock, server: Platform, mail: EmailMessage
) -> None:
    with site.database.reading() as session:
        row = next(iter(deliveries.matching(session, post="hai")))
    read(site.database, row, FIVE_DAYS + timedelta(days=1), views=79)
    clock.move_to(ONE_DAY)
    [identity] = plan_reminders(site)
    assert identity.occurrence == "2027-10#1d"
    deliver(site)
    assert len(server.mailbox) == 4
    assert "1.400" in words(server.mailbox[-1], "plain")


def test_who_changes_when_they_are_reminded_is_not_told_twice(
    settings: Settings, site: Site, clock: MovedClock, server: Platform, mail: EmailMessage
) -> None:
    periodic = settings.reports.periodic.model_copy(
        update={"remind": (timedelta(days=6), timedelta(days=1))}
    )
    site.settings = settings.model_copy(update={"reports": Reports(periodic=periodic)})
    clock.move_to(FIVE_DAYS + timedelta(hours=2))
    assert plan_reminders(site) == ()


def test_too_late_for_its_grace_it_is_not_made(site: Site, clock: MovedClock) -> None:
    clock.move_to(FIVE_DAYS + timedelta(days=2))
    assert plan_reminders(site) == ()


def test_where_nobody_is_to_be_reminded_nothing_is_planned(settings: Settings, site: Site) -> None:
    site.settings = settings.model_copy(update={"reports": Reports(weekly=Weekly(to=(LEADER,)))})
    assert plan_reminders(site) == ()


def test_an_annex_too_large_to_mail_is_left_out_and_that_is_said(
    site: Site, server: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "MOST_BYTES", 10)
    plan_reminders(site)
    deliver(site)
    assert attachments(server.mailbox[0]) == {}
    with speaking("vi"):
        said = _("%(file)s is too large to be mailed; the command below writes it.")
    for name in TYPES:
        assert said % {"file": name} in words(server.mailbox[0], "html")


def test_a_broken_template_of_the_offices_does_not_keep_it_back(
    settings: Settings, site: Site, server: Platform
) -> None:
    (settings.root / "mau.docx").write_bytes(b"khong phai Word")
    periodic = settings.reports.periodic.model_copy(update={"template": Path("mau.docx")})
    site.settings = settings.model_copy(update={"reports": Reports(periodic=periodic)})
    assert plan_reminders(site) == (OCTOBER,)
    deliver(site)
    with speaking("vi"):
        said = _("The office's Word template can't be used, so the shipped one was: %(why)s")
    assert said.partition("%")[0] in words(server.mailbox[0], "plain")
    assert set(attachments(server.mailbox[0])) == set(TYPES)


def test_a_draft_that_is_gone_when_it_is_sent_is_a_failure_that_a_person_is_told_of(
    site: Site, settings: Settings, server: Platform
) -> None:
    plan_reminders(site)
    for file in (settings.var_folder / "reports" / "drafts").rglob("*.pdf"):
        file.unlink()
    deliver(site)
    assert server.mailbox == []
    with site.database.reading() as session:
        row = deliveries.of_identity(session, OCTOBER)
        assert row is not None
        assert row.state == State.FAILED
    assert site.alerts.open(f"delivery {OCTOBER.key}")


def test_after_a_backup_was_brought_back_it_is_not_mailed_a_second_time(
    site: Site, clock: MovedClock, server: Platform
) -> None:
    clock.advance(timedelta(hours=1))
    with site.database.writing() as session:
        audit.record(session, clock(), "Lan", backups.RESTORE, "sao-luu.db")
    assert plan_reminders(site) == (OCTOBER,)
    deliver(site)
    site.reconciler.sweep()
    assert server.mailbox == []


def test_drafts_are_kept_while_a_mail_may_need_them_and_not_for_ever(
    site: Site, settings: Settings, clock: MovedClock
) -> None:
    folder = settings.var_folder / "reports" / "drafts"
    orphan = folder / ("0" * 64)
    orphan.mkdir(parents=True)

    def swept_at(moment: datetime) -> list[str]:
        with site.database.reading() as session:
            sweep(session, settings.var_folder, moment)
        return sorted(path.name for path in folder.rglob("*") if path.is_file())

    plan_reminders(site)
    assert not orphan.exists()
    assert swept_at(FIVE_DAYS + 9 * KEPT_FOR) == sorted(TYPES)
    deliver(site)
    assert swept_at(FIVE_DAYS + KEPT_FOR) == sorted(TYPES)
    assert swept_at(FIVE_DAYS + KEPT_FOR + timedelta(days=1)) == []


def test_a_daemon_mails_both_reminders_by_itself_once(
    settings: Settings, database: Database, clock: MovedClock, server: Platform
) -> None:
    hour = timedelta(hours=1)
    often = dict.fromkeys(("plan", "readings", "feeds", "alerts"), 24 * hour)
    calm = settings.model_copy(
        update={
            "jobs": Jobs.model_validate({**often, "sweep": hour}),
            "reports": Reports(periodic=settings.reports.periodic),
        }
    )
    clock.move_to(datetime(2027, 10, 14, 6, 30, tzinfo=ZONE))
    running = opened(calm, database, clock, server)
    daemon = Daemon(running, idle=hour, steady=lambda: clock().timestamp())
    scheduler = SteppedScheduler(clock)
    daemon.start(scheduler)
    scheduler.run_until(
        datetime(2027, 10, 21, 6, tzinfo=ZONE), lambda _moment: running.engine.wait()
    )
    running.engine.drain(5)
    running.switchboard.close()
    subjects = [str(mail["Subject"]) for mail in server.mailbox]
    assert [str(mail["To"]) for mail in server.mailbox] == [CLERK, CHIEF, CLERK, CHIEF]
    assert len(set(subjects)) == 1
    dates = {mail["Date"].datetime.astimezone(ZONE).date() for mail in server.mailbox}
    assert dates == {FIVE_DAYS.date(), ONE_DAY.date()}


def test_one_draft_that_many_keep_at_once_is_kept_whole(tmp_path: Path) -> None:
    draft = tmp_path / "bao-cao.pdf"
    draft.write_bytes(b"%PDF-1.7" + bytes(1_000_000))

    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _n: attachment(draft, "Báo cáo", tmp_path), range(80)))

    assert {medium.path.read_bytes() for medium in kept} == {draft.read_bytes()}
    assert [path.name for path in kept[0].path.parent.iterdir()] == ["bao-cao.pdf"]
