"""The keys of a card: a picture that is drawn from a design and the words of a post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from publisher.cards.words import DESIGNS, FIGURES_MOST, LINES_MOST, Design
from publisher.files.keys import Keys
from publisher.files.values import Words

CARD = "card:"
"""The key of a post's card among its media."""


class CardFigure(Keys):
    """A number of a card."""

    value: Words = Field(description='The number as it is to be read: "100%".', min_length=1)
    label: Words = Field(description="What it counts.", min_length=1)


class CardSide(Keys):
    """One half of a before-and-after card."""

    label: Words = Field(description='What it is called: "Trước đây".', min_length=1)
    value: Words = Field("", description='Its number: "5 ngày".')
    lines: tuple[Words, ...] = Field(
        (), description="Or what it was like, line by line.", max_length=LINES_MOST
    )


class Card(Keys):
    """A picture drawn from a design; card = "countdown" is short for one without words of its own.

    Its words may have variables, as any text of a post. docs/cards.md shows the designs, with the
    words that each takes.
    """

    design: Words = Field(
        description='"countdown", "quote", "figures", "event", "before-after", or one of the '
        "office's own.",
        min_length=1,
    )
    size: Literal["square", "portrait", "wide", "tall"] | None = Field(
        None, description="Its shape (1:1, 4:5, 16:9, 9:16); what suits each channel when left out."
    )
    alt: Words = Field(
        "", description="What it shows, for people who can't see it; its words when left out."
    )
    topic: Words | None = Field(
        None, description="The small line at its foot; the campaign's title when left out."
    )
    title: Words = Field("", description="Its heading: figures, event, before-after.")
    what: Words = Field("", description="countdown: to what; the campaign's title when left out.")
    date: Words = Field("", description="countdown, event: the day; the campaign's when left out.")
    line: Words = Field("", description="countdown: one more sentence.")
    text: Words = Field("", description="quote: what was said.")
    who: Words = Field("", description="quote: who said it.")
    role: Words = Field("", description="quote: their post.")
    figures: tuple[CardFigure, ...] = Field(
        (), description="figures: one to four numbers.", max_length=FIGURES_MOST
    )
    source: Words = Field("", description="figures, before-after: where the numbers come from.")
    time: Words = Field("", description='event: the time: "08:30 – 17:00".')
    place: Words = Field("", description="event: where.")
    lines: tuple[Words, ...] = Field(
        (),
        description='event: its programme, line by line: ["08:30 Khai mạc"].',
        max_length=LINES_MOST,
    )
    before: CardSide | None = Field(None, description="before-after: how it was.")
    after: CardSide | None = Field(None, description="before-after: how it is.")

    @model_validator(mode="after")
    def _whole(self) -> Card:
        known = DESIGNS.get(self.design)
        if known is None:  # the office's own, of which schedule.toml knows
            return self
        place = PydanticCustomError("card_stray", "no place", {"lacks": ", ".join(known.takes)})
        stray: list[InitErrorDetails] = [
            {"type": place, "loc": (key,), "input": getattr(self, key)}
            for key in sorted(self.model_fields_set - {"design", "size", "alt"})
            if key not in known.takes
        ]
        if stray:
            raise ValidationError.from_exception_data("Card", stray)
        lacking = next(self._lacking(known), None)
        if lacking is not None:
            raise PydanticCustomError("card_lacks", "incomplete", {"lacks": lacking})
        return self

    def _lacking(self, known: Design) -> Iterator[str]:
        yield from (key for key in known.needed if not getattr(self, key))
        for name in ("before", "after"):
            side: CardSide | None = getattr(self, name)
            if side is not None and not (side.value or side.lines):
                yield f"{name}.lines"

    @property
    def is_none(self) -> bool:
        """Whether it says that there is no card."""
        return not self.design

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each of its texts that is a template, by its key in dots: ``figures.0.label``."""
        for name in ("alt", *_WORDS):
            yield from _texts(name, getattr(self, name))


_WORDS = tuple(name for name in Card.model_fields if name not in ("design", "size", "alt"))

NO_CARD = Card.model_construct(design="")
"""What ``card = false`` says: none on this channel."""


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(f"{key}.{name}", getattr(value, name))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _texts(f"{key}.{number}", one)


def _card(value: Any) -> Any:
    if value is False:
        return NO_CARD
    return {"design": value} if isinstance(value, str) else value


CardKey = Annotated[
    Card, BeforeValidator(_card, json_schema_input_type=Literal[False] | Words | Card)
]
"""A table, the name of a design alone, or false for none."""
