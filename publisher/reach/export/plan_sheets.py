"""The plan's indicators and its coverage register as tables for files."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.i18n import _
from publisher.reach.coverage import Covered
from publisher.reach.criteria import Result, as_shown, target_words, verdict_words
from publisher.reach.export.tables import Column, Sheet


def criteria_sheet(results: Sequence[Result]) -> Sheet:
    """An indicator a row."""
    labels = (
        *(_("Indicator"), _("Title"), _("Section of the plan"), _("Value"), _("Unit")),
        *(_("Target"), _("Verdict"), _("What was counted")),
    )
    rows = [
        (
            *(one.id, one.title, one.source, _cell(one), one.unit),
            *(target_words(one), verdict_words(one), one.basis),
        )
        for one in results
    ]
    return Sheet("criteria", [Column(label) for label in labels], rows)


def coverage_sheet(listed: Sequence[Covered]) -> Sheet:
    """A task a row, with what it has had."""
    labels = (
        *(_("Code"), _("Title"), _("Unit in charge"), _("Kind of task"), _("Posts"), _("Last")),
        *(_("Deliveries"), _("Times shown"), _("of so many deliveries")),
        *(_("Reach (a person counts several times)"), _("of so many deliveries")),
    )
    rows = [
        (
            *(one.topic.code, one.topic.title, one.topic.unit, one.topic.kind),
            *(one.posts, one.last, one.sum.posts),
            *(one.sum.figures.shown, one.sum.of["shown"]),
            *(one.sum.figures.reach, one.sum.of["reach"]),
        )
        for one in listed
    ]
    return Sheet("coverage", [Column(label) for label in labels], rows)


def _cell(result: Result) -> str | int | None:
    """The value as an Excel in Viet Nam takes it for a number: with a decimal comma."""
    if result.value is None:
        return None
    value = as_shown(result.value) if result.unit == "%" else round(result.value, 2)
    return int(value) if value.is_integer() else str(value).replace(".", ",")
