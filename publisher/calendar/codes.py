"""The code by which a row that an export wrote names its post."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.calendar.headings import CODE, MARK
from publisher.calendar.slips import Place
from publisher.calendar.table import marked
from publisher.campaign.model import Campaign, Post

_CODE = re.compile(r"(?P<slug>[a-z0-9-]+)/(?P<edition>\d{4})/(?P<post>[a-z0-9-]+)(?:/.+)?")


@dataclass(frozen=True, slots=True)
class Code:
    """A campaign, an edition and a post; whether there are such isn't said."""

    slug: str
    edition: int
    post: str

    def post_in(self, campaign: Campaign) -> Post | None:
        """The post that it names, if it is one of ``campaign``."""
        if self.slug != campaign.slug:
            return None
        return next((one for one in campaign.posts if one.id == self.post), None)


def code_in(text: str) -> Code | None:
    """What ``text`` names; ``None`` for what no export wrote."""
    match = _CODE.fullmatch(text)
    return Code(match["slug"], int(match["edition"]), match["post"]) if match else None


def was_exported(place: Place) -> bool:
    """Whether an export wrote the row: an office numbers its own rows in its own way."""
    text = place.text(CODE)
    return bool(text) and (code_in(text) is not None or bool(marked(place.text(MARK))))
