"""What a post's short video is made of: slides and the words that are read aloud."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from publisher.campaign.card import CardKey
from publisher.files.keys import Keys
from publisher.files.values import Language, Words

VIDEO = "video:"
SUBTITLES = "video:subtitles"
"""The keys of a post's video and of its subtitles among its media."""


class SlideKeys(Keys):
    """A slide: a picture, and what is read aloud while it is seen."""

    card: CardKey | None = Field(
        None, description='A card that is drawn: { design = "quote", text = "…" } (docs/cards.md).'
    )
    file: Words = Field(
        "", description="Or a picture of the campaign's folder: media/anh.png.", min_length=1
    )
    read: Words = Field(
        description="What is read aloud; it stands beneath the picture, a sentence at a time.",
        min_length=1,
        max_length=1000,
    )
    told: dict[Language, Words] = Field(
        default_factory=dict,
        description='The same in other languages, for their subtitles: { en = "…" }.',
    )

    @model_validator(mode="after")
    def _one_picture(self) -> SlideKeys:
        if (self.card is not None and not self.card.is_none) == bool(self.file):
            raise PydanticCustomError("slide_one", "either card or file")
        return self


def _some(slides: tuple[SlideKeys, ...]) -> tuple[SlideKeys, ...]:
    # Not by min_length: pydantic would call a list empty whose one slide is wrong.
    if not slides:
        raise PydanticCustomError("too_short", "no slide")
    return slides


class VideoKeys(Keys):
    """A short video: slides, captions and, where one is recorded, a voice.

    It stands in place of the post's pictures on channels that take a video; the first picture is
    its cover where there are such. The others show the pictures.
    """

    slides: Annotated[tuple[SlideKeys, ...], AfterValidator(_some)] = Field(
        description="The slides, in their order."
    )
    shape: Literal["tall", "wide"] | None = Field(
        None,
        description='"tall" (9:16, for telephones) or "wide" (16:9); left out, what suits the '
        "channel.",
    )
    voice: Words = Field(
        "",
        description="A recording of all that is read, one slide after another, from the "
        "campaign's folder: media/loi-doc.mp3. Without one the video is silent.",
        min_length=1,
    )
    a_minute: Annotated[float, Field(ge=80, le=300)] = Field(
        160, description="How many syllables are read a minute, where there is no recording."
    )
    alt: Words = Field(
        "",
        description="What the video shows, for people who can't see it; the post's title when "
        "left out.",
        min_length=1,
    )
    credit: Words = Field("", description="Who made it.")

    @property
    def is_none(self) -> bool:
        """Whether it says that there is no video."""
        return self is NO_VIDEO


NO_VIDEO = VideoKeys.model_construct(slides=())
"""What ``video = false`` says: none on this channel."""


def _video(value: Any) -> Any:
    return NO_VIDEO if value is False else value


VideoKey = Annotated[
    VideoKeys, BeforeValidator(_video, json_schema_input_type=Literal[False] | VideoKeys)
]
"""A table, or false for none."""
