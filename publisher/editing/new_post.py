"""A new post's file, laid out as an officer would write it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from publisher.campaign.names import SLUG_MAX, slug_of
from publisher.editing.literals import Value, key, literal

_NUMBERED = re.compile(r"(\d{2,3})-")
_MOST_NAMED = 50
"""A file is named by so much of its title."""


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be made: ``when`` as an officer writes it, its other ``keys`` in their order, its
    text in Markdown; ``media`` as pairs of a file and what it shows, each with its credit.
    ``name`` is the file's, without ``.md``; left empty, it is made of the title."""

    when: str
    body: str
    keys: Mapping[str, Value] = field(default_factory=dict)
    media: tuple[tuple[str, str], ...] = ()
    name: str = ""


def text_of(post: NewPost) -> str:
    """The file of ``post``."""
    keys: dict[str, Value] = {"when": post.when, **post.keys}
    width = max(map(len, [*keys, *(["media"] if post.media else [])]))
    lines = [f"{key(name):<{width}} = {literal(value)}" for name, value in keys.items()]
    if post.media:
        lines += [f"{'media':<{width}} = ["]
        lines += [
            f"  {{ file = {literal(file)}, alt = {literal(alt)} }}," for file, alt in post.media
        ]
        lines += ["]"]
    front = "\n".join(lines)
    return f"+++\n{front}\n+++\n{post.body.strip()}\n"


def name_for(post: NewPost, taken: Collection[str]) -> str:
    """A name for the file of ``post`` that is none of ``taken``, numbered on where they are."""
    title = post.keys.get("title", "")
    words = slug_of(str(title)) or slug_of(post.body.strip().partition("\n")[0]) or "bai"
    short = words[:_MOST_NAMED].rpartition("-")[0] if len(words) > _MOST_NAMED else words
    base = post.name or f"{_number(taken)}{short or words[:_MOST_NAMED]}"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base[: SLUG_MAX - 4].rstrip('-')}-{count}"
    return name


def _number(taken: Collection[str]) -> str:
    """``21-`` where the others begin with 01 to 20; nothing where they have no numbers."""
    numbers = [match[1] for name in taken if (match := _NUMBERED.match(name))]
    if len(numbers) * 2 <= len(taken):
        return ""
    return f"{max(map(int, numbers)) + 1:0{len(numbers[0])}d}-"
