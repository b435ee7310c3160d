"""The pictures of an overview, each with the table that tells the same.

A picture is made of its table's rows and nothing else, so that a page, a PNG and a CSV can't
differ. An absent figure is a dash, a gap, an empty cell: never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from publisher import notation
from publisher.i18n import _
from publisher.reach import words
from publisher.reach.answers import Answer
from publisher.reach.editions import AgainstEdition
from publisher.reach.export.tables import Column, Sheet
from publisher.reach.figures import Sum, together
from publisher.reach.overview import Overview
from publisher.reach.spans import Span
from publisher.reports import chart
from publisher.reports.chart import Look, Specification
from publisher.web.drawing import Chart, cut, few_words
from publisher.web.reach_rows import (
    Row,
    before_columns,
    counted,
    counted_before,
    counted_columns,
    value_of,
)

MOST_BARS = 8
"""So many names are drawn; the table has the others."""

_DAYS_ALONE = 31
"""Days that are drawn one by one; of more, every seventh."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its ``name`` in addresses: its title, its rows by ``metric``, its chart
    (``None`` where it would show nothing) and its table as a file has it."""

    name: str
    title: str
    metric: str
    rows: tuple[Row, ...]
    chart: Chart | None
    sheet: Sheet


def pictures(shown: Overview, titles: Mapping[str, str]) -> dict[str, Picture]:
    """All pictures of ``shown`` by their names, in the present language."""
    made = [
        _trend(shown),
        _groups(shown, "channels", shown.channels, shown.channels_before, titles),
        _groups(shown, "campaigns", shown.campaigns, shown.campaigns_before, titles),
        _groups(shown, "audiences", shown.audiences, shown.audiences_before, titles),
        *(_edition(shown, one, titles) for one in shown.editions),
    ]
    return {one.name: one for one in made}


def edition_name(edition: AgainstEdition) -> str:
    """The name of the picture of ``edition``."""
    return f"edition-{edition.campaign}"


def step_name(step: Span) -> str:
    """A step of a trend, briefly: its Monday, or its month."""
    if step.first.day == 1 and step.days > 7:
        return words.month(f"{step.first:%Y-%m}")
    return notation.day(step.first)


def step_words(step: Span) -> str:
    """The same in full."""
    if step.first.day == 1 and step.days > 7:
        return words.month(f"{step.first:%Y-%m}")
    return notation.week(step.first)


def _trend(shown: Overview) -> Picture:
    metric = shown.scope.metric
    rows = tuple(Row(step_words(step), total) for step, total in shown.trend)
    by = (_("%(figure)s by month") if shown.scope.step == "month" else _("%(figure)s by week")) % {
        "figure": words.label(metric)
    }
    values = [value_of(row.now, metric) for row in rows]
    labels = [step_name(step) for step, _total in shown.trend]
    told = [notation.short_number(value) for value in values]

    def drawn(look: Look) -> Specification:
        return chart.columns(labels, values, few_words(told, values, look), look)

    columns = [
        Column(_("Month") if shown.scope.step == "month" else _("Week")),
        Column(_("First day"), "date"),
        Column(_("Last day"), "date"),
        *counted_columns(),
    ]
    cells = [
        [step_words(step), step.first, step.last, *counted(total)] for step, total in shown.trend
    ]
    is_telling = sum(value is not None for value in values) > 1
    return Picture(
        "trend",
        by,
        metric,
        rows,
        _chart(shown, by, rows, metric, drawn, len(rows)) if is_telling else None,
        Sheet(by, columns, cells),
    )


def _groups(
    shown: Overview,
    name: str,
    answer: Answer,
    before: Mapping[str, Sum],
    titles: Mapping[str, str],
) -> Picture:
    metric, by = shown.scope.metric, answer.question.by
    there = {group.name: group for group in answer.groups}
    nothing = together(())
    rows = [
        Row(words.group(by, key, titles), group.sum, before.get(key, nothing), key, group.posts)
        for key, group in there.items()
    ]
    # Who kept silent in this span is told too.
    rows += [
        Row(words.group(by, key, titles), nothing, total, key, 0)
        for key, total in sorted(before.items())
        if key not in there
    ]
    title, head = _group_words(name, metric)
    known = [row for row in rows if value_of(row.now, metric) is not None][:MOST_BARS]

    def drawn(look: Look) -> Specification:
        values = [value_of(row.now, metric) for row in known]
        return chart.ranking(
            [cut(row.name) for row in known],
            values,
            [value_of(row.before, metric) for row in known],
            [notation.number(value) for value in values],
            look,
        )

    columns = [Column(head, width=36), *counted_columns(), *before_columns()]
    cells = [[row.name, *counted(row.now), *counted_before(row.before)] for row in rows]
    return Picture(
        name,
        title,
        metric,
        tuple(rows),
        _chart(shown, title, known, metric, drawn, len(known)) if len(known) > 1 else None,
        Sheet(title, columns, cells),
    )


def _group_words(name: str, metric: str) -> tuple[str, str]:
    figure = {"figure": words.label(metric)}
    match name:
        case "channels":
            return _("%(figure)s by channel") % figure, _("Channel")
        case "campaigns":
            return _("%(figure)s by campaign") % figure, _("Campaign")
        case _:
            return _("%(figure)s by audience") % figure, _("Audience")


def _edition(shown: Overview, edition: AgainstEdition, titles: Mapping[str, str]) -> Picture:
    metric = shown.scope.metric
    title = _("%(campaign)s: %(year)s against %(before)s") % {
        "campaign": titles.get(edition.campaign, edition.campaign),
        "year": edition.edition,
        "before": edition.edition - 1,
    }
    now, before = (_added_up(days) for days in (edition.days, edition.days_before))
    rows = tuple(
        Row(day_words(edition, place), now[place], before[place]) for place in range(len(now))
    )
    places = list(range(len(rows)))
    if len(places) > _DAYS_ALONE:
        places = [place for place in places if place % 7 == 6 or place == len(rows) - 1]
    if len(places) > _DAYS_ALONE:
        places = places[:: -(-len(places) // _DAYS_ALONE)]
    told = [rows[place] for place in places]

    def drawn(look: Look) -> Specification:
        this = [value_of(row.now, metric) for row in told]
        last = [value_of(row.before, metric) for row in told]
        every = max(1, -(-len(told) // (5 if look.width < 400 else 12)))
        labels = [
            day_name(edition, place) if number % every == 0 else ""
            for number, place in enumerate(places)
        ]
        return chart.two_lines(
            labels,
            this,
            last,
            f"{edition.edition}: {notation.short_number(this[-1])}",
            f"{edition.edition - 1}: {notation.short_number(last[-1])}",
            look,
        )

    is_telling = any(value_of(row.now, metric) is not None for row in rows)
    columns = [
        Column(_("Day")),
        Column(_("Day of %(year)s") % {"year": edition.edition}, "date"),
        Column(_("Day of %(year)s") % {"year": edition.edition - 1}, "date"),
        *counted_columns(),
        *before_columns(),
    ]
    cells = [
        [
            row.name,
            edition.first_day + timedelta(days=place),
            edition.first_day_before + timedelta(days=place),
            *counted(row.now),
            *counted_before(row.before),
        ]
        for place, row in enumerate(rows)
    ]
    return Picture(
        edition_name(edition),
        title,
        metric,
        rows,
        _chart(shown, title, told, metric, drawn, 1) if is_telling else None,
        Sheet(title, columns, cells),
    )


def day_name(edition: AgainstEdition, place: int) -> str:
    """How far a day lies from the campaign's: "D−6", "D", "D+1"."""
    days = edition.first + place
    return "D" if days == 0 else f"D+{days}" if days > 0 else f"D−{-days}"


def day_words(edition: AgainstEdition, place: int) -> str:
    """The same with its date in this edition."""
    day = edition.first_day + timedelta(days=place)
    return f"{day_name(edition, place)} ({notation.day(day)})"


def _added_up(days: Sequence[Sum]) -> list[Sum]:
    """Each day's sum of it and those before it."""
    return [together(days[: place + 1]) for place in range(len(days))]


def _chart(
    shown: Overview,
    title: str,
    rows: Sequence[Row],
    metric: str,
    drawn: Callable[[Look], Specification],
    bars: int,
) -> Chart:
    told = "; ".join(_told(row, metric) for row in rows)
    moment = {"moment": notation.moment(shown.as_of)}
    foot = [_("Figures as of %(moment)s") % moment]
    if bars > 1 and any(row.before is not None for row in rows):
        days = shown.scope.span
        foot = [notation.days(days.first, days.last), _("The stroke: the span before."), *foot]
    return Chart(
        drawn=drawn,
        heading=title,
        foot=" · ".join(foot),
        alt=f"{title}. {told}.",
        bars=bars,
    )


def _told(row: Row, metric: str) -> str:
    now = f"{row.name}: {notation.number(value_of(row.now, metric))}"
    if row.before is None:
        return now
    return _("%(now)s, before %(before)s") % {
        "now": now,
        "before": notation.number(value_of(row.before, metric)),
    }
