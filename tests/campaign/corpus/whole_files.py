"""Files that lack what makes them one, and secrets written where they don't belong."""

from __future__ import annotations

from tests.campaign.corpus.broken import HERE, SECRET, Broken
from tests.campaign.workspace import CAMPAIGN, GOOD, NEWS, OPENING, SCHEDULE

WHOLE_FILES = [
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

SECRETS = [
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
