"""Blackouts: days known beforehand on which nothing goes out."""

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from publisher.files.keys import Keys
from publisher.files.values import Day, Words


class Blackout(Keys):
    """Days known beforehand on which nothing goes out."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Day = Field(alias="from", description="First day.")
    to: Day = Field(description="Last day.")
    reason: Words = Field(description="Why, for colleagues.", min_length=1)
    channels: tuple[str, ...] = Field((), description="Only these channels; all when left out.")
    campaigns: tuple[str, ...] = Field((), description="Only these campaigns; all when left out.")

    @model_validator(mode="after")
    def _forwards(self) -> Blackout:
        if self.to < self.from_:
            raise PydanticCustomError("blackout_order", "to before from")
        return self
