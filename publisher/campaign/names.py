"""The names of campaigns' folders, as of posts' files."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from publisher.files.faults import Fault
from publisher.files.messages import quoted
from publisher.files.text import shown
from publisher.i18n import _

POSTS = "posts"
"""The folder of a campaign in which its posts lie."""

SLUG_MAX = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug_of(name: str) -> str:
    """``name`` as the name of a folder or a post: «Chuyển đổi số» becomes ``chuyen-doi-so``."""
    return re.sub(r"[^a-z0-9]+", "-", without_accents(name)).strip("-")[:SLUG_MAX].strip("-")


def without_accents(text: str) -> str:
    """``text`` in small letters without accents."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def is_slug(name: str) -> bool:
    return len(name) <= SLUG_MAX and _SLUG.fullmatch(name) is not None


def name_fault(path: Path, name: str) -> list[Fault]:
    """What is wrong with ``name``, by which ``path`` is to be known."""
    if is_slug(name):
        return []
    better = slug_of(name) or "bai-1"
    return [
        Fault(
            shown(path),
            None,
            "name",
            _("“%(name)s” can't be the name of a campaign or a post.") % {"name": quoted(name)},
            _("Small letters without accents, digits and hyphens only, at most 80: “%(better)s”.")
            % {"better": better + path.suffix.lower()},
        )
    ]


def same_names(paths: Sequence[Path]) -> list[Fault]:
    """What is wrong where two of ``paths`` come to one name."""
    once: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        once[unicodedata.normalize("NFC", path.stem).casefold()].append(path)
    return [
        Fault(
            shown(path),
            None,
            "name_twice",
            _("There is another post of the same name: %(other)s.")
            % {"other": quoted(same[0].name)},
            _("Give one of them another name."),
        )
        for same in once.values()
        for path in same[1:]
    ]
