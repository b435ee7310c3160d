"""How a platform is known at sight, for previews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["social", "picture", "article", "bubble", "mail", "data"]

CardSize = Literal["square", "portrait", "wide", "tall"]
"""1:1, 4:5, 16:9, 9:16."""

VideoShape = Literal["tall", "wide"]
"""9:16, 16:9."""


@dataclass(frozen=True, slots=True)
class Look:
    """``title`` as people write it ("": the adapter's own name); ``accent`` a CSS colour that white
    text is readable on.

    ``shape``: a ``social`` post has its text above its pictures, a ``picture`` post below; an
    ``article`` begins with its cover; a ``bubble`` is a chat's; ``data`` is shown as it is sent.
    ``headed``: readers see the post's title, its summary and who made its pictures.
    """

    title: str = ""
    accent: str = "#52525b"
    shape: Shape = "social"
    headed: bool = False
