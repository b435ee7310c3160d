"""Whom posts reached: figures against the span before, trends, channels, campaigns, best posts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException
from fastapi.responses import Response

from publisher import notation
from publisher.i18n import N_, _
from publisher.reach import words
from publisher.reach.answers import notes
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.sheets import groups_sheet
from publisher.reach.figures import Sum, comparable
from publisher.reach.overview import METRICS, Overview, overview
from publisher.reports import wording
from publisher.reports.span_words import span_days
from publisher.store import deliveries
from publisher.web import reach_pictures
from publisher.web.drawing import as_png, as_svg
from publisher.web.known import known
from publisher.web.permissions import Action
from publisher.web.reach_asking import AUDIENCES, SPANS, Asked, asked
from publisher.web.reach_pictures import Picture, pictures
from publisher.web.reach_rows import against, value_of
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Reach"), "/reach", Action.SEE, 60))

_KEPT = 24
"""So many overviews are kept: a page's pictures and files ask for what it was just made of."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the top: its value, how it stands to before, and what it covers, in words."""

    label: str
    value: str
    change: str
    before: str
    covers: str
    is_up: bool


@routes.get("/reach", Action.SEE, name="reach")
def show(visit: Visit) -> Response:
    asks = asked(visit)
    told = _overview(visit, asks)
    about = known(visit)
    drawn = pictures(told, about.titles)
    return visit.page(
        "reach.html",
        422 if asks.faults else 200,
        asks=asks,
        told=told,
        faults=asks.faults,
        titles=about.titles,
        exact=asks.query(exactly=True),
        days=span_days(asks.scope.span),
        days_before=span_days(asks.scope.against),
        figures=_figures(told),
        pictures=drawn,
        editions=[drawn[reach_pictures.edition_name(one)] for one in told.editions],
        best=told.best.groups,
        metric=asks.scope.metric,
        metric_words=words.label(asks.scope.metric),
        notes=[words.note(name, by_signs=True) for name in notes(told.channels)],
        meanings=[(words.label(name), words.meaning(name)) for name in METRICS],
        choices=_choices(visit, asks, about.campaigns, about.titles),
        value_of=value_of,
        against=against,
        covered=_covered,
    )


@routes.get("/reach/best.csv", Action.SEE, name="reach-best")
def best(visit: Visit) -> Response:
    """The best posts as a table for Excel, every figure of theirs."""
    asks = _understood(visit)
    sheet = groups_sheet(_overview(visit, asks).best, known(visit).titles)
    return visit.data(to_csv(sheet), _file_name(asks, "bai-tot-nhat", "csv"), "text/csv")


@routes.get("/reach/pictures/{name}.{form}", Action.SEE, name="reach-picture")
def picture(visit: Visit, name: str, form: str) -> Response:
    """A picture for the page (svg), to take along (png), or its table (csv)."""
    asks = _understood(visit)
    found = pictures(_overview(visit, asks), known(visit).titles).get(name)
    if found is None:
        raise HTTPException(404)
    return sent(visit, found, form, _file_name(asks, name, form))


def sent(visit: Visit, found: Picture, form: str, file_name: str) -> Response:
    """``found`` in one of its forms. Raises ``HTTPException`` (404)."""
    if form == "csv":
        return visit.data(to_csv(found.sheet), file_name, "text/csv")
    if found.chart is None:
        raise HTTPException(404)
    if form == "png":
        return visit.data(as_png(found.chart), file_name, "image/png")
    if form != "svg":
        raise HTTPException(404)
    dark, narrow = (visit.asked(one) == "1" for one in ("dark", "narrow"))
    drawn = as_svg(found.chart, dark=dark, narrow=narrow)
    return Response(drawn, media_type="image/svg+xml")


def _understood(visit: Visit) -> Asked:
    """What is asked of a file: what can't be understood gives none. Raises ``HTTPException``."""
    asks = asked(visit)
    if asks.faults:
        raise HTTPException(422)
    return asks


def _overview(visit: Visit, asks: Asked) -> Overview:
    """The overview of ``asks``; the last ones are kept, since a question names its moment."""
    state, site = visit.request.app.state, visit.site
    with _ONE_AT_A_TIME:
        kept: OrderedDict[Any, Overview] = getattr(state, "overviews", None) or OrderedDict()
        state.overviews = kept
        key = (asks.scope, asks.as_of)
        found = kept.get(key)
        if found is None:
            anchors = known(visit).anchors
            found = overview(site.database, asks.scope, visit.zone, asks.as_of, anchors)
            kept[key] = found
        kept.move_to_end(key)
        while len(kept) > _KEPT:
            kept.popitem(last=False)
        return found


_ONE_AT_A_TIME = threading.Lock()
"""Who asks for the picture of what is just being worked out waits for it."""


def _figures(told: Overview) -> list[Figure]:
    now, before = told.now, told.before
    figures = [
        Figure(
            label=_("Went out"),
            value=wording.posts(told.posts),
            change="",
            before=_("before: %(value)s") % {"value": notation.number(told.posts_before)},
            covers=_("%(deliveries)s on %(channels)s")
            % {
                "deliveries": wording.deliveries(now.posts),
                "channels": wording.channels(len(told.channels.groups)),
            },
            is_up=told.posts >= told.posts_before,
        )
    ]
    for name in ("shown", "reach", "engagement"):
        value, earlier = value_of(now, name), value_of(before, name)
        may = comparable(now, before, name)
        figures.append(
            Figure(
                label=words.heading(name),
                value=notation.number(value),
                change=notation.change(value, earlier) if may else "",
                before=_before(before, name, may=may, now=now),
                covers=_covers(now, name),
                is_up=(value or 0) >= (earlier or 0),
            )
        )
    return figures


def _before(before: Sum, name: str, *, may: bool, now: Sum) -> str:
    value = value_of(before, name)
    if value is None:
        return _("before: not known")
    told = {"value": notation.number(value)}
    if may or value_of(now, name) is None:
        return _("before: %(value)s") % told
    return _("before: %(value)s, known of %(of)s of %(all)s: not to be compared") % {
        **told,
        "of": notation.number(before.of[name]),
        "all": notation.number(before.posts),
    }


def _covers(total: Sum, name: str) -> str:
    if not total.posts:
        return ""
    if not total.of[name]:
        return _("no platform has given it yet")
    if total.of[name] == total.posts:
        return _("known of all deliveries")
    return _("known of %(of)s of %(all)s") % {
        "of": notation.number(total.of[name]),
        "all": wording.deliveries(total.posts),
    }


def _covered(total: Sum, name: str) -> str:
    """How many deliveries a figure of a table covers, where those aren't all."""
    of = total.of[name]
    return f"({notation.number(of)}/{notation.number(total.posts)})" if 0 < of < total.posts else ""


def _choices(
    visit: Visit, asks: Asked, there: tuple[str, ...], titles: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """What each field of the form can be."""
    scope = asks.scope
    every = ("", _("All"))
    with visit.site.database.reading() as session:
        gone_out = deliveries.campaigns(session)
    campaigns = dict.fromkeys(filter(None, (*there, *sorted(gone_out), scope.campaign)))
    channels = dict.fromkeys(filter(None, (*visit.settings.channels, scope.channel)))
    return {
        "span": [(name, _(label)) for name, label in SPANS.items()],
        "metric": [(name, words.label(name)) for name in METRICS],
        "by": [("week", _("Week")), ("month", _("Month"))],
        "campaign": [every, *((name, titles.get(name, name)) for name in campaigns)],
        "channel": [every, *((name, titles.get(name, name)) for name in channels)],
        "audience": [every, *((name, words.audience(name)) for name in AUDIENCES)],
    }


def _file_name(asks: Asked, name: str, form: str) -> str:
    span = asks.scope.span
    return f"{name}-{span.first:%Y%m%d}-{span.last:%Y%m%d}.{form}"
