"""What an officer may wish of a post on a WordPress portal, out of ``Message.options``.

Used by ``channels.wordpress``, which refuses what isn't here rather than leaving it out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from channels.base import InvalidContentError, Message

Status = Literal["publish", "draft", "private"]


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _as_text(given: object) -> object:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return str(given) if is_number else given


Names = Annotated[list[Annotated[str, Field(min_length=1)]], BeforeValidator(_as_list)]


class Wishes(BaseModel):
    """``page`` is a page's number or slug (with those of the pages above it, where others have the
    same): its content is replaced, and no post is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[^\s]+$")] | None = None
    categories: Names = []
    tags: Names = []
    status: Status | None = None
    sticky: StrictBool = False

    @classmethod
    def of(cls, message: Message) -> Wishes:
        """Raises ``InvalidContentError`` where an option isn't one, or isn't one of a page."""
        try:
            wishes = cls.model_validate(dict(message.options))
        except ValidationError as fault:
            first = fault.errors(include_url=False, include_input=False)[0]
            what = ".".join(str(part) for part in first["loc"])
            refused = f"option {what}: {first['msg']}"
        else:
            others = sorted(wishes.model_fields_set - {"page"})
            if wishes.page is None or not others:
                return wishes
            refused = f"option page: it doesn't go with {', '.join(others)}"
        raise InvalidContentError(f"WordPress: {refused}")
