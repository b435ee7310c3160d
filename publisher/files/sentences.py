"""The sentences for what pydantic finds wrong in a value, by the kind of error.

Each is a code, what is wrong, and what to write instead. Placeholders: ``key`` (the whole name),
``last`` (its last part), ``example`` (a line that would do), ``most``, ``lacks``, ``why``. Built
anew for every use, so that they are in the language then spoken. Those of our own rules stand in
``own_kinds``.
"""

from __future__ import annotations

from collections.abc import Mapping

from publisher.files import own_kinds
from publisher.files.own_kinds import Told
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
        "date_": own_kinds.date(),
        "value_error": (
            "channel_config",
            _("“%(key)s” isn't right: %(why)s."),
            _("See the channel's page in docs/channels."),
        ),
        **own_kinds.told(),
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
        pattern(YearlyDay): own_kinds.anchor_day(),
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
