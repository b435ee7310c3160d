"""The media library in the console: added with what has to be said of it, found, stopped."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from publisher.desk.collection import Collection
from publisher.desk.description import Words
from publisher.media.record import Consent
from publisher.settings.console import Role
from publisher.store import audit
from tests.media.builders import picture
from tests.web.chromium import TELEPHONE, Chromium, is_wider_than_its_window, serious
from tests.web.office import PEOPLE, ConsoleOffice, Visitor
from tests.web.reading import english, words_of

SAID = {
    "alt": "Hồ sen buổi sáng",
    "alt_en": "A lotus lake at dawn",
    "credit": "Nguyễn Lan",
    "licence": "tự làm",
    "consent": "not-needed",
    "topics": "du lịch, hồ sen",
}


def writer(office: ConsoleOffice) -> Visitor:
    return english(office.visitor(Role.WRITER))


def shelf(office: ConsoleOffice) -> Collection:
    return Collection(office.site.database, office.site.settings.var_folder, office.clock)


def png(width: int = 64, colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.effect_mandelbrot((width, 48), (-3, -2.5, 2, 2.5), 30).convert("RGB").save(made, "PNG")
    return made.getvalue() + colour.encode()


def sent(
    visitor: Visitor, content: bytes, name: str = "Hồ sen.png", **said: str
) -> tuple[int, str]:
    """Send a file with its form: the answer's status, and where it leads or what it says."""
    answer = visitor.post("/media/add", {**SAID, **said}, files={"file": (name, content)})
    return answer.status_code, answer.headers.get("location") or words_of(answer.text)


def test_a_picture_is_added_with_all_that_is_said_of_it(own_office: ConsoleOffice) -> None:
    visitor, content = writer(own_office), png()
    assert sent(visitor, content, expires_on="2027-12-31") == (303, "/media/ho-sen")
    record = shelf(own_office).record("ho-sen")
    assert record.path.read_bytes() == content
    assert (record.alt, record.alt_en) == (SAID["alt"], SAID["alt_en"])
    assert (record.credit, record.licence) == ("Nguyễn Lan", "own-work")
    assert record.consent is Consent.NOT_NEEDED
    assert record.expires_on == date(2027, 12, 31)
    assert record.topics == ("du lịch", "hồ sen")
    assert record.added_by == PEOPLE[Role.WRITER][1]
    page = words_of(visitor.get("/media/ho-sen").text)
    assert "Added: ho-sen." in page
    assert "A lotus lake at dawn" in page
    assert visitor.get("/media/ho-sen/original").content == content
    with own_office.site.database.reading() as session:
        assert audit.last_at(session, "media added") is not None


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ({"consent": ""}, "Say whether the people in it agreed to be shown."),
        ({"consent": "withdrawn"}, "Say whether the people in it agreed to be shown."),
        ({"consent": "given", "consent_at": ""}, "Say where the paper is kept"),
        ({"licence": ""}, "Say under which licence it may be used."),
        ({"alt": " "}, "Say what it shows"),
        ({"expires_on": "31/12/2027"}, "This is no day"),
        ({"topics": ",".join(str(n) for n in range(40))}, "at most 30 topics"),
        ({"credit": "x" * 2001}, "too long"),
    ],
    ids=str,
)
def test_what_is_lacking_is_told_and_what_was_written_stays(
    own_office: ConsoleOffice, lacking: dict[str, str], told: str
) -> None:
    visitor = writer(own_office)
    answer = visitor.post("/media/add", {**SAID, **lacking}, files={"file": ("a.png", png())})
    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert SAID["alt_en"] in answer.text
    assert shelf(own_office).records() == {}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", b"", "is empty"),
        ("a.png", b"no picture", "no picture, video or document"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawing"),
        ("a.png", png()[:200], "damaged"),
    ],
    ids=["empty", "unknown", "svg", "cut"],
)
def test_a_file_that_cannot_be_shown_is_not_taken(
    own_office: ConsoleOffice, name: str, content: bytes, told: str
) -> None:
    status, said = sent(writer(own_office), content, name)
    assert status == 422
    assert told in said
    assert shelf(own_office).records() == {}


def test_a_form_without_a_file_says_so(own_office: ConsoleOffice) -> None:
    answer = writer(own_office).post("/media/add", SAID)
    assert answer.status_code == 422
    assert "Choose a file." in words_of(answer.text)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.png", "..\\..\\x.png", ".png", "a\x00b.png", "x" * 300 + ".png"]
)
def test_a_files_name_is_never_a_way_to_another_place(own_office: ConsoleOffice, name: str) -> None:
    status, place = sent(writer(own_office), png(), name)
    assert (status, place.startswith("/media/")) == (303, True)
    [record] = shelf(own_office).records().values()
    assert record.path.is_relative_to(own_office.root / "var" / "media")
    assert "/" not in record.file_name
    assert "\\" not in record.file_name


def test_the_same_bytes_are_not_taken_in_twice(own_office: ConsoleOffice) -> None:
    visitor = writer(own_office)
    sent(visitor, png())
    assert sent(visitor, png(), "khac.png", credit="Người khác") == (303, "/media/ho-sen")
    assert "in the library already" in visitor.get("/media/ho-sen").text
    assert shelf(own_office).record("ho-sen").credit == "Nguyễn Lan"


@pytest.fixture
def stocked(own_office: ConsoleOffice, tmp_path: Path) -> ConsoleOffice:
    """An office with four media: one soon over, one without consent, one in no post, one in all."""
    library = shelf(own_office)
    for name, colour, words in (
        ("Hồ sen", "red", Words(alt="Hồ sen", licence="own", consent=Consent.NOT_NEEDED)),
        ("Chợ nổi", "green", Words(alt="Ghe thuyền", consent=Consent.MISSING)),
        (
            "Cầu",
            "yellow",
            Words(
                alt="Cầu Mỹ Thuận",
                licence="own",
                consent=Consent.GIVEN,
                consent_at="tủ A",
                expires_on=date(2027, 10, 20),
            ),
        ),
    ):
        file = picture(tmp_path / f"{name}.png", colour=colour)
        library.add(file, words, "Lan")
    shown = own_office.root / "campaigns" / "10-10" / "media" / "anh.png"
    said = Words(alt="Quảng trường", licence="own", consent=Consent.GIVEN, consent_at="tủ B")
    library.add(shown, said, "Lan", "quang-truong")
    return own_office


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"ho-sen", "cho-noi", "cau", "quang-truong"}),
        ("?words=ho+sen", {"ho-sen"}),
        ("?words=ghe", {"cho-noi"}),
        ("?only=no-consent", {"cho-noi"}),
        ("?only=unused", {"ho-sen", "cho-noi", "cau"}),
        ("?only=expiring", {"cau"}),
        ("?kind=video", set()),
        ("?words=nothing", set()),
        ("?page=7", {"ho-sen", "cho-noi", "cau", "quang-truong"}),
        pytest.param("?page=" + "9" * 5000, {"ho-sen", "cho-noi", "cau", "quang-truong"}, id="far"),
        ("?page=x", {"ho-sen", "cho-noi", "cau", "quang-truong"}),
    ],
)
def test_media_are_found_by_words_and_by_what_is_amiss(
    stocked: ConsoleOffice, query: str, names: set[str]
) -> None:
    page = english(stocked.visitor(Role.VIEWER)).get(f"/media{query}")
    assert page.status_code == 200
    assert set(re.findall(r'href="/media/([a-z-]+)">', page.text)) - {"add"} == names
    if not names:
        assert "Nothing in the library is like that." in page.text


def test_what_keeps_a_medium_from_being_shown_stands_beside_it(stocked: ConsoleOffice) -> None:
    text = words_of(english(stocked.visitor(Role.VIEWER)).get("/media").text)
    assert re.search(r"cho-noi PNG[^·]*not used yet consent missing licence not written down", text)
    assert re.search(r"cau PNG.*?until 20 Oct 2027 expires soon", text)
    assert re.search(r"quang-truong PNG.*?out 3 times", text)


def test_a_medium_says_where_it_was_and_will_be(stocked: ConsoleOffice) -> None:
    page = english(stocked.visitor(Role.VIEWER)).get("/media/quang-truong").text
    assert 'href="/posts/10-10/cam-on?edition=2027"' in page
    text = words_of(page)
    assert "09 Oct 2027 08:00 Trang Facebook của tỉnh" in text
    assert "people agreed: tủ B" in text


def test_small_pictures_are_small_and_tell_no_place(
    own_office: ConsoleOffice, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 27.0, 33.5)})
    exif[0x0112] = 6
    big = Image.radial_gradient("L").resize((1600, 900)).convert("RGB")
    big.save(tmp_path / "to.jpg", exif=exif)
    shelf(own_office).add(tmp_path / "to.jpg", Words(), "Lan")
    visitor = english(own_office.visitor(Role.VIEWER))
    for side in (360, 1080):
        answer = visitor.get(f"/media/to/seen-{side}.jpg")
        assert answer.headers["content-type"] == "image/jpeg"
        seen = Image.open(io.BytesIO(answer.content))
        # Turned as its camera said.
        assert seen.size == (side * 9 // 16, side)
        assert not seen.getexif()
    assert visitor.get("/media/to/seen-4000.jpg").status_code == 404
    assert visitor.get("/media/nowhere/seen-360.jpg").status_code == 404


def test_what_is_said_of_a_medium_can_be_changed(stocked: ConsoleOffice) -> None:
    visitor = writer(stocked)
    form = visitor.get("/media/cau/edit").text
    assert 'value="Cầu Mỹ Thuận"' in form
    assert 'value="tủ A"' in form
    said = {"alt": "Cầu Cao Lãnh", "licence": "own-work", "consent": "given", "consent_at": "tủ C"}
    assert visitor.post("/media/cau/edit", said).status_code == 303
    record = shelf(stocked).record("cau")
    assert (record.alt, record.consent_at, record.expires_on) == ("Cầu Cao Lãnh", "tủ C", None)


def test_what_was_withdrawn_stays_so_when_its_words_are_mended(stocked: ConsoleOffice) -> None:
    visitor = writer(stocked)
    shelf(stocked).withdraw("cau", "Phụ huynh đề nghị", "Lan")
    assert visitor.post("/media/cau/edit", {"alt": "Cầu", "consent": ""}).status_code == 303
    record = shelf(stocked).record("cau")
    assert (record.consent, record.consent_at) == (Consent.WITHDRAWN, "Phụ huynh đề nghị")


def test_where_consent_is_withdrawn_posts_to_come_are_taken_out_at_once(
    stocked: ConsoleOffice,
) -> None:
    visitor = writer(stocked)
    unsaid = visitor.post("/media/quang-truong/withdraw", {"reason": " "})
    assert unsaid.headers["location"] == "/media/quang-truong"
    assert stocked.row("cam-on").state == "planned"
    answer = visitor.post("/media/quang-truong/withdraw", {"reason": "Đề nghị gỡ ảnh"})
    assert answer.status_code == 303
    page = words_of(visitor.get("/media/quang-truong").text)
    assert "posts to come were taken out of the plan" in page
    assert "consent withdrawn: Đề nghị gỡ ảnh" in page
    assert stocked.row("cam-on").state == "cancelled"
    assert stocked.row("nhac-truoc").state == "sent"


def test_a_viewer_sees_the_library_and_is_offered_no_change(stocked: ConsoleOffice) -> None:
    visitor = english(stocked.visitor(Role.VIEWER))
    page = visitor.get("/media").text + visitor.get("/media/cau").text
    assert "/media/add" not in page
    assert "/media/cau/edit" not in page
    assert "/withdraw" not in page
    assert visitor.post("/media/add", SAID, files={"file": ("a.png", png())}).status_code == 403
    assert visitor.post("/media/cau/withdraw", {"reason": "x"}).status_code == 403
    assert visitor.get("/media/cau/edit").status_code == 403


@pytest.mark.parametrize("path", ["", "/edit", "/original", "/seen-360.jpg"])
def test_a_medium_that_there_is_not_is_not_found(own_office: ConsoleOffice, path: str) -> None:
    assert writer(own_office).get(f"/media/nowhere{path}").status_code == 404


def test_a_picture_is_added_from_a_telephone_without_a_script(
    own_office: ConsoleOffice, chromium: Chromium, tmp_path: Path
) -> None:
    page = chromium.open(
        own_office, "/media", role=Role.WRITER, width=TELEPHONE, language="en", scripts=False
    )
    page.click("text=Add a picture or film")
    page.set_input_files("#f-file", picture(tmp_path / "Chợ nổi.jpg", 800, 600))
    page.fill("#f-alt", "Chợ nổi buổi sớm")
    page.fill("#f-licence", "own-work")
    page.select_option("#f-consent", "given")
    page.fill("#f-consent_at", "tủ A, hồ sơ 12")
    page.click("main form button:has-text('Add')")
    assert page.url.endswith("/media/cho-noi")
    assert page.inner_text("h1") == "cho-noi"
    assert chromium.troubles == []


def test_the_library_and_a_medium_can_be_read_by_everybody(
    stocked: ConsoleOffice, chromium: Chromium
) -> None:
    for path in ("/media", "/media/quang-truong"):
        page = chromium.open(stocked, path, role=Role.WRITER, width=TELEPHONE, theme="dark")
        page.wait_for_load_state("networkidle")
        assert all(page.evaluate("Array.from(document.images, one => one.naturalWidth)"))
        assert serious(page) == []
        assert not is_wider_than_its_window(page)
        assert chromium.troubles == []
