"""A planned delivery as one line of text, as the store puts its own into lines: equal ones agree.

Of a hundred thousand deliveries all but a few stand in the store just as the files ask for them. To
find those is a matter of comparing two sets of texts; what is left is for ``diff``, which asks what
to do about each. ``store.lines`` writes the same line of a row.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache

from publisher.planning.model import Identity, PlannedDelivery

SIGN = "\t"
"""What parts the fields: campaign, edition, post, channel, occurrence, due, expires, zone,
fingerprint, approvals, audiences, covers."""


def line_of(planned: PlannedDelivery) -> str:
    """All of ``planned`` that the plan gives to a row of the store."""
    slot, identity = planned.slot, planned.identity
    return SIGN.join(
        (
            identity.campaign,
            str(identity.edition),
            identity.post,
            identity.channel,
            identity.occurrence,
            at_in(slot.due_at),
            at_in(slot.expires_at),
            str(slot.local.tzinfo),
            planned.fingerprint,
            str(slot.approvals),
            _listed(planned.audiences),
            _listed(planned.covers),
        )
    )


@lru_cache(maxsize=1024)
def _listed(names: tuple[str, ...]) -> str:
    return json.dumps(names)


def at_in(moment: datetime) -> str:
    """``moment`` as it stands in a line: in UTC, so that they sort as they come."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def due_in(line: str) -> str:
    """When what ``line`` is about falls due, as ``at_in`` writes it."""
    return line.split(SIGN, 6)[5]


def identity_in(line: str) -> Identity:
    """Whose line it is."""
    campaign, edition, post, channel, occurrence, _rest = line.split(SIGN, 5)
    return Identity(campaign, int(edition), post, channel, occurrence)
