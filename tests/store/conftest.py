"""The stores that these tests work on, besides the one of all tests."""

from tests.store.stores import lite

__all__ = ["lite"]
