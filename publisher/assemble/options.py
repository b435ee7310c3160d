"""What an officer wishes of one platform, held against what its adapter knows."""

from __future__ import annotations

from pydantic import ValidationError

from channels.base import ChannelOptions
from publisher.campaign.model import Post
from publisher.campaign.post_file import take_apart
from publisher.files.faults import Fault
from publisher.files.messages import faults_of


def of_options(post: Post, channel: str, known: type[ChannelOptions]) -> list[Fault]:
    """What is wrong with ``[for.CHANNEL.options]`` of ``post``, each fault at its line."""
    variant = post.front.for_.get(channel)
    if variant is None or not variant.options:
        return []
    given = dict(variant.options)
    try:
        known.model_validate(given)
    except ValidationError as error:
        parts = take_apart(post.path)
        if isinstance(parts, Fault):  # changed since it was read
            return []
        above = ("for", channel, "options")
        return faults_of(error, parts.front, known, given, above, quoting=True)
    return []
