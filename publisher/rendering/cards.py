"""From a post's card to the words that are drawn, for one channel on one occasion.

Pure, as ``render`` is: days are counted from the occasion's due time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from publisher.campaign.card import Card
from publisher.campaign.model import Campaign, Post, Variant
from publisher.cards.look import Size
from publisher.cards.words import DESIGNS
from publisher.rendering.card_alt import alt_of
from publisher.rendering.errors import RenderError
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.rendering.templates import expand
from publisher.rendering.variables import known_names, values_of
from publisher.settings.office import Office


@dataclass(frozen=True, slots=True)
class CardText:
    """A card as it is to be drawn: its words as its design takes them, in ``language``, and what is
    said of it to people who can't see it. ``field`` is the key under which its post has it."""

    design: str
    words: Mapping[str, Any]
    alt: str
    size: Size
    language: str
    field: str


def card_of(
    campaign: Campaign, post: Post, shape: ChannelShape, occasion: Occasion, office: Office
) -> CardText | None:
    """The card that ``shape``'s channel gets of ``post``; ``None`` where it gets none.

    Raises ``RenderError``, its field that of the text that is wrong.
    """
    field, card = post.card_on(shape.name)
    if card is None or shape.card_size is None:
        return None
    variant = post.front.for_.get(shape.name, Variant())
    language: str = (variant.languages or (campaign.language_of(post),))[0]
    size = Size(card.size) if card.size is not None else shape.card_size
    return written(card, field, size, language, campaign, post, shape, occasion, office)


def written(
    card: Card,
    field: str,
    size: Size,
    language: str,
    campaign: Campaign,
    post: Post,
    shape: ChannelShape,
    occasion: Occasion,
    office: Office,
) -> CardText:
    """``card``, which stands under ``field`` of ``post``, with its words in ``language``.

    Raises ``RenderError``, its field that of the text that is wrong.
    """
    variables = values_of(campaign, post, shape, occasion, office)
    known = known_names(campaign)

    def filled(key: str, source: str) -> str:
        try:
            text = expand(source, variables, known, language)
        except RenderError as error:
            raise error.within(f"{field}.{key}") from None
        return unicodedata.normalize("NFC", text).strip()

    words = _given(card, filled) | _reckoned(card, variables, language)
    words = _completed(card, words, filled, variables)
    alt = filled("alt", card.alt) or alt_of(card.design, words, language)
    return CardText(card.design, words, alt, size, language, field)


def _given(card: Card, filled: Callable[[str, str], str]) -> dict[str, Any]:
    """What the officer wrote, filled in; without what became empty."""
    words: dict[str, Any] = {
        key: filled(key, source) for key, source in card.texts() if "." not in key and key != "alt"
    }
    words["lines"] = [filled(f"lines.{n}", one) for n, one in enumerate(card.lines)]
    words["figures"] = [
        {key: filled(f"figures.{n}.{key}", getattr(one, key)) for key in ("value", "label")}
        for n, one in enumerate(card.figures)
    ]
    for name in ("before", "after"):
        side = getattr(card, name)
        if side is not None:
            words[name] = {
                "label": filled(f"{name}.label", side.label),
                "value": filled(f"{name}.value", side.value),
                "lines": [filled(f"{name}.lines.{n}", it) for n, it in enumerate(side.lines)],
            }
    return {key: value for key, value in words.items() if value}


def _reckoned(card: Card, variables: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The days that are left, as a countdown shows them."""
    if "days_left" not in variables or (card.design in DESIGNS and card.design != "countdown"):
        return {}
    left = variables["days_left"]
    told = _COUNTED[language]
    if not left:
        return {"lead": told.today}
    return {"lead": told.lead, "days": str(left), "unit": told.day if left == 1 else told.days}


def _completed(
    card: Card,
    words: dict[str, Any],
    filled: Callable[[str, str], str],
    variables: Mapping[str, Any],
) -> dict[str, Any]:
    """``words`` with what the campaign says where the officer said nothing."""
    known = DESIGNS.get(card.design)
    title = variables["campaign"]["title"]
    if card.design == "countdown":
        words.setdefault("what", title)
    if known is not None and "date" in known.takes and "anchor" in variables:
        form = "date" if card.design == "countdown" else "long_date"
        words.setdefault("date", filled("date", f"{{{{ anchor | {form} }}}}"))
    if card.topic is None and title not in (words.get("what"), words.get("title")):
        words.setdefault("topic", title)
    return words


@dataclass(frozen=True, slots=True)
class _Counted:
    lead: str
    day: str
    days: str
    today: str


_COUNTED = MappingProxyType(
    {
        "vi": _Counted("Còn", "ngày", "ngày", "Hôm nay"),
        "en": _Counted("In", "day", "days", "Today"),
    }
)
"""In the language of the post, which isn't that of the program."""
