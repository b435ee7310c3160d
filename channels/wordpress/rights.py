"""Checks that a portal's user may do what is wanted of them. Used by ``channels.wordpress``."""

from __future__ import annotations

from typing import Any

from channels.base import N_, ForbiddenError
from channels.wordpress.config import WordPressConfig


def check(rights: Any, keys: WordPressConfig) -> None:
    """Raises ``ForbiddenError`` where the user may not do what ``keys`` want of them. ``rights``:
    what WordPress calls capabilities; unknown where it doesn't tell them."""
    if not isinstance(rights, dict):
        return
    if not rights.get("edit_posts") or (keys.status != "draft" and not rights.get("publish_posts")):
        raise ForbiddenError(
            N_("the portal's user may not publish posts: give them the role Author")
        )
    if not rights.get("upload_files"):
        raise ForbiddenError(
            N_("the portal's user may not upload files: give them the role Author")
        )
    if keys.create_categories and not rights.get("manage_categories"):
        raise ForbiddenError(
            N_("the portal's user may not make categories: give them the role Editor")
        )
