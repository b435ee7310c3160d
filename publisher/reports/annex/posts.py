"""The annex's sheets of every post, each with its deliveries.

A post's figures are those over all channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from publisher.i18n import _
from publisher.reach import words
from publisher.reach.doubts import words as doubt_words
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.figures import NAMES, Sum
from publisher.reach.ledger import Published
from publisher.reach.period import PostSum
from publisher.reports.annex.page import (
    Page,
    empty_cells,
    figure,
    figure_cells,
    figure_columns,
)


def every_post(page: Page) -> Sheet:
    """A post a row."""
    columns = (
        Column(_("Went out"), "moment"),
        Column(_("Post"), width=48, wrap=True),
        Column(_("Campaign"), width=28, wrap=True),
        Column(_("Kind")),
        Column(_("Audience"), width=28, wrap=True),
        Column(_("Tasks and topics"), width=20, wrap=True),
        Column(_("Channels"), width=32, wrap=True),
        Column(words.label("deliveries"), "number"),
        *figure_columns(),
        Column(words.label("link_clicks"), "number"),
        Column(_("Deliveries in doubt"), "number"),
        Column(_("No longer there"), "number"),
    )
    summary, told = page.report.summary, _Told(page)
    blank: tuple[Cell, ...] = (None,) * 6
    return page.sheet(
        _("Posts"),
        columns,
        (_post(told, post) for post in summary.posts),
        total=(_("Total"), *blank, *_summed(summary.total.now)),
        notes=(words.note("not_people"), empty_cells()),
    )


def every_delivery(page: Page) -> Sheet:
    """A delivery a row, in the order in which they went out."""
    columns = (
        Column(_("Went out"), "moment"),
        Column(_("Due"), "moment"),
        Column(_("Channel"), width=26, wrap=True),
        Column(_("Post"), width=48, wrap=True),
        Column(_("Campaign"), width=28, wrap=True),
        Column(_("Edition"), "year"),
        Column(_("Kind")),
        *(Column(words.heading(name), "number") for name in NAMES),
        Column(_("Why it is in doubt"), width=30, wrap=True),
        Column(_("No longer there since"), "moment"),
        Column(_("Address"), "link", width=40),
    )
    summary = page.report.summary
    every = sorted(
        (one for post in summary.posts for one in post.deliveries),
        key=lambda one: (one.sent_at, one.id),
    )
    blank: tuple[Cell, ...] = (None,) * 6
    total, told = summary.total.now, _Told(page)
    return page.sheet(
        _("Deliveries"),
        columns,
        (_delivery(page, told, one) for one in every),
        total=(_("Total"), *blank, *(figure(total, name) for name in NAMES), *blank[:3]),
        notes=(words.note("not_people"), empty_cells()),
    )


class _Told:
    """What people read for the few names that stand in hundreds of thousands of rows, each looked
    up once."""

    def __init__(self, page: Page) -> None:
        self.name = cache(page.named)
        self.kind = cache(words.kind)
        self.audience = cache(words.audience)
        self.doubt = cache(doubt_words)


def _post(told: _Told, post: PostSum) -> Sequence[Cell]:
    return (
        post.at,
        post.first_line,
        told.name(post.campaign),
        told.kind(post.kind),
        ", ".join(map(told.audience, post.audiences)),
        ", ".join(post.covers),
        ", ".join(told.name(one.channel) for one in post.deliveries),
        *_summed(post.sum),
    )


def _summed(sum_: Sum) -> tuple[Cell, ...]:
    return (
        sum_.posts,
        *figure_cells(sum_),
        sum_.figures.link_clicks,
        sum_.doubtful,
        sum_.gone,
    )


def _delivery(page: Page, told: _Told, one: Published) -> Sequence[Cell]:
    return (
        page.local(one.sent_at),
        page.local(one.due_at),
        told.name(one.channel),
        one.first_line,
        told.name(one.campaign),
        one.edition,
        told.kind(one.kind),
        *(getattr(one.figures, name) for name in NAMES),
        "; ".join(map(told.doubt, one.doubts)),
        page.local(one.gone_at) if one.gone_at is not None else None,
        one.url,
    )
