"""Fills in the words of a post's video: of its slides, what is read, and what is said of it all.

Pure, like the rest of a message: the same post, channel and occasion give the same words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from publisher.campaign.model import Campaign, Post, Variant
from publisher.campaign.video import SlideKeys, VideoKeys
from publisher.cards.look import Size
from publisher.rendering.cards import CardText, written
from publisher.rendering.errors import RenderError
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.rendering.templates import expand
from publisher.rendering.variables import known_names, values_of
from publisher.settings.office import Office

_MOST_LETTERS = 2000


@dataclass(frozen=True, slots=True)
class SlideWords:
    """What is read while one slide is seen: ``read`` in the language of the video, ``told`` in the
    others that every slide has; and its card, where it is one."""

    read: str
    told: Mapping[str, str]
    card: CardText | None

    @property
    def is_readable(self) -> bool:
        """Whether there is a word in it."""
        return any(sign.isalnum() for sign in self.read)


@dataclass(frozen=True, slots=True)
class Narration:
    """All words of a video, in ``language``."""

    language: str
    slides: tuple[SlideWords, ...]
    alt: str
    credit: str


def narration_of(
    campaign: Campaign,
    post: Post,
    shape: ChannelShape,
    occasion: Occasion,
    office: Office,
    size: Size,
) -> Narration | None:
    """The words of ``post``'s video on ``shape``'s channel; ``None`` where it has none there.

    ``size`` is that of its cards. They are in the first of the channel's languages that every
    slide has words in, else in the post's. Raises ``RenderError``.
    """
    field, keys = post.video_on(shape.name)
    if keys is None:
        return None
    known, values = known_names(campaign), values_of(campaign, post, shape, occasion, office)
    first: str = campaign.language_of(post)

    def filled(name: str, source: str, language: str) -> str:
        try:
            text = expand(source, values, known, language)
        except RenderError as error:
            raise error.within(f"{field}.{name}") from None
        if len(text) > _MOST_LETTERS:
            raise RenderError("too_long", str(_MOST_LETTERS), 1, f"{field}.{name}")
        return " ".join(unicodedata.normalize("NFC", text).split())

    slides = []
    for number, slide in enumerate(keys.slides):
        own = f"slides.{number}"
        words = {first: filled(f"{own}.read", slide.read, first)}
        for other, told in slide.told.items():
            words.setdefault(other, filled(f"{own}.told.{other}", told, other))
        slides.append(words)
    everywhere = [one for one in slides[0] if all(words.get(one) for words in slides)]
    variant = post.front.for_.get(shape.name, Variant())
    wished = [str(one) for one in variant.languages or ()]
    language = next((one for one in wished if one in everywhere), first)

    def card(number: int, slide: SlideKeys) -> CardText | None:
        if slide.card is None:
            return None
        own = f"{field}.slides.{number}.card"
        return written(slide.card, own, size, language, campaign, post, shape, occasion, office)

    return Narration(
        language,
        tuple(
            SlideWords(
                words[language],
                {other: words[other] for other in everywhere if other != language},
                card(number, slide),
            )
            for number, (slide, words) in enumerate(zip(keys.slides, slides, strict=True))
        ),
        filled("alt", keys.alt, first) or filled("title", post.front.title, first),
        filled("credit", keys.credit, first),
    )


def narration_texts(field: str, keys: VideoKeys | None) -> Iterator[tuple[str, str]]:
    """Every text of a video that is a template, with the key it stands under."""
    if keys is None:
        return
    for number, slide in enumerate(keys.slides):
        own = f"{field}.slides.{number}"
        yield f"{own}.read", slide.read
        for language, told in slide.told.items():
            yield f"{own}.told.{language}", told
        if slide.card is not None:
            yield from ((f"{own}.card.{key}", text) for key, text in slide.card.texts())
    yield f"{field}.alt", keys.alt
    yield f"{field}.credit", keys.credit
