"""Open pages hear that something has changed, and nothing depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import requests

from publisher.settings.console import Role
from publisher.store import holds
from publisher.web import live
from tests.web.chromium import Chromium
from tests.web.office import ConsoleOffice

PATIENCE_S = 120.0


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY_S", 0.05)


@contextmanager
def listening(office: ConsoleOffice, role: Role = Role.VIEWER) -> Iterator[requests.Response]:
    visitor = office.visitor(role)
    with closing(
        visitor.http.get(f"{office.address}/live", stream=True, timeout=PATIENCE_S)
    ) as answer:
        yield answer


def marks(answer: requests.Response) -> Iterator[str]:
    """The marks that are told, as they come."""
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


def change(office: ConsoleOffice) -> None:
    with office.site.database.writing() as session:
        holds.place(session, office.clock(), "Lan", "channel", "zalo", "Bão", None)


def test_whatever_is_done_is_heard(own_office: ConsoleOffice) -> None:
    with listening(own_office) as answer:
        heard = marks(answer)
        first = next(heard)
        change(own_office)
        second = next(heard)
        own_office.clock.move_to(own_office.row("buoi-chieu").due_at)
        own_office.site.courier.deliver_next("fanpage")
        assert len({first, second, next(heard)}) == 3


def test_a_proxy_is_asked_to_hold_nothing_back(own_office: ConsoleOffice) -> None:
    with listening(own_office) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_line_is_kept_alive_where_nothing_happens(
    own_office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)
    with listening(own_office) as answer:
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        assert next(line for line in lines if line.startswith(": "))


def test_one_look_at_the_store_serves_all_who_listen(
    own_office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = 0
    look = live.Live._look

    async def counted(self: live.Live) -> None:
        nonlocal begun
        begun += 1
        await look(self)

    monkeypatch.setattr(live.Live, "_look", counted)
    with listening(own_office) as one, listening(own_office) as two, listening(own_office) as three:
        assert next(marks(one)) == next(marks(two)) == next(marks(three))
    assert begun == 1


def test_who_opens_too_many_is_turned_away_and_others_are_not(own_office: ConsoleOffice) -> None:
    with ExitStack() as stack:
        windows = [
            marks(stack.enter_context(listening(own_office))) for _window in range(live.MOST_EACH)
        ]
        assert len({next(window) for window in windows}) == 1
        with listening(own_office) as refused:
            assert refused.status_code == 503
        with listening(own_office, Role.WRITER) as other:
            assert next(marks(other))


def test_who_leaves_makes_room(own_office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_EACH", 1)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)
    with listening(own_office) as answer:
        next(marks(answer))
    for _try in range(600):
        with listening(own_office) as answer:
            if answer.status_code == 200:
                return
    pytest.fail("nobody is let in any more")


def test_nobody_listens_who_is_not_logged_in(own_office: ConsoleOffice) -> None:
    answer = own_office.visitor().get("/live")
    assert answer.headers["location"].startswith("/log-in")


def test_every_line_ends_with_the_server(own_office: ConsoleOffice) -> None:
    with listening(own_office) as answer:
        heard = marks(answer)
        next(heard)
        own_office.restart()
        # Ended, and not torn: a browser comes again by itself.
        assert list(heard) == []


def test_a_page_that_looks_again_by_itself_keeps_nobody_logged_in(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    idle = own_office.site.settings.console.idle
    for _time in range(4):
        own_office.clock.advance(idle / 3)
        answer = visitor.get("/", **{"X-Live": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/log-in")


def test_a_page_that_looks_again_takes_nothing_that_is_told_once(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.WRITER)
    visitor.post("/holds", {"what": "all", "reason": "Bão số 5"})
    assert 'role="status"' not in visitor.get("/holds", **{"X-Live": "1"}).text
    assert 'role="status"' in visitor.get("/holds").text


# -- in a browser ---------------------------------------------------------------------------------


def test_an_open_page_changes_by_itself(own_office: ConsoleOffice, chromium: Chromium) -> None:
    page = chromium.open(own_office, "/holds", role=Role.VIEWER)
    page.locator("html[data-mark]").wait_for()
    change(own_office)
    page.locator(".holds li", has_text="Bão").wait_for()
    assert chromium.troubles == []


def test_who_is_writing_is_told_and_not_disturbed(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(own_office, "/holds", role=Role.WRITER)
    page.locator("html[data-mark]").wait_for()
    page.locator(".big input[name=reason]").fill("Đang viết dở")
    change(own_office)
    page.locator(".live-told").wait_for()
    assert page.locator(".big input[name=reason]").input_value() == "Đang viết dở"
    assert page.locator(".holds li").count() == 0


def test_today_changes_while_the_daemon_sends(tmp_path: Path, chromium: Chromium) -> None:
    # The afternoon's post goes out at half past three: who opened the page at noon is still there.
    office = ConsoleOffice(tmp_path, keys='idle = "12h"\n')
    with closing(office):
        page = chromium.open(office, "/", role=Role.VIEWER)
        page.locator("html[data-mark]").wait_for()
        before = page.locator("li.sent").count()
        office.clock.move_to(office.row("buoi-chieu").due_at)
        office.site.courier.deliver_next("fanpage")
        page.locator("li.sent").nth(before).wait_for()
        assert chromium.troubles == []
