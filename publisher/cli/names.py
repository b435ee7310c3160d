"""Names given at the keyboard, held against those there are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from publisher.cli.terminal import show_faults
from publisher.files.messages import near
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.campaign.model import Campaign, Post
    from publisher.settings import Settings
    from publisher.site import Site


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


def refuse_silent_channel(name: str, office: Site) -> None:
    """End the command where nothing can go out on the channel ``name``: there is none, or it is
    switched off."""
    if not office.switchboard.has(name):
        refuse_unknown_channel(name, office.settings)
        raise click.UsageError(
            _("Channel “%(name)s” is switched off: take enabled = false out of schedule.toml.")
            % {"name": name}
        )


def campaign_and_post(named: str) -> tuple[str, str]:
    """Both parts of “campaign/post”; ends the command where one of them is missing."""
    slug, _slash, name = named.strip("/").partition("/")
    if not slug or not name:
        raise click.UsageError(_("Name the campaign and the post: chien-dich/01-mo-dau"))
    return slug, name


def post_of(settings: Settings, named: str) -> tuple[Campaign, Post]:
    """The post that is ``named`` “campaign/post”; ends the command where there is no such post, or
    its campaign is faulty."""
    # Imported late: most commands that hold names against those there are read no campaign.
    from publisher.campaign.reader import read_campaign

    slug, name = campaign_and_post(named)
    refuse_unknown_campaign(slug, settings.campaign_names)
    campaign, faults = read_campaign(settings.campaigns_folder / slug, settings)
    if campaign is None:
        show_faults(faults)
        sys.exit(1)
    found = next((one for one in campaign.posts if one.id == name), None)
    if found is None:
        raise click.UsageError(
            _("There is no post “%(post)s” in this campaign.") % {"post": name}
            + " "
            + near(name, [one.id for one in campaign.posts])
        )
    return campaign, found
