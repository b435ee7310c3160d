"""Values that people entered by hand."""

from __future__ import annotations

from publisher import notation
from publisher.campaign.criteria import ByHand
from publisher.i18n import _
from publisher.reach.measures.books import Measured, Window, joined


def by_hand(asked: ByHand, unit: str, window: Window) -> Measured:
    """The newest value that isn't later than the last day."""
    last = window.last
    found = max(
        (value for value in asked.values if value.on <= last), key=lambda one: one.on, default=None
    )
    if found is None:
        return Measured(None, _("No value has been entered for these days."), unit)
    parts = [_("entered by hand, as of %(day)s") % {"day": notation.day(found.on, "full")}]
    if found.note:
        parts.append(found.note)
    if last - found.on > asked.fresh_for:
        parts.append(_("an old value: a newer one is due"))
    return Measured(found.value, joined(parts), unit)
