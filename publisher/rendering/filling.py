"""The texts of a post filled in for one occasion, each once for all channels that show it.

A text that names its channel is filled in for each; so few do that five channels cost little more
than one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from channels.base import Dialect, Facet
from publisher.campaign.model import Campaign, Post
from publisher.rendering.dialects import write
from publisher.rendering.markdown import Block, Paragraph, Span, as_words, parse
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.rendering.templates import expand
from publisher.rendering.variables import channel_values, common_values, known_names
from publisher.settings.office import Office

_CHANNEL = "channel"


@dataclass(frozen=True)
class Body:
    """The text of a post in one language or more, one below the other, as blocks."""

    blocks: tuple[Block, ...]

    @cached_property
    def links(self) -> frozenset[str]:
        """The addresses that stand in it."""
        return frozenset(facet.value for facet in self._facets if facet.kind == "link")

    @cached_property
    def tags(self) -> frozenset[str]:
        """The hashtags that stand in it, their case folded."""
        return frozenset(
            facet.value.casefold() for facet in self._facets if facet.kind == "hashtag"
        )

    @cached_property
    def _facets(self) -> tuple[Facet, ...]:
        return write(self.blocks, Dialect.FACETS).facets


class Filling:
    """``post`` of ``campaign`` on ``occasion``, for whatever channel asks."""

    def __init__(self, campaign: Campaign, post: Post, occasion: Occasion, office: Office) -> None:
        self.campaign = campaign
        self.post = post
        self.occasion = occasion
        self._known = known_names(campaign)
        self._words = common_values(campaign, post, occasion, office)
        self._markdown = dict(self._words)
        if "entry" in self._words:
            # What comes from a feed is words, not Markdown.
            entry = self._words["entry"]
            words = {part: as_words(entry[part]) for part in ("title", "summary")}
            self._markdown["entry"] = entry | words
        self._texts: dict[tuple[str, str, bool], str] = {}
        self._bodies: dict[tuple[str, ...], Body] = {}

    def text(self, source: str, language: str, shape: ChannelShape, *, is_markdown: bool) -> str:
        """``source`` as it reads on ``shape``'s channel. Raises ``RenderError``."""
        variables: Mapping[str, Any] = self._markdown if is_markdown else self._words
        # No name can be used that isn't written out: who reads of no channel says the same on all.
        if _CHANNEL in source:
            return self._filled(source, {**variables, **channel_values(shape)}, language)
        key = (source, language, is_markdown)
        if key not in self._texts:
            self._texts[key] = self._filled(source, variables, language)
        return self._texts[key]

    def body(self, texts: tuple[str, ...]) -> Body:
        """``texts`` in Markdown, one below the other."""
        if texts not in self._bodies:
            found: list[Block] = []
            for text in texts:
                if found:
                    found.append(_RULE)
                found.extend(parse(text))
            self._bodies[texts] = Body(tuple(found))
        return self._bodies[texts]

    def _filled(self, source: str, variables: Mapping[str, Any], language: str) -> str:
        return unicodedata.normalize("NFC", expand(source, variables, self._known, language))


_RULE = Paragraph((Span("———"),))
