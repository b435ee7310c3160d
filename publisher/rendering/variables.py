"""The variables that a campaign's texts may use, with their values on an occasion."""

from __future__ import annotations

from typing import Any

from publisher.campaign.model import Campaign, Post
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.rendering.syntax import Known
from publisher.settings.office import Office


def known_names(campaign: Campaign) -> Known:
    """The variables that the campaign's texts may use."""
    known: dict[str, frozenset[str] | None] = {
        "campaign": frozenset({"title", "summary", "owner", "slug", "hashtags"}),
        "post": frozenset({"id", "title"}),
        "channel": frozenset({"name", "title"}),
        "office": frozenset({"name", "url"}),
        "vars": frozenset(campaign.file.vars),
        "edition": None,
        "due": frozenset({"year", "month", "day", "hour", "minute"}),
    }
    if campaign.file.anchor is not None:
        known |= {
            "anchor": frozenset({"year", "month", "day"}),
            "days_left": None,
            "days_since": None,
        }
    if campaign.file.feed is not None:
        known["entry"] = frozenset({"title", "summary", "link", "published"})
    return known


def values_of(
    campaign: Campaign, post: Post, shape: ChannelShape, occasion: Occasion, office: Office
) -> dict[str, Any]:
    """Their values, of which texts are made; ``known_names`` names them all."""
    return common_values(campaign, post, occasion, office) | channel_values(shape)


def channel_values(shape: ChannelShape) -> dict[str, Any]:
    """What is another on each channel."""
    return {"channel": {"name": shape.name, "title": shape.title}}


def common_values(
    campaign: Campaign, post: Post, occasion: Occasion, office: Office
) -> dict[str, Any]:
    """What is the same on all channels."""
    file = campaign.file
    values: dict[str, Any] = {
        "campaign": {
            "title": file.title,
            "summary": file.summary,
            "owner": file.owner,
            "slug": campaign.slug,
            "hashtags": file.hashtags,
        },
        "post": {"id": post.id, "title": post.front.title},
        "office": {"name": office.name, "url": office.url},
        "vars": dict(file.vars),
        "edition": occasion.edition,
        "due": occasion.due,
    }
    if occasion.anchor is not None:
        left = (occasion.anchor - occasion.due.date()).days
        values |= {
            "anchor": occasion.anchor,
            "days_left": max(left, 0),
            "days_since": max(-left, 0),
        }
    if occasion.entry is not None:
        entry = occasion.entry
        values["entry"] = {
            "title": entry.title,
            "summary": entry.summary,
            "link": entry.link,
            "published": (entry.published or occasion.due).astimezone(occasion.due.tzinfo),
        }
    return values
