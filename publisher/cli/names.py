"""Names given at the keyboard, held against those there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.settings import Settings


def campaign_names(settings: Settings) -> list[str]:
    """The campaigns' folders, faulty ones too."""
    return sorted(path.parent.name for path in settings.campaigns_folder.glob("*/campaign.toml"))


def refuse_unknown_campaign(name: str, known: Sequence[str]) -> None:
    """End the command where ``name`` is none of ``known``."""
    if name not in known:
        raise click.UsageError(
            _("There is no campaign “%(name)s”; there are: %(known)s.")
            % {"name": name, "known": ", ".join(known)}
        )


def refuse_unknown_channel(name: str, settings: Settings) -> None:
    """End the command where schedule.toml has no channel ``name``."""
    if name not in settings.channels:
        raise click.UsageError(
            _("There is no channel “%(name)s”; there are: %(known)s.")
            % {"name": name, "known": ", ".join(settings.channels)}
        )
