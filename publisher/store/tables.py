"""Every table of the store: who has imported this finds them all in ``SQLModel.metadata``."""

from publisher.store import console_tables, feed_tables, models, reach_tables

__all__ = ["console_tables", "feed_tables", "models", "reach_tables"]
