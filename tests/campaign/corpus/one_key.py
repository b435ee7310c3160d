"""A single key that goes wrong: misspelt, of another type, or left out."""

from __future__ import annotations

from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.files.schema import key_of
from publisher.settings import Settings
from tests.campaign.corpus.broken import HERE, Broken
from tests.campaign.workspace import CAMPAIGN, GOOD, NEWS, OPENING, SCHEDULE, THANKS


def _line_of(file: str, key: str) -> str:
    """The whole line of ``key`` in the good file."""
    return next(line for line in GOOD[file].split("\n") if line.startswith(f"{key} ="))


def _typo(key: str) -> str:
    """``key`` with its last two letters exchanged, or one doubled."""
    return key[:-2] + key[-1] + key[-2] if key[-1] != key[-2] else key + key[-1]


def misspelt() -> list[Broken]:
    """Every key misspelt, in every file: the right one is offered."""
    found = []
    for model, file in ((CampaignFile, CAMPAIGN), (FrontMatter, OPENING), (Settings, SCHEDULE)):
        for name, field in model.model_fields.items():
            key = key_of(name, field)
            if f"\n{key} =" in f"\n{GOOD[file]}":
                new = f"{HERE}{_typo(key)} ="
                found.append(Broken(file, f"{key} =", new, "unknown_key", (_typo(key), f"“{key}”")))
    for section, key, wrong in (
        ("[feed]\nurl", "every", "evry"),
        ("[feed]\nurl", "keywords", "keyword"),
        ("[feed]\nurl", "most_a_day", "most_per_day"),
    ):
        assert section in GOOD[NEWS]
        found.append(Broken(NEWS, f"{key} =", f"{HERE}{wrong} =", "unknown_key", (f"“{key}”",)))
    for key, wrong in (
        ("like", "likes"),
        ("chat", "chats"),
        ("token", "tokn"),
        ("consumer_key", "consumer-key"),
        ("host", "hots"),
        ("sender", "sendr"),
        ("start", "stat"),
        ("quiet", "quite"),
        ("day", "days"),
        ("reason", "reson"),
    ):
        old = f"\n{key} ="
        found.append(Broken(SCHEDULE, old, f"\n{HERE}{wrong} =", "unknown_key", (f"“{key}”",)))
    for heading, wrong, right in (
        ("[office]", "[ofice]", "office"),
        ("[hours]", "[hour]", "hours"),
        ("[mail]", "[email]", "mail"),
        ("[reports.weekly]", "[report.weekly]", "reports"),
        ("[alerts]", "[alert]", "alerts"),
        ("[[blackouts]]", "[[blackout]]", "blackouts"),
    ):
        found.append(Broken(SCHEDULE, heading, HERE + wrong, "unknown_key", (f"“{right}”",)))
    return found


def wrong_types() -> list[Broken]:
    """Values of the wrong kind: a number for a text, a text for a list, and so on."""
    found = []
    for file, values in (
        (CAMPAIGN, _CAMPAIGN_VALUES),
        (OPENING, _POST_VALUES),
        (NEWS, _FEED_VALUES),
        (SCHEDULE, _SCHEDULE_VALUES),
    ):
        for key, value, code in values:
            says = (key,) if code in _NAMING else ()
            found.append(Broken(file, _line_of(file, key), f"{HERE}{key} = {value}", code, says))
    return found


_NAMING = (
    "must_be_text",
    "must_be_list",
    "must_be_table",
    "must_be_whole",
    "must_be_number",
    "must_be_bool",
    "empty",
    "anchor_one",
    "anchor_day",
    "date",
    "out_of_range",
    "unknown_choice",
    "zone",
    "time",
    "duration",
    "channel_config",
)
"""Codes whose message names the key; the others speak of the thing itself."""

_CAMPAIGN_VALUES = (
    ("title", "57", "must_be_text"),
    ("title", "[]", "must_be_text"),
    ("title", "2027-10-10", "must_be_text"),
    ("title", '""', "empty"),
    ("summary", "true", "must_be_text"),
    ("owner", "1.5", "must_be_text"),
    ("owner", '""', "empty"),
    ("anchor", '"10-10"', "must_be_table"),
    ("anchor", "{}", "anchor_one"),
    ("anchor", '{ every = "10-10", date = "2027-10-10" }', "anchor_one"),
    ("anchor", '{ every = "13-01" }', "anchor_day"),
    ("anchor", '{ every = "02-29" }', "anchor_day"),
    ("anchor", '{ every = "04-31" }', "anchor_day"),
    ("anchor", '{ every = "10/10" }', "anchor_day"),
    ("anchor", '{ every = "1-1" }', "anchor_day"),
    ("anchor", "{ every = 10 }", "must_be_text"),
    ("anchor", '{ date = "2027-02-30" }', "date"),
    ("anchor", '{ date = "10/10/2027" }', "date"),
    ("anchor", "{ date = 20271010 }", "date"),
    ("anchor", '{ date = "ngày mai" }', "date"),
    ("anchor", '{ date = "1027-10-10" }', "year"),
    ("anchor", '{ evry = "10-10" }', "unknown_key"),
    ("first_edition", '"năm tới"', "must_be_whole"),
    ("first_edition", "27", "out_of_range"),
    ("first_edition", "2026.5", "must_be_whole"),
    ("audiences", '"people"', "must_be_list"),
    ("audiences", '["peple"]', "unknown_choice"),
    ("audiences", '["người dân"]', "unknown_choice"),
    ("audiences", "[1]", "unknown_choice"),
    ("channels", '"fanpage"', "must_be_list"),
    ("channels", "[]", "empty"),
    ("channels", "[1]", "must_be_text"),
    ("hashtags", '["#ChuyenDoiSo"]', "hashtag"),
    ("hashtags", '["Chuyen Doi So"]', "hashtag"),
    ("hashtags", '["chuyển-đổi"]', "hashtag"),
    ("hashtags", '[""]', "hashtag"),
    ("hashtags", '"ChuyenDoiSo"', "must_be_list"),
    ("language", '"fr"', "unknown_choice"),
    ("language", '"tiếng Việt"', "unknown_choice"),
    ("timezone", '"Asia/Hanoi"', "zone"),
    ("timezone", '"../../etc/passwd"', "zone"),
    ("timezone", '""', "zone"),
    ("timezone", "7", "must_be_text"),
    ("time", '"8h"', "time"),
    ("time", '"25:00"', "time"),
    ("time", '"08:60"', "time"),
    ("time", "8", "time"),
    ("grace", '"2"', "duration"),
    ("grace", "2", "duration"),
    ("grace", '"hai giờ"', "duration"),
    ("grace", '"2 hours"', "duration"),
    ("grace", '"99999999999999d"', "duration"),
    ("grace", '"-1h"', "duration"),
    ("approvals", "3", "out_of_range"),
    ("approvals", "-1", "out_of_range"),
    ("approvals", '"một"', "must_be_whole"),
    ("utm", '"có"', "must_be_bool"),
)

_POST_VALUES = (
    ("when", '"7 ngày trước"', "when_form"),
    ("when", '""', "when_form"),
    ("when", '"D - 7 ngày"', "time"),
    ("when", '"D-7 8h"', "time"),
    ("when", '"D-7 24:00"', "time"),
    ("when", '"D-400"', "when_far"),
    ("when", '"2027-02-30"', "date"),
    ("when", '"2027-13-01 08:00"', "date"),
    ("when", '"2027-10-01 8 giờ"', "when_form"),
    ("when", '"1027-10-01"', "year"),
    ("when", '"RRULE:FREQ=FORTNIGHTLY"', "when_rule"),
    ("when", '"RRULE:"', "when_rule"),
    ("when", '"RRULE:FREQ=MINUTELY"', "when_rule_fast"),
    ("when", '"RRULE:FREQ=DAILY;BYHOUR=8;BYMINUTE=0,30"', "when_rule_fast"),
    ("when", '"RRULE:DTSTART=20270101;FREQ=DAILY"', "when_rule_start"),
    ("when", "2027-10-01", "must_be_text"),
    ("when", "7", "must_be_text"),
    ("when", "{ days = -7 }", "must_be_text"),
    ("when", '["D-7"]', "must_be_text"),
    ("when", '"feed"', "when_no_feed"),
    ("title", "7", "must_be_text"),
    ("summary", "[]", "must_be_text"),
    ("channels", '"fanpage"', "must_be_list"),
    ("channels", "[]", "nowhere"),
    ("audiences", '["students"]', "unknown_choice"),
    ("hashtags", '["#A"]', "hashtag"),
    ("link", "1", "must_be_text"),
    ("language", '"VI"', "unknown_choice"),
    ("grace", '"3 giờ"', "duration"),
    ("approvals", "9", "out_of_range"),
    ("thread", '"đúng"', "must_be_bool"),
)

_FEED_VALUES = (
    ("url", '"example.vn/rss"', "url"),
    ("url", '"ftp://example.vn/rss"', "url"),
    ("url", "1", "must_be_text"),
    ("every", "30", "duration"),
    ("every", '"nửa giờ"', "duration"),
    ("keywords", '"chuyển đổi số"', "must_be_list"),
    ("most_a_day", "0", "out_of_range"),
    ("most_a_day", "100", "out_of_range"),
    ("most_a_day", '"nhiều"', "must_be_whole"),
)

_SCHEDULE_VALUES = (
    ("timezone", '"Vietnam/Hanoi"', "zone"),
    ("language", '"vn"', "unknown_choice"),
    ("horizon", '"2 tháng"', "duration"),
    ("horizon", "60", "duration"),
    ("name", "1", "must_be_text"),
    ("start", '"7h"', "time"),
    ("end", "21", "time"),
    ("adapter", '"outbx"', "unknown_adapter"),
    ("adapter", "1", "no_adapter"),
    ("like", '"facebok"', "unknown_choice"),
    ("port", "70000", "out_of_range"),
    ("port", '"hai lăm"', "must_be_whole"),
    ("security", '"ssl"', "unknown_choice"),
    ("sender", '"không có địa chỉ"', "mail_address"),
    ("day", '"thứ hai"', "unknown_choice"),
    ("at", '"8h"', "time"),
    ("quiet", "6", "duration"),
    ("from", '"2027-02-30"', "date"),
    ("from", "20270205", "date"),
    ("reason", '""', "empty"),
)

MISSING = [
    Broken(CAMPAIGN, 'title = "Ngày', HERE + '# title = "Ngày', "missing_key", ("title =",)),
    Broken(CAMPAIGN, "title = ", HERE + "# ", "missing_key", ("title =",)),
    Broken(
        NEWS, '[feed]\nurl = "https://example.vn/rss"', HERE + "[feed]", "missing_key", ("url =",)
    ),
    Broken(THANKS, 'when = "D+1 weekdays 09:30"\n', HERE, "missing_key", ("when =",)),
    Broken(THANKS, ', alt = "Người dân nhận quà"', HERE, "missing_key", ("alt =",)),
    Broken(OPENING, ', alt = "Cán bộ hướng dẫn người dân"', HERE, "missing_key", ("alt =",)),
    Broken(THANKS, 'file = "media/anh.png", ', HERE, "media_one", ("file =",)),
    Broken(
        THANKS,
        'media = [{ file = "media/anh.png", ',
        HERE + 'media = [{ file = "media/anh.png", library = "anh", ',
        "media_one",
        ("library =",),
    ),
    Broken(
        THANKS,
        'media = [{ file = "media/anh.png", alt = "Người dân nhận quà" }]',
        HERE + "media = [{ entry = true }]",
        "media_no_entry",
        ("file =",),
    ),
    Broken(
        OPENING,
        '[translation.en]\ntext = "Seven days to go."',
        HERE + "[translation.en]",
        "missing_key",
        ("translation.en.text",),
    ),
    Broken(SCHEDULE, '[mail]\nhost = "localhost"', HERE + "[mail]", "missing_key", ("mail.host",)),
    Broken(SCHEDULE, 'sender = "publisher@example.vn"\n', "", "missing_key", ("mail.sender",)),
    Broken(SCHEDULE, 'reason = "Nghỉ Tết"\n', "", "missing_key", ("blackouts.reason",)),
    Broken(
        SCHEDULE,
        'channels = ["fanpage"]\n',
        HERE + 'campaigns = ["chuyen-doi-os"]\n',
        "unknown_campaign",
        ("“chuyen-doi-so”",),
    ),
    Broken(
        SCHEDULE,
        '[channels.zalo]\nadapter = "outbox"',
        HERE + "[channels.zalo]",
        "no_adapter",
        ("zalo", "adapter"),
    ),
    Broken(
        SCHEDULE,
        '[channels.telegram]\nadapter = "telegram"\ntoken = "env:TELEGRAM_TOKEN"',
        HERE + '[channels.telegram]\nadapter = "telegram"',
        "missing_key",
        ("token",),
    ),
]
