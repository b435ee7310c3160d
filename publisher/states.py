"""The words for a delivery's state, as for all that is noted of it.

One place for all pages, mails and lists.
"""

from __future__ import annotations

from publisher.delivery.lifecycle import State
from publisher.i18n import N_, _

_CONSENTS = (N_("missing"), N_("not-needed"), N_("given"), N_("withdrawn"))
"""What is noted of a medium's people (``publisher.media.record.Consent``)."""


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


def note_words(note: str) -> str:
    """What a reader sees of a delivery's note: our own words, and those of the adapters that the
    catalogue knows, in the reader's language; a platform's own as they are.

    Adapters name who says it first, and last what it is about: "api.telegram.org: the connection
    was refused", "/srv/loa: it can't be written to: No space left on device".
    """
    parts = note.split(": ")
    spans = [(first, last) for last in range(len(parts), 0, -1) for first in range(last)]
    # The longest that is known: our own words have colons too.
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        known = ": ".join(parts[first:last])
        if known and _(known) != known:
            # One doubt may give another as its reason: what is around it may be ours as well.
            around = [note_words(": ".join(those)) for those in (parts[:first], parts[last:])]
            return ": ".join(part for part in (around[0], _(known), around[1]) if part)
    return note


def action_words(action: str) -> str:
    """What a reader of the audit trail sees for ``action``."""
    known = {
        "planned": _("put into the plan"),
        "changed": _("changed in the plan"),
        "tagged": _("noted otherwise for reports"),
        "removed": _("taken out of the plan"),
        "restored": _("brought back into the plan"),
        "edit": _("file changed"),
        "add post": _("post written"),
        "take up": _("draft taken up as a post"),
        "draft": _("draft written"),
        "revise draft": _("draft changed"),
        "ask for approval": _("draft put up for approval"),
        "approve": _("approved"),
        "approve by mail": _("approved by a link in a mail"),
        "comment": _("commented"),
        "send back": _("sent back to the writer"),
        "ask again": _("put up for approval as it is"),
        "send": _("sent outside the plan"),
        "sent": _("sent"),
        "failed": _("failed"),
        "unconfirmed": _("unconfirmed"),
        "missed": _("missed"),
        "found": _("found to be out"),
        "clear": _("no longer in doubt"),
        "gone": _("no longer there"),
        "back": _("there again"),
        "cancel": _("cancelled"),
        "again": _("to be tried again"),
        "hold": _("put on hold"),
        "release": _("released"),
        "start channel": _("channel goes on"),
        "stop channel": _("channel stopped"),
        "start": _("started"),
        "stop": _("stopped"),
        "feed": _("news came in"),
        "resume feed": _("feed goes on"),
        "report": _("report mailed by hand"),
        "restore": _("restored from a backup"),
        "move store": _("store moved to another database"),
        "keep store": _("store kept where it is"),
        "media added": _("added to the media library"),
        "media changed": _("changed in the media library"),
        "media removed": _("taken out of the media library"),
        "add person": _("taken in as"),
        "set role": _("given a role"),
        "disable person": _("disabled"),
        "enable person": _("enabled again"),
        "set password": _("password set"),
        "set email": _("given another mail address"),
        "know by provider": _("known to the province's log-in"),
        "password link": _("given a link to set a password"),
        "set totp": _("telephone set up"),
        "drop totp": _("telephone no longer asked for"),
        "make token": _("token made"),
        "revoke token": _("token revoked"),
        "log in": _("logged in"),
        "log-in failed": _("failed to log in"),
        "log out": _("logged out"),
        "log out everywhere": _("logged out everywhere"),
        "renew key": _("everything sealed with the newest key"),
    }
    return known.get(action, action)
