"""The keys of assistant: the service that proposes variants of texts, where the office has one."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from channels.base import Address, SecretRef
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import Words

_LONGEST = timedelta(minutes=10)


def _bounded(value: timedelta) -> timedelta:
    if not timedelta() < value <= _LONGEST:
        raise PydanticCustomError("assistant_timeout", "no time, or too much of it")
    return value


class Assistant(Keys):
    """A service that proposes variants of texts by the OpenAI API ("chat completions"), in the
    house or outside. Without this table nothing is ever asked of one."""

    endpoint: Address = Field(
        description=(
            "Its address up to /chat/completions, https://… or this machine: "
            '"http://127.0.0.1:11434/v1". What it is sent: docs/assistant.md.'
        )
    )
    model: Words = Field(
        description="Which of its models is asked; the record names it.",
        min_length=1,
        max_length=100,
    )
    key: SecretRef | None = Field(
        None, description="Where its key stands; none when left out, as in the house."
    )
    timeout: Annotated[Duration, AfterValidator(_bounded)] = Field(
        timedelta(seconds=60), description="How long one answer may take, at most ten minutes."
    )
    most_characters: Annotated[int, Field(ge=100, le=20_000)] = Field(
        4000, description="No longer text is sent to it, nor taken from it."
    )
