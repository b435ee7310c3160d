"""Every text of a post that is a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.campaign.card import Card
from publisher.campaign.media_file import MediaFile
from publisher.campaign.model import Campaign, Post
from publisher.rendering.errors import RenderError
from publisher.rendering.narration import narration_texts
from publisher.rendering.syntax import mistakes
from publisher.rendering.variables import known_names


def texts_of(post: Post) -> Iterator[tuple[str, str]]:
    """Every text of ``post`` that is a template, with the key it stands under."""
    front = post.front
    yield "body", post.body
    yield from (("title", front.title), ("summary", front.summary), ("link", front.link))
    for language, translation in front.translation.items():
        for name in ("text", "title", "summary"):
            yield f"translation.{language}.{name}", getattr(translation, name)
    yield from _card_texts("card", front.card)
    yield from _media_texts("media", front.media)
    yield from narration_texts("video", front.video)
    for channel, variant in front.for_.items():
        for name in ("text", "title", "summary", "link"):
            yield f"for.{channel}.{name}", getattr(variant, name) or ""
        yield from _card_texts(f"for.{channel}.card", variant.card)
        yield from _media_texts(f"for.{channel}.media", variant.media or ())
        yield from narration_texts(f"for.{channel}.video", variant.video)


def unknowns(campaign: Campaign, post: Post) -> list[RenderError]:
    """Everything wrong in any of the post's templates, in branches not taken as well."""
    known = known_names(campaign)
    return [
        error.within(field) for field, source in texts_of(post) for error in mistakes(source, known)
    ]


def _card_texts(field: str, card: Card | None) -> Iterator[tuple[str, str]]:
    if card is not None:
        yield from ((f"{field}.{key}", source) for key, source in card.texts())


def _media_texts(field: str, media: Sequence[MediaFile]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(media):
        yield f"{field}.{number}.alt", one.alt
        yield f"{field}.{number}.credit", one.credit
