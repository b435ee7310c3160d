"""The stores that these tests work on."""

from tests.store.stores import database, lite, store_url

__all__ = ["database", "lite", "store_url"]
