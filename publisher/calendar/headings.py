"""The headings by which the columns of a content calendar are found.

In Vietnamese, with marks or without, or in English, in any order; other columns are left alone, and
so is what stands above the headings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from publisher.calendar.workbook import Table
from publisher.campaign.register_headings import plain
from publisher.i18n import LANGUAGES, N_, _, speaking

CODE, MARK = "code", "mark"
DATE, TIME, WEEKDAY = "date", "time", "weekday"
CAMPAIGN, CHANNELS, AUDIENCES = "campaign", "channels", "audiences"
TITLE, SUMMARY, TEXT, LINK, HASHTAGS = "title", "summary", "text", "link", "hashtags"
MEDIA, ALT = "media", "alt"
SHOWN, STATE, APPROVALS = "shown", "state", "approvals"

LABELS: Mapping[str, str] = {
    DATE: N_("Day"),
    TIME: N_("Time"),
    WEEKDAY: N_("Weekday"),
    CAMPAIGN: N_("Campaign"),
    TITLE: N_("Title of the post"),
    SUMMARY: N_("Summary of the post"),
    TEXT: N_("Text of the post"),
    LINK: N_("Link"),
    HASHTAGS: N_("Hashtag"),
    CHANNELS: N_("Channels"),
    AUDIENCES: N_("Audience"),
    MEDIA: N_("Picture or video"),
    ALT: N_("What the picture shows"),
    SHOWN: N_("First line as it goes out"),
    STATE: N_("State"),
    APPROVALS: N_("Approvals"),
    CODE: N_("Post code (leave as it is)"),
    MARK: N_("For the program (leave as it is)"),
}
"""How an exported table heads its columns, in their order."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    DATE: (
        *("ngay", "ngay dang", "ngay dang bai", "ngay gio", "ngay gio dang", "ngay phat hanh"),
        *("thoi gian", "thoi gian dang", "lich dang", "thoi diem", "thoi diem dang", "ngay thang"),
        *("date", "day", "publish date", "post date", "date and time", "date time", "when"),
    ),
    TIME: (
        *("gio", "gio dang", "gio dang bai", "khung gio", "gio phat hanh"),
        *("time", "hour", "post time", "publish time"),
    ),
    WEEKDAY: ("thu", "ngay trong tuan", "weekday", "day of week"),
    CAMPAIGN: ("chien dich", "chuyen muc", "campaign"),
    CHANNELS: (
        *("kenh", "kenh dang", "kenh dang bai", "nen tang", "kenh truyen thong", "noi dang"),
        *("channel", "channels", "platform", "platforms"),
    ),
    TITLE: (
        *("tieu de", "tieu de bai", "tieu de bai viet", "tua", "tua de", "ten bai", "ten bai viet"),
        *("dau de", "title", "headline", "heading"),
    ),
    SUMMARY: ("tom tat", "mo ta", "mo ta ngan", "gioi thieu", "sapo", "summary", "description"),
    TEXT: (
        *("noi dung", "noi dung bai", "noi dung bai dang", "noi dung bai viet", "noi dung dang"),
        *("bai viet", "bai dang", "loi", "loi bai", "van ban", "caption", "text", "content"),
        *("copy", "post", "body", "post text"),
    ),
    LINK: ("lien ket", "duong dan", "duong link", "link", "url", "dia chi", "website"),
    HASHTAGS: ("hashtag", "hashtags", "the", "the chu de", "tu khoa", "tag", "tags"),
    AUDIENCES: (
        *("doi tuong", "nguoi doc", "doi tuong doc", "cong chung", "doi tuong huong toi"),
        *("audience", "audiences"),
    ),
    MEDIA: (
        *("anh", "hinh", "hinh anh", "anh video", "hinh anh video", "anh hoac video", "tep anh"),
        *("media", "video", "picture", "pictures", "picture or video", "image", "images", "file"),
    ),
    ALT: (
        *("ta anh", "mo ta anh", "anh cho thay gi", "loi ta anh", "mo ta hinh anh"),
        *("alt", "alt text", "what the picture shows"),
    ),
    SHOWN: ("dong dau khi dang", "first line as it goes out"),
    STATE: ("trang thai", "tinh trang", "state", "status"),
    APPROVALS: ("duyet", "phe duyet", "luot duyet", "approvals"),
    CODE: ("ma bai", "ma bai giu nguyen", "post code", "post code leave as it is"),
    MARK: (
        *("danh cho chuong trinh", "danh cho chuong trinh giu nguyen"),
        *("for the program", "for the program leave as it is"),
    ),
}

_LAST_HEAD_ROW = 30
"""Above the headings stand at most so many rows: the office's name, a title, a month."""


@dataclass(frozen=True, slots=True)
class Head:
    """The row of headings, from 1; where each column stands, and how it is headed."""

    row: int
    columns: Mapping[str, int]
    words: Mapping[str, str]


def head_of(table: Table) -> Head | None:
    """The table's row of headings: a day and a text or a title must be among them."""
    for row in table.rows[:_LAST_HEAD_ROW]:
        columns: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            found = _column(cell) if isinstance(cell, str) else None
            if found is not None:
                columns.setdefault(found, place)
        if DATE in columns and (TEXT in columns or TITLE in columns):
            words = {name: " ".join(str(row.cells[at]).split()) for name, at in columns.items()}
            return Head(row.number, columns, words)
    return None


def _column(heading: str) -> str | None:
    """The column that ``heading`` names, also where something stands behind it in brackets."""
    for word in (plain(heading), plain(heading.partition("(")[0])):
        for name, ways in _known().items():
            if word in ways:
                return name
    return None


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Every way to head each column: what offices write, and what we write in each language."""
    known = {name: set(ways) for name, ways in _WORDS.items()}
    for language in LANGUAGES:
        with speaking(language):
            for name, label in LABELS.items():
                known[name] |= {plain(_(label)), plain(_(label).partition("(")[0])}
    return {name: frozenset(ways) for name, ways in known.items()}
