"""Gives short links codes that are nobody else's.

Two addresses may come to one code (``publisher.rendering.links``): what is told which codes are
taken then chooses others, until none clash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from publisher.store import short_links
from publisher.store.database import Database

T = TypeVar("T")


def with_own_codes(
    database: Database,
    rendered: Callable[[Mapping[str, str]], T],
    links: Callable[[T], Iterable[tuple[str, str]]],
) -> T:
    """What ``rendered`` makes once it knows every code that is taken, with its address; ``links``
    names those that it holds."""
    taken: dict[str, str] = {}
    while True:
        made = rendered(taken)
        with database.reading() as session:
            clashing = short_links.taken(session, links(made))
        if not clashing:
            return made
        taken |= clashing
