"""What waits for approval: what is approved is what was shown, by as many people as are asked."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import requests

from publisher.settings.console import Role
from publisher.store import approvals, audit, comments, deliveries
from publisher.store.models import Delivery
from tests.web.chromium import Chromium
from tests.web.forms import read, values
from tests.web.office import PEOPLE, ConsoleOffice, Visitor

LOOK_UP = "dich-vu-cong/2027/tra-cuu/"
HAND_IN = "dich-vu-cong/2027/nop-ho-so/"
MONTH = "dich-vu-cong/2027/thang-mot/"
WORDS = "Nộp hồ sơ tại nhà trên Cổng Dịch vụ công: ba bước, mười phút."
NAME = PEOPLE[Role.APPROVER][1]
OTHER = PEOPLE[Role.ADMINISTRATOR][1]


def signers(office: ConsoleOffice, post: str, channel: str = "fanpage") -> list[str]:
    with office.site.database.reading() as session:
        return list(approvals.given(session, office.row(post, channel)))


def shown(visitor: Visitor, path: str = "/approvals") -> list[str]:
    """The fingerprints that the queue's form would send along."""
    return values(visitor.get(path).text, "#queue", "seen")


def press(visitor: Visitor, post: str, seen: list[str] | None = None) -> requests.Response:
    return visitor.post("/approvals", {"only": post, "seen": seen or shown(visitor)})


def rewrite(office: ConsoleOffice, post: str, old: str, new: str) -> None:
    file = office.post_file(f"dich-vu-cong/{post}")
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    office.site.desk.refresh(force=True)


def ask_for_two(office: ConsoleOffice) -> None:
    file = office.root / "campaigns" / "dich-vu-cong" / "campaign.toml"
    file.write_text(file.read_text("utf-8").replace("approvals = 1", "approvals = 2"), "utf-8")
    office.site.desk.refresh(force=True)


def queued(office: ConsoleOffice) -> list[str]:
    """The posts that the page's own buttons approve, in its order."""
    return values(office.visitor(Role.APPROVER).get("/approvals").text, "#queue", "only")


# -- approving ------------------------------------------------------------------------------------


def test_the_queue_has_each_post_once_and_the_soonest_first(office: ConsoleOffice) -> None:
    assert queued(office) == [LOOK_UP, HAND_IN, MONTH]


def test_one_press_approves_a_post_on_all_its_channels(own_office: ConsoleOffice) -> None:
    answer = press(own_office.visitor(Role.APPROVER), HAND_IN)
    assert answer.status_code == 303
    assert signers(own_office, "nop-ho-so") == signers(own_office, "nop-ho-so", "portal") == [NAME]
    assert queued(own_office) == [LOOK_UP, MONTH]


def test_all_that_are_ticked_are_approved_and_nothing_else(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.APPROVER)
    visitor.post("/approvals", {"post": [LOOK_UP, MONTH], "seen": shown(visitor)})
    assert queued(own_office) == [HAND_IN]
    assert "2" in read(visitor.get("/approvals").text)


def test_nothing_ticked_approves_nothing(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.APPROVER)
    visitor.post("/approvals", {"seen": shown(visitor)})
    assert len(queued(own_office)) == 3


def test_what_is_changed_while_somebody_looks_is_not_approved_but_shown_again(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.APPROVER)
    seen = shown(visitor)
    rewrite(own_office, "nop-ho-so", "mười phút", "một giờ")
    answer = press(visitor, HAND_IN, seen)
    assert answer.status_code == 409
    assert signers(own_office, "nop-ho-so") == []
    assert "<del>mười phút.</del><ins>một giờ.</ins>" in answer.text
    assert values(answer.text, "#queue", "only")[0] == HAND_IN
    # What it shows now may be approved by the very next press.
    assert press(visitor, HAND_IN, values(answer.text, "#queue", "seen")).status_code == 303
    assert signers(own_office, "nop-ho-so") == [NAME]


def test_of_several_only_what_was_changed_is_left_out(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.APPROVER)
    seen = shown(visitor)
    rewrite(own_office, "nop-ho-so", "mười phút", "một giờ")
    answer = visitor.post("/approvals", {"post": [LOOK_UP, HAND_IN], "seen": seen})
    assert answer.status_code == 409
    assert signers(own_office, "tra-cuu") == [NAME]
    assert signers(own_office, "nop-ho-so") == []


@pytest.mark.parametrize("seen", [[], ["x:y"], ["1"], ["99999:0"], ["9" * 40 + ":0"]], ids=str)
def test_a_form_that_says_no_text_approves_none(own_office: ConsoleOffice, seen: list[str]) -> None:
    answer = own_office.visitor(Role.APPROVER).post("/approvals", {"only": HAND_IN, "seen": seen})
    assert answer.status_code == 303
    assert len(queued(own_office)) == 3


def test_what_another_text_was_approved_as_is_shown_word_by_word(
    own_office: ConsoleOffice,
) -> None:
    visitor = own_office.visitor(Role.APPROVER)
    press(visitor, HAND_IN)
    rewrite(own_office, "nop-ho-so", "ba bước", "bốn bước")
    page = visitor.get("/approvals").text
    assert "<del>ba</del><ins>bốn</ins>" in page
    assert NAME in read(page)


def test_a_picture_that_was_changed_is_told_too(own_office: ConsoleOffice) -> None:
    from PIL import Image

    visitor = own_office.visitor(Role.APPROVER)
    press(visitor, HAND_IN)
    picture = own_office.root / "campaigns" / "dich-vu-cong" / "media" / "anh.png"
    Image.new("RGB", (1200, 630), "#b3261e").save(picture)
    own_office.site.desk.refresh(force=True)
    page = visitor.get("/approvals").text
    assert "<ins>" in page
    assert "<del>" in page


def test_what_goes_out_is_shown_with_its_pictures(office: ConsoleOffice) -> None:
    page = office.visitor(Role.APPROVER).get("/approvals").text
    assert WORDS in read(page)
    assert 'src="data:image/jpeg' in page
    assert 'alt="Quảng trường tỉnh"' in page


@pytest.mark.parametrize("skip", ["x", "-1", "9" * 40, "9" * 5000], ids=["x", "-1", "40", "5000"])
def test_a_page_beyond_the_queue_is_empty_and_breaks_nothing(
    office: ConsoleOffice, skip: str
) -> None:
    assert office.visitor(Role.APPROVER).get(f"/approvals?skip={skip}").status_code == 200


# -- two people's word ----------------------------------------------------------------------------


def test_nobody_gives_two_peoples_word(own_office: ConsoleOffice) -> None:
    ask_for_two(own_office)
    first = own_office.visitor(Role.APPROVER)
    seen = shown(first)
    press(first, HAND_IN, seen)
    press(first, HAND_IN, seen)
    assert signers(own_office, "nop-ho-so") == [NAME]
    # It isn't offered to them any more, and still waits for another person.
    assert HAND_IN not in queued(own_office)
    second = own_office.visitor(Role.ADMINISTRATOR)
    assert HAND_IN in values(second.get("/approvals").text, "#queue", "only")
    press(second, HAND_IN)
    assert signers(own_office, "nop-ho-so") == [NAME, OTHER]
    assert HAND_IN not in values(second.get("/approvals").text, "#queue", "only")


def test_a_press_in_many_windows_at_once_is_one_approval(own_office: ConsoleOffice) -> None:
    ask_for_two(own_office)
    windows = [own_office.visitor(Role.APPROVER) for _window in range(4)]
    seen = shown(windows[0])
    answers = at_once(windows, lambda window: press(window, HAND_IN, seen))
    assert {one.status_code for one in answers} == {303}
    assert signers(own_office, "nop-ho-so") == [NAME]


def test_two_people_who_press_at_once_are_both_heard(own_office: ConsoleOffice) -> None:
    ask_for_two(own_office)
    both = [own_office.visitor(Role.APPROVER), own_office.visitor(Role.ADMINISTRATOR)]
    seen = shown(both[0])
    at_once(both, lambda visitor: press(visitor, HAND_IN, seen))
    assert sorted(signers(own_office, "nop-ho-so")) == sorted([NAME, OTHER])


def at_once(visitors: list[Visitor], act: object) -> list[requests.Response]:
    answers: list[requests.Response] = []
    begin = threading.Barrier(len(visitors))

    def go(visitor: Visitor) -> None:
        begin.wait()
        answers.append(act(visitor))  # type: ignore[operator]

    threads = [threading.Thread(target=go, args=(one,)) for one in visitors]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


# -- back to the writer ---------------------------------------------------------------------------


def send_back(office: ConsoleOffice, words: str = "Ghi rõ số điện thoại.") -> None:
    page = office.visitor(Role.APPROVER).get("/approvals").text
    seen = [one for one in values(page, "/comments", "seen") if is_of(office, one, "nop-ho-so")]
    visitor = office.visitor(Role.APPROVER)
    said = {"seen": seen, "words": words, "back": "1", "next": "/approvals"}
    assert visitor.post("/comments", said).headers["location"] == "/approvals"


def is_of(office: ConsoleOffice, seen: str, post: str) -> bool:
    with office.site.database.reading() as session:
        row = session.get(Delivery, int(seen.partition(":")[0]))
    return row is not None and row.post == post


def test_what_needs_changes_leaves_the_queue_until_its_text_is_another(
    own_office: ConsoleOffice,
) -> None:
    send_back(own_office)
    assert queued(own_office) == [LOOK_UP, MONTH]
    page = read(own_office.visitor(Role.VIEWER).get("/approvals").text)
    assert "Ghi rõ số điện thoại." in page
    rewrite(own_office, "nop-ho-so", "mười phút", "mười phút, 0277 3851 111")
    assert queued(own_office) == [LOOK_UP, HAND_IN, MONTH]
    assert "Ghi rõ số điện thoại." in own_office.visitor(Role.APPROVER).get("/approvals").text


def test_what_was_sent_back_may_be_left_as_it_is(own_office: ConsoleOffice) -> None:
    send_back(own_office)
    visitor = own_office.visitor(Role.ADMINISTRATOR)
    seen = values(visitor.get("/approvals").text, "/approvals/ask-again", "seen")
    visitor.post("/approvals/ask-again", {"seen": seen})
    assert HAND_IN in queued(own_office)


def test_a_comment_without_words_is_asked_for_them(own_office: ConsoleOffice) -> None:
    send_back(own_office, "   ")
    assert HAND_IN in queued(own_office)


def test_a_writer_may_say_something_and_not_send_back(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    row = own_office.row("nop-ho-so")
    seen = f"{deliveries.number_of(row)}:{row.fingerprint}"
    visitor.post("/comments", {"seen": seen, "words": "Đã sửa.", "back": "1", "next": "/"})
    assert HAND_IN in queued(own_office)
    with own_office.site.database.reading() as session:
        [said] = comments.of_post(session, "dich-vu-cong", "nop-ho-so")
    assert (said.author, said.text, said.sends_back) == (PEOPLE[Role.WRITER][1], "Đã sửa.", False)


def test_a_comment_on_a_text_that_is_gone_is_not_taken(own_office: ConsoleOffice) -> None:
    seen = shown(own_office.visitor(Role.APPROVER))
    rewrite(own_office, "nop-ho-so", "mười phút", "một giờ")
    mine = [one for one in seen if is_of(own_office, one, "nop-ho-so")]
    visitor = own_office.visitor(Role.APPROVER)
    visitor.post("/comments", {"seen": mine, "words": "Sai.", "back": "1", "next": "/approvals"})
    assert HAND_IN in queued(own_office)


def test_a_comment_leads_nowhere_but_to_a_page_of_ours(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.WRITER)
    answer = visitor.post("/comments", {"words": "x", "next": "//xau.example"})
    assert answer.headers["location"] == "/"


def test_what_a_person_writes_is_never_a_mark(own_office: ConsoleOffice) -> None:
    send_back(own_office, "<script>alert(1)</script>")
    page = own_office.visitor(Role.APPROVER).get("/approvals").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_who_approved_sent_back_and_said_what_stands_in_the_record(
    own_office: ConsoleOffice,
) -> None:
    press(own_office.visitor(Role.APPROVER), LOOK_UP)
    send_back(own_office)
    with own_office.site.database.reading() as session:
        done = [(one.actor, one.action) for one in audit.latest(session, limit=3)]
    assert done == [(NAME, "approve"), (NAME, "approve"), (NAME, "send back")]


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_person_approves_one_and_ticks_the_others(
    own_office: ConsoleOffice, chromium: Chromium, scripts: bool
) -> None:
    page = chromium.open(own_office, "/approvals", role=Role.APPROVER, scripts=scripts)
    page.locator("article", has_text=WORDS).locator("button[name=only]").click()
    page.wait_for_load_state("load")
    assert signers(own_office, "nop-ho-so") == [NAME]
    for box in page.locator("article input[type=checkbox]").all():
        box.check()
    page.locator("p.all button").click()
    page.wait_for_load_state("load")
    assert page.locator("article").count() == 0
    assert chromium.troubles == []


def test_a_person_sends_a_post_back_with_a_word(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(own_office, "/approvals", role=Role.APPROVER)
    article = page.locator("article", has_text=WORDS)
    article.locator("details.say summary").click()
    article.locator("textarea").fill("Thiếu số điện thoại.")
    article.locator("button[name=back]").click()
    page.wait_for_load_state("load")
    assert page.locator("article", has_text=WORDS).count() == 0
    assert page.locator(".sent-back", has_text="Thiếu số điện thoại.").count() == 1


def test_a_late_one_says_until_when_it_may_still_go(own_office: ConsoleOffice) -> None:
    row = own_office.row("tra-cuu")
    own_office.clock.move_to(row.due_at + timedelta(minutes=1))
    page = read(own_office.visitor(Role.APPROVER).get("/approvals").text)
    assert f"{row.expires_at.astimezone(own_office.site.settings.zone):%d/%m/%Y %H:%M}" in page
