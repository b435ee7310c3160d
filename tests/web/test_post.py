"""The page of a post: its looks, its words and how they are changed, what became of it."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from publisher.delivery.lifecycle import State
from publisher.editing.proposal import fingerprint_of
from publisher.settings.console import Role
from publisher.store import contents
from publisher.store.reach_tables import ReadingRow
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window
from tests.web.office import ConsoleOffice, Visitor

POST = "/posts/dich-vu-cong/nop-ho-so"
BODY = "Nộp hồ sơ tại nhà trên Cổng Dịch vụ công: ba bước, mười phút."
NEW = "Nộp hồ sơ tại nhà: bốn bước, tám phút."


def english(office: ConsoleOffice, role: Role) -> Visitor:
    visitor = office.visitor(role)
    visitor.http.cookies.set("language", "en")
    return visitor


@pytest.fixture
def reader(office: ConsoleOffice) -> Visitor:
    return english(office, Role.VIEWER)


@pytest.fixture
def writer(own_office: ConsoleOffice) -> Visitor:
    return english(own_office, Role.WRITER)


@pytest.fixture
def approver(own_office: ConsoleOffice) -> Visitor:
    return english(own_office, Role.APPROVER)


def told(page: str) -> str:
    """The words of a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def part(page: str, name: str) -> str:
    """The section that is headed by ``name``."""
    till_next = rf'<section aria-labelledby="{name}">.*?(?=\n<section aria-labelledby|\n</main>)'
    found = re.search(till_next, page, re.S)
    assert found is not None, name
    return found[0]


def seen(office: ConsoleOffice, post: str, channel: str) -> str:
    row = office.row(post, channel)
    return f"{row.id}:{row.fingerprint}"


def as_shown(office: ConsoleOffice, post: str, channel: str) -> dict[str, str]:
    """What the form of a delivery's deeds says of it: its text, and how often it was tried."""
    row = office.row(post, channel)
    return {"seen": seen(office, post, channel), "tries": f"{row.id}:{row.attempts}"}


# -- how it looks ---------------------------------------------------------------------------------


def test_a_post_is_drawn_like_each_of_its_platforms_with_counts(reader: Visitor) -> None:
    page = reader.get("/posts/10-10/buoi-chieu").text
    assert re.search(r'class="mockup social on-facebook"', page)
    assert re.search(r'class="mockup article on-zalo"', page)
    assert "text 69 / 63,206 characters" in told(page)
    assert 'style="' not in page


def test_the_looks_have_their_platforms_colours_in_a_sheet_of_their_own(reader: Visitor) -> None:
    sheet = reader.get("/previews.css")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert re.search(r"\.mockup\.on-zalo \{ --accent: #\w+; \}", sheet.text)
    assert (
        reader.get("/previews.css", **{"If-None-Match": sheet.headers["etag"]}).status_code == 304
    )


def test_a_channel_that_is_no_more_shows_the_words_alone(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    channels = dict(own_office.site.settings.channels)
    channels.pop("zalo")
    own_office.site.settings.__dict__["channels"] = channels
    page = writer.get("/posts/10-10/buoi-chieu").text
    assert "no longer in schedule.toml" in page
    assert 'class="plain-words">Chiều nay' in page


@pytest.mark.parametrize("path", ["/posts/10-10/nothing", "/posts/..%2F/x", "/posts/x/y"])
def test_a_post_that_is_not_there_is_not_found(reader: Visitor, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_post_whose_day_is_far_off_is_shown_though_it_is_not_planned(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    file = own_office.post_file("dich-vu-cong/nam-sau")
    keys = 'when = "2028-06-01 08:00"\nchannels = ["fanpage"]'
    file.write_text(f"+++\n{keys}\n+++\nHẹn năm sau.\n", "utf-8")
    page = writer.get("/posts/dich-vu-cong/nam-sau").text
    assert "This post isn't in the plan yet. Its next day is 01 Jun 2028 08:00." in told(page)
    assert "Hẹn năm sau." in page


def test_a_post_of_several_days_is_shown_on_the_asked_one(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    keys = 'when = "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=18;BYMINUTE=0"\nchannels = ["fanpage"]'
    file = own_office.post_file("dich-vu-cong/thu-hai")
    file.write_text(f"+++\n{keys}\n+++\nThứ Hai hằng tuần.\n", "utf-8")
    own_office.site.desk.refresh(force=True)
    path = "/posts/dich-vu-cong/thu-hai"
    assert "11 Oct 2027 18:00" in told(writer.get(path).text)
    asked = writer.get(f"{path}?edition=2027&occurrence=2027-10-18").text
    assert "18 Oct 2027 18:00" in told(asked)
    assert re.search(r'occurrence=2027-10-18" aria-current="true">18 Oct 2027</a>', asked)


# -- its pictures ---------------------------------------------------------------------------------


def picture_of(office: ConsoleOffice) -> str:
    row = office.row("nop-ho-so")
    with office.site.database.reading() as session:
        message = contents.load(session, row.fingerprint, "", row.due_at)
    return message.media[0].sha256


def test_pictures_stand_with_their_measure_and_alt_text(
    office: ConsoleOffice, reader: Visitor
) -> None:
    page = part(reader.get(POST).text, "pictures")
    assert f"/pictures/{picture_of(office)}?size=small" in page
    assert "1200 × 630" in page
    assert "Alt text: Quảng trường tỉnh" in told(page)


@pytest.mark.parametrize(("size", "side"), [("small", 320), ("", 640), ("large", 1200)])
def test_a_picture_is_served_small_and_as_a_picture(
    office: ConsoleOffice, reader: Visitor, size: str, side: int
) -> None:
    answer = reader.get(f"/pictures/{picture_of(office)}?size={size}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert Image.open(io.BytesIO(answer.content)).width == side


@pytest.mark.parametrize("path", ["/pictures/" + "0" * 64, "/pictures/passwd", "/pictures/%2e%2e"])
def test_what_no_post_shows_is_not_served(reader: Visitor, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_size_that_nobody_offers_is_not_served(office: ConsoleOffice, reader: Visitor) -> None:
    assert reader.get(f"/pictures/{picture_of(office)}?size=99999").status_code == 404


def test_a_file_that_is_no_picture_is_never_served_as_one(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    sha256 = picture_of(own_office)
    [kept] = (own_office.root / "var" / "media").rglob(f"{sha256}.*")
    kept.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    assert writer.get(f"/pictures/{sha256}").status_code == 404


# -- its words ------------------------------------------------------------------------------------


def test_what_is_typed_is_shown_on_every_channel_and_not_written(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    before = own_office.post_file("dich-vu-cong/nop-ho-so").read_bytes()
    page = writer.post(f"{POST}/preview", {"body": NEW}).text
    assert page.count(NEW) == 2
    assert "<html" not in page
    assert own_office.post_file("dich-vu-cong/nop-ho-so").read_bytes() == before


def test_without_scripts_a_button_shows_what_was_typed(writer: Visitor) -> None:
    page = writer.post(f"{POST}/edit", {"body": NEW, "deed": "preview"}).text
    assert f">{NEW}</textarea>" in page
    assert page.count('class="mockup') == 2


def test_what_a_channel_would_refuse_is_said_while_it_is_typed(writer: Visitor) -> None:
    page = told(writer.post(f"{POST}/preview", {"body": "{{ nothing }}"}).text)
    assert "nop-ho-so.md:6" in page
    assert "nothing" in page


def test_a_script_that_is_typed_stays_text(writer: Visitor) -> None:
    page = writer.post(f"{POST}/preview", {"body": "<script>alert(1)</script>"}).text
    assert "<script" not in page


def test_a_change_is_shown_before_it_is_written(own_office: ConsoleOffice, writer: Visitor) -> None:
    page = writer.post(f"{POST}/edit", {"body": NEW, "deed": "changes"}).text
    assert f"−{BODY} +{NEW}" in told(page)
    assert "has to be approved again" in page
    assert BODY in own_office.post_file("dich-vu-cong/nop-ho-so").read_text("utf-8")


def test_nothing_typed_is_nothing_to_write(writer: Visitor) -> None:
    page = writer.post(f"{POST}/edit", {"deed": "changes"}).text
    assert "You have changed nothing." in page


def saved(writer: Visitor, **typed: str) -> int:
    """Type, see the change, and agree."""
    page = writer.post(f"{POST}/edit", {"deed": "changes", **typed}).text
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return writer.post(f"{POST}/save", {**typed, "seen": found[1]}).status_code


def test_a_change_that_is_agreed_to_stands_in_the_file_and_in_the_plan(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    file = own_office.post_file("dich-vu-cong/nop-ho-so")
    file.write_text(file.read_text("utf-8").replace("+++\n", "+++\n# để nguyên\n", 1), "utf-8")
    before = file.read_text("utf-8")
    assert saved(writer, body=NEW.replace(": ", ":\r\n")) == 303
    assert file.read_text("utf-8") == before.replace(BODY, NEW.replace(": ", ":\n"))
    row = own_office.row("nop-ho-so", "portal")
    with own_office.site.database.reading() as session:
        message = contents.load(session, row.fingerprint, "", row.due_at)
    assert message.body.plain.startswith("Nộp hồ sơ tại nhà:\nbốn bước")


def test_a_channel_is_given_words_of_its_own_and_loses_them_again(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    file = own_office.post_file("dich-vu-cong/nop-ho-so")
    before = file.read_text("utf-8")
    assert saved(writer, **{"for:fanpage:text": "Ngắn thôi."}) == 303
    assert 'text = "Ngắn thôi."' in file.read_text("utf-8")
    assert own_office.row("nop-ho-so", "fanpage").first_line != "Ngắn thôi."
    assert BODY in file.read_text("utf-8")
    assert saved(writer, **{"for:fanpage:text": ""}) == 303
    assert "Ngắn thôi" not in file.read_text("utf-8")
    assert file.read_text("utf-8").startswith(before[:40])


def test_a_file_that_was_changed_meanwhile_is_shown_anew_and_not_written(
    own_office: ConsoleOffice, writer: Visitor
) -> None:
    answer = writer.post(f"{POST}/save", {"body": NEW, "seen": "another text"})
    assert answer.status_code == 409
    assert "Somebody changed this file meanwhile" in answer.text
    assert BODY in own_office.post_file("dich-vu-cong/nop-ho-so").read_text("utf-8")


def test_what_would_be_wrong_is_not_written(own_office: ConsoleOffice, writer: Visitor) -> None:
    file = own_office.post_file("dich-vu-cong/nop-ho-so")
    page = writer.post(f"{POST}/edit", {"body": "{{ nothing }}", "deed": "changes"}).text
    assert 'name="seen"' not in page
    before = file.read_bytes()
    answer = writer.post(f"{POST}/save", {"body": "{{ nothing }}", "seen": _mark(file)})
    assert answer.status_code == 422
    assert file.read_bytes() == before


def _mark(file: Path) -> str:
    return fingerprint_of(file.read_text("utf-8"))


# -- what may be done -----------------------------------------------------------------------------


def test_who_may_only_look_is_offered_nothing_to_do(reader: Visitor) -> None:
    page = reader.get(POST).text
    for deed in ("approve", "cancel", "again", "settle", "edit"):
        assert f"{POST}/{deed}" not in page


def test_what_was_seen_is_approved(own_office: ConsoleOffice, approver: Visitor) -> None:
    assert f'value="{seen(own_office, "nop-ho-so", "fanpage")}"' in approver.get(POST).text
    approver.post(f"{POST}/approve", {"seen": seen(own_office, "nop-ho-so", "fanpage")})
    page = approver.get(POST).text
    assert "Approved." in page
    assert "Nguyễn Thị Duyệt 10 Oct 2027 12:00 fanpage the present one" in told(
        part(page, "approvals")
    )


def test_a_text_that_was_changed_meanwhile_is_not_approved(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    number = own_office.number("nop-ho-so")
    approver.post(f"{POST}/approve", {"seen": f"{number}:another"})
    page = told(approver.get(POST).text)
    assert "Its text was changed meanwhile: look at it once more." in page
    assert "Nobody has approved it yet." in page


def test_a_post_of_another_page_is_left_alone(own_office: ConsoleOffice, approver: Visitor) -> None:
    approver.post(f"{POST}/cancel", {"seen": seen(own_office, "cam-on", "fanpage")})
    assert own_office.row("cam-on").state == State.PLANNED


def test_a_post_is_taken_out_on_one_channel_and_stays_on_the_page(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    approver.post(f"{POST}/cancel", {"seen": seen(own_office, "nop-ho-so", "portal")})
    assert own_office.row("nop-ho-so", "portal").state == State.CANCELLED
    assert own_office.row("nop-ho-so", "fanpage").state == State.PLANNED
    assert "cancelled" in told(part(approver.get(POST).text, "looks"))


def test_a_refused_post_is_tried_again(own_office: ConsoleOffice, approver: Visitor) -> None:
    path = "/posts/10-10/chao-ngay-hoi"
    assert f"{path}/again" in approver.get(path).text
    approver.post(f"{path}/again", as_shown(own_office, "chao-ngay-hoi", "fanpage"))
    assert own_office.row("chao-ngay-hoi", "fanpage").state == State.RETRYING


@pytest.mark.parametrize(
    ("out", "url", "state"),
    [
        ("yes", "https://zalo.example/1", State.SENT),
        ("no", "", State.RETRYING),
        ("yes", "javascript:alert(1)", State.UNCONFIRMED),
        ("yes", "http://[::1", State.UNCONFIRMED),
    ],
)
def test_a_doubt_is_settled_by_what_a_person_saw(
    own_office: ConsoleOffice, approver: Visitor, out: str, url: str, state: State
) -> None:
    path = "/posts/10-10/nhac-truoc"
    sent = {**as_shown(own_office, "nhac-truoc", "zalo"), "out": out, "url": url}
    assert approver.post(f"{path}/settle", sent).status_code == 303
    assert own_office.row("nhac-truoc", "zalo").state == state
    linked = f'<a href="{url}" rel="noopener noreferrer">' in approver.get(path).text
    assert linked == (state is State.SENT)


def test_who_looked_before_the_last_try_cannot_have_it_sent_once_more(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    sent = {**as_shown(own_office, "nhac-truoc", "zalo"), "out": "no"}
    with own_office.site.database.writing() as session:
        row = session.merge(own_office.row("nhac-truoc", "zalo"))
        row.attempts += 1
    approver.post("/posts/10-10/nhac-truoc/settle", sent)
    assert own_office.row("nhac-truoc", "zalo").state == State.UNCONFIRMED


# -- what became of it ----------------------------------------------------------------------------


def test_attempts_and_receipts_stand_on_the_page(reader: Visitor) -> None:
    page = told(part(reader.get("/posts/10-10/nhac-truoc").text, "attempts"))
    assert "Trang Facebook của tỉnh : 09 Oct 2027 08:00" in page
    assert "Trang Facebook của tỉnh 09 Oct 2027 08:00 09 Oct 2027 08:00 sent" in page


def test_an_approval_of_an_earlier_text_is_told_as_such(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    approver.post(f"{POST}/approve", {"seen": seen(own_office, "nop-ho-so", "fanpage")})
    assert saved(approver, body=NEW) == 303
    page = approver.get(POST).text
    assert "fanpage an earlier one" in told(part(page, "approvals"))
    assert "waits for approval" in told(part(page, "looks"))


def test_each_version_is_told_with_what_changed_and_by_whom(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    assert saved(approver, body=NEW) == 303
    page = part(approver.get(POST).text, "story")
    assert re.search(r"<del>[^<]*mười[^<]*</del>\s*<ins>[^<]*tám", page)
    assert "Nguyễn Thị Duyệt : file changed" in told(page)
    assert f"+{NEW}" in told(page)
    # On both channels at once, told once.
    assert told(page).count("changed in the plan (fanpage, portal)") == 1


def test_readings_are_drawn_and_stand_in_a_table(
    own_office: ConsoleOffice, approver: Visitor
) -> None:
    number = own_office.number("nhac-truoc")
    with own_office.site.database.writing() as session:
        for hours, count in ((1, 120), (24, 1300)):
            session.add(
                ReadingRow(
                    delivery_id=number,
                    at=own_office.clock() + timedelta(hours=hours),
                    due_age_s=hours * 3600,
                    impressions=count,
                    reach=count // 2,
                )
            )
    page = part(approver.get("/posts/10-10/nhac-truoc").text, "reach")
    assert len(re.findall(r"<circle", page)) == 2
    assert "11 Oct 2027 12:00 fanpage 1,300 650 –" in told(page)


# -- in a browser ---------------------------------------------------------------------------------


def test_the_preview_follows_what_is_typed(own_office: ConsoleOffice, chromium: Chromium) -> None:
    page = chromium.open(own_office, f"{POST}/edit", role=Role.WRITER, width=DESK)
    page.fill("textarea[name=body]", NEW)
    page.locator(".mockup.on-facebook", has_text="bốn bước").wait_for()
    assert BODY in own_office.post_file("dich-vu-cong/nop-ho-so").read_text("utf-8")
    assert chromium.troubles == []


def test_words_are_changed_without_scripts_from_typing_to_the_file(
    own_office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(own_office, POST, role=Role.WRITER, scripts=False)
    page.locator(f'a[href^="{POST}/edit"]').click()
    page.fill("textarea[name=body]", NEW)
    page.locator("button[value=changes]").click()
    page.locator(f'form[action="{POST}/save"] button').click()
    page.wait_for_url(f"**{POST}*")
    assert NEW in own_office.post_file("dich-vu-cong/nop-ho-so").read_text("utf-8")


@pytest.mark.parametrize("path", [POST, f"{POST}/edit", "/posts/10-10/nhac-truoc"])
def test_on_a_telephone_a_post_is_as_wide_as_its_window(
    office: ConsoleOffice, chromium: Chromium, path: str
) -> None:
    page = chromium.open(office, path, role=Role.APPROVER, width=TELEPHONE)
    assert not is_wider_than_its_window(page)
    assert page.locator(".mockup").first.bounding_box()["width"] > 300


def test_the_looks_are_dark_where_the_console_is(office: ConsoleOffice, chromium: Chromium) -> None:
    grounds = {
        theme: chromium.open(office, POST, theme=theme).evaluate(
            "getComputedStyle(document.querySelector('.mockup')).backgroundColor"
        )
        for theme in ("light", "dark")
    }
    assert grounds["light"] == "rgb(255, 255, 255)"
    assert grounds["dark"] != grounds["light"]
