"""The plan's indicators as the ledger answers them.

Each is held against its target. For whoever reports: ``of_office(settings, database, span, as_of)``
reads the office's two files and gives ``Judged``: results, coverage, faults. ``evaluate(session,
file, topics, span, as_of, zone, closes_on)`` gives the results alone, and ``value_words(value,
unit)`` writes a value so that 99.96 isn't read as 100. What each measure counts stands in
``publisher.reach.measures``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher import notation
from publisher.campaign.criteria import CriteriaFile, Indicator
from publisher.campaign.criteria_reader import read_criteria
from publisher.campaign.register import Topic
from publisher.campaign.register_reader import read_register
from publisher.files.faults import Fault
from publisher.i18n import _
from publisher.reach.coverage import Coverage, coverage_of
from publisher.reach.measures.books import Books, Measured, Window
from publisher.reach.measures.measure import measure
from publisher.reach.spans import Span, before
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.models import Delivery

TREND = 6
"""So many spans of one kind make a trend, the present one among them."""

_SMALL = 10
"""Percent below which a second decimal tells something."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an indicator came to in a span.

    ``value`` and ``target`` are in ``unit`` ("%", "posts", "people", or the officers' own word);
    ``None`` where nothing can be said yet. ``met`` is whether the target was reached: ``None``
    where there is no target or value, where the span isn't of the kind in which it is judged, or
    where days are left that may still decide. ``basis`` tells in the present language what was
    counted ("41 of 43 entries"). ``trend`` holds the same indicator over the spans before and this
    one, oldest first, by each one's last day. ``at_most`` is whether less is better,
    ``by_hand`` whether its values are written into the file by people.
    """

    id: str
    title: str
    unit: str
    value: float | None
    target: float | None
    met: bool | None
    basis: str
    source: str = ""
    trend: tuple[tuple[date, float | None], ...] = ()
    at_most: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What a report says of the plan's criteria. ``coverage`` is ``None`` where there is no
    register; ``faults`` are those of both files, which the check tells of too."""

    results: tuple[Result, ...] = ()
    coverage: Coverage | None = None
    faults: tuple[Fault, ...] = ()


def of_office(settings: Settings, database: Database, span: Span, as_of: datetime) -> Judged:
    """The office's criteria and coverage in ``span`` as of ``as_of``, in the present language."""
    register, faults = read_register(settings)
    file, found = read_criteria(settings)
    topics = register.topics if register is not None else None
    titles = {
        name: str(keys["title"]) for name, keys in settings.channels.items() if keys.get("title")
    }
    closes_on = settings.reports.periodic.closes_on
    with database.reading() as session:
        return Judged(
            evaluate(session, file, topics, span, as_of, settings.zone, closes_on, titles)
            if file is not None
            else (),
            coverage_of(session, topics, span, as_of, settings.zone)
            if topics is not None
            else None,
            (*faults, *found),
        )


def evaluate(
    session: Session,
    file: CriteriaFile,
    topics: Sequence[Topic] | None,
    span: Span,
    as_of: datetime,
    zone: ZoneInfo,
    closes_on: int,
    titles: Mapping[str, str] | None = None,
) -> tuple[Result, ...]:
    """Every indicator of ``file`` in ``span``; the spans before are seen at the same age."""
    books = Books(session, zone, topics, file.population, titles or {})
    windows = list(_windows(span, as_of, zone, closes_on))
    began = session.exec(
        select(func.min(Delivery.sent_at)).where(col(Delivery.holdable).is_(True))
    ).one()
    # Window by window: several measures read the same posts, and a year's are many.
    measured = [
        {
            name: measure(books, one, window)
            for name, one in file.indicator.items()
            if window is windows[0] or not _is_unknown(one, window, began)
        }
        for window in windows
    ]
    return tuple(
        _result(name, one, span, windows, [found.get(name) for found in measured])
        for name, one in file.indicator.items()
    )


def value_words(value: float | None, unit: str) -> str:
    """A value with its unit, as the reader writes it; a dash where there is none.

    Shares are cut after a decimal, two where they are small, and not rounded: only all is 100%.
    """
    if value is None:
        return notation.ABSENT
    cut = as_shown(value) if unit == "%" else value
    number = notation.decimal(cut, 2)
    return f"{number}%" if unit == "%" else f"{number} {unit}".rstrip()


def as_shown(share: float) -> float:
    """A share in percent, cut to the decimals that are shown."""
    places = 100 if share < _SMALL else 10
    return math.floor(share * places + 1e-6) / places


def target_words(result: Result) -> str:
    """The target with its direction; empty where there is none."""
    if result.target is None:
        return ""
    text = _("at most %(value)s") if result.at_most else _("at least %(value)s")
    return text % {"value": value_words(result.target, result.unit)}


def verdict_words(result: Result) -> str:
    """Whether the target was met, in words."""
    if result.value is None:
        return _("no figure yet")
    if result.target is None:
        return _("without a target")
    if result.met is None:
        return _("not judged yet")
    return _("met") if result.met else _("not met")


def _windows(span: Span, as_of: datetime, zone: ZoneInfo, closes_on: int) -> Iterator[Window]:
    """``span`` first, then those before it."""
    _start, over = span.bounds(zone)
    for _number in range(TREND):
        start, end = span.bounds(zone)
        yield Window(start, end, as_of - (over - end), span.last)
        span = before(span, closes_on)


def _result(
    name: str,
    indicator: Indicator,
    span: Span,
    windows: Sequence[Window],
    found: Sequence[Measured | None],
) -> Result:
    now, measured = windows[0], found[0]
    if measured is None:
        raise ValueError(name)
    trend = [
        (window.last, one.value if one is not None else None)
        for window, one in zip(windows, found, strict=True)
    ]
    at_most = indicator.at_most is not None
    is_over = now.end <= now.as_of
    is_judged = indicator.period in (None, span.kind)
    basis = measured.basis
    if indicator.period is not None and not is_judged:
        basis += " " + _judged_in(indicator.period)
    elif not is_over and measured.value is not None:
        basis += " " + _("These days aren't over yet.")
    return Result(
        id=name,
        title=indicator.title,
        unit=measured.unit,
        value=measured.value,
        target=indicator.at_most if at_most else indicator.at_least,
        met=_met(indicator, measured, is_over=is_over) if is_judged else None,
        basis=basis,
        source=indicator.source,
        trend=tuple(reversed(trend)),
        at_most=at_most,
        by_hand=indicator.measure == "by_hand",
    )


def _is_unknown(indicator: Indicator, window: Window, began: datetime | None) -> bool:
    """Before anything went out there was no Publisher: nought posts would be no figure of it."""
    return indicator.measure != "by_hand" and (began is None or window.end <= began)


def _met(indicator: Indicator, measured: Measured, *, is_over: bool) -> bool | None:
    if measured.value is None:
        return None
    if indicator.at_most is not None:
        met = measured.value <= indicator.at_most
        decided = not met
    elif indicator.at_least is not None:
        met = decided = measured.value >= indicator.at_least
    else:
        return None
    # What only grows is decided early in one direction alone.
    return met if is_over or decided or not measured.growing else None


def _judged_in(period: str) -> str:
    return {
        "monthly": _("It is judged by the month."),
        "half-year": _("It is judged by the half-year."),
        "yearly": _("It is judged by the year."),
    }[period]
