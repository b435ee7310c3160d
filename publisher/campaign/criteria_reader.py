"""From campaigns/criteria.toml to its data, every fault with its line.

Used by the check, which also holds the names in the file against what there is, and by the reports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from publisher.campaign.criteria import MEASURES, CriteriaFile, Indicator, TopicsCovered
from publisher.campaign.register import Register, Topic, mark
from publisher.files.document import Document, read_document
from publisher.files.faults import Fault, Severity, any_error
from publisher.files.messages import either, faults_of, near, nearest, quoted
from publisher.files.positions import KeyPath
from publisher.i18n import _
from publisher.settings import Settings

CRITERIA_FILE = "criteria.toml"
_FEW = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What the file may name: campaigns and channels; the register, where there is one."""

    campaigns: Collection[str]
    feeds: Collection[str]
    channels: Collection[str]
    register: Register | None = None


def read_criteria(
    settings: Settings, known: Known | None = None
) -> tuple[CriteriaFile | None, list[Fault]]:
    """The office's criteria, ``None`` where there are none or the file is at fault; its faults.

    What it names is held against ``known``: the check has it, a report needn't.
    """
    path = settings.campaigns_folder / CRITERIA_FILE
    if not path.exists():
        return None, []
    document = read_document(path)
    if isinstance(document, Fault):
        return None, [document]
    try:
        file = CriteriaFile.model_validate(document.data)
    except ValidationError as error:
        return None, faults_of(error, document, CriteriaFile, document.data, quoting=True)
    faults = list(_rules(file, document))
    if known is not None:
        faults += _names(file, document, known)
    return (None if any_error(faults) else file), faults


def _rules(file: CriteriaFile, document: Document) -> Iterator[Fault]:
    """What must hold between keys."""
    for name, one in file.indicator.items():
        here = ("indicator", name)
        unit = MEASURES[one.measure]
        if one.unit and one.measure != "by_hand" and one.unit != unit:
            yield document.fault(
                (*here, "unit"),
                "unit",
                _("This measure has a unit of its own, so “unit” changes nothing."),
                _("Take the line out."),
                Severity.WARNING,
            )
        if one.reach_of_population is not None and file.population is None:
            yield document.fault(
                (*here, "reach_of_population"),
                "no_population",
                _("This measure needs to know how many people live in the area."),
                _('Add: [population], and below it people = 1000000 and source = "…"'),
            )
        target = one.at_least if one.at_least is not None else one.at_most
        if target is not None and target > 100 and unit == "%":
            yield document.fault(
                (*here, "at_least" if one.at_least is not None else "at_most"),
                "percent",
                _("This measure is a share in percent: it never comes to more than 100."),
                _("Write a target from 0 to 100."),
            )
        yield from _values(one, here, document)


def _values(one: Indicator, here: KeyPath, document: Document) -> Iterator[Fault]:
    values = one.by_hand.values if one.by_hand is not None else ()
    days = [value.on for value in values]
    for place, day in enumerate(days):
        if day in days[:place]:
            yield document.fault(
                (*here, "by_hand", "values", place),
                "value_twice",
                _("There is another value of this day."),
                _("Keep one of the two."),
            )


def _names(file: CriteriaFile, document: Document, known: Known) -> Iterator[Fault]:
    """Campaigns, channels and kinds that don't exist: they would count nothing, in silence."""
    for name, one in file.indicator.items():
        here = ("indicator", name, one.measure)
        measure = getattr(one, one.measure)
        feeds = one.prompt is not None
        for place, slug in enumerate(getattr(measure, "campaigns", ())):
            if slug not in (known.feeds if feeds else known.campaigns):
                yield _unknown_campaign(slug, (*here, "campaigns", place), document, known, feeds)
        for place, channel in enumerate(getattr(measure, "channels", ())):
            if channel not in known.channels:
                yield document.fault(
                    (*here, "channels", place),
                    "unknown_channel",
                    _("There is no channel “%(name)s” in schedule.toml.")
                    % {"name": quoted(channel)},
                    near(channel, known.channels),
                )
        if one.coverage is not None:
            yield from _of_register(one.coverage, here, document, known.register)


def _unknown_campaign(
    slug: str, key: KeyPath, document: Document, known: Known, feeds: bool
) -> Fault:
    if feeds and slug in known.campaigns:
        return document.fault(
            key,
            "no_feed",
            _("The campaign “%(name)s” has no feed.") % {"name": slug},
            either(known.feeds),
        )
    return document.fault(
        key,
        "unknown_campaign",
        _("There is no campaign “%(name)s”.") % {"name": quoted(slug)},
        near(slug, known.feeds if feeds else known.campaigns),
    )


def _of_register(
    measure: TopicsCovered, here: KeyPath, document: Document, register: Register | None
) -> Iterator[Fault]:
    if register is None:
        yield document.fault(
            here,
            "no_register",
            _("There is no coverage register that can be read, so nothing can be counted."),
            _("Put it at campaigns/coverage.csv or coverage.xlsx, or see what the check says."),
            Severity.WARNING,
        )
        return
    for key in ("kinds", "units"):
        there = list(dict.fromkeys(filter(None, (_cell(key, one) for one in register.topics))))
        marks = {mark(word) for word in there}
        for place, word in enumerate(getattr(measure, key)):
            if mark(word) not in marks:
                shown = there if nearest(word, there) or len(there) <= _FEW else there[:_FEW]
                yield document.fault(
                    (*here, key, place),
                    "unknown_in_register",
                    _("The coverage register has no task with “%(word)s” in this column.")
                    % {"word": quoted(word)},
                    near(word, shown),
                    Severity.WARNING,
                )


def _cell(key: str, topic: Topic) -> str:
    return topic.kind if key == "kinds" else topic.unit
