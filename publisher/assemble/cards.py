"""The cards of posts: drawn for a slot, kept, and measured like any other picture.

What can't be drawn is told at its line.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from channels.base import Limits, Media
from publisher.assemble.cards_told import of_card_error, of_disk, of_past
from publisher.assemble.told import of_render_error
from publisher.campaign.model import Campaign, Post
from publisher.cards.errors import CardError
from publisher.cards.kept import kept
from publisher.cards.look import Size
from publisher.files.faults import Fault
from publisher.media.library import measure
from publisher.rendering.cards import CardText, card_of
from publisher.rendering.errors import RenderError
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings


class Cards:
    """Draws the cards of one office."""

    def __init__(self, settings: Settings) -> None:
        self._office = settings.office
        self._look = settings.cards.look(settings.root, settings.office)
        self._folder = settings.var_folder / "cards"
        self._seen: dict[str, Path | CardError] = {}

    def of_slot(
        self, campaign: Campaign, post: Post, shape: ChannelShape, occasion: Occasion
    ) -> tuple[Media | None, list[Fault]]:
        """The card of ``post`` for one slot, ``None`` where it has none; and what is wrong."""
        try:
            text = card_of(campaign, post, shape, occasion, self._office)
        except RenderError as error:
            return None, [of_render_error(post, error)]
        if text is None:
            return None, []
        anchor = occasion.anchor
        if text.design == "countdown" and anchor is not None and occasion.due.date() > anchor:
            return None, [of_past(post, text.field)]
        path, fault = self.drawn(post, text, text.size)
        if path is None:
            return None, [fault] if fault is not None else []
        return replace(measure(path, ""), alt=within(text.alt, shape.limits)), []

    def drawn(self, post: Post, text: CardText, size: Size) -> tuple[Path | None, Fault | None]:
        """The PNG of a card of ``post`` in ``size``, or what keeps it from being drawn."""
        try:
            return self._once(text, size), None
        except CardError as error:
            return None, of_card_error(post, text.field, error, self._look)
        except OSError as error:
            return None, of_disk(post, text.field, error)

    def _once(self, text: CardText, size: Size) -> Path:
        """What can't be drawn isn't tried again for every channel and edition."""
        told = json.dumps([text.design, text.words, size, text.language], sort_keys=True)
        if told not in self._seen:
            try:
                self._seen[told] = kept(
                    text.design, text.words, self._look, size, text.language, self._folder
                )
            except CardError as error:
                self._seen[told] = error
        seen = self._seen[told]
        if isinstance(seen, CardError):
            raise seen
        return seen


def within(alt: str, limits: Limits) -> str:
    """``alt`` as long as a channel takes it; what is composed must not keep a post back."""
    if limits.alt_max is None or len(alt) <= limits.alt_max:
        return alt
    return alt[: limits.alt_max - 1].rsplit(" ", 1)[0] + "…"
