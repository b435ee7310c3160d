"""What people know campaigns and channels by, and the days that campaigns turn on.

Their files are read again only once one of them has changed: a page asks for this at every visit.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.campaign.model import Anchor
from publisher.desk.folder import Signature, signature_of
from publisher.reports.schedule import names
from publisher.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Known:
    """``titles`` are those of campaigns (by slug) and channels; ``campaigns`` are the slugs of all
    that are there now."""

    titles: Mapping[str, str]
    anchors: Mapping[str, Anchor]
    campaigns: tuple[str, ...]


def known(visit: Visit) -> Known:
    """What is known now."""
    state, site = visit.request.app.state, visit.site
    signature = signature_of(site.settings.campaigns_folder)
    with _ONE_AT_A_TIME:
        kept: tuple[Signature, Known] | None = getattr(state, "known", None)
        if kept is None or kept[0] != signature:
            there = site.desk.campaigns()
            anchors = {one.slug: one.file.anchor for one in there if one.file.anchor is not None}
            found = Known(names(site), anchors, tuple(one.slug for one in there))
            state.known = kept = (signature, found)
        return kept[1]


_ONE_AT_A_TIME = threading.Lock()
