"""The pictures of the weekly mail.

Three at most, each with words that state all its numbers. A picture is made only where it has
something to show. Whoever sees no pictures, as in Outlook until it is allowed to, or doesn't see,
reads its ``alt``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from publisher import notation
from publisher.i18n import _
from publisher.reach.editions import AgainstEdition
from publisher.reach.figures import Sum
from publisher.reach.week import WeekSummary
from publisher.reports.chart import bars, png, ranking, two_lines
from publisher.reports.letter import picture_id

CHANNELS_MOST = 8
"""So many channels are drawn; the table below names the others."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that stands in the mail; ``alt`` says in words all that it shows."""

    content: bytes
    alt: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def cid(self) -> str:
        """The Content-ID by which ``html`` names it."""
        return picture_id(self.digest)


def of_trend(summary: WeekSummary) -> Picture | None:
    """Times shown by week; ``None`` while there are no two weeks with a figure."""
    values = [total.figures.shown for _day, total in summary.trend]
    if sum(value is not None for value in values) < 2:
        return None
    labels = [notation.day(monday) for monday, _total in summary.trend]
    told = "; ".join(
        f"{label}: {notation.number(value)}" for label, value in zip(labels, values, strict=True)
    )
    alt = _("Times shown, by week of publishing (its Monday): %(list)s") % {"list": told}
    return Picture(bars(labels, values, [notation.short_number(value) for value in values]), alt)


def of_channels(summary: WeekSummary, named: Callable[[str], str]) -> Picture | None:
    """Times shown by channel, this week and the week before; ``None`` where there aren't two to
    compare."""
    rows = [row for row in summary.channels if row.now.figures.shown is not None][:CHANNELS_MOST]
    if len(rows) < 2:
        return None
    names = [named(row.name) for row in rows]
    now = [row.now.figures.shown for row in rows]
    before = [row.before.figures.shown for row in rows]
    told = "; ".join(
        _("%(name)s: %(now)s, the week before %(before)s")
        % {"name": name, "now": notation.number(this), "before": notation.number(last)}
        for name, this, last in zip(names, now, before, strict=True)
    )
    alt = _("Times shown, by channel: %(list)s") % {"list": told}
    words = [notation.number(value) for value in now]
    return Picture(png(ranking(names, now, before, words)), alt)


def of_edition(edition: AgainstEdition, name: str) -> Picture | None:
    """How often the posts of this edition's week and of the last one's were shown, day upon day;
    ``None`` where one of the two has no figure."""
    now, before = _added_up(edition.days), _added_up(edition.days_before)
    if now[-1] is None or before[-1] is None:
        return None
    labels = [_distance(edition, edition.first + place) for place in range(len(now))]
    told = "; ".join(
        f"{label}: {notation.number(this)} / {notation.number(last)}"
        for label, this, last in zip(labels, now, before, strict=True)
    )
    years = {"year": edition.edition, "before": edition.edition - 1}
    alt = _(
        "%(name)s, times shown added up by days from its day, %(year)s / %(before)s: %(list)s"
    ) % {"name": name, "list": told, **years}
    drawn = two_lines(
        labels,
        now,
        before,
        f"{edition.edition}: {notation.short_number(now[-1])}",
        f"{edition.edition - 1}: {notation.short_number(before[-1])}",
    )
    return Picture(png(drawn), alt)


def _distance(edition: AgainstEdition, days: int) -> str:
    """How far a day lies from the campaign's: "−6", "+1"; the day itself by its date."""
    if days == 0:
        return notation.day(edition.first_day - timedelta(days=edition.first))
    return f"+{days}" if days > 0 else f"−{-days}"


def _added_up(days: Sequence[Sum]) -> list[int | None]:
    """Each day's sum of it and those before it; absent until the first figure."""
    total: int | None = None
    sums = []
    for day in days:
        shown = day.figures.shown
        total = total if shown is None else (total or 0) + shown
        sums.append(total)
    return sums
