"""What tests of reach share."""

from tests.store.stores import lite

__all__ = ["lite"]
