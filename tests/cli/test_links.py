"""``links``: what short links lead to and how often they were followed, as people ask for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlmodel import select
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from publisher.redirect.app import MARK
from publisher.redirect.server import LinkServer
from publisher.store import short_links
from publisher.store.models import Delivery
from publisher.store.reach_tables import ShortLink
from tests.cli.office import SCHEDULE, Office, days_ahead
from tests.ports import free_port

SHORT = "https://tinh.example.vn/l"
LINKS = f'[links]\nutm_hosts = ["tinh.example.vn"]\nshort = "{SHORT}"\nlisten = ""\n'
SEND = ("send", "thu/mot", "--channel", "fanpage", "--now")


@pytest.fixture
def linked(office: Office) -> Office:
    """An office with a post that has a link, planned for another day."""
    office.schedule(LINKS + SCHEDULE)
    office.post("mot", days_ahead(3), keys='link = "https://tinh.example.vn/tin"')
    return office


def codes(office: Office) -> list[str]:
    with office.site() as site, site.database.reading() as session:
        return list(session.exec(select(ShortLink.code)))


def follow(office: Office, code: str, *hours: datetime) -> None:
    with office.site() as site, site.database.writing() as session:
        short_links.add_clicks(
            session, {(code, hour): number for number, hour in enumerate(hours, 1)}
        )


def test_the_list_says_where_a_link_stands_where_it_leads_and_how_often(linked: Office) -> None:
    linked.run("apply")
    [code] = codes(linked)
    follow(
        linked, code, datetime(2026, 10, 9, 17, tzinfo=UTC), datetime(2026, 10, 10, 9, tzinfo=UTC)
    )

    told = linked.run("links", "list")

    assert told.code == 0
    assert told.lines(f"{SHORT}/{code}  followed 3 times")
    [line] = told.lines("thu/mot")
    assert line.endswith("→ fanpage (not out)")
    assert told.lines("→ https://tinh.example.vn/tin?utm_source=fanpage")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("thu",), True),
        (("thu/mot",), True),
        (("thu/hai",), False),
        (("khac",), False),
        (("--channel", "fanpage"), True),
        (("--channel", "portal"), False),
    ],
)
def test_the_list_can_be_of_a_campaign_a_post_or_a_channel(
    linked: Office, asked: tuple[str, ...], found: bool
) -> None:
    linked.run("apply")
    assert bool(linked.run("links", "list", *asked).lines("followed 0 times")) is found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("tu",), "There is no campaign “tu”; there are: thu."),
        (("thu/mott",), "There is no post “mott” in this campaign. Did you mean “mot”?"),
        (("--channel", "fanpag"), "There is no channel “fanpag”; there are: "),
    ],
)
def test_a_misspelt_name_is_told_with_those_there_are(
    linked: Office, asked: tuple[str, ...], told: str
) -> None:
    linked.run("apply")
    answer = linked.run("links", "list", *asked)
    assert answer.code == 2
    assert told in answer.out


def test_the_links_of_a_campaign_that_is_gone_are_listed_still(linked: Office) -> None:
    linked.run("apply")
    (linked.root / "campaigns/thu/campaign.toml").unlink()
    assert linked.run("links", "list", "thu").lines("followed 0 times")


def test_a_campaign_without_a_link_yet_is_told_so(linked: Office) -> None:
    told = linked.run("links", "list", "thu")
    assert told.code == 0
    assert told.lines("There is no short link yet.")


def test_an_office_without_short_links_is_told_how_to_have_them(office: Office) -> None:
    told = office.run("links", "list")
    assert told.code == 0
    assert "short under [links]" in told.out
    assert office.run("links", "serve").code == 2


def test_one_link_is_shown_day_by_day_in_the_offices_days(linked: Office) -> None:
    linked.run("apply")
    [code] = codes(linked)
    follow(
        linked, code, datetime(2026, 10, 9, 16, tzinfo=UTC), datetime(2026, 10, 9, 17, tzinfo=UTC)
    )

    for way in (code, code.upper(), f"{SHORT}/{code}", f"{SHORT}/{code}/?fbclid=1"):
        told = linked.run("links", "show", way)
        assert told.code == 0
        assert told.lines("09 Oct 2026  1")
        assert told.lines("10 Oct 2026  2")
        assert told.lines("followed 3 times")


def test_a_code_that_is_none_is_told_in_a_line(linked: Office) -> None:
    told = linked.run("links", "show", "khong")
    assert told.code == 2
    assert "khong" in told.out


# -- send -----------------------------------------------------------------------------------------


def test_what_is_sent_outside_the_plan_has_its_codes_in_the_store(linked: Office) -> None:
    assert linked.run(*SEND).code == 0

    [code] = codes(linked)
    [line] = linked.run("links", "list").lines("thu/mot")
    assert "not out" not in line
    post = next((linked.root / "var/channels/fanpage/posts").glob("*.json"))
    assert f"{SHORT}/{code}" in post.read_text(encoding="utf-8")


def test_the_same_text_is_still_not_sent_twice_by_mistake(linked: Office) -> None:
    linked.run(*SEND)
    again = linked.run(*SEND)
    assert again.code == 1
    assert "--again" in again.out


def test_a_code_that_leads_elsewhere_is_left_to_it_by_a_send_too(linked: Office) -> None:
    linked.run("apply")
    [code] = codes(linked)
    with linked.site() as site, site.database.writing() as session:
        row = session.get(ShortLink, code)
        assert row is not None
        row.target = "https://tinh.example.vn/khac"
        session.add(row)

    assert linked.run(*SEND).code == 0

    [longer] = [one for one in codes(linked) if one != code]
    assert longer.startswith(code)
    assert linked.run("links", "show", code).lines("https://tinh.example.vn/khac")


def test_a_send_that_lacks_an_approval_leaves_the_count_to_the_planned_post(linked: Office) -> None:
    linked.campaign(keys="approvals = 2")
    linked.run("apply")

    linked.run(*SEND, "--by", "Lan")
    [waiting] = linked.run("links", "list").lines("thu/mot")
    with linked.site() as site, site.database.reading() as session:
        [link] = session.exec(select(ShortLink)).all()
        planned = session.get(Delivery, link.delivery_id)
    linked.run(*SEND, "--by", "Minh")
    [sent] = linked.run("links", "list").lines("thu/mot")

    assert planned is not None
    assert planned.occurrence == ""
    assert "not out" in waiting
    assert "not out" not in sent


# -- doctor ---------------------------------------------------------------------------------------


@contextmanager
def answered(office: Office) -> Iterator[None]:
    """The office's links are answered on loopback, at the address that schedule.toml names."""
    with office.site() as site:
        server = LinkServer(site.settings, site.database, site.clock, "127.0.0.1:0")
        server.start()
        office.schedule(LINKS.replace(SHORT, f"http://127.0.0.1:{server.port}/l") + SCHEDULE)
        try:
            yield
        finally:
            server.stop()


def test_the_doctor_follows_a_link_as_readers_do_and_is_none_himself(linked: Office) -> None:
    with answered(linked):
        before_any = linked.run("doctor").lines("✓ Short links")
        linked.run("apply")
        after = linked.run("doctor").lines("✓ Short links")

    assert before_any
    assert after
    assert codes(linked)
    assert linked.run("links", "list").lines("followed 0 times")


def test_the_doctor_finds_an_address_that_leads_to_another_program(linked: Office) -> None:
    with make_server("127.0.0.1", 0, Response("xin chào", 404)) as other:
        linked.schedule(LINKS.replace(SHORT, f"http://127.0.0.1:{other.server_port}/l") + SCHEDULE)
        serving = threading.Thread(target=other.handle_request)
        serving.start()
        examined = linked.run("doctor")
        serving.join()

    assert examined.code == 1
    [line] = examined.lines("✗ Short links")
    assert "answers 404, not we" in line
    assert "publisher links serve" in examined.out


def test_the_doctor_finds_a_web_server_that_sends_readers_elsewhere(linked: Office) -> None:
    linked.run("apply")
    mended = Response(status=302, headers={"Location": "https://khac.vn/tin", MARK: "publisher"})
    with make_server("127.0.0.1", 0, mended) as other:
        linked.schedule(LINKS.replace(SHORT, f"http://127.0.0.1:{other.server_port}/l") + SCHEDULE)
        serving = threading.Thread(target=other.handle_request)
        serving.start()
        examined = linked.run("doctor")
        serving.join()

    [line] = examined.lines("✗ Short links")
    assert "changes where" in line


def test_the_doctor_finds_an_address_that_nobody_answers(linked: Office) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/l"
    linked.schedule(LINKS.replace(SHORT, nobody) + SCHEDULE)

    examined = linked.run("doctor")

    assert examined.code == 1
    assert examined.lines("✗ Short links")
    assert "docs/links.md" in examined.out


def test_an_office_without_short_links_has_none_to_examine(office: Office) -> None:
    assert not office.run("doctor").lines("Short links")
