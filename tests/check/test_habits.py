"""What is allowed but odd: the check warns of it once, at its line, and lets it pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.check.look import look
from publisher.files.faults import Fault, Severity
from publisher.i18n import speaking
from publisher.settings.reader import read_settings

NOW = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
"""A Monday morning in Viet Nam, a month before Tet."""

SCHEDULE = """\
[channels.fanpage]
adapter = "outbox"

[channels.portal]
adapter = "outbox"

[[blackouts]]
from = "2027-03-10"
to = "2027-03-12"
reason = "Đại hội"
channels = ["portal"]
"""

INVITATION = (
    "Mời bà con đến nhà văn hóa xã dự buổi hướng dẫn nộp hồ sơ trực tuyến, "
    "có cán bộ giúp từng người, ai đến trước được giúp trước."
)


class Desk:
    """Campaign files of an officer, and the warnings about them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
        self.campaign("thu")

    def campaign(self, slug: str, channels: str = '["fanpage"]') -> None:
        folder = self.root / "campaigns" / slug
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        (folder / "campaign.toml").write_text(
            f'title = "Chiến dịch {slug}"\nowner = "Sở"\nchannels = {channels}\n', encoding="utf-8"
        )

    def post(self, name: str, when: str, text: str = "", slug: str = "thu") -> None:
        path = self.root / "campaigns" / slug / "posts" / f"{name}.md"
        path.write_text(f'+++\nwhen = "{when}"\n+++\n{text or name}\n', encoding="utf-8")

    def warnings(self, code: str, language: str = "en") -> list[Fault]:
        settings, faults = read_settings(self.root / "schedule.toml")
        assert settings is not None, faults
        with speaking(language):
            found = look(settings, NOW).faults
        assert all(fault.severity is Severity.WARNING for fault in found), found
        return [fault for fault in found if fault.code == code]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("at", "odd"),
    [("06:59", True), ("07:00", False), ("21:00", False), ("21:01", True), ("00:00", True)],
)
def test_posts_outside_the_offices_hours(desk: Desk, at: str, odd: bool) -> None:
    desk.post("bai", f"2027-01-12 {at}")

    assert bool(desk.warnings("night")) is odd


def test_a_warning_names_the_line_and_what_to_do(desk: Desk) -> None:
    desk.post("bai", "2027-01-12 23:30")

    [warning] = desk.warnings("night")

    assert warning.path.name == "bai.md"
    assert warning.line == 2
    assert "23:30" in warning.what
    assert warning.instead


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2027-02-06", ("Lunar New Year", "Tết Nguyên Đán")),
        ("2027-02-05", ("Lunar New Year", "Tết Nguyên Đán")),
        ("2027-04-16", ("Hung Kings", "Hùng Vương")),
        ("2027-04-30", ("Liberation", "Chiến thắng")),
        ("2027-05-01", ("Labor", "Lao động")),
        ("2027-09-02", ("National Day", "Quốc khánh")),
    ],
)
def test_tet_and_public_holidays_are_named_in_the_readers_language(
    desk: Desk, day: str, names: tuple[str, str]
) -> None:
    desk.post("bai", f"{day} 09:00")

    for language, name in zip(("en", "vi"), names, strict=True):
        [warning] = desk.warnings("holiday", language)
        assert name.casefold() in warning.what.casefold()


def test_an_ordinary_day_is_no_holiday(desk: Desk) -> None:
    desk.post("bai", "2027-03-03 09:00")

    assert desk.warnings("holiday") == []


@pytest.mark.parametrize(
    ("second", "odd"), [("09:00", True), ("09:59", True), ("10:00", False), ("08:01", True)]
)
def test_two_posts_to_one_channel_within_the_hour(desk: Desk, second: str, odd: bool) -> None:
    desk.post("mot", "2027-01-12 09:00")
    desk.post("hai", f"2027-01-12 {second}")

    assert bool(desk.warnings("crowded")) is odd


def test_two_campaigns_meet_on_a_channel_too(desk: Desk) -> None:
    desk.post("mot", "2027-01-12 09:00")
    desk.campaign("khac")
    desk.post("hai", "2027-01-12 09:30", slug="khac")

    [warning] = desk.warnings("crowded")

    assert "“thu/mot”" in warning.what


def test_two_posts_on_two_channels_do_not_meet(desk: Desk) -> None:
    desk.post("mot", "2027-01-12 09:00")
    desk.campaign("khac", '["portal"]')
    desk.post("hai", "2027-01-12 09:00", slug="khac")

    assert desk.warnings("crowded") == []


def test_a_pair_that_meets_on_two_channels_is_told_once(desk: Desk) -> None:
    desk.campaign("thu", '["fanpage", "portal"]')
    desk.post("mot", "2027-01-12 09:00")
    desk.post("hai", "2027-01-12 09:30")

    assert len(desk.warnings("crowded")) == 1


@pytest.mark.parametrize(
    ("day", "text", "odd"),
    [
        ("2027-01-14", INVITATION, True),
        ("2027-01-14", INVITATION.replace("ai đến trước", "ai tới trước"), True),
        ("2027-01-14", "Hôm nay trời đẹp, mời bà con ra đồng gặt lúa cùng hợp tác xã.", False),
        ("2027-02-20", INVITATION, False),
    ],
)
def test_nearly_the_same_text_within_two_weeks(desk: Desk, day: str, text: str, odd: bool) -> None:
    desk.post("mot", "2027-01-12 09:00", INVITATION)
    desk.post("hai", f"{day} 15:00", text)

    warnings = desk.warnings("alike")

    assert bool(warnings) is odd
    assert all("thu/mot" in warning.what for warning in warnings)


def test_a_recurring_post_does_not_repeat_itself(desk: Desk) -> None:
    desk.post("tuan", "RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=0", INVITATION)

    assert desk.warnings("alike") == []


def test_short_countdowns_are_alike_by_nature(desk: Desk) -> None:
    desk.post("ba", "2027-01-12 09:00", "Còn 3 ngày nữa!")
    desk.post("hai", "2027-01-13 09:00", "Còn 2 ngày nữa!")

    assert desk.warnings("alike") == []


def test_a_day_on_which_nothing_goes_out_is_told_with_its_reason(desk: Desk) -> None:
    desk.campaign("thu", '["fanpage", "portal"]')
    desk.post("bai", "2027-03-11 09:00")

    [warning] = desk.warnings("blackout")

    assert "Đại hội" in warning.what


def test_a_blackout_of_another_channel_is_not_this_posts(desk: Desk) -> None:
    desk.post("bai", "2027-03-11 09:00")

    assert desk.warnings("blackout") == []


def test_a_post_whose_day_is_over_is_told(desk: Desk) -> None:
    desk.post("cu", "2026-12-01 09:00")
    desk.post("moi", "2027-01-12 09:00")

    [warning] = desk.warnings("over")

    assert warning.path.name == "cu.md"


def test_a_campaign_without_posts_is_told(desk: Desk) -> None:
    [warning] = desk.warnings("no_posts")

    assert warning.path.name == "campaign.toml"


def test_a_post_that_cant_be_read_is_not_called_over_besides(desk: Desk) -> None:
    desk.post("bai", "2027-01-12 09:00", "Hẹn gặp {{ ten_sai }}.")
    settings, _faults = read_settings(desk.root / "schedule.toml")
    assert settings is not None

    codes = [fault.code for fault in look(settings, NOW).faults]

    assert codes == ["template_undefined"]


def test_a_post_whose_library_is_on_another_machine_is_not_called_over(desk: Desk) -> None:
    desk.campaign("le", '["fanpage"]\nanchor = { every = "10-10" }')
    desk.post("bai", 'D 09:00"\nmedia = [{ library = "anh" }]\ntitle = "Lễ', slug="le")
    desk.post("khac", "2027-01-12 09:00")
    settings, _faults = read_settings(desk.root / "schedule.toml")
    assert settings is not None

    told = [one.code for one in look(settings, NOW, lambda: None).faults if one.line]

    assert told
    assert "over" not in told


def test_of_a_row_of_posts_each_is_told_once_with_the_one_before_it(desk: Desk) -> None:
    for number, at in enumerate(("09:00", "09:10", "09:20", "09:30"), start=1):
        desk.post(f"bai-{number}", f"2027-01-12 {at}")

    told = {fault.path.stem: fault.what for fault in desk.warnings("crowded")}

    assert list(told) == ["bai-2", "bai-3", "bai-4"]
    assert "thu/bai-3" in told["bai-4"]


def test_a_post_on_channels_that_are_off_is_told_so_and_not_called_over(desk: Desk) -> None:
    schedule = desk.root / "schedule.toml"
    off = SCHEDULE.replace('"outbox"', '"outbox"\nenabled = false', 1)
    schedule.write_text(off, encoding="utf-8")
    desk.post("bai", "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0")

    [warning] = desk.warnings("channels_off")

    assert "enabled" in warning.instead
    assert desk.warnings("over") == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Một dòng.\n\n<b>Đậm</b> lắm.", "<b>"),
        ("Một dòng.\n\nXem <a href='https://example.vn'>đây</a>.", "<a href='https://example.vn'>"),
        ("Một dòng.\n\nNhiệt độ < 5 độ, <https://example.vn> và a<b.", ""),
    ],
)
def test_tags_that_readers_would_see_are_told_at_their_line(
    desk: Desk, text: str, tag: str
) -> None:
    desk.post("bai", "2027-01-12 09:00", text)

    told = [(fault.line, tag in fault.what) for fault in desk.warnings("html")]

    assert told == ([(6, True)] if tag else [])
