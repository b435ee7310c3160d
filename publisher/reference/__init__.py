"""Writes the references from the code itself: the officers' files, the commands, the life cycle.

``python -m publisher.reference docs/reference`` writes the pages of that folder, the life cycle and
the settlements into lifecycle.md and guarantee.md beside it, and the life cycle's picture. Tests
keep what is committed equal to what is written, so that the pages can't grow old.
"""

from publisher.reference.pages import schedule_page, write

__all__ = ["schedule_page", "write"]
