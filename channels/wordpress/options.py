"""What an officer may wish of one post on a WordPress portal."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from channels.base import N_, ChannelOptions

Status = Literal["publish", "draft", "private"]


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _as_text(given: object) -> object:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return str(given) if is_number else given


Names = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    BeforeValidator(_as_list, json_schema_input_type=str | list[str]),
]


class WordPressOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on a portal."""

    page: (
        Annotated[
            str,
            BeforeValidator(_as_text, json_schema_input_type=int | str),
            Field(pattern=r"^[^\s]+$"),
        ]
        | None
    ) = Field(
        None,
        description="The number or slug of a page (with those of the pages above it, where others "
        "have the same) whose content is replaced, instead of making a post.",
    )
    categories: Names = Field([], description="Its categories, by their names.")
    tags: Names = Field([], description="Its tags, by their names.")
    status: Status | None = Field(
        None, description="How it is kept; as in schedule.toml when left out."
    )
    sticky: bool = Field(False, description="Whether it stays on top.")

    @model_validator(mode="after")
    def _page_stands_alone(self) -> Self:
        if self.page is not None and self.model_fields_set - {"page"}:
            raise ValueError(N_("a page whose content is replaced takes no other option"))
        return self
