"""How a send that surely wasn't taken is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from publisher.files.durations import Duration
from publisher.files.keys import Keys


class Retry(Keys):
    """How a send that surely wasn't taken is tried again, within its post's grace."""

    first: Duration = Field(timedelta(seconds=30), description="The first wait; then doubling.")
    most: Duration = Field(timedelta(minutes=15), description="The longest wait.")
    breaks_after: Annotated[int, Field(ge=1)] = Field(
        5,
        description=(
            "After so many failures in a row a channel is tried with one post at a time, "
            "ever more rarely, until it answers."
        ),
    )
