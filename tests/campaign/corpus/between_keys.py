"""Keys that are right each by itself, and name what there isn't or contradict one another."""

from __future__ import annotations

from tests.campaign.corpus.broken import HERE, Broken
from tests.campaign.workspace import CAMPAIGN, ENTRY, NEWS, OPENING, SCHEDULE, THANKS

BETWEEN_KEYS = [
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
