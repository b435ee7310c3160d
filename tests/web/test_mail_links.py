"""Approving from a mail: one person, one post, once, and only what they were shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from channels.simulated import email as post
from publisher.clock import system_clock
from publisher.daemon.running import Daemon
from publisher.reports.asking import MATTER, mail_people
from publisher.settings.console import Role
from publisher.store import alerts, approvals, audit, comments, people
from publisher.store.unguessable import hashed
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window, picture, serious
from tests.web.forms import read
from tests.web.office import PEOPLE, ConsoleOffice, Visitor
from tests.web.test_approvals import rewrite
from tests.web.test_by_programs import put_up

KEYS = """
[mail]
host = "{host}"
port = {port}
security = "none"
username = "{username}"
password = "env:SIMULATED_EMAIL_PASSWORD"
sender = "publisher@dongthap.example.vn"
"""
ADDRESSES = {Role.WRITER: "viet@dongthap.example.vn", Role.APPROVER: "duyet@dongthap.example.vn"}
NAME = PEOPLE[Role.APPROVER][1]
LINK = re.compile(r"(/approve/[\w-]+)\s")
EVERY = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[post.Platform]:
    with post.Platform(system_clock) as running:
        yield running


@pytest.fixture
def office(
    stores: None, tmp_path: Path, server: post.Platform, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ConsoleOffice]:
    """An office with a mail server, whose writer and approver have addresses."""
    monkeypatch.setenv("SIMULATED_EMAIL_PASSWORD", post.PASSWORD)
    made = ConsoleOffice(tmp_path, keys=KEYS.format(**server.config()))
    with made.site.database.writing() as session:
        for role, address in ADDRESSES.items():
            person = people.of_name(session, PEOPLE[role][0])
            assert person is not None
            person.email = address
            session.add(person)
    yield made
    made.close()


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def mailed(server: post.Platform, to: Role = Role.APPROVER) -> list[EmailMessage]:
    return [mail for mail in server.mailbox if mail["To"] == ADDRESSES[to]]


def links(server: post.Platform) -> list[str]:
    """The links of the last mail to the approver, in order of the posts."""
    return LINK.findall(text_of(mailed(server)[-1]))


def asked(office: ConsoleOffice, server: post.Platform) -> list[str]:
    mail_people(office.site)
    return links(server)


def signers(office: ConsoleOffice, name: str) -> list[str]:
    with office.site.database.reading() as session:
        return [one for row in office.rows(name) for one in approvals.given(session, row)]


def press(office: ConsoleOffice, link: str, more: str = "", **fields: str) -> requests.Response:
    """Open the link as a browser that nobody is logged in with, and press its button."""
    visitor = Visitor(office.address)
    visitor.get(link)
    visitor.open_door()
    return visitor.post(link + more, fields)


# -- the mail -------------------------------------------------------------------------------------


def test_an_approver_is_mailed_what_waits_within_the_week(
    office: ConsoleOffice, server: post.Platform
) -> None:
    mail_people(office.site)
    [mail] = server.mailbox
    assert mail["To"] == ADDRESSES[Role.APPROVER]
    assert mail["Auto-Submitted"] == "auto-generated"
    text = text_of(mail)
    assert "Tra cứu kết quả hồ sơ" in text
    assert "Nộp hồ sơ tại nhà" in text
    assert "Lịch tiếp công dân" not in text, "it is two weeks away"
    page = mail.get_body(("html",))
    assert page is not None
    for link in links(server):
        assert office.address + link in page.get_content()


def test_nobody_is_asked_twice_for_the_same(office: ConsoleOffice, server: post.Platform) -> None:
    mail_people(office.site)
    office.clock.advance(EVERY)
    mail_people(office.site)
    assert len(server.mailbox) == 1


def test_what_is_new_is_mailed_once_the_time_between_two_mails_is_over(
    office: ConsoleOffice, server: post.Platform
) -> None:
    mail_people(office.site)
    rewrite(office, "nop-ho-so", "mười phút", "một giờ")
    office.clock.advance(EVERY - timedelta(seconds=1))
    mail_people(office.site)
    assert len(server.mailbox) == 1
    office.clock.advance(timedelta(seconds=1))
    mail_people(office.site)
    assert len(server.mailbox) == 2
    assert "một giờ" in text_of(server.mailbox[-1])
    assert "Tra cứu" not in text_of(server.mailbox[-1])


@pytest.mark.parametrize("state", ["approved", "sent back", "no approver", "switched off"])
def test_nobody_is_asked_for_what_needs_no_word_of_theirs(
    office: ConsoleOffice, server: post.Platform, state: str
) -> None:
    rows = [*office.rows("tra-cuu"), *office.rows("nop-ho-so")]
    if state == "approved":
        office.site.verdicts.approve([row.id for row in rows if row.id], "Ai khác")
    elif state == "switched off":
        console = office.site.settings.console.model_copy(update={"mails": False})
        office.site.settings = office.site.settings.model_copy(update={"console": console})
    else:
        with office.site.database.writing() as session:
            now = office.clock()
            if state == "sent back":
                for name in ("tra-cuu", "nop-ho-so"):
                    said = comments.add(
                        session, now, NAME, office.rows(name), "Sai.", sends_back=True
                    )
                    comments.close(session, now, said)
            else:
                person = people.of_name(session, PEOPLE[Role.APPROVER][0])
                assert person is not None
                people.disable(session, now, "máy", person)
    mail_people(office.site)
    assert server.mailbox == []


def test_a_server_that_is_down_leaves_no_link_and_a_person_is_told(
    office: ConsoleOffice, server: post.Platform
) -> None:
    with server.unreachable():
        mail_people(office.site)
    with office.site.database.reading() as session:
        assert alerts.is_open(session, MATTER)
        assert (
            session.connection().exec_driver_sql("SELECT count(*) FROM onetimelink").scalar() == 0
        )
    mail_people(office.site)
    assert len(server.mailbox) == 1
    with office.site.database.reading() as session:
        assert not alerts.is_open(session, MATTER)


def test_an_address_that_is_refused_for_good_is_not_tried_with_every_sweep(
    office: ConsoleOffice, server: post.Platform
) -> None:
    with office.site.database.writing() as session:
        person = people.of_name(session, PEOPLE[Role.APPROVER][0])
        assert person is not None
        person.email = "không phải địa chỉ"
        session.add(person)
    mail_people(office.site)
    with office.site.database.reading() as session:
        assert alerts.is_open(session, MATTER)
    mail_people(office.site)
    with office.site.database.reading() as session:
        assert not alerts.is_open(session, MATTER)
    assert server.mailbox == []


@pytest.mark.about_sqlite
def test_what_opens_a_link_stands_nowhere_but_in_the_mail(
    office: ConsoleOffice, server: post.Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    token = asked(office, server)[0].rpartition("/")[2]
    press(office, f"/approve/{token}")
    office.site.database.backup(office.root / "copy.db")
    kept = (office.root / "copy.db").read_bytes()
    assert token.encode() not in kept
    assert hashed(token).encode() in kept
    captured = capsys.readouterr()
    assert token not in captured.out + captured.err


@pytest.mark.about_sqlite
def test_a_link_that_fails_stands_in_no_log(
    office: ConsoleOffice, server: post.Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    token = asked(office, server)[0].rpartition("/")[2]
    capsys.readouterr()
    office.site.database.path.rename(office.root / "away")  # type: ignore[union-attr]
    office.site.database.close()
    assert Visitor(office.address).get(f"/approve/{token}").status_code == 500
    captured = capsys.readouterr()
    assert "the store failed" in captured.out + captured.err
    assert token not in captured.out + captured.err


def test_the_daemon_mails_by_itself_and_a_rehearsal_mails_nobody(
    office: ConsoleOffice, server: post.Platform
) -> None:
    office.site.rehearsal = True
    [job] = [job for job in Daemon(office.site).jobs() if job.name == "mails"]
    job.work()
    assert server.mailbox == []
    office.site.rehearsal = False
    job.work()
    assert len(server.mailbox) == 1


def test_what_a_program_drafted_is_said_in_the_mail_and_behind_its_link(
    office: ConsoleOffice, server: post.Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(office, monkeypatch)
    link = asked(office, server)[-1]
    [mail] = server.mailbox
    page = mail.get_body(("html",))
    assert page is not None
    told = " ".join(text_of(mail).split())
    assert told.count("Trợ lý thử 1.2") == 1, "people's posts stand in it too"
    assert "Trợ lý thử 1.2" in page.get_content()
    assert "Trợ lý thử 1.2" in read(Visitor(office.address).get(link).text)


# -- the link -------------------------------------------------------------------------------------


def test_a_link_shows_what_would_go_out_and_one_more_press_approves_it(
    office: ConsoleOffice, server: post.Platform
) -> None:
    link = asked(office, server)[0]
    page = Visitor(office.address).get(link)
    assert page.status_code == 200
    assert "Tra cứu kết quả hồ sơ ngay trên điện thoại." in read(page.text)
    assert "Nộp hồ sơ" not in read(page.text), "it is for that one post"
    assert press(office, link).status_code == 200
    assert signers(office, "tra-cuu") == [NAME, NAME]
    assert signers(office, "nop-ho-so") == []


def test_who_merely_follows_the_link_as_mail_scanners_do_changes_nothing(
    office: ConsoleOffice, server: post.Platform
) -> None:
    link = asked(office, server)[0]
    before = record(office)
    for _time in range(3):
        assert requests.get(office.address + link).status_code == 200
        assert requests.head(office.address + link).status_code == 200
    assert requests.post(office.address + link).status_code == 403, "no form of ours"
    assert signers(office, "tra-cuu") == []
    assert record(office) == before
    assert press(office, link).status_code == 200


def record(office: ConsoleOffice) -> list[tuple[str, str]]:
    with office.site.database.reading() as session:
        return [(one.actor, one.action) for one in audit.latest(session, limit=1000)]


def test_it_stands_in_the_record_that_it_was_by_mail_and_from_where(
    office: ConsoleOffice, server: post.Platform
) -> None:
    press(office, asked(office, server)[0])
    with office.site.database.reading() as session:
        [event] = [one for one in audit.latest(session) if one.action == "approve by mail"]
    assert (event.actor, event.detail["address"]) == (NAME, "127.0.0.1")


def test_a_link_works_once(office: ConsoleOffice, server: post.Platform) -> None:
    link = asked(office, server)[0]
    press(office, link)
    assert Visitor(office.address).get(link).status_code == 404
    assert press(office, link).status_code == 404
    assert signers(office, "tra-cuu") == [NAME, NAME]


def test_a_link_is_worth_nothing_when_it_is_too_old(
    office: ConsoleOffice, server: post.Platform
) -> None:
    link = asked(office, server)[1]
    office.clock.advance(office.site.settings.console.link_lasts)
    assert press(office, link).status_code == 404
    assert signers(office, "nop-ho-so") == []


@pytest.mark.parametrize("when", ["before it is opened", "before it is pressed"])
def test_a_link_is_worth_nothing_once_the_text_is_another(
    office: ConsoleOffice, server: post.Platform, when: str
) -> None:
    link = asked(office, server)[1]
    visitor = Visitor(office.address)
    if when == "before it is pressed":
        assert visitor.get(link).status_code == 200
    rewrite(office, "nop-ho-so", "mười phút", "một giờ")
    visitor.open_door()
    assert visitor.post(link).status_code == 410
    assert visitor.get(link).status_code == 410
    assert signers(office, "nop-ho-so") == []


@pytest.mark.parametrize("change", ["lowered", "lowered elsewhere", "disabled", "another password"])
def test_a_link_is_worth_nothing_once_its_person_may_not(
    office: ConsoleOffice, server: post.Platform, change: str
) -> None:
    link = asked(office, server)[0]
    with office.site.database.writing() as session:
        person = people.of_name(session, PEOPLE[Role.APPROVER][0])
        assert person is not None
        if change == "lowered":
            people.set_role(session, office.clock(), "máy", person, Role.WRITER)
        elif change == "lowered elsewhere":
            person.role = Role.WRITER.value
            session.add(person)
        elif change == "disabled":
            people.disable(session, office.clock(), "máy", person)
        else:
            people.set_password(session, office.clock(), "máy", person, "x")
    assert press(office, link).status_code == 404
    assert signers(office, "tra-cuu") == []


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "../approvals"])
def test_a_link_that_nobody_made_leads_nowhere(office: ConsoleOffice, token: str) -> None:
    assert Visitor(office.address).get(f"/approve/{token}").status_code in (303, 404)


def test_a_link_of_another_purpose_approves_nothing(
    office: ConsoleOffice, server: post.Platform
) -> None:
    token = asked(office, server)[0].rpartition("/")[2]
    assert Visitor(office.address).get(f"/password/{token}").status_code == 404


def test_a_link_lets_nobody_in_anywhere_else(office: ConsoleOffice, server: post.Platform) -> None:
    visitor = Visitor(office.address)
    visitor.get(asked(office, server)[0])
    assert visitor.get("/approvals").headers["location"].startswith("/log-in")


def test_a_link_may_send_the_post_back_with_a_word(
    office: ConsoleOffice, server: post.Platform
) -> None:
    link = asked(office, server)[0]
    assert press(office, link, "/back", words="").status_code == 422
    assert press(office, link, "/back", words="Thiếu địa chỉ trang.").status_code == 200
    assert press(office, link).status_code == 404, "it was used"
    mail_people(office.site)
    assert "Thiếu địa chỉ trang." in text_of(mailed(server, Role.WRITER)[-1])
    assert signers(office, "tra-cuu") == []


@pytest.mark.parametrize("how", ["the role owes codes", "the person gives them"])
def test_who_gives_a_code_at_log_in_gets_links_that_lead_there(
    office: ConsoleOffice, server: post.Platform, how: str
) -> None:
    if how == "the role owes codes":
        console = office.site.settings.console.model_copy(update={"totp": (Role.APPROVER,)})
        office.site.settings = office.site.settings.model_copy(update={"console": console})
    else:
        with office.site.database.writing() as session:
            person = people.of_name(session, PEOPLE[Role.APPROVER][0])
            assert person is not None
            person.totp_since = office.clock()
            session.add(person)
    mail_people(office.site)
    [mail] = server.mailbox
    assert "/approve/" not in mail.as_string()
    assert f"{office.address}/approvals" in text_of(mail)


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (TELEPHONE, "dark")])
def test_an_approver_presses_once_in_the_mail_and_once_on_the_page(
    office: ConsoleOffice, server: post.Platform, chromium: Chromium, width: int, theme: str
) -> None:
    link = asked(office, server)[0]
    page = chromium.open(office, link, role=None, width=width, theme=theme)
    picture(page, f"mail-link-{width}-{theme}")
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    page.locator(f"form[action='{link}'] button").click()
    page.locator(".told.done", has_text=NAME).wait_for()
    assert signers(office, "tra-cuu") == [NAME, NAME]
    assert chromium.troubles == []


# -- what was said --------------------------------------------------------------------------------


def say(
    office: ConsoleOffice, author: str, words: str, post: str = "thang-mot", *, back: bool = True
) -> None:
    with office.site.database.writing() as session:
        rows = office.rows(post)
        comments.add(session, office.clock(), author, rows, words, sends_back=back)


def test_what_was_said_is_mailed_to_the_writers_once(
    office: ConsoleOffice, server: post.Platform
) -> None:
    say(office, NAME, "Ghi rõ phòng tiếp dân.")
    mail_people(office.site)
    mail_people(office.site)
    [mail] = mailed(server, Role.WRITER)
    text = text_of(mail)
    assert "Ghi rõ phòng tiếp dân." in text
    assert NAME in text
    assert f"{office.address}/posts/dich-vu-cong/thang-mot" in text


def test_nobody_is_mailed_their_own_words(office: ConsoleOffice, server: post.Platform) -> None:
    say(office, PEOPLE[Role.WRITER][1], "Đã sửa.", back=False)
    mail_people(office.site)
    assert mailed(server, Role.WRITER) == []


def test_who_wrote_the_post_in_the_console_is_told_and_not_every_writer(
    office: ConsoleOffice, server: post.Platform
) -> None:
    with office.site.database.writing() as session:
        now = office.clock()
        audit.record(session, now, NAME, "edit", "dich-vu-cong/thang-mot")
    say(office, PEOPLE[Role.ADMINISTRATOR][1], "Ghi rõ phòng.")
    mail_people(office.site)
    assert mailed(server, Role.WRITER) == []
    assert any("Ghi rõ phòng." in text_of(mail) for mail in mailed(server))


def test_who_had_a_program_draft_the_post_is_told(
    office: ConsoleOffice, server: post.Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(office, monkeypatch, by=NAME)
    say(office, PEOPLE[Role.ADMINISTRATOR][1], "Số liệu ở đâu ra?", "gian-hang")
    mail_people(office.site)
    assert mailed(server, Role.WRITER) == []
    assert any("Số liệu ở đâu ra?" in text_of(mail) for mail in mailed(server))


def test_what_was_said_waits_for_a_server_that_is_down(
    office: ConsoleOffice, server: post.Platform
) -> None:
    say(office, NAME, "Ghi rõ phòng tiếp dân.")
    with server.unreachable():
        mail_people(office.site)
    mail_people(office.site)
    assert len(mailed(server, Role.WRITER)) == 1
