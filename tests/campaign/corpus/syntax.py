"""What is no TOML: quotation marks, brackets, lines."""

from __future__ import annotations

from tests.campaign.corpus.broken import HERE, SECRET, Broken
from tests.campaign.workspace import CAMPAIGN, OPENING, SCHEDULE

SYNTAX = [
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
