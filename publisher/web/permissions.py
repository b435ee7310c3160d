"""Who may do what in the console: one table of actions and the least role that each asks for.

Every route names one of these actions; a console with a route that names none doesn't start. Each
role may do what the roles before it may.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from publisher.i18n import _
from publisher.settings.console import Role


class Action(StrEnum):
    """What a route does."""

    ENTER = "enter"
    OWN_ACCOUNT = "own account"
    SEE = "see"
    WRITE = "write"
    COMMENT = "comment"
    HOLD = "hold"
    RELEASE = "release"
    APPROVE = "approve"
    CANCEL = "cancel"
    AGAIN = "again"
    SETTLE = "settle"
    ADMINISTER = "administer"


LEAST: Final[Mapping[Action, Role | None]] = MappingProxyType(
    {
        # Anybody who reaches the console: the log-in page, assets, the look of a page, health.
        Action.ENTER: None,
        # One's own password, telephone, sessions and tokens.
        Action.OWN_ACCOUNT: Role.VIEWER,
        Action.SEE: Role.VIEWER,
        # Campaign files, media, spreadsheets.
        Action.WRITE: Role.WRITER,
        Action.COMMENT: Role.WRITER,
        # To stop is always safe and may be urgent; to go on is not.
        Action.HOLD: Role.WRITER,
        Action.RELEASE: Role.APPROVER,
        Action.APPROVE: Role.APPROVER,
        Action.CANCEL: Role.APPROVER,
        Action.AGAIN: Role.APPROVER,
        Action.SETTLE: Role.APPROVER,
        # People, the record of who did what.
        Action.ADMINISTER: Role.ADMINISTRATOR,
    }
)


def may(role: Role | None, action: Action) -> bool:
    """Whether who has ``role`` (none: who isn't logged in) may do ``action``."""
    least = LEAST[action]
    return least is None or (role is not None and role.rank >= least.rank)


def role_words(role: Role | str) -> str:
    """What people call ``role``."""
    return {
        Role.VIEWER: _("viewer"),
        Role.WRITER: _("writer"),
        Role.APPROVER: _("approver"),
        Role.ADMINISTRATOR: _("administrator"),
    }[Role(role)]
