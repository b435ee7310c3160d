"""The names of the states in the reader's language: one place for all pages, mails and tables."""

from __future__ import annotations

from publisher.delivery.lifecycle import State
from publisher.i18n import _


def state_words(state: State) -> str:
    """What a reader sees for ``state``."""
    return {
        State.PLANNED: _("planned"),
        State.SENDING: _("sending"),
        State.RETRYING: _("will be tried again"),
        State.SENT: _("sent"),
        State.UNCONFIRMED: _("unconfirmed"),
        State.FAILED: _("failed"),
        State.MISSED: _("missed"),
        State.CANCELLED: _("cancelled"),
    }[state]
