"""What must hold of a post's cards beside its campaign and schedule.toml."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.campaign.card import Card
from publisher.campaign.model import CampaignFile, Post
from publisher.campaign.video import VideoKeys
from publisher.cards.own import names
from publisher.files.document import Document
from publisher.files.faults import Fault
from publisher.files.messages import near, quoted
from publisher.files.positions import KeyPath
from publisher.i18n import _
from publisher.settings import Settings


def of_cards(
    post: Post, document: Document, campaign: CampaignFile | None, settings: Settings
) -> Iterator[Fault]:
    """Designs that there are not, and countdowns without a day to count to."""
    for key, card in _cards(post):
        known = names(settings.cards.look(settings.root, settings.office))
        if card.design not in known:
            yield document.fault(
                (*key, "design"),
                "card_design",
                _("There is no design “%(name)s” for a card.") % {"name": quoted(card.design)},
                near(card.design, known),
            )
        elif card.design == "countdown" and campaign is not None and campaign.anchor is None:
            yield document.fault(
                key,
                "card_no_anchor",
                _("A countdown needs the campaign's day, and this campaign has none."),
                _("Give campaign.toml its anchor, or take another design."),
            )


def _cards(post: Post) -> Iterator[tuple[KeyPath, Card]]:
    """Every card of ``post`` with its place, those of its videos too."""
    parts: list[tuple[KeyPath, Card | None]] = [(("card",), post.front.card)]
    parts += [(("for", name, "card"), own.card) for name, own in post.front.for_.items()]
    videos: list[tuple[KeyPath, VideoKeys | None]] = [(("video",), post.front.video)]
    videos += [(("for", name, "video"), own.video) for name, own in post.front.for_.items()]
    for key, video in videos:
        slides = video.slides if video is not None else ()
        parts += [((*key, "slides", n, "card"), one.card) for n, one in enumerate(slides)]
    for place, card in parts:
        if card is not None and not card.is_none:
            yield place, card
