"""What pydantic found wrong, said in plain words: where, what, and what to write instead.

Used for campaign files, posts and schedule.toml. A value is repeated only where the caller says
that it can't be a secret (``quoting``); names of keys always may be.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from publisher.campaign.model import Anchor, FeedSource, Hashtag
from publisher.campaign.positions import KeyPath
from publisher.campaign.schema import bounds, is_secret, keys_at, pattern, pattern_at
from publisher.campaign.source import Document
from publisher.faults import Fault
from publisher.i18n import _
from publisher.settings import ChannelName, EmailAddress

Told = tuple[str, str, str]
"""A fault's code, what is wrong, and what to write instead."""

_QUOTED_MAX = 60


@dataclass(frozen=True, slots=True)
class _Wrong:
    """One error: at ``key`` of ``model``, of pydantic's ``kind``; ``value`` only where quotable."""

    kind: str
    key: KeyPath
    model: type[BaseModel]
    context: Mapping[str, Any]
    value: str | None

    @property
    def name(self) -> str:
        return name_of(self.key)

    @property
    def last(self) -> str:
        """The last name on the way, places in lists left out."""
        return next((part for part in reversed(self.key) if isinstance(part, str)), "")


def faults_of(
    error: ValidationError,
    document: Document,
    model: type[BaseModel],
    data: Any,
    above: KeyPath = (),
    *,
    quoting: bool,
) -> list[Fault]:
    """The faults behind ``error``, which came of giving ``data`` to ``model``.

    ``data`` stands at the key ``above`` in ``document``.
    """
    faults: dict[tuple[KeyPath, str], Fault] = {}
    for details in error.errors(include_url=False):
        kind = details["type"]
        key = _real(details["loc"], data, absent=kind in ("missing", "extra_forbidden"))
        value = quoted(details["input"]) if quoting else None
        wrong = _Wrong(kind, key, model, details.get("ctx", {}), value)
        code, what, instead = tell(wrong)
        place = (*above, *key)
        # A union has an error for each of its members; one is enough.
        faults.setdefault((key, code), document.fault(place, code, what, instead))
        if kind.endswith("_type") or kind.endswith("_parsing"):
            faults = _once(faults, key)
    return list(faults.values())


def tell(wrong: _Wrong) -> Told:
    """What to say about one error."""
    if is_secret(wrong.model, wrong.key) and wrong.kind != "missing":
        return _secret(wrong)
    if wrong.kind == "string_pattern_mismatch":
        told = _patterns().get(str(wrong.context.get("pattern")))
        return told(wrong) if told else _malformed(wrong)
    for start, teller in _TELLERS.items():
        if wrong.kind.startswith(start):
            return teller(wrong)
    return _malformed(wrong)


def near(word: str, words: Iterable[str]) -> str:
    """«Did you mean …?», or nothing where no word of ``words`` is close to ``word``."""
    match = nearest(word, words)
    return _("Did you mean “%(near)s”?") % {"near": match} if match else ""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word of ``words`` that was probably meant by ``word``."""
    by_plain = {_plain(known): known for known in words}
    found = difflib.get_close_matches(_plain(word), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def either(words: Iterable[str]) -> str:
    """What there is to choose from, in one line."""
    return _("There is: %(words)s.") % {"words": ", ".join(words)}


def quoted(value: Any) -> str:
    """``value`` in one short line, safe to print."""
    try:
        text = " ".join(str(value).split())
    except ValueError:  # a whole number of more than 4,300 digits has no text
        return "…"
    text = "".join(sign for sign in text if sign.isprintable())
    return text if len(text) <= _QUOTED_MAX else text[: _QUOTED_MAX - 1] + "…"


def name_of(key: KeyPath) -> str:
    """A key as people name it: ``for.x.text``."""
    return quoted(".".join(part for part in key if isinstance(part, str)))


# -- what to say, one kind of error each -----------------------------------------------------------


def _missing(wrong: _Wrong) -> Told:
    example = _EXAMPLES.get(wrong.last, f'{wrong.last} = "…"')
    return (
        "missing_key",
        _("“%(key)s” is missing.") % {"key": wrong.name},
        _("Add a line: %(example)s") % {"example": example},
    )


def _unknown(wrong: _Wrong) -> Told:
    keys = keys_at(wrong.model, wrong.key[:-1])
    what = _("There is no key “%(key)s”.") % {"key": wrong.name}
    if len(wrong.key) > 1 and wrong.last in keys_at(wrong.model, ()) and wrong.last not in keys:
        above = name_of(wrong.key[:-1])
        return (
            "unknown_key",
            what,
            _("Move the line up, above the heading “%(heading)s”.") % {"heading": above},
        )
    return "unknown_key", what, near(wrong.last, keys) or either(keys)


def _text(wrong: _Wrong) -> Told:
    return (
        "wrong_type",
        _("“%(key)s” must be text.") % {"key": wrong.name},
        _('Put it between quotation marks: %(key)s = "…"') % {"key": wrong.last},
    )


def _list(wrong: _Wrong) -> Told:
    return (
        "wrong_type",
        _("“%(key)s” must be a list.") % {"key": wrong.name},
        _('Put it between brackets: %(key)s = ["…", "…"]') % {"key": wrong.last},
    )


def _table(wrong: _Wrong) -> Told:
    example = _TABLES.get(wrong.last, f"[{wrong.name}]")
    return (
        "wrong_type",
        _("“%(key)s” must hold keys of its own.") % {"key": wrong.name},
        _("Write: %(example)s") % {"example": example},
    )


def _number(wrong: _Wrong) -> Told:
    return (
        "wrong_type",
        _("“%(key)s” must be a number.") % {"key": wrong.name},
        _("Write it in digits, without quotation marks: %(key)s = 1") % {"key": wrong.last},
    )


def _yes_or_no(wrong: _Wrong) -> Told:
    return (
        "wrong_type",
        _("“%(key)s” is either true or false.") % {"key": wrong.name},
        _("Write: %(key)s = true, or leave the line out.") % {"key": wrong.last},
    )


def _range(wrong: _Wrong) -> Told:
    least, most = bounds(wrong.model, wrong.key)
    if least is not None and most is not None:
        instead = _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    else:
        instead = _("Write a number of at least %(least)s.") % {"least": least}
    return "out_of_range", _("“%(key)s” is out of range.") % {"key": wrong.name}, instead


def _choice(wrong: _Wrong) -> Told:
    choices = re.findall(r"'([^']*)'", str(wrong.context.get("expected", "")))
    if wrong.value is None:
        what = _("“%(key)s” is none of its choices.") % {"key": wrong.name}
        return "unknown_choice", what, either(choices)
    what = _("“%(key)s” can't be “%(value)s”.") % {"key": wrong.name, "value": wrong.value}
    hint = near(wrong.value, choices)
    return "unknown_choice", what, f"{hint} {either(choices)}".strip()


def _empty(wrong: _Wrong) -> Told:
    return (
        "empty",
        _("“%(key)s” is empty.") % {"key": wrong.name},
        _("Write something there: %(example)s")
        % {"example": _EXAMPLES.get(wrong.last, f'{wrong.last} = "…"')},
    )


def _too_long(wrong: _Wrong) -> Told:
    most = wrong.context.get("max_length", "?")
    return (
        "too_long",
        _("“%(key)s” is too long.") % {"key": wrong.name},
        _("At most %(most)s characters.") % {"most": most},
    )


def _date(wrong: _Wrong) -> Told:
    return (
        "date",
        _("“%(key)s” is no date of the calendar.") % {"key": wrong.name},
        _('Write the year, the month and the day, between quotation marks: "2027-10-01"'),
    )


def _duration(wrong: _Wrong) -> Told:
    return (
        "duration",
        _("“%(key)s” is no length of time.") % {"key": wrong.name},
        _('Write it like this: "30m" (minutes), "2h" (hours), "1d" (days), "1d 12h".'),
    )


def _time(wrong: _Wrong) -> Told:
    return (
        "time",
        _("“%(key)s” names no time of day.") % {"key": wrong.name},
        _('Write hours and minutes from 00:00 to 23:59, like "08:00".'),
    )


def zone(wrong_key: str) -> Told:
    """What to say about a time zone that doesn't exist."""
    return (
        "zone",
        _("“%(key)s” names no time zone.") % {"key": wrong_key},
        _('In Viet Nam write "Asia/Ho_Chi_Minh".'),
    )


def _when_form(wrong: _Wrong) -> Told:
    return (
        "when_form",
        _("“when” isn't written the right way."),
        _(
            'Write "D-7 08:00" (seven days before the campaign\'s day), "D" (the day itself), '
            '"D+1 weekdays 09:30" (the first working day after), "2027-10-01 08:00" (a date), '
            '"RRULE:FREQ=WEEKLY;BYDAY=MO" (every Monday), or "feed".'
        ),
    )


def _when_far(wrong: _Wrong) -> Told:
    return (
        "when_far",
        _("“when” lies more than a year from the campaign's day."),
        _("Write at most 366 days, or a date."),
    )


def _when_rule(wrong: _Wrong) -> Told:
    return (
        "when_rule",
        _("The recurrence behind “RRULE:” can't be understood."),
        _('Write for instance "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0" (Mondays at 8:00).'),
    )


def _when_fast(wrong: _Wrong) -> Told:
    return (
        "when_rule_fast",
        _("This recurrence would post more often than once an hour."),
        _("Write FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, and one BYMINUTE."),
    )


def _when_start(wrong: _Wrong) -> Told:
    return (
        "when_rule_start",
        _("A recurrence has no start of its own here."),
        _("Leave DTSTART out, and keep the rule on one line."),
    )


def _anchor_one(wrong: _Wrong) -> Told:
    return (
        "anchor_one",
        _("“anchor” needs either “every” or “date”, not both and not neither."),
        _('Write anchor = { every = "10-10" } (every year) or anchor = { date = "2027-10-10" }.'),
    )


def _anchor_day(wrong: _Wrong) -> Told:
    return (
        "anchor_day",
        _("“every” names no day that every year has."),
        _('Write the month first, then the day: "10-18" is 18 October.'),
    )


def _order(wrong: _Wrong) -> Told:
    return (
        "blackout_order",
        _("The last day (“to”) lies before the first (“from”)."),
        _("Exchange the two days."),
    )


def _adapters_own(wrong: _Wrong) -> Told:
    return (
        "channel_config",
        _("“%(key)s” isn't right: %(why)s.")
        % {"key": wrong.name, "why": wrong.context.get("error", "?")},
        _("See the channel's page in docs/channels."),
    )


def _malformed(wrong: _Wrong) -> Told:
    return (
        "malformed",
        _("“%(key)s” isn't written the right way.") % {"key": wrong.name},
        _("See docs/reference for what may stand there."),
    )


def _secret(wrong: _Wrong) -> Told:
    return (
        "secret_literal",
        _("“%(key)s” must say where the secret is kept; the secret itself never stands here.")
        % {"key": wrong.name},
        _(
            'Write %(key)s = "env:NAME" (a variable of the environment) or "file:PATH". If this '
            "was the real secret, have it replaced: whoever read this file knows it."
        )
        % {"key": wrong.last},
    )


def _hashtag(wrong: _Wrong) -> Told:
    return (
        "hashtag",
        _("A hashtag is one word of letters and digits, without #."),
        _('Write hashtags = ["ChuyenDoiSo", "NghiQuyet57"]'),
    )


def _address(wrong: _Wrong) -> Told:
    return (
        "url",
        _("“%(key)s” is no web address.") % {"key": wrong.name},
        _("It begins with https:// and has no spaces."),
    )


def _mail_address(wrong: _Wrong) -> Told:
    return (
        "mail_address",
        _("“%(key)s” is no mail address.") % {"key": wrong.name},
        _("Write it like this: ten@dongthap.example.vn"),
    )


def _channel_name(wrong: _Wrong) -> Told:
    return (
        "channel_name",
        _("“%(name)s” can't be a channel's name.") % {"name": quoted(wrong.last)},
        _("Use small letters without accents, digits and hyphens, beginning with a letter."),
    )


_TELLERS: Mapping[str, Callable[[_Wrong], Told]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _choice,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _too_long,
    "string_type": _text,
    "tuple_type": _list,
    "list_type": _list,
    "dict_type": _table,
    "model_": _table,
    "bool_": _yes_or_no,
    "int_": _number,
    "float_": _number,
    "finite_number": _number,
    "greater_": _range,
    "less_": _range,
    "date_": _date,
    "duration": _duration,
    "when_time": _time,
    "when_date": _date,
    "when_far": _when_far,
    "when_rule_fast": _when_fast,
    "when_rule_start": _when_start,
    "when_rule": _when_rule,
    "when_form": _when_form,
    "anchor_one": _anchor_one,
    "anchor_day": _anchor_day,
    "blackout_order": _order,
    "path_type": _text,
    "zone": lambda wrong: zone(wrong.name),
    "value_error": _adapters_own,
}
"""By how pydantic's kind of error begins, in the order in which they are looked for."""


def _patterns() -> Mapping[str, Callable[[_Wrong], Told]]:
    """What to say where a text has the wrong form, by the form."""
    return {
        pattern(Hashtag): _hashtag,
        pattern(EmailAddress): _mail_address,
        pattern(ChannelName): _channel_name,
        pattern_at(Anchor, ("every",)): _anchor_day,
        pattern_at(FeedSource, ("url",)): _address,
    }


_EXAMPLES: Mapping[str, str] = {
    "when": 'when = "D-7 08:00"',
    "title": 'title = "Ngày Chuyển đổi số quốc gia"',
    "owner": 'owner = "Sở Khoa học và Công nghệ"',
    "channels": 'channels = ["fanpage", "zalo"]',
    "alt": 'alt = "Cán bộ hướng dẫn người dân nộp hồ sơ trực tuyến"',
    "file": 'file = "media/anh.png"',
    "url": 'url = "https://…"',
    "text": 'text = "…"',
    "host": 'host = "localhost"',
    "sender": 'sender = "publisher@dongthap.example.vn"',
    "reason": 'reason = "Quốc tang"',
    "from": 'from = "2027-01-01"',
    "to": 'to = "2027-01-02"',
    "adapter": 'adapter = "outbox"',
}

_TABLES: Mapping[str, str] = {
    "anchor": 'anchor = { every = "10-10" }',
    "media": 'media = [{ file = "media/anh.png", alt = "…" }]',
    "mail": "[mail]",
}

# -- where and how often ---------------------------------------------------------------------------


def _real(location: tuple[str | int, ...], data: Any, *, absent: bool) -> KeyPath:
    """``location`` without what pydantic adds to it (members of unions, ``[key]``)."""
    path: KeyPath = ()
    here = data
    for place, part in enumerate(location):
        if (isinstance(here, dict) and part in here) or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            here = here[part]
        elif not (absent and place == len(location) - 1):
            continue
        path = (*path, part)
    return path


def _once(faults: dict[tuple[KeyPath, str], Fault], key: KeyPath) -> dict[Any, Fault]:
    """``faults`` with only the first of those at ``key``."""
    first = next(place for place in faults if place[0] == key)
    return {place: fault for place, fault in faults.items() if place[0] != key or place == first}


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-")
