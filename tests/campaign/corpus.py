"""Ways in which an officer's files go wrong: what is written, and what must be said about it.

In ``new``, § marks the line on which the fault must be told. ``says`` are words that stand in the
message whatever the language: names of keys, examples of what to write.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.files.schema import key_of
from publisher.settings import Settings
from tests.campaign.workspace import CAMPAIGN, ENTRY, GOOD, NEWS, OPENING, SCHEDULE, THANKS

HERE = "§"
SECRET = "7203456789:AAHsecretSECRETsecretSECRETsecret12"


@dataclass(frozen=True)
class Broken:
    """``old`` in ``file`` becomes ``new``; that is told as ``code``."""

    file: str
    old: str
    new: str
    code: str
    says: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The file as it is broken, the mark taken out."""
        return self._marked.replace(HERE, "")

    @property
    def line(self) -> int:
        return self._marked[: self._marked.index(HERE)].count("\n") + 1

    @property
    def _marked(self) -> str:
        good = GOOD[self.file]
        assert self.old in good, self.old
        return good.replace(self.old, self.new, 1)

    def __str__(self) -> str:
        place = self.file.rsplit("/", 1)[-1]
        return f"{place}-{self.code}-{' '.join(self.new.split())[:40]}"


def _line_of(file: str, key: str) -> str:
    """The whole line of ``key`` in the good file."""
    return next(line for line in GOOD[file].split("\n") if line.startswith(f"{key} ="))


def _typo(key: str) -> str:
    """``key`` with its last two letters exchanged, or one doubled."""
    return key[:-2] + key[-1] + key[-2] if key[-1] != key[-2] else key + key[-1]


def _misspelt() -> list[Broken]:
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


def _wrong_types() -> list[Broken]:
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

_MISSING = [
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

_SYNTAX = [
    Broken(
        CAMPAIGN,
        'owner = "Sở Khoa học và Công nghệ"',
        HERE + 'owner = "Sở Khoa học',
        "toml_string_line",
    ),
    Broken(CAMPAIGN, 'owner = "Sở', HERE + "owner = Sở", "toml_value", ('when = "D-7 08:00"',)),
    Broken(
        CAMPAIGN,
        'owner = "Sở Khoa học và Công nghệ"',
        HERE + "owner = “Sở Khoa học”",
        "toml_quotes",
    ),
    Broken(CAMPAIGN, 'owner = "Sở', HERE + 'owner "Sở', "toml_equals"),
    Broken(CAMPAIGN, "owner =", HERE + "owner :", "toml_equals"),
    Broken(
        CAMPAIGN, 'anchor = { every = "10-10" }', HERE + 'anchor = { every = "10-10"', "toml_table"
    ),
    Broken(
        CAMPAIGN,
        'channels = ["fanpage", "zalo"]',
        HERE + 'channels = ["fanpage" "zalo"]',
        "toml_list",
    ),
    Broken(CAMPAIGN, "[vars]", HERE + "[vars", "toml_heading"),
    Broken(CAMPAIGN, "approvals = 1", HERE + "approvals = 1 người", "toml_rest"),
    Broken(CAMPAIGN, "approvals = 1", "approvals = 1\n" + HERE + "approvals = 2", "repeated_key"),
    Broken(
        CAMPAIGN,
        'dia_diem = "Nhà văn hóa"',
        'dia_diem = "A"\n' + HERE + 'dia_diem = "B"',
        "repeated_key",
    ),
    Broken(CAMPAIGN, "[vars]", "[vars]\nx = 1\n" + HERE + "[vars]", "repeated_part"),
    Broken(CAMPAIGN, 'summary = "Tuần', HERE + 'summary = "\\Tuần', "toml_backslash"),
    Broken(
        CAMPAIGN,
        'anchor = { every = "10-10" }',
        HERE + "anchor = { date = 2027-02-30 }",
        "toml_date",
    ),
    Broken(CAMPAIGN, "utm = true", HERE + "utm = yes", "toml_value"),
    Broken(CAMPAIGN, "utm = true", HERE + "utm = ", "toml_value"),
    Broken(CAMPAIGN, "utm = true", HERE + "= true", "toml"),
    Broken(CAMPAIGN, "utm = true", HERE + "utm = " + "[" * 5000, "toml"),
    Broken(CAMPAIGN, "utm = true", HERE + "utm = " + "9" * 5000, "toml"),
    Broken(CAMPAIGN, "utm = true", HERE + "utm = tr\x00ue", "not_text"),
    Broken(OPENING, 'when = "D-7 08:00"', HERE + "when = D-7 08:00", "toml_value"),
    Broken(OPENING, 'when = "D-7 08:00"', HERE + "when = “D-7 08:00”", "toml_quotes"),
    Broken(OPENING, 'when = "D-7 08:00"', HERE + "when = 2027-10-01 08:00", "toml_rest"),
    Broken(
        OPENING, 'title = "Còn bảy ngày"', 'title = "A"\n' + HERE + 'title = "B"', "repeated_key"
    ),
    Broken(OPENING, "[for.x]", "[for.x]\nthread = true\n" + HERE + "[for.x]", "repeated_part"),
    Broken(OPENING, '["vi"]\nthread = true\n+++', '["vi"]\nthread = true\n', "open_front_matter"),
    Broken(OPENING, "+++\nwhen", HERE + "---\nwhen", "no_front_matter", ("+++",)),
    Broken(OPENING, "+++\nwhen", HERE + "when", "no_front_matter", ("+++",)),
    Broken(OPENING, "Hẹn gặp", HERE + "Hẹn \x07gặp", "not_text"),
    Broken(SCHEDULE, 'token = "env:TELEGRAM_TOKEN"', HERE + f"token = {SECRET}", "toml_rest"),
    Broken(
        SCHEDULE, 'token = "env:TELEGRAM_TOKEN"', HERE + f'token = "{SECRET}', "toml_string_line"
    ),
    Broken(SCHEDULE, 'token = "env:TELEGRAM_TOKEN"', HERE + f"token = “{SECRET}”", "toml_quotes"),
]

_BETWEEN_KEYS = [
    Broken(
        CAMPAIGN,
        'channels = ["fanpage", "zalo"]',
        HERE + 'channels = ["fanpag"]',
        "unknown_channel",
        ("fanpag", "“fanpage”"),
    ),
    Broken(
        CAMPAIGN,
        'channels = ["fanpage", "zalo"]',
        HERE + 'channels = ["facebook"]',
        "unknown_channel",
        ("facebook",),
    ),
    Broken(
        CAMPAIGN,
        'channels = ["fanpage", "zalo"]',
        'channels = [\n  "fanpage",\n  ' + HERE + '"zallo",\n]',
        "unknown_channel",
        ("“zalo”",),
    ),
    Broken(
        CAMPAIGN,
        'channels = ["fanpage", "zalo"]',
        HERE + 'channels = ["zalo", "zalo"]',
        "channel_twice",
        ("zalo",),
    ),
    Broken(CAMPAIGN, 'anchor = { every = "10-10" }\n', "", "when_no_anchor"),
    Broken(
        OPENING,
        'channels = ["fanpage", "zalo", "x"]',
        HERE + 'channels = ["fanpage", "X"]',
        "unknown_channel",
        ("“x”",),
    ),
    Broken(
        OPENING,
        'channels = ["fanpage", "zalo", "x"]',
        HERE + 'channels = ["x", "x"]',
        "channel_twice",
    ),
    Broken(OPENING, "[for.x]", HERE + "[for.zallo]", "unknown_channel", ("“zalo”",)),
    Broken(OPENING, "[for.x]", HERE + "[for.telegram]", "for_unused", ("telegram",)),
    Broken(OPENING, 'text = "Còn {{', HERE + 'txt = "Còn {{', "unknown_key", ("“text”",)),
    Broken(OPENING, 'languages = ["vi"]', HERE + 'languages = ["fr"]', "unknown_choice"),
    Broken(OPENING, "[translation.en]", HERE + "[translation.fr]", "unknown_choice"),
    Broken(OPENING, "[translation.en]", HERE + "[translation.vi]", "translation_same", ("vi",)),
    Broken(
        THANKS,
        "]\n+++",
        "]\n[for.zalo]\n" + HERE + 'languages = ["vi", "en"]\n+++',
        "no_translation",
        ("en",),
    ),
    Broken(
        OPENING,
        '"media/anh.png"',
        HERE + '"../../mat-khau.png"',
        "media_outside",
        ("media/anh.png",),
    ),
    Broken(OPENING, '"media/anh.png"', HERE + '"/etc/passwd"', "media_outside"),
    Broken(OPENING, '"media/anh.png"', HERE + "'C:\\anh.png'", "media_outside"),
    Broken(
        OPENING,
        "[translation.en]",
        "[for.zalo]\n" + HERE + "approvals = 1\n[translation.en]",
        "unknown_key",
        ("for.zalo",),
    ),
    Broken(
        THANKS, "Cảm ơn bà con đã tham gia {{ campaign.title }} {{ edition }}.", HERE, "empty_body"
    ),
    Broken(ENTRY, '"feed"', '"2027-10-01 08:00"', "feed_no_post", ("feed",)),
    Broken(ENTRY, '"feed"', HERE + '"D-7"', "when_no_anchor", ("anchor",)),
    Broken(CAMPAIGN, "[vars]", "[vars]\n" + HERE + "x = [1]", "must_be_text", ("vars.x",)),
    Broken(CAMPAIGN, "[vars]", "[vars]\n" + HERE + "x = 2027-01-01", "must_be_text", ("vars.x",)),
    Broken(
        NEWS,
        "most_a_day = 6",
        "most_a_day = 6\n" + HERE + 'language = "vi"',
        "unknown_key",
        ("feed",),
    ),
    Broken(
        SCHEDULE,
        'channels = ["fanpage"]',
        HERE + 'channels = ["fanpag"]',
        "unknown_channel",
        ("“fanpage”",),
    ),
    Broken(
        SCHEDULE,
        '[[blackouts]]\nfrom = "2027-02-05"',
        HERE + '[[blackouts]]\nfrom = "2027-02-15"',
        "blackout_order",
    ),
    Broken(SCHEDULE, "[channels.zalo]", HERE + "[channels.Zalo]", "channel_name", ("Zalo",)),
    Broken(
        SCHEDULE, "[channels.zalo]", HERE + '[channels."kênh zalo"]', "channel_name", ("kênh zalo",)
    ),
    Broken(SCHEDULE, "[channels.zalo]", HERE + "[channels.reports]", "reserved", ("reports",)),
    Broken(SCHEDULE, "language =", HERE + "root =", "unknown_key", ("root",)),
    Broken(
        SCHEDULE,
        "[mail]",
        '[channels.tele2]\nadapter = "telegram"\ntoken = "env:TELEGRAM_TOKEN"\n'
        'chat = "@kenh_cua_tinh"\n[mail]',
        "same_account",
        ("tele2", "telegram"),
    ),
    Broken(
        SCHEDULE,
        'like = "zalo"',
        'like = "zalo"\naccount = "1"\n[channels.zalo2]\nadapter = "outbox"\naccount = "1"',
        "same_account",
        ("zalo2",),
    ),
    Broken(
        SCHEDULE,
        'language = "vi"',
        'channels = ["fanpage"]',
        "repeated_part",
    ),
]

_WHOLE_FILES = [
    Broken(CAMPAIGN, GOOD[CAMPAIGN], HERE, "missing_key", ("title =",)),
    Broken(SCHEDULE, GOOD[SCHEDULE], HERE + "{}", "toml"),
    Broken(OPENING, GOOD[OPENING], "", "empty_file", ("+++",)),
    Broken(OPENING, GOOD[OPENING], HERE + "Xin chào", "no_front_matter", ("+++",)),
    Broken(OPENING, GOOD[OPENING], HERE + "+++", "open_front_matter", ("+++",)),
    Broken(OPENING, GOOD[OPENING], "+++\n" + HERE + "+++\nXin chào", "missing_key", ("when =",)),
    Broken(OPENING, GOOD[OPENING], f'+++\nwhen = "D"\n+++\n{HERE}', "empty_body"),
    Broken(OPENING, GOOD[OPENING], "x" * 1_000_001, "too_big", ("1 MB",)),
    Broken(NEWS, GOOD[NEWS][GOOD[NEWS].index("[feed]") :], "", "when_no_feed", ("[feed]",)),
]

_SECRETS = [
    Broken(
        SCHEDULE, '"env:TELEGRAM_TOKEN"', f'{HERE}"{SECRET}"', "secret_literal", ("token", "env:")
    ),
    Broken(
        SCHEDULE, '"env:X_CONSUMER_KEY"', f'{HERE}"{SECRET}"', "secret_literal", ("consumer_key",)
    ),
    Broken(
        SCHEDULE,
        '"env:X_ACCESS_TOKEN"',
        f'{HERE}"env {SECRET}"',
        "secret_literal",
        ("access_token",),
    ),
    Broken(SCHEDULE, '"env:X_ACCESS_TOKEN_SECRET"', f'{HERE}["{SECRET}"]', "secret_literal"),
    Broken(
        SCHEDULE, '"env:MAIL_PASSWORD"', f'{HERE}"{SECRET}"', "secret_literal", ("mail.password",)
    ),
    Broken(
        SCHEDULE, '"env:MAIL_PASSWORD"', HERE + "7203456789", "secret_literal", ("mail.password",)
    ),
    Broken(SCHEDULE, '"@kenh_cua_tinh"', f'{HERE}"{SECRET}"', "malformed", ("chat",)),
    Broken(SCHEDULE, 'like = "facebook"', f'{HERE}like = "{SECRET}"', "unknown_choice", ("like",)),
    Broken(SCHEDULE, 'timezone = "Asia/Ho_Chi_Minh"', f'{HERE}timezone = "{SECRET}"', "zone"),
    Broken(SCHEDULE, '"publisher@example.vn"', f'{HERE}"{SECRET}"', "mail_address"),
    Broken(SCHEDULE, 'adapter = "telegram"', f'{HERE}adapter = "{SECRET}"', "unknown_adapter"),
    Broken(SCHEDULE, 'security = "none"', f'{HERE}security = "{SECRET}"', "unknown_choice"),
    Broken(SCHEDULE, 'day = "monday"', f'{HERE}day = "{SECRET}"', "unknown_choice"),
    Broken(
        SCHEDULE,
        '[hours]\nstart = "07:00"\nend = "21:00"',
        f'{HERE}[hours]\nstart = "21:00"\nend = "07:00"',
        "hours_order",
    ),
    Broken(
        SCHEDULE,
        '[mail]\nhost = "localhost"',
        f'{HERE}[mail]\nhost = "thu.example.vn"',
        "mail_unprotected",
        ("mail", "starttls"),
    ),
]

CORPUS = [
    *_misspelt(),
    *_wrong_types(),
    *_MISSING,
    *_SYNTAX,
    *_BETWEEN_KEYS,
    *_WHOLE_FILES,
    *_SECRETS,
]
