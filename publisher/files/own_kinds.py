"""The sentences for what our own rules find wrong in a file, by the kind of error that they raise.

As in ``sentences``, which tells them among pydantic's own: a code, what is wrong, what to write
instead, with its placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping

from publisher.i18n import _

Told = tuple[str, str, str]
"""A fault's code, what is wrong, and what to write instead."""


def told() -> Mapping[str, Told]:
    """By how the kind of error begins that a validator raises."""
    return {
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
        "when_date": date(),
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
        "anchor_day": anchor_day(),
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
    }


def date() -> Told:
    """Where there should be a day of the calendar."""
    return (
        "date",
        _("“%(key)s” is no day of the calendar."),
        _('Write the year, the month and the day, between quotation marks: "2027-10-01"'),
    )


def anchor_day() -> Told:
    """Where there should be a day of every year."""
    return (
        "anchor_day",
        _("“%(key)s” names no day that every year has."),
        _('Write the month first, then the day: "10-18" is 18 October.'),
    )
