"""The office that publishes."""

from __future__ import annotations

from datetime import time

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from publisher.files.keys import Keys
from publisher.files.values import TimeOfDay, Words


class Office(Keys):
    """The office that publishes."""

    name: Words = Field("UBND tỉnh", description="Its name, as readers and leaders see it.")
    url: str = Field("", description="Its web site.")


class Hours(Keys):
    """The hours in which posts are expected; the check warns of posts outside them."""

    start: TimeOfDay = Field(time(7, 0), description="From.")
    end: TimeOfDay = Field(time(21, 0), description="To.")

    @model_validator(mode="after")
    def _forwards(self) -> Hours:
        if self.end <= self.start:
            raise PydanticCustomError("hours_order", "end before start")
        return self
