"""Posts that show the library's media: checked, planned, stopped, and known where they were."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from publisher.store import contents, deliveries
from tests.cli.library import DESCRIBED, photo, with_photo
from tests.cli.office import SCHEDULE, Office, days_ahead, just_now, local_now
from tests.media.builders import taken_somewhere

NAMED = 'media = [{ library = "ho-sen" }]'


@pytest.fixture
def lake(office: Office) -> Office:
    """An office with a photo in its library and a post, ten days ahead, that shows it."""
    office.post("mot", days_ahead(10), keys=NAMED)
    return with_photo(office)


def shown(office: Office, post: str = "mot") -> tuple[str, str, str]:
    """What ``post`` shows as it stands in the plan: alt, credit, the kept file's name."""
    with office.site() as site, site.database.reading() as session:
        (row,) = deliveries.matching(session, post=post)
        (medium,) = contents.load(session, row.fingerprint, "k", row.due_at).media
    return medium.alt, medium.credit, medium.path.name


def on(days: int) -> str:
    return f"{local_now() + timedelta(days=days):%d/%m/%Y}"


def test_a_post_shows_it_by_name_with_the_librarys_words(lake: Office) -> None:
    assert lake.run("check").code == 0
    assert lake.run("preview").code == 0
    lake.run("apply")
    assert shown(lake)[:2] == ("Hồ sen", "Lan")
    (kept,) = [path for path in (lake.root / "var/media").rglob("*") if path.is_file()]
    assert kept.name == shown(lake)[2]


def test_what_the_post_says_itself_goes_before(lake: Office) -> None:
    keys = 'media = [{ library = "ho-sen", alt = "Sen {{ edition }}", credit = "Mai" }]'
    lake.post("mot", days_ahead(10), keys=keys)
    lake.run("apply")
    assert shown(lake)[:2] == (f"Sen {(local_now() + timedelta(days=10)).year}", "Mai")


def test_a_brace_in_the_librarys_words_is_no_template(lake: Office) -> None:
    lake.run("media", "edit", "ho-sen", "--alt", "Hồ {{ days_left }} {% if %}")
    lake.run("apply")
    assert shown(lake)[0] == "Hồ {{ days_left }} {% if %}"


def test_an_english_post_has_the_english_words_or_is_told_to(lake: Office) -> None:
    lake.post("mot", days_ahead(10), keys=f'language = "en"\n{NAMED}')
    checked = lake.run("check")
    assert checked.code == 1
    assert checked.lines("mot.md:4: error: The media library doesn't say in English")
    lake.run("media", "edit", "ho-sen", "--alt-en", "Lotus lake")
    assert lake.run("check").code == 0
    lake.run("apply")
    assert shown(lake)[0] == "Lotus lake"


def test_a_channel_that_speaks_english_has_the_english_words(lake: Office) -> None:
    lake.run("media", "edit", "ho-sen", "--alt-en", "Lotus lake")
    keys = f'{NAMED}\n[translation.en]\ntext = "Come."\n[for.fanpage]\nlanguages = ["en"]'
    lake.post("mot", days_ahead(10), keys=keys)
    lake.run("apply")
    assert shown(lake)[0] == "Lotus lake"


def test_a_name_that_there_is_not_is_told_with_the_one_that_was_meant(lake: Office) -> None:
    lake.post("mot", days_ahead(10), keys='media = [{ library = "ho-xen" }]')
    checked = lake.run("check")
    assert checked.code == 1
    assert checked.lines("mot.md:3: error: There is no “ho-xen” in the media library")
    assert checked.lines("Did you mean “ho-sen”?")


@pytest.mark.parametrize(
    ("edit", "code", "told"),
    [
        (("--consent", "missing"), 1, "error: For “ho-sen” nobody has noted"),
        (("--licence", ""), 0, "warning: The media library doesn't say under which licence"),
        (("--alt", ""), 1, "error: The media library doesn't say in Vietnamese"),
        (("--expires", "day 9"), 1, "error: “ho-sen” may only be used until"),
        (("--expires", "day 10"), 0, ""),
    ],
)
def test_what_keeps_it_from_being_shown_is_told_at_its_line(
    lake: Office, edit: tuple[str, str], code: int, told: str
) -> None:
    value = on(int(edit[1].split()[1])) if edit[1].startswith("day") else edit[1]
    lake.run("media", "edit", "ho-sen", edit[0], value)
    checked = lake.run("check")
    assert checked.code == code, checked.out
    assert checked.lines(f"mot.md:3: {told}") or not told
    assert (lake.run("plan").code, lake.run("apply").code) == (code, code)
    assert lake.states() == ({} if code else {"mot": "planned"})


def test_an_original_that_is_lost_is_told(lake: Office) -> None:
    shutil.rmtree(lake.root / "var/media")
    checked = lake.run("check")
    assert checked.code == 1
    assert checked.lines("error: The file of “ho-sen” is gone")


@pytest.mark.about_sqlite
def test_on_a_machine_without_the_store_the_check_says_what_it_cant_see(lake: Office) -> None:
    (lake.root / "var/publisher.db").unlink()
    checked = lake.run("check")
    assert checked.code == 0
    assert checked.lines("mot.md:3: warning: “ho-sen” is in the media library, which isn't on this")
    assert not (lake.root / "var/publisher.db").exists()


# -- after it was planned -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stop",
    [
        ("withdraw", "ho-sen", "--reason", "Phụ huynh yêu cầu"),
        ("edit", "ho-sen", "--consent", "missing"),
        ("edit", "ho-sen", "--expires", "YESTERDAY"),
    ],
)
def test_what_may_no_longer_be_shown_is_out_of_the_plan_at_once(
    lake: Office, stop: tuple[str, ...]
) -> None:
    lake.run("apply")
    ran = lake.run("media", *(on(-1) if part == "YESTERDAY" else part for part in stop))
    assert ran.code == 0
    assert ran.lines("Taken out of the plan")
    assert ran.lines("thu/mot")
    assert lake.states() == {"mot": "cancelled"}
    assert lake.run("apply").code == 1
    assert lake.states() == {"mot": "cancelled"}


def test_it_comes_back_when_it_may_be_shown_again(lake: Office) -> None:
    lake.run("apply")
    lake.run("media", "edit", "ho-sen", "--expires", on(5))
    lake.run("media", "edit", "ho-sen", "--expires", on(20))
    assert lake.run("apply").code == 0
    assert lake.states() == {"mot": "planned"}


def test_what_was_planned_for_an_earlier_day_stays(lake: Office) -> None:
    lake.post("hai", days_ahead(3), keys=NAMED)
    lake.run("apply")
    lake.run("media", "edit", "ho-sen", "--expires", on(5))
    assert lake.states() == {"hai": "planned", "mot": "cancelled"}


def test_a_plan_that_was_in_the_making_is_caught_by_the_next(lake: Office) -> None:
    with lake.site() as site:
        draft = site.desk.draft()
        lake.run("media", "withdraw", "ho-sen", "--reason", "thôi")
        site.desk.apply(draft.changes)
        assert lake.states() == {"mot": "planned"}
    lake.run("apply")
    assert lake.states() == {"mot": "cancelled"}


def test_a_post_that_shows_something_else_by_now_goes_on(lake: Office) -> None:
    lake.run("media", "add", str(photo(lake.root / "cau.png", 5)), *DESCRIBED)
    with lake.site() as site:
        draft = site.desk.draft()
        lake.run("media", "withdraw", "ho-sen", "--reason", "thôi")
        site.desk.apply(draft.changes)
    lake.post("mot", days_ahead(10), keys=NAMED.replace("ho-sen", "cau"))
    assert lake.run("apply").code == 0
    assert lake.states() == {"mot": "planned"}


def test_a_copy_in_a_campaigns_folder_is_known_by_its_bytes(lake: Office) -> None:
    (lake.root / "campaigns/thu/media").mkdir()
    shutil.copy(lake.root / "Hồ sen.png", lake.root / "campaigns/thu/media/a.png")
    lake.post("mot", days_ahead(10), keys='media = [{ file = "media/a.png", alt = "Hồ" }]')
    assert lake.run("apply").code == 0
    assert lake.run("media", "show", "ho-sen").lines("thu/mot")
    lake.run("media", "withdraw", "ho-sen", "--reason", "thôi")
    assert lake.states() == {"mot": "cancelled"}
    assert lake.run("apply").lines("The people in “ho-sen” no longer agree")


def test_a_file_of_a_campaign_needs_no_consent_until_the_library_says_so(office: Office) -> None:
    (office.root / "campaigns/thu/media").mkdir()
    path = photo(office.root / "campaigns/thu/media/a.png")
    office.post("mot", days_ahead(10), keys='media = [{ file = "media/a.png", alt = "Hồ" }]')
    office.run("apply")
    office.run("media", "add", str(path))
    office.run("media", "edit", "a", "--alt", "Hồ")
    assert office.states() == {"mot": "planned"}
    assert office.run("apply").code == 0


def test_what_is_edited_reaches_what_is_planned(lake: Office) -> None:
    lake.run("apply")
    assert lake.run("media", "edit", "ho-sen", "--credit", "Mai").lines(
        "with the next plan: thu/mot"
    )
    lake.run("apply")
    assert shown(lake)[1] == "Mai"


def test_a_running_desk_sees_that_the_library_changed(lake: Office) -> None:
    with lake.site() as site:
        site.desk.refresh()
        assert site.desk.refresh() is None
        lake.run("media", "edit", "ho-sen", "--credit", "Mai")
        changes = site.desk.refresh()
        assert changes is not None
        assert len(changes.altered) == 1


def test_what_a_planned_post_shows_is_not_removed(lake: Office) -> None:
    lake.run("apply")
    ran = lake.run("media", "remove", "ho-sen")
    assert ran.code == 1
    assert ran.lines("Planned posts still show it: thu/mot")


def test_a_send_outside_the_plan_goes_by_the_library_too(lake: Office) -> None:
    send = ("send", "thu/mot", "--channel", "fanpage", "--now")
    assert lake.run(*send).code == 0
    lake.run("media", "withdraw", "ho-sen", "--reason", "thôi")
    refused = lake.run(*send, "--again")
    assert refused.code == 1
    assert refused.lines("no longer agree")


# -- where it was ---------------------------------------------------------------------------------


def test_where_it_was_is_told_sent_and_planned(lake: Office) -> None:
    lake.post("nay", just_now(), keys=NAMED)
    lake.run("apply")
    lake.send_due()
    told = lake.run("media", "show", "ho-sen")
    (sent,) = told.lines("thu/nay")
    assert "→ fanpage  sent" in sent
    assert "→ fanpage  planned" in told.lines("thu/mot")[0]
    assert lake.run("media", "list").lines("out 1 time, the last on")
    assert lake.run("media", "list").lines("1 planned")
    assert not lake.run("media", "find", "--unused").lines("ho-sen")


def test_what_is_out_already_is_named_when_consent_is_withdrawn(lake: Office) -> None:
    lake.post("nay", just_now(), keys=NAMED)
    lake.run("apply")
    lake.send_due()
    ran = lake.run("media", "withdraw", "ho-sen", "--reason", "thôi")
    assert ran.lines("only the platforms can take it down")
    assert ran.lines("thu/nay (")
    assert lake.run("media", "remove", "ho-sen").lines("stays in var/media")


@pytest.mark.parametrize("source", ["library", "file"])
def test_a_photo_goes_out_without_its_place_and_counts_as_used(office: Office, source: str) -> None:
    (office.root / "campaigns/thu/media").mkdir()
    path = taken_somewhere(office.root / "campaigns/thu/media/nha.jpg")
    office.run("media", "add", str(path), *DESCRIBED)
    keys = {"library": 'library = "nha"', "file": 'file = "media/nha.jpg", alt = "Nhà"'}[source]
    office.post("nay", just_now(), keys=f"media = [{{ {keys} }}]")
    office.run("apply")
    office.send_due()
    (post,) = (office.root / "var/channels/fanpage/posts").glob("*.json")
    (name,) = [one["file"] for one in json.loads(post.read_text(encoding="utf-8"))["media"]]
    (out,) = (office.root / "var/channels/fanpage").rglob(Path(name).name)
    with Image.open(out) as sent, Image.open(path) as original:
        assert original.getexif().get_ifd(0x8825)
        assert not sent.getexif().get_ifd(0x8825)
        assert sent.getexif()[0x0112] == 6
    assert office.run("media", "show", "nha").lines("thu/nay")


def test_the_approved_picture_is_sent_though_its_rendition_would_come_out_otherwise(
    lake: Office,
) -> None:
    lake.schedule(SCHEDULE.replace('like = "facebook"', 'like = "instagram"'))
    lake.post("mot", just_now(), keys=NAMED)
    lake.run("apply")
    (made,) = (lake.root / "var/renditions").iterdir()
    content = made.read_bytes()
    made.write_bytes(b"another version of Pillow")
    lake.send_due()
    assert lake.states() == {"mot": "sent"}
    sent = list((lake.root / "var/channels/fanpage").rglob("*.jpg"))
    assert [one.read_bytes() for one in sent] == [content]
