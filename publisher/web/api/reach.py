"""Whom our posts reached, with what each figure covers; the plan's indicators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from publisher.i18n import _
from publisher.reach import spans
from publisher.reach.accounts import accounts
from publisher.reach.answers import SORTS, By, Question, answer, sorted_by, top
from publisher.reach.criteria import of_office
from publisher.reach.export import json_form
from publisher.reach.export.json_schema import (
    AccountsJson,
    AnswerJson,
    DefinitionsJson,
    DoubtsJson,
)
from publisher.reach.givers import givers
from publisher.reach.in_doubt import in_doubt
from publisher.web.known import known
from publisher.web.problems import Refused
from publisher.web.visit import Visit
from publisher.web.wire import PREFIX, PROBLEMS, Day, Keys, Limit, Name, Seeing, tagged

router = APIRouter(prefix=PREFIX, tags=["Reach"], responses=PROBLEMS)

_USUAL_DAYS = 28
_MOST_DAYS = 3700
_MOST_NAMES = 50

Year = Annotated[int, Field(ge=1970, le=9998)]


class Days(Keys):
    """A span of days; the last 28 where none are named."""

    first: Day | None = Field(None, description="First day.")
    last: Day | None = Field(None, description="Last day, counted in; else today.")


class Asked(Days):
    """Which deliveries are asked about: all filters must agree, of a filter's names each is in."""

    by: By = Field("channel", description="By what they are added up.")
    campaign: list[Name] = Field([], max_length=_MOST_NAMES, description="Only these.")
    channel: list[Name] = Field([], max_length=_MOST_NAMES, description="Only these.")
    audience: list[Name] = Field([], max_length=_MOST_NAMES, description="Only these.")
    edition: list[Year] = Field([], max_length=_MOST_NAMES, description="Only of these years.")
    sort: str | None = Field(
        None,
        json_schema_extra={"enum": [*SORTS, None]},
        description="By what groups are sorted: names upwards, figures downwards.",
    )
    top: Limit = Field(100, description="How many groups at most; left_out says how many besides.")


class TrendJson(Keys):
    """An indicator over an earlier span."""

    last: date = Field(description="That span's last day.")
    value: float | None = Field(description="What it came to; null where nobody knows.")


class IndicatorJson(Keys):
    """An indicator of the plan."""

    id: str = Field(description="Its name in criteria.toml.")
    title: str = Field(description="What people read for it.")
    source: str = Field(description="Where it stands in the plan.")
    unit: str = Field(description="%, posts, people, or the office's own word.")
    value: float | None = Field(description="What it came to; null where nothing can be said.")
    target: float | None = Field(description="What is aimed at; null where nothing is.")
    at_most: bool = Field(description="Whether less is better.")
    met: bool | None = Field(description="Whether it was reached; null where that isn't judged.")
    basis: str = Field(description="What was counted.")
    trend: tuple[TrendJson, ...] = Field(description="It and the spans before, the oldest first.")


class CriteriaJson(Keys):
    """The plan's indicators in a span of days."""

    first: date = Field(description="First day.")
    last: date = Field(description="Last day, counted in.")
    indicators: tuple[IndicatorJson, ...] = Field(description="As criteria.toml has them.")
    faults: tuple[str, ...] = Field(description="What is wrong with the files they come from.")


@router.get("/reach", response_model=AnswerJson)
def show_reach(visit: Seeing, asked: Annotated[Asked, Query()]) -> Response:
    """What went out in a span of days and whom it reached. It says of each figure how many of the
    deliveries it covers; what no platform gave is null, never 0."""
    if asked.sort is not None and asked.sort not in SORTS:
        raise _misput("sort", _("Choose one of: %(choices)s") % {"choices": ", ".join(SORTS)})
    told = answer(visit.site.database, _question(visit, asked), visit.zone, visit.now)
    if asked.sort is not None:
        told = sorted_by(told, asked.sort)
    return tagged(visit, json_form.answer_json(top(told, asked.top), known(visit).titles))


@router.get("/reach/accounts", response_model=AccountsJson)
def show_accounts(visit: Seeing, days: Annotated[Days, Query()]) -> Any:
    """Followers and the accounts' own reach at both ends of a span."""
    span = _span(visit, days)
    told = accounts(visit.site.database, span, visit.zone, visit.now, ())
    return json_form.accounts_json(told, span)


@router.get("/reach/doubts", response_model=DoubtsJson)
def show_doubts(visit: Seeing, asked: Annotated[Asked, Query()]) -> Any:
    """The figures in doubt, and why."""
    question = _question(visit, asked)
    told = in_doubt(visit.site.database, question, visit.zone, visit.now)
    return json_form.doubts_json(told, question.span)


@router.get("/reach/definitions", response_model=DefinitionsJson)
def show_definitions(visit: Seeing) -> Response:
    """What every figure means, and which of the office's platforms give it."""
    return tagged(visit, json_form.definitions_json(givers(visit.settings.adapters)))


@router.get("/criteria", response_model=CriteriaJson)
def show_criteria(visit: Seeing, days: Annotated[Days, Query()]) -> Response:
    """The plan's indicators against their targets; of this year where no days are named."""
    span = _this_year(visit) if days.first is None and days.last is None else _span(visit, days)
    judged = of_office(visit.settings, visit.site.database, span, visit.now)
    told = CriteriaJson(
        first=span.first,
        last=span.last,
        indicators=tuple(
            IndicatorJson(
                id=one.id,
                title=one.title,
                source=one.source,
                unit=one.unit,
                value=one.value,
                target=one.target,
                at_most=one.at_most,
                met=one.met,
                basis=one.basis,
                trend=tuple(TrendJson(last=last, value=value) for last, value in one.trend),
            )
            for one in judged.results
        ),
        faults=tuple(f"{one.place}: {one.what}" for one in judged.faults),
    )
    return tagged(visit, told)


def _question(visit: Visit, asked: Asked) -> Question:
    return Question(
        _span(visit, asked),
        asked.by,
        tuple(asked.campaign),
        tuple(asked.channel),
        tuple(asked.audience),
        tuple(asked.edition),
    )


def _span(visit: Visit, days: Days) -> spans.Span:
    today = visit.now.date()
    last = days.last or max(today, days.first or today)
    first = days.first or max(last - timedelta(days=_USUAL_DAYS - 1), date(1970, 1, 1))
    if last < first:
        raise _misput("first", _("It comes after the last day."))
    if (last - first).days > _MOST_DAYS:
        raise _misput("first", _("At most ten years."))
    return spans.any_span(first, last)


def _this_year(visit: Visit) -> spans.Span:
    closes_on, today = visit.settings.reports.periodic.closes_on, visit.now.date()
    year = spans.whole_year(today.year, closes_on)
    return year if today <= year.last else spans.whole_year(today.year + 1, closes_on)


def _misput(key: str, what: str) -> Refused:
    detail = _("The question isn't as the API's document says; see errors.")
    return Refused(422, "question", detail, [(f"query.{key}", what)])
