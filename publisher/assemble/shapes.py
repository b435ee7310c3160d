"""The channels of schedule.toml as the renderer must know them.

They are opened without their secrets.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from channels.base import Channel, ChannelOptions
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
            self._made[name] = ChannelShape(
                name=name,
                title=config.title or name,
                dialect=adapter.dialect_for(config),
                limits=adapter.limits_learned(config, workdir_of(self._settings, name)),
                writes_hashtags=adapter.writes_hashtags_for(config),
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
