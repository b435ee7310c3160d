"""What a post's list of media may name: files, media of the library, pictures of feed entries."""

from __future__ import annotations

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from publisher.files.keys import Keys
from publisher.files.values import Words

ENTRY = "entry:"
"""The key of the picture of a feed's entry."""


class MediaFile(Keys):
    """A picture or video that goes with a post: a file of the campaign's folder, one of the media
    library, or the picture of a feed's entry."""

    file: Words = Field(
        "", description="Where it stands, from the campaign's folder: media/anh.png.", min_length=1
    )
    library: Words = Field(
        "", description="Or its name in the media library (publisher media list).", min_length=1
    )
    entry: bool = Field(
        False, description='Or true: the picture of the entry, in a post with when = "feed".'
    )
    alt: Words = Field(
        "",
        description=(
            "What the picture shows, in words, for people who can't see it. Required of a file; "
            "the library and entries bring their own."
        ),
        min_length=1,
    )
    credit: Words = Field("", description="Who made it; left out, the library's own.")

    @model_validator(mode="after")
    def _one_source(self) -> MediaFile:
        if [bool(self.file), bool(self.library), self.entry].count(True) != 1:
            raise PydanticCustomError("media_one", "either file, library or entry")
        if self.file and not self.alt:
            lacking = InitErrorDetails(type="missing", loc=("alt",), input=self)
            raise ValidationError.from_exception_data("MediaFile", [lacking])
        return self

    @property
    def key(self) -> str:
        """What names it among the media of its post."""
        if self.library:
            return f"library:{self.library}"
        return ENTRY if self.entry else self.file
