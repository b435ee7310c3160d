"""The keys of campaigns/criteria.toml: the plan's indicators with their targets.

An indicator names one of the measures below; what each counts stands in docs/criteria.md and is
computed in ``publisher.reach.measures``. The descriptions here are the reference that officers read
(docs/reference/criteria.md is made of them). ``criteria_reader`` reads the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from channels.base import Kind
from publisher.campaign.model import Audience
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import Day, IndicatorName, Words
from publisher.settings.reports import ReportKind

SumOf = Literal["shown", "reach", "engagement", "link_clicks"]
Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Prompt(Keys):
    """How many of the feed's items were published within so many hours, in percent."""

    hours: Annotated[int, Field(ge=1, le=720)] | None = Field(
        None,
        description="Within so many hours after the portal published the item; left out: within "
        "the time that each campaign promises (promised, under [feed]).",
    )
    campaigns: tuple[str, ...] = Field(
        (), description="Only the feeds of these campaigns; all when left out."
    )
    channels: tuple[str, ...] = Field(
        (), description="Published on one of these channels; on any when left out."
    )


class ReachOfPopulation(Keys):
    """How many of the population were surely reached, in percent: the people reached on that one
    channel that reached most, for people on several channels can't be told apart."""

    channels: tuple[str, ...] = Field((), description="Only these channels; all when left out.")


class TopicsCovered(Keys):
    """How many of the coverage register's tasks have had posts, in percent; secret ones don't
    count."""

    kinds: tuple[Words, ...] = Field(
        (), description="Only tasks with one of these in the column “Loại”; all when left out."
    )
    units: tuple[Words, ...] = Field(
        (), description="Only tasks with one of these in the column “Đơn vị”; all when left out."
    )
    least: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="How many posts a task must have had to count as covered."
    )
    ever: bool = Field(
        True,
        description=(
            "Whether posts from before the reported days count too; false: only those published "
            "in them."
        ),
    )


class _Filtered(Keys):
    audiences: tuple[Audience, ...] = Field(
        (), description="Only posts for one of these audiences; all when left out."
    )
    campaigns: tuple[str, ...] = Field((), description="Only these campaigns; all when left out.")
    channels: tuple[str, ...] = Field((), description="Only these channels; all when left out.")
    kinds: tuple[Kind, ...] = Field(
        (), description="Only posts of these sorts, by their richest part; all when left out."
    )


class Posts(_Filtered):
    """How many posts went out."""

    count: Literal["posts", "deliveries"] = Field(
        "posts",
        description=(
            '"posts": a post counts once, on however many channels it went out; "deliveries": '
            "once for each channel."
        ),
    )


class Total(_Filtered):
    """What the platforms counted, added up over the posts published in the reported days."""

    of: SumOf = Field(
        description=(
            '"shown" (times shown), "engagement" (reactions, comments, shares, clicks, saves), '
            '"link_clicks" (our own short links), or "reach", which counts a person again on '
            "every channel and for every post."
        )
    )


class Rate(_Filtered):
    """Engagement for a hundred times shown, over the posts of which both are told."""


class OnTime(Keys):
    """How many of what fell due went out within so many minutes, in percent; what somebody
    cancelled doesn't count."""

    minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        description="Within so many minutes after the planned time."
    )
    campaigns: tuple[str, ...] = Field((), description="Only these campaigns; all when left out.")
    channels: tuple[str, ...] = Field((), description="Only these channels; all when left out.")


class Value(Keys):
    """A value that people found out, as of a day."""

    on: Day = Field(description='As of which day: "2026-06-30".')
    value: Number = Field(description="The value.")
    note: Words = Field("", description="Where it comes from; it stands in reports.")


class ByHand(Keys):
    """A value that no program can count, entered by hand: the newest holds that is not later than
    the last reported day."""

    values: tuple[Value, ...] = Field(
        (),
        description=(
            'The values, in any order: [{ on = "2026-06-30", value = 45, note = "…" }, …]. New '
            "ones are added, old ones stay, for the trend."
        ),
    )
    fresh_for: Duration = Field(
        timedelta(days=366), description="A value older than this is shown as an old one."
    )


MEASURES: Mapping[str, str] = {
    "prompt": "%",
    "reach_of_population": "%",
    "coverage": "%",
    "posts": "",
    "sum": "",
    "rate": "%",
    "on_time": "%",
    "by_hand": "",
}
"""Every measure, and the unit of those that have but one."""


class Indicator(Keys):
    """An indicator of the plan: exactly one measure, and the target it is held against."""

    title: Words = Field(description="What it is, as leaders read it.", min_length=1)
    source: Words = Field("", description='Where the plan asks for it: "II.2.b".')
    unit: Words = Field(
        "", description='The unit of "by_hand"; measures that count have their own.', max_length=40
    )
    at_least: Number | None = Field(None, description="The target, where more is better.")
    at_most: Number | None = Field(None, description="The target, where less is better.")
    period: ReportKind | None = Field(
        None,
        description=(
            "The reports in which it is held against its target; the others only show it. In all "
            "when left out."
        ),
    )
    prompt: Prompt | None = Field(None, description="Measure: feed items published promptly.")
    reach_of_population: ReachOfPopulation | None = Field(
        None, description="Measure: reach against population; {} when there is no choice to make."
    )
    coverage: TopicsCovered | None = Field(
        None, description="Measure: tasks of the register that have had posts; {} for all of them."
    )
    posts: Posts | None = Field(None, description="Measure: posts that went out.")
    sum: Total | None = Field(None, description="Measure: figures added up.")
    rate: Rate | None = Field(None, description="Measure: engagement for a hundred times shown.")
    on_time: OnTime | None = Field(None, description="Measure: deliveries sent on time.")
    by_hand: ByHand | None = Field(None, description="Measure: values entered by hand.")

    @model_validator(mode="after")
    def _one_measure(self) -> Indicator:
        if sum(getattr(self, name) is not None for name in MEASURES) != 1:
            raise PydanticCustomError("one_measure", "no measure, or several")
        if self.at_least is not None and self.at_most is not None:
            raise PydanticCustomError("one_target", "two targets")
        return self

    @property
    def measure(self) -> str:
        """The name of its measure."""
        return next(name for name in MEASURES if getattr(self, name) is not None)


class Population(Keys):
    """How many people live in the area, for "reach_of_population"."""

    people: Annotated[int, Field(ge=1, le=10**10)] = Field(description="How many.")
    source: Words = Field("", description="Whose figure it is; it stands in reports.")
    on: Day | None = Field(None, description="As of which day.")


class CriteriaFile(Keys):
    """The keys of criteria.toml."""

    population: Population | None = Field(
        None, description='How many people live in the area; "reach_of_population" needs it.'
    )
    indicator: dict[IndicatorName, Indicator] = Field(
        default_factory=dict, description="Every indicator, by a name of the office's own."
    )
