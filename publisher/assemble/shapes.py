"""The channels of schedule.toml as the renderer must know them.

They are opened without their secrets.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from channels.base import Channel, ChannelOptions, Limits, VideoShape
from publisher.cards.look import Size
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings
from publisher.switchboard import kind_of, workdir_of


class Shapes:
    """A shape for each channel, made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kinds: dict[str, tuple[type[Channel[Any]], Any]] = {}
        self._made: dict[str, ChannelShape] = {}

    def is_enabled(self, name: str) -> bool:
        """Whether anything goes out on ``name`` at present."""
        return bool(self._settings.channels[name].get("enabled", True))

    def of(self, name: str) -> ChannelShape:
        """The shape of ``name``; ``KeyError`` where schedule.toml has no such channel."""
        if name not in self._made:
            adapter, config = self._kind_of(name)
            limits = adapter.limits_learned(config, workdir_of(self._settings, name))
            self._made[name] = ChannelShape(
                name=name,
                title=config.title or name,
                dialect=adapter.dialect_for(config),
                limits=limits,
                writes_hashtags=adapter.writes_hashtags_for(config),
                card_size=_card_size(adapter, config, limits),
                video_shape=_video_shape(adapter, config, limits),
                as_read=partial(adapter.as_read, config),
            )
        return self._made[name]

    def options_of(self, name: str) -> type[ChannelOptions]:
        """What an officer may wish of one post on ``name``."""
        adapter, config = self._kind_of(name)
        return adapter.options_for(config)

    def _kind_of(self, name: str) -> tuple[type[Channel[Any]], Any]:
        if name not in self._kinds:
            self._kinds[name] = kind_of(self._settings, name)
        return self._kinds[name]


def _card_size(adapter: type[Channel[Any]], config: Any, limits: Limits) -> Size | None:
    wished = adapter.card_size_for(config)
    return Size(wished) if wished is not None and limits.images_max else None


def _video_shape(adapter: type[Channel[Any]], config: Any, limits: Limits) -> VideoShape | None:
    is_taken = limits.videos_max and "video/mp4" in limits.video_formats
    return adapter.video_shape_for(config) if is_taken else None
