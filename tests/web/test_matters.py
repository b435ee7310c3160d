"""What needs a person: all of it is there, with the one thing to do; nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.settings.console import Role
from publisher.store import audit, channel_states, deliveries, pulse
from publisher.store.feed_tables import FeedState
from tests.web.chromium import Chromium
from tests.web.forms import read, values
from tests.web.office import PEOPLE, ConsoleOffice

APPROVER = PEOPLE[Role.APPROVER][1]
DOUBTED, REFUSED = ("nhac-truoc", "zalo"), ("chao-ngay-hoi", "fanpage")


def page_of(office: ConsoleOffice, role: Role = Role.APPROVER) -> str:
    return office.visitor(role).get("/matters").text


def act(
    office: ConsoleOffice, deed: str, of: tuple[str, str], role: Role = Role.APPROVER, **fields: str
) -> int:
    """Press the button of ``deed`` as it stands on the page now."""
    row, visitor = office.row(*of), office.visitor(role)
    page, form = visitor.get("/matters").text, f"/matters/{deed}"
    place = values(page, form, "number").index(str(row.id))
    sent = {"number": str(row.id), "tries": values(page, form, "tries")[place], **fields}
    status: int = visitor.post(form, sent).status_code
    return status


def told(office: ConsoleOffice, deed: str, sent: dict[str, str]) -> str:
    """What a person is told who sends that."""
    visitor = office.visitor(Role.ADMINISTRATOR)
    visitor.post(f"/matters/{deed}", sent)
    return read(visitor.get("/matters").text)


def as_seen(office: ConsoleOffice, of: tuple[str, str]) -> dict[str, str]:
    row = office.row(*of)
    return {"number": str(row.id), "tries": str(row.attempts), "looked": "1"}


# -- what is there --------------------------------------------------------------------------------


def test_what_is_in_doubt_refused_or_lacks_approval_is_there(office: ConsoleOffice) -> None:
    page = read(page_of(office))
    assert "10-10/nhac-truoc" in page
    assert "10-10/chao-ngay-hoi" in page
    assert "Ảnh không đúng kích thước" in page
    assert "dich-vu-cong/tra-cuu" in page
    assert "dich-vu-cong/thang-mot" not in page, "there is time for that"


def missed(office: ConsoleOffice) -> str:
    office.clock.move_to(office.row("buoi-chieu").expires_at + timedelta(minutes=1))
    office.site.reconciler.sweep()
    return "10-10/buoi-chieu"


def stopped(office: ConsoleOffice) -> str:
    with office.site.database.writing() as session:
        channel_states.stop(session, "zalo", "token hết hạn", office.clock())
    return "publisher channels login zalo"


def failing(office: ConsoleOffice) -> str:
    with office.site.database.writing() as session:
        for _time in range(office.site.settings.retry.breaks_after):
            channel_states.failed(session, "zalo", office.clock())
    return "publisher channels check zalo"


def feed_unread(office: ConsoleOffice) -> str:
    keep_feed(office, stopped=False)
    return "publisher feeds check https://tin.example.vn/rss"


def feed_gone(office: ConsoleOffice) -> str:
    keep_feed(office, stopped=True)
    return "https://tin.example.vn/rss"


def keep_feed(office: ConsoleOffice, *, stopped: bool) -> None:
    now = office.clock()
    with office.site.database.writing() as session:
        session.add(
            FeedState(
                campaign="tin",
                url="https://tin.example.vn/rss",
                next_at=now,
                problem="410",
                failures=1,
                failing_since=now,
                stopped_at=now if stopped else None,
            )
        )


def faulty(office: ConsoleOffice) -> str:
    office.site.alerts.raise_("campaign 10-10", "Dòng 3 của tệp bị sai.")
    return "Dòng 3 của tệp bị sai."


def silent(office: ConsoleOffice) -> str:
    office.clock.advance(timedelta(hours=1))
    return "publisher run"


@pytest.mark.parametrize(
    "befall",
    [missed, stopped, failing, feed_unread, feed_gone, faulty, silent],
    ids=lambda befall: befall.__name__,
)
def test_whatever_needs_a_person_is_there_with_what_to_do(
    own_office: ConsoleOffice, befall: Callable[[ConsoleOffice], str]
) -> None:
    before = read(page_of(own_office))
    expected = befall(own_office)
    assert expected not in before
    assert expected in read(page_of(own_office))


def test_the_menu_counts_what_the_page_shows(office: ConsoleOffice) -> None:
    page = page_of(office)
    menu = page.partition('href="/matters"')[2].partition("</a>")[0]
    assert f">{page.count('<h3>')}<" in menu


def test_where_nothing_needs_a_person_it_says_so(own_office: ConsoleOffice) -> None:
    act(own_office, "found", DOUBTED)
    act(own_office, "cancel", REFUSED)
    for row in own_office.rows():
        own_office.site.verdicts.approve([row.id or 0], "Ai khác")
    with own_office.site.database.writing() as session:
        pulse.beat(session, own_office.clock())
    assert 'class="none"' in page_of(own_office)


def test_a_viewer_is_offered_no_deed(office: ConsoleOffice) -> None:
    assert "/matters/" not in page_of(office, Role.VIEWER).replace("/matters/now", "")


# -- doing it -------------------------------------------------------------------------------------


def test_what_is_there_is_noted_with_its_address(own_office: ConsoleOffice) -> None:
    assert act(own_office, "found", DOUBTED, url="https://zalo.example/p/1") == 303
    row = own_office.row(*DOUBTED)
    assert (row.state, row.url) == (State.SENT, "https://zalo.example/p/1")
    with own_office.site.database.reading() as session:
        event = audit.last_about(session, deliveries.identity_of(row).key)
    assert event is not None
    assert (event.actor, event.action) == (APPROVER, "found")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "zalo.example/p/1", "https://", "https://a b", "http://[::1"]
)
def test_what_is_no_address_is_not_taken(own_office: ConsoleOffice, url: str) -> None:
    assert act(own_office, "found", DOUBTED, url=url) == 422
    assert own_office.row(*DOUBTED).state == State.UNCONFIRMED


def test_who_has_not_looked_sends_nothing_again(own_office: ConsoleOffice) -> None:
    act(own_office, "absent", DOUBTED)
    assert own_office.row(*DOUBTED).state == State.UNCONFIRMED


def test_what_is_not_there_is_sent_again(own_office: ConsoleOffice) -> None:
    act(own_office, "absent", DOUBTED, looked="1")
    assert own_office.row(*DOUBTED).state == State.RETRYING
    assert own_office.site.courier.deliver_next("zalo") is not None
    assert own_office.row(*DOUBTED).state == State.SENT


def test_a_second_press_does_nothing_and_says_who_was_quicker(own_office: ConsoleOffice) -> None:
    sent = as_seen(own_office, DOUBTED)
    act(own_office, "absent", DOUBTED, looked="1")
    assert APPROVER in told(own_office, "absent", sent)
    own_office.site.courier.deliver_next("zalo")
    assert own_office.row(*DOUBTED).attempts == 2
    told(own_office, "absent", sent)
    assert own_office.row(*DOUBTED).state == State.SENT


def test_who_looked_before_the_last_try_cannot_have_it_sent_once_more(
    own_office: ConsoleOffice,
) -> None:
    sent = as_seen(own_office, DOUBTED)
    act(own_office, "absent", DOUBTED, looked="1")
    # It goes out once more, and again nobody knows: what was seen is no longer how it is.
    number, now = own_office.number(*DOUBTED), own_office.clock()
    with own_office.site.database.writing() as session:
        assert deliveries.move(session, number, lifecycle.CLAIM, now, attempts=2)
        assert deliveries.move(session, number, lifecycle.DOUBT, now)
    told(own_office, "absent", sent)
    assert own_office.row(*DOUBTED).state == State.UNCONFIRMED


def test_what_was_refused_is_tried_again_or_taken_out(own_office: ConsoleOffice) -> None:
    act(own_office, "again", REFUSED)
    assert own_office.row(*REFUSED).state == State.RETRYING
    own_office.site.courier.deliver_next("fanpage")
    assert own_office.row(*REFUSED).state == State.SENT


def test_what_is_taken_out_is_no_matter_any_more(own_office: ConsoleOffice) -> None:
    act(own_office, "cancel", REFUSED)
    assert own_office.row(*REFUSED).state == State.CANCELLED
    assert "chao-ngay-hoi" not in page_of(own_office)


def test_a_feed_that_is_gone_is_asked_again_once(own_office: ConsoleOffice) -> None:
    keep_feed(own_office, stopped=True)
    visitor = own_office.visitor(Role.APPROVER)
    page = visitor.get("/matters").text
    sent = {name: values(page, "/matters/feed", name)[0] for name in ("campaign", "url")}
    for _press in range(2):
        visitor.post("/matters/feed", sent)
    with own_office.site.database.reading() as session:
        resumed = [one for one in audit.latest(session, limit=9) if one.action == "resume feed"]
        assert not session.get(FeedState, ("tin", sent["url"])).stopped_at  # type: ignore[union-attr]
    assert len(resumed) == 1


@pytest.mark.parametrize("deed", ["again", "cancel", "absent", "found", "feed"])
@pytest.mark.parametrize("number", ["", "x", "-1", "0", "99999", "9" * 30])
def test_a_form_that_names_nothing_does_nothing(
    office: ConsoleOffice, deed: str, number: str
) -> None:
    sent = {"number": number, "tries": "1", "looked": "1"}
    assert office.visitor(Role.APPROVER).post(f"/matters/{deed}", sent).status_code == 303


def test_a_person_looks_and_settles(own_office: ConsoleOffice, chromium: Chromium) -> None:
    page = chromium.open(own_office, "/matters", role=Role.APPROVER)
    matter = page.locator(".matters li", has_text="10-10/nhac-truoc")
    matter.locator("summary.danger").click()
    matter.locator("form[action='/matters/absent'] button").click()
    assert own_office.row(*DOUBTED).state == State.UNCONFIRMED, "the browser asks for the tick"
    matter.locator("input[name=looked]").check()
    matter.locator("form[action='/matters/absent'] button").click()
    page.wait_for_load_state("load")
    assert page.locator(".matters li", has_text="10-10/nhac-truoc").count() == 0
    assert own_office.row(*DOUBTED).state == State.RETRYING
