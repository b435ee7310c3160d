"""The ledger's answers as tables for files.

In the reader's words, every figure with how many deliveries it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from publisher import notation
from publisher.i18n import _
from publisher.reach import doubts, words
from publisher.reach.accounts import Account
from publisher.reach.answers import Answer, Group, days_of, notes
from publisher.reach.definitions import FIGURES, WORDS
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.figures import NAMES
from publisher.reach.givers import Givers
from publisher.reach.in_doubt import InDoubt
from publisher.reach.spans import Span

Titles = Mapping[str, str]
"""What people know campaigns and channels by."""


def groups_sheet(told: Answer, titles: Titles, *, every_figure: bool = True) -> Sheet:
    """An answer, a group a row; without ``every_figure`` those that nothing gave are left out."""
    figures = [name for name in NAMES if every_figure or told.total.sum.of[name]]
    columns = _name_columns(told.question.by)
    rest = [column for name in figures for column in _figure_columns(name)]
    counts = [Column(_("Number of posts"), "number"), Column(_("Number of deliveries"), "number")]
    flags = [
        Column(_("Deliveries in doubt"), "number"),
        Column(_("No longer there"), "number"),
    ]
    total: list[Cell] = [_("Total"), *[None] * (len(columns) - 1), *_counted(told.total, figures)]
    return Sheet(
        title=_("Figures"),
        columns=[*columns, *counts, *rest, *flags],
        rows=([*_named(group, told, titles), *_counted(group, figures)] for group in told.groups),
        heading=[
            _("Whom our posts reached"),
            days(told.question.span),
            _("Figures as of %(moment)s") % {"moment": notation.moment(told.as_of)},
        ],
        total=total if told.adds_up and len(told.groups) > 1 else None,
        notes=[words.note(name) for name in notes(told)],
    )


def accounts_sheet(accounts: Iterable[Account], span: Span, titles: Titles) -> Sheet:
    """The accounts at both ends of ``span``."""
    return Sheet(
        title=_("Accounts"),
        columns=[
            Column(_("Channel"), width=28),
            Column(_("Followers before"), "number"),
            Column(_("read on (before)"), "moment"),
            Column(_("Followers at the end"), "number"),
            Column(_("read on (end)"), "moment"),
            Column(_("More followers"), "number"),
            Column(_("Account reach before"), "number"),
            Column(_("of how many days (before)"), "number"),
            Column(_("Account reach at the end"), "number"),
            Column(_("of how many days (end)"), "number"),
            Column(_("In doubt"), width=50),
        ],
        rows=(_account(one, titles) for one in accounts),
        heading=[_("The channels' accounts"), days(span)],
        notes=[words.meaning("followers"), words.note("account_reach")],
    )


def doubts_sheet(found: Iterable[InDoubt], span: Span, titles: Titles) -> Sheet:
    """The figures in doubt."""
    return Sheet(
        title=_("In doubt"),
        columns=[
            Column(_("Channel"), width=28),
            Column(_("Post"), width=34),
            Column(_("First line"), width=50),
            Column(_("Went out at"), "moment"),
            Column(_("Read"), "moment"),
            Column(_("Figure"), width=20),
            Column(_("Before"), "number"),
            Column(_("Now"), "number"),
            Column(_("Why it is in doubt"), width=60),
            Column(_("Address"), "link"),
        ],
        rows=(_doubt(one, titles) for one in found),
        heading=[_("Figures in doubt"), days(span)],
        notes=[words.meaning("doubtful")],
    )


def definitions_sheet(given_by: Givers) -> Sheet:
    """What every figure and word means, and who gives it."""
    return Sheet(
        title=_("Definitions"),
        columns=[
            Column(_("Word"), width=24),
            Column(_("Meaning"), width=90, wrap=True),
            Column(_("Given by"), width=50, wrap=True),
        ],
        rows=[
            [_(one.label), _(one.meaning), ", ".join(given_by.get(one.name, ()))]
            for one in (*FIGURES, *WORDS)
        ],
    )


def days(span: Span) -> str:
    """The days of a span: "01/10/2027 – 28/10/2027"."""
    first, last = notation.day(span.first, "full"), notation.day(span.last, "full")
    return first if first == last else f"{first} – {last}"


def figure_words(metric: str) -> str:
    """A metric of a reading, as people see it."""
    return words.label(metric) if metric in _KNOWN else metric


_KNOWN = frozenset({*NAMES, "followers"})


def _name_columns(by: str) -> list[Column]:
    if by == "post":
        return [
            Column(_("Campaign"), width=28),
            Column(_("Year"), "year"),
            Column(_("Post"), width=22),
            Column(_("Occurrence")),
            Column(_("First line"), width=50),
            Column(_("Kind")),
            Column(_("Audience"), width=26),
            Column(_("Went out at"), "moment"),
            Column(_("Channels"), width=30),
            Column(_("Address"), "link"),
        ]
    label = {
        "channel": _("Channel"),
        "campaign": _("Campaign"),
        "edition": _("Edition"),
        "audience": _("Audience"),
        "kind": _("Kind"),
        "week": _("Week"),
        "month": _("Month"),
    }[by]
    name = Column(label, width=36)
    if by in ("week", "month"):
        return [name, Column(_("First day"), "date"), Column(_("Last day"), "date")]
    return [name]


def _named(group: Group, told: Answer, titles: Titles) -> Sequence[Cell]:
    post, by = group.post, told.question.by
    if post is not None:
        return [
            titles.get(post.campaign, post.campaign),
            post.edition,
            post.post,
            post.occurrence,
            post.first_line,
            words.kind(post.kind),
            ", ".join(words.audience(name) for name in post.audiences),
            post.at,
            ", ".join(titles.get(name, name) for name in post.channels),
            next(filter(None, post.urls), None),
        ]
    name = words.group(by, group.name, titles) + (" …" if group.is_partial else "")
    if by in ("week", "month"):
        first, last = days_of(group.name)
        return [name, max(first, told.question.span.first), min(last, told.question.span.last)]
    return [name]


def _figure_columns(name: str) -> list[Column]:
    return [Column(words.heading(name), "number"), Column(words.known_of(name), "number")]


def _counted(group: Group, figures: Sequence[str]) -> list[Cell]:
    total = group.sum
    cells: list[Cell] = [group.posts, total.posts]
    for name in figures:
        cells += [getattr(total.figures, name), total.of[name]]
    return [*cells, total.doubtful, total.gone]


def _account(account: Account, titles: Titles) -> list[Cell]:
    first, last = account.followers_first, account.followers_last
    reach_first, reach_last = account.reach_first, account.reach_last
    every = (first, last, reach_first, reach_last)
    speaks = dict.fromkeys(one for told in every if told for one in told.doubts)
    return [
        titles.get(account.channel, account.channel),
        first.value if first else None,
        first.at if first else None,
        last.value if last else None,
        last.at if last else None,
        account.gained,
        reach_first.value if reach_first else None,
        reach_first.days if reach_first else None,
        reach_last.value if reach_last else None,
        reach_last.days if reach_last else None,
        "; ".join(doubts.words(one) for one in speaks),
    ]


def _doubt(found: InDoubt, titles: Titles) -> list[Cell]:
    post = found.delivery
    return [
        titles.get(found.channel, found.channel),
        post.post_key if post else _("(the account)"),
        post.first_line if post else None,
        post.sent_at.astimezone(found.at.tzinfo) if post else None,
        found.at,
        figure_words(found.metric),
        found.before,
        found.now,
        doubts.words(found.doubt),
        post.url if post else None,
    ]
