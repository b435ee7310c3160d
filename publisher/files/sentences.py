"""The sentences for what pydantic finds wrong, by the kind of error.

Each is a code, what is wrong, and what to write instead. Placeholders: ``key`` (the whole name),
``last`` (its last part), ``example`` (a line that would do), ``most``, ``lacks``, ``why``. Built
anew for every use, so that they are in the language then spoken.
"""

from __future__ import annotations

from collections.abc import Mapping

from publisher.files.schema import pattern
from publisher.files.values import (
    ChannelName,
    Colour,
    EmailAddress,
    Hashtag,
    HostName,
    IndicatorName,
    PictureName,
    WebAddress,
    YearlyDay,
)
from publisher.i18n import _

Told = tuple[str, str, str]
"""A fault's code, what is wrong, and what to write instead."""


def of_kinds() -> Mapping[str, Told]:
    """By how pydantic's kind of error begins, in the order in which they are looked for."""
    text = (
        "must_be_text",
        _("“%(key)s” must be text."),
        _('Put it between quotation marks: %(last)s = "…"'),
    )
    a_list = (
        "must_be_list",
        _("“%(key)s” must be a list."),
        _('Put it between brackets: %(last)s = ["…", "…"]'),
    )
    table = (
        "must_be_table",
        _("“%(key)s” must hold keys of its own."),
        _("Write it like this: %(example)s"),
    )
    number = (
        "must_be_whole",
        _("“%(key)s” must be a whole number."),
        _("Write it in digits, without quotation marks: %(last)s = 1"),
    )
    decimal = (
        "must_be_number",
        _("“%(key)s” must be a number."),
        _("Write it in digits, with a point and without quotation marks: %(last)s = 72.5"),
    )
    empty = ("empty", _("“%(key)s” is empty."), _("Write something there: %(example)s"))
    date = (
        "date",
        _("“%(key)s” is no day of the calendar."),
        _('Write the year, the month and the day, between quotation marks: "2027-10-01"'),
    )
    return {
        "missing": ("missing_key", _("“%(key)s” is missing."), _("Add the line: %(example)s")),
        "string_too_short": empty,
        "too_short": empty,
        "string_too_long": (
            "too_long",
            _("“%(key)s” is too long."),
            _("At most %(most)s characters."),
        ),
        "too_long": (
            "too_many",
            _("“%(key)s” has too many parts."),
            _("At most %(most)s."),
        ),
        "string_": text,
        "path_": text,
        "tuple_": a_list,
        "list_": a_list,
        "dict_": table,
        "model_": table,
        "bool_": (
            "must_be_bool",
            _("“%(key)s” is either true or false."),
            _("Write %(last)s = true, without quotation marks, or leave the line out."),
        ),
        "int_": number,
        "float_": decimal,
        "finite_number": decimal,
        "date_": date,
        "duration": (
            "duration",
            _("“%(key)s” is no length of time."),
            _('Write it like this: "30m" (minutes), "2h" (hours), "1d" (days), "1d 12h".'),
        ),
        "zone": (
            "zone",
            _("“%(key)s” names no time zone."),
            _('In Viet Nam write "Asia/Ho_Chi_Minh".'),
        ),
        "when_time": (
            "time",
            _("“%(key)s” names no time of day."),
            _('Write hours and minutes from 00:00 to 23:59, like "08:00".'),
        ),
        "when_date": date,
        "when_far": (
            "when_far",
            _("“%(key)s” lies more than a year from the campaign's day."),
            _("Write at most 366 days, or a date."),
        ),
        "when_rule_fast": (
            "when_rule_fast",
            _("This recurrence would post more often than once an hour."),
            _("Write FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, and a single BYMINUTE."),
        ),
        "when_rule_start": (
            "when_rule_start",
            _("A recurrence has no start of its own here."),
            _("Leave DTSTART out, and keep the rule on one line."),
        ),
        "when_rule": (
            "when_rule",
            _("The recurrence behind “RRULE:” can't be understood."),
            _('Mondays at 8:00 are "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0".'),
        ),
        "when_form": (
            "when_form",
            _("“%(key)s” isn't written the right way."),
            _(
                'Write "D" (the campaign\'s day), "D-7 08:00" (seven days before), '
                '"D+1 weekdays 09:30" (the first working day after), "2027-10-01 08:00" (a date), '
                '"RRULE:FREQ=WEEKLY;BYDAY=MO" (every Monday) or "feed".'
            ),
        ),
        "option_value": (
            "option_value",
            _("“%(key)s” is no value for an option."),
            _("Write text, a number, true or false; a date goes between quotation marks."),
        ),
        "anchor_one": (
            "anchor_one",
            _("“%(key)s” needs one of “every” and “date”, and only one."),
            _('Write { every = "10-10" } (every year) or { date = "2027-10-10" } (once).'),
        ),
        "anchor_day": _anchor_day(),
        "media_one": (
            "media_one",
            _("“%(key)s” needs one of “file”, “library” and “entry”, and only one."),
            _('Write { file = "media/anh.png", alt = "…" }, or { library = "ten-anh" }.'),
        ),
        "card_lacks": (
            "card_lacks",
            _("The card lacks “%(lacks)s”, which its design needs."),
            _("Write it into the table “%(key)s”; publisher card --designs shows how."),
        ),
        "card_stray": (
            "card_stray",
            _("The design of this card has no place for “%(last)s”."),
            _("It takes: %(lacks)s."),
        ),
        "feed_twice": (
            "feed_twice",
            _("The same feed stands in “url” twice."),
            _("Keep one of the two."),
        ),
        "slide_one": (
            "slide_one",
            _("“%(key)s” needs one of “card” and “file”, and only one."),
            _('Write { file = "media/anh.png", read = "…" }.'),
        ),
        "blackout_order": (
            "blackout_order",
            _("The last day (“to”) lies before the first (“from”)."),
            _("Exchange the two days."),
        ),
        "hours_order": (
            "hours_order",
            _("“%(key)s” ends before it begins."),
            _('Write start = "07:00" and end = "21:00", both of one day.'),
        ),
        "reading_ages": (
            "reading_ages",
            _("“%(key)s” has an age at which no post can be read."),
            _('Write ages from one minute to two years: ages = ["1h", "24h", "7d"]'),
        ),
        "reading_accounts": (
            "reading_accounts",
            _("“%(key)s” asks the platforms too often, or too rarely."),
            _('Write a span from an hour to a month: accounts = "1d"'),
        ),
        "links_short": (
            "links_short",
            _("“%(key)s” is no address for short links."),
            _('Write one of the office\'s own: short = "https://dongthap.example.vn/l"'),
        ),
        "links_listen": (
            "links_listen",
            _("“%(key)s” is no place to listen at."),
            _('Write a host and a port: listen = "127.0.0.1:8081"'),
        ),
        "console_url": (
            "console_url",
            _("“%(key)s” is no address for the console."),
            _('Write a host of its own: url = "https://publisher.dongthap.example.vn"'),
        ),
        "console_proxy": (
            "console_proxy",
            _("“%(key)s” is no address of a machine."),
            _('Write it in digits: trusted_proxy = ["10.0.0.5"], or a network: ["10.0.0.0/24"]'),
        ),
        "oidc_issuer": (
            "oidc_issuer",
            _("“%(key)s” is no address of a log-in provider."),
            _(
                'Write it with https, as the provider itself does: issuer = "https://dangnhap.example.vn"'
            ),
        ),
        "console_span": (
            "console_span",
            _("“%(key)s” is too short or too long for a session."),
            _('Write a span from five minutes to thirty days: idle = "2h"'),
        ),
        "mail_unprotected": (
            "mail_unprotected",
            _("“%(key)s” would send mail unprotected to another machine."),
            _('Write security = "starttls" or "tls"; "none" is only for this very machine.'),
        ),
        "media_host_lacks": (
            "media_host_lacks",
            _("“%(key)s” lacks the key “%(lacks)s”."),
            _('A host of this kind needs it: %(lacks)s = "…"'),
        ),
        "media_host_url": (
            "media_host_url",
            _("“%(key)s” has an address that no platform can fetch from."),
            _("Write one that begins with https:// and has neither accents nor spaces."),
        ),
        "media_host_keep": (
            "media_host_keep",
            _("“%(key)s” keeps files too short a time: platforms come back for a day."),
            _('Write at least: keep = "2d"'),
        ),
        "one_measure": (
            "measure",
            _("“%(key)s” needs one measure, and only one."),
            _(
                "Name one of: prompt, reach_of_population, coverage, posts, sum, rate, on_time, "
                "by_hand. For example: prompt = { hours = 24 }"
            ),
        ),
        "one_target": (
            "target",
            _("“%(key)s” has two targets."),
            _("Keep one of the two: “at_least” where more is better, else “at_most”."),
        ),
        "assistant_timeout": (
            "assistant_timeout",
            _("“%(key)s” is no time, or too much of it."),
            _('Write at most ten minutes: timeout = "60s"'),
        ),
        "value_error": (
            "channel_config",
            _("“%(key)s” isn't right: %(why)s."),
            _("See the channel's page in docs/channels."),
        ),
    }


def of_patterns() -> Mapping[str, Told]:
    """Where a text hasn't the form asked for, by that form."""
    return {
        pattern(Hashtag): (
            "hashtag",
            _("A hashtag is one word of letters and digits, without #."),
            _('Write it like this: hashtags = ["ChuyenDoiSo", "NghiQuyet57"]'),
        ),
        pattern(EmailAddress): (
            "mail_address",
            _("“%(key)s” is no mail address."),
            _("Write it like this: ten@dongthap.example.vn"),
        ),
        pattern(ChannelName): (
            "channel_name",
            _("“%(last)s” can't be a channel's name."),
            _("Use small letters without accents, digits and hyphens, beginning with a letter."),
        ),
        pattern(HostName): (
            "host_name",
            _("“%(key)s” is no host's name."),
            _('Write it without https:// and without a path: "portal.tinh.local"'),
        ),
        pattern(IndicatorName): (
            "indicator_name",
            _("“%(last)s” can't be the name of an indicator."),
            _("Small letters without accents, digits and hyphens only, at most 60."),
        ),
        pattern(Colour): (
            "colour",
            _("“%(key)s” is no colour."),
            _('Write it in six digits: %(last)s = "#0b2a5c"'),
        ),
        pattern(PictureName): (
            "picture_name",
            _("“%(key)s” names no PNG or SVG file."),
            _('Write its way from this file\'s folder: %(last)s = "hinh/bieu-trung.svg"'),
        ),
        pattern(YearlyDay): _anchor_day(),
        pattern(WebAddress): (
            "url",
            _("“%(key)s” is no web address."),
            _("It begins with https:// and has no spaces."),
        ),
    }


def secret() -> Told:
    """Where a secret was written, or something else than the place of one."""
    return (
        "secret_literal",
        _("“%(key)s” must say where the secret is kept; the secret itself never stands here."),
        _(
            'Write %(last)s = "env:NAME" (a variable of the environment) or "file:PATH". If this '
            "was the real secret, have it replaced: whoever read this file knows it."
        ),
    )


def malformed() -> Told:
    """Where nothing better can be said."""
    return (
        "malformed",
        _("“%(key)s” isn't written the right way."),
        _("See docs/reference for what may stand there."),
    )


def _anchor_day() -> Told:
    return (
        "anchor_day",
        _("“%(key)s” names no day that every year has."),
        _('Write the month first, then the day: "10-18" is 18 October.'),
    )
