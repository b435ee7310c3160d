"""What a campaign's rules let through: words, languages, hours, gaps, room for the day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.campaign.feed_source import FeedSource
from publisher.feeds.due import Rules, next_due
from publisher.feeds.entries import ParsedEntry
from publisher.feeds.verdicts import Why, by_rules
from publisher.feeds.words import language_of

URL = "https://portal.example.vn/rss"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
VIETNAMESE = "Tỉnh mở lớp học kỹ năng số cho bà con ở các xã vùng sâu"
ENGLISH = "The province opens digital classes for people in remote communes"


def rules(**keys: object) -> Rules:
    source = FeedSource.model_validate({"url": URL, **keys})
    return Rules("tin", source, (time(7), time(21)), ZONE)


def judged(title: str, summary: str = "", declared: str = "", **keys: object) -> Why:
    entry = ParsedEntry("k", title, summary, "", None, declared=declared)
    return by_rules(entry, rules(**keys))


@pytest.mark.parametrize(
    ("title", "keyword", "found"),
    [
        ("Hội nghị chuyển đổi số", "Chuyen doi so", True),
        ("CHUYỂN ĐỔI SỐ: bắt đầu", "chuyển đổi số", True),
        ("Hoi nghi chuyen doi so", "chuyển đổi số", True),
        ("Ứng dụng AI, dữ liệu", "AI", True),
        ("Hai bài tại trại hè", "AI", False),
        ("Số hóa", "chuyển đổi số", False),
        ("Báo Đồng Tháp đưa tin", "bão", False),
        ("Bảo hiểm xã hội", "bão", False),
        ("Tin bão số 5", "bão", True),
        ("Tổ hoà giải ở cơ sở", "hòa giải", True),
        ("Thi kĩ thuật viên", "kỹ thuật", True),
        ("Chuyển đổi, số hóa", "chuyển đổi số", True),
    ],
)
def test_keywords_are_whole_words_with_their_marks_or_in_a_text_without_any(
    title: str, keyword: str, found: bool
) -> None:
    assert (judged(title, keywords=[keyword]) is Why.GOES_OUT) is found


def test_a_keyword_may_stand_in_the_summary() -> None:
    assert judged("Tin", "Về chuyển đổi số", keywords=["chuyển đổi số"]) is Why.GOES_OUT
    # What the title ends on and the summary begins with is no phrase.
    assert judged("Chuyển đổi", "số", keywords=["chuyển đổi số"]) is Why.NO_KEYWORD


def test_an_unwanted_word_outweighs_every_wanted_one() -> None:
    keys = {"keywords": ["chuyển đổi số"], "without": ["tuyển dụng"]}
    assert judged("Chuyển đổi số: thông báo tuyển dụng", **keys) is Why.UNWANTED
    assert judged("CHUYEN DOI SO: TUYEN DUNG", **keys) is Why.UNWANTED
    assert judged("Chuyển đổi số", **keys) is Why.GOES_OUT


@pytest.mark.parametrize(
    ("title", "declared", "language"),
    [
        (VIETNAMESE, "", "vi"),
        (VIETNAMESE, "en-us", "vi"),  # what portals' software declares
        (ENGLISH, "", "en"),
        (ENGLISH, "en-GB", "en"),
        ("Les élèves à l'école", "fr-FR", "fr"),
        ("VNPT iOffice 5.0", "vi-VN", "vi"),
        ("Tinh Dong Thap mo lop hoc", "", ""),
        ("", "", ""),
    ],
)
def test_the_language_is_told_by_marks_then_by_what_is_declared_then_by_words(
    title: str, declared: str, language: str
) -> None:
    assert language_of(title, declared) == language


def test_only_the_languages_asked_for_go_out_and_what_cant_be_told() -> None:
    only = {"languages": ["vi"]}
    assert judged(VIETNAMESE, **only) is Why.GOES_OUT
    assert judged(ENGLISH, **only) is Why.LANGUAGE
    assert judged("Le Monde", declared="fr", **only) is Why.LANGUAGE
    assert judged("Dong Thap", **only) is Why.GOES_OUT
    assert judged(ENGLISH) is Why.GOES_OUT


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2027-10-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "taken", "keys", "due"),
    [
        ("10 12:00", [], {}, "10 12:00"),
        ("10 12:00", ["10 12:00"], {}, "10 12:30"),
        ("10 12:00", ["10 12:00"], {"gap": "2h"}, "10 14:00"),
        ("10 12:00", ["10 12:00", "10 13:00"], {"most_a_day": 2}, "11 07:00"),
        ("10 06:00", [], {}, "10 07:00"),
        ("10 21:00", [], {}, "10 21:00"),
        ("10 21:01", [], {}, "11 07:00"),
        ("10 20:50", ["10 20:50"], {}, "11 07:00"),
        ("10 12:00", ["11 07:00"], {}, "11 07:30"),
    ],
)
def test_an_entry_goes_out_as_soon_as_hours_gap_and_room_allow(
    now: str, taken: list[str], keys: dict[str, object], due: str
) -> None:
    found = next_due(at(now), [at(one) for one in taken], rules(**keys))
    assert found == at(due)
    assert found.tzinfo is UTC


def test_a_gap_longer_than_the_hours_still_finds_an_hour() -> None:
    found = next_due(at("10 12:00"), [at("10 12:00")], rules(gap="30h"))
    assert found == at("11 18:00")


def test_an_entry_is_there_since_it_was_published_and_never_after_it_was_seen() -> None:
    seen = at("10 12:00")
    for published, origin in ((None, seen), (seen + timedelta(1), seen)):
        assert ParsedEntry("k", "t", "", "", published).origin(seen) == origin
    earlier = seen - timedelta(hours=3)
    assert ParsedEntry("k", "t", "", "", earlier).origin(seen) == earlier
