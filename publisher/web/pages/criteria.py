"""The plan's indicators against their targets, and the tasks that the office owes the public."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable
from datetime import date
from functools import partial

from fastapi import HTTPException
from fastapi.responses import Response

from publisher import notation
from publisher.campaign.register import Register, Topic, mark
from publisher.campaign.register_reader import read_register
from publisher.desk.folder import signature_of
from publisher.i18n import _, language, ngettext
from publisher.reach import spans
from publisher.reach.coverage import Coverage, Covered, coverage_of
from publisher.reach.criteria import (
    Judged,
    Result,
    as_shown,
    of_office,
    target_words,
    value_words,
    verdict_words,
)
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.plan_sheets import coverage_sheet, criteria_sheet
from publisher.reach.export.tables import Column, Sheet
from publisher.reach.spans import Span
from publisher.reports import chart
from publisher.reports.chart import Look, Specification
from publisher.reports.span_words import span_days, span_name
from publisher.web.drawing import Chart, as_png, as_svg, few_words
from publisher.web.permissions import Action
from publisher.web.reach_asking import moment_of
from publisher.web.report_spans import of_label, so_far
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()


@routes.get("/reach/criteria", Action.SEE, name="criteria")
def criteria(visit: Visit) -> Response:
    span = _span(visit)
    judged = _judged(visit, span)
    verdicts = Counter(verdict_words(one) for one in judged.results)
    return visit.page(
        "criteria.html",
        results=judged.results,
        faults=judged.faults,
        span=span,
        query=f"?span={span.label}&at={moment_of(visit):%Y-%m-%dT%H:%M}",
        days=span_days(span),
        choices=[(one.label, span_name(one)) for one in so_far(visit)],
        verdicts=verdicts.most_common(),
        verdict=verdict_words,
        value=value_words,
        target=target_words,
        trend=_trend_words,
        is_drawn=_is_drawn,
    )


@routes.get("/reach/criteria.csv", Action.SEE, name="criteria-table")
def criteria_table(visit: Visit) -> Response:
    """All indicators as a table for Excel."""
    span = _span(visit)
    content = to_csv(criteria_sheet(_judged(visit, span).results))
    return visit.data(content, f"chi-tieu-{span.label}.csv", "text/csv")


@routes.get("/reach/criteria/{name}.{form}", Action.SEE, name="criterion-picture")
def picture(visit: Visit, name: str, form: str) -> Response:
    """An indicator's trend, for the page (svg), to take along (png), or its table (csv)."""
    span = _span(visit)
    found = next((one for one in _judged(visit, span).results if one.id == name), None)
    if found is None or not _is_drawn(found):
        raise HTTPException(404)
    file_name = f"{name}-{span.label}.{form}"
    if form == "csv":
        return visit.data(to_csv(_trend_sheet(found)), file_name, "text/csv")
    drawn = _chart(found, span)
    if form == "png":
        return visit.data(as_png(drawn), file_name, "image/png")
    if form != "svg":
        raise HTTPException(404)
    svg = as_svg(drawn, dark=visit.asked("dark") == "1", narrow=True)
    return Response(svg, media_type="image/svg+xml")


@routes.get("/reach/coverage", Action.SEE, name="coverage")
def coverage(visit: Visit) -> Response:
    register, faults = read_register(visit.settings)
    span = _span(visit) if visit.asked("span") else None
    chosen, listed, whole = _covered(visit, register, span)
    topics = register.topics if register is not None else ()
    secret = sum(topic.secret for topic in topics)
    every = ("", _("All"))
    return visit.page(
        "coverage.html",
        faults=faults,
        is_there=register is not None,
        days=span_days(span) if span is not None else "",
        listed=listed,
        had=sum(bool(one.posts) for one in chosen),
        of=len(chosen),
        secret=ngettext(
            "%(n)s secret task is neither listed nor counted.",
            "%(n)s secret tasks are neither listed nor counted.",
            secret,
        )
        % {"n": notation.number(secret)}
        if secret
        else "",
        unknown=whole.unknown if whole is not None else (),
        asked={name: visit.asked(name) for name in ("span", "unit", "kind", "missing")},
        query=f"?{visit.request.url.query}" if visit.request.url.query else "",
        spans=[
            ("", _("All that has ever gone out")),
            *((one.label, span_name(one)) for one in so_far(visit)),
        ],
        units=[every, *_words_of(topics, lambda topic: topic.unit)],
        kinds=[every, *_words_of(topics, lambda topic: topic.kind)],
    )


@routes.get("/reach/coverage.csv", Action.SEE, name="coverage-table")
def coverage_table(visit: Visit) -> Response:
    """The tasks that the page lists as a table for Excel."""
    register, _faults = read_register(visit.settings)
    span = _span(visit) if visit.asked("span") else None
    _chosen, listed, _whole = _covered(visit, register, span)
    label = span.label if span is not None else "tu-truoc-den-nay"
    return visit.data(to_csv(coverage_sheet(listed)), f"do-phu-{label}.csv", "text/csv")


# -- criteria -------------------------------------------------------------------------------------


def _span(visit: Visit) -> Span:
    """The span asked for by its label, else this year's. Raises ``HTTPException`` (404)."""
    closes_on = visit.settings.reports.periodic.closes_on
    label = visit.asked("span")
    found = of_label(label, closes_on) if label else spans.this_year(closes_on, visit.now.date())
    if found is None:
        raise HTTPException(404)
    return found


def _judged(visit: Visit, span: Span) -> Judged:
    """What ``span`` came to; the last answers are kept, for a page's pictures ask for them anew."""
    as_of, state = moment_of(visit), visit.request.app.state
    signature = signature_of(visit.settings.campaigns_folder)
    key = (span, as_of, signature, language())
    with _ONE_AT_A_TIME:
        kept: dict[Hashable, Judged] = getattr(state, "judged", {})
        if key not in kept:
            found = of_office(visit.settings, visit.site.database, span, as_of)
            state.judged = kept = {**dict(list(kept.items())[1 - _KEPT :]), key: found}
        return kept[key]


_ONE_AT_A_TIME = threading.Lock()
_KEPT = 8


def _is_drawn(result: Result) -> bool:
    """Whether its trend has two values at least."""
    return sum(value is not None for _last, value in result.trend) > 1


def _trend_words(result: Result) -> str:
    """Its trend in numbers; empty where nothing before is known."""
    if not _is_drawn(result):
        return ""
    points = [
        _("%(day)s: %(value)s")
        % {"day": notation.day(last, "full"), "value": value_words(value, result.unit)}
        for last, value in result.trend
        if value is not None
    ]
    return _("Up to each day: %(points)s.") % {"points": "; ".join(points)}


def _chart(result: Result, span: Span) -> Chart:
    values = [_shown(result, value) for _last, value in result.trend]
    told = [value_words(value, "%" if result.unit == "%" else "") for _last, value in result.trend]
    labels = [_label(last, span) for last, _value in result.trend]
    return Chart(
        drawn=partial(_columns, labels, values, told),
        heading=result.title,
        foot=_("target: %(target)s") % {"target": target_words(result)} if result.target else "",
        alt=f"{result.title}. {_trend_words(result)}",
        bars=len(values),
    )


def _columns(
    labels: list[str], values: list[float | None], told: list[str], look: Look
) -> Specification:
    return chart.columns(labels, values, few_words(told, values, look), look)


def _label(last: date, span: Span) -> str:
    return str(last.year) if span.kind == "yearly" else notation.day(last, "brief month")


def _shown(result: Result, value: float | None) -> float | None:
    return value if value is None or result.unit != "%" else as_shown(value)


def _trend_sheet(result: Result) -> Sheet:
    columns = [Column(_("Last day"), "date"), Column(_("Value"), "number"), Column(_("Unit"))]
    rows = [(last, _decimal(_shown(result, value)), result.unit) for last, value in result.trend]
    return Sheet(result.id, columns, rows)


def _decimal(value: float | None) -> str | int | None:
    """As an Excel in Viet Nam takes it for a number: with a decimal comma."""
    if value is None:
        return None
    rounded = round(float(value), 2)
    return int(rounded) if rounded.is_integer() else str(rounded).replace(".", ",")


# -- coverage -------------------------------------------------------------------------------------


def _covered(
    visit: Visit, register: Register | None, span: Span | None
) -> tuple[list[Covered], list[Covered], Coverage | None]:
    """The tasks of the unit and kind that are asked for, those of them that are listed, and what
    the whole register has had."""
    if register is None:
        return [], [], None
    with visit.site.database.reading() as session:
        # Of all topics: what isn't asked for is no unknown code.
        whole = coverage_of(session, register.topics, span, visit.now, visit.zone)
    unit, kind = mark(visit.asked("unit")), mark(visit.asked("kind"))
    chosen = [
        one
        for one in whole.of
        if unit in ("", mark(one.topic.unit)) and kind in ("", mark(one.topic.kind))
    ]
    return chosen, [one for one in chosen if not (visit.asked("missing") and one.posts)], whole


def _words_of(topics: tuple[Topic, ...], of: Callable[[Topic], str]) -> list[tuple[str, str]]:
    return [(word, word) for word in dict.fromkeys(filter(None, map(of, topics)))]
