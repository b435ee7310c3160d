"""The keys of a campaign's feed: where a standing campaign takes its news from."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import Language, WebAddress, Words
from publisher.settings.office import Hours


def _one_or_several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def _some_time(value: timedelta) -> timedelta:
    if not value:
        raise PydanticCustomError("duration", "no time at all")
    return value


class FeedSource(Keys):
    """Where a standing campaign takes its news from.

    What stands in a feed at the first look is not published, nor what it says is more than seven
    days old. Words are found with their marks, and in a text that is written without any.
    """

    url: Annotated[
        tuple[WebAddress, ...],
        BeforeValidator(
            _one_or_several, json_schema_input_type=WebAddress | tuple[WebAddress, ...]
        ),
    ] = Field(
        description='The feed\'s address (RSS or Atom), or several: ["https://…", "https://…"].',
        min_length=1,
    )
    every: Duration = Field(timedelta(minutes=30), description="How often to look.")
    keywords: tuple[Words, ...] = Field(
        (), description="Only entries with one of these words, whole ones; all when left out."
    )
    without: tuple[Words, ...] = Field(
        (), description="No entries with one of these words, whatever else they have."
    )
    languages: tuple[Language, ...] = Field(
        (), description="Only entries in these languages; in any when left out."
    )
    hours: Hours | None = Field(
        None,
        description="The first and the last time of day for its entries: "
        '{ start = "07:00", end = "20:00" }; schedule.toml\'s [hours] when left out.',
    )
    most_a_day: Annotated[int, Field(ge=1, le=48)] = Field(
        6, description="At most so many entries a day; the rest waits for the next day."
    )
    gap: Duration = Field(
        timedelta(minutes=30), description="The least time between two entries of the campaign."
    )
    promised: Annotated[Duration, AfterValidator(_some_time)] = Field(
        timedelta(hours=24),
        description="How soon after it stands in the feed an entry is to be out; the indicator "
        '"prompt" measures it.',
    )

    @model_validator(mode="after")
    def _each_once(self) -> FeedSource:
        if len(set(self.url)) != len(self.url):
            raise PydanticCustomError("feed_twice", "the same feed twice")
        return self
