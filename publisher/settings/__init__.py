"""schedule.toml as data."""

from publisher.settings.schedule import Settings

__all__ = ["Settings"]
