"""When it is read back whom a post reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from publisher.files.durations import Duration
from publisher.files.keys import Keys


class Readings(Keys):
    """When it is read back whom a post reached. ``ages`` are given in order, each once."""

    ages: Annotated[tuple[Duration, ...], Field(min_length=1, max_length=24)] = Field(
        tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 28 * 24)),
        description="At which ages of a post, from a minute to two years.",
    )
    accounts: Duration = Field(
        timedelta(days=1),
        description=(
            "How often an account's followers and reach are read, from every hour to every month."
        ),
    )

    @field_validator("ages")
    @classmethod
    def _in_order(cls, ages: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        # Platforms keep what they counted for two years (Facebook, for one).
        if not all(timedelta(minutes=1) <= age <= timedelta(days=731) for age in ages):
            raise PydanticCustomError("reading_ages", "an age that no post is read at")
        return tuple(sorted(set(ages)))

    @field_validator("accounts")
    @classmethod
    def _bearable(cls, every: timedelta) -> timedelta:
        if not timedelta(hours=1) <= every <= timedelta(days=31):
            raise PydanticCustomError("reading_accounts", "too often, or too rarely")
        return every
