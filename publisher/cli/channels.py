"""The command ``channels``: the accounts that the office runs.

Which there are, whose they are, logging in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from channels.base import ChannelError, CredentialsExpiredError, secret_keys
from channels.sealing import NO_KEY
from publisher.cli.names import refuse_unknown_channel
from publisher.cli.opening import site, site_as_it_lies
from publisher.cli.person import TerminalPerson
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, say
from publisher.i18n import _
from publisher.install.service_key import with_its_key
from publisher.secrets import store_secret
from publisher.site import Site
from publisher.states import note_words
from publisher.switchboard import kind_of


@click.group(help=_("The accounts that the office runs."))
def channels() -> None:
    """The accounts of schedule.toml."""


@channels.command("list", help=_("List the channels of schedule.toml."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    office = site(ctx)
    table = Table(box=None, pad_edge=False)
    for heading in (_("Channel"), _("Platform"), _("Title"), _("Account")):
        table.add_column(heading)
    for name, keys in office.settings.channels.items():
        off = "" if keys.get("enabled", True) else _(" (switched off)")
        title, account = str(keys.get("title", "")), str(keys.get("account", ""))
        table.add_row(Text(name + off), str(keys["adapter"]), Text(title), Text(account))
    console.print(table)


@channels.command(help=_("Prove credentials without publishing anything."))
@click.argument("channel", required=False)
@click.pass_context
def check(ctx: click.Context, channel: str | None) -> None:
    from publisher.cli.doctor import show
    from publisher.doctor.channels import channel_findings

    office = site(ctx)
    if channel is not None:
        refuse_unknown_channel(channel, office.settings)
    names = (channel,) if channel is not None else office.switchboard.names()
    if not show(channel_findings(office, names)):
        sys.exit(1)


@channels.command(help=_("Get a channel's credentials, step by step, and store them."))
@click.argument("channel")
@click.option(
    "--paste",
    is_flag=True,
    help=_("Paste the address at which the browser ends: it runs on another machine."),
)
@click.pass_context
def login(ctx: click.Context, channel: str, paste: bool) -> None:
    office = site_as_it_lies(ctx)
    refuse_unknown_channel(channel, office.settings)
    try:
        stored = _log_in(office, channel, TerminalPerson(paste=paste))
    except ChannelError as error:
        refuse(_not_logged_in(office.settings.root, channel, str(error)))
    for key, reference in stored.items():
        say(_("%(key)s is stored: %(place)s") % {"key": key, "place": reference})
    ctx.invoke(check, channel=channel)


def _log_in(office: Site, channel: str, person: TerminalPerson) -> dict[str, str]:
    """Where each secret now stands; nothing is stored before they are proved to be the right
    account's. Raises ``ChannelError``."""
    kind, config = kind_of(office.settings, channel)
    if kind.keeps_secrets(config):
        # Told before a person has gone through a platform's pages.
        office.seal.seal("")
    places = {
        key: str(getattr(config, key))
        for key in secret_keys(type(config))
        if getattr(config, key) is not None
    }
    _refuse_what_cant_be_stored(office, channel, places)
    adapter = kind(config, office.switchboard.context(channel))
    got = {key: secret for key, secret in adapter.login(person).items() if secret}
    adapter.close()
    unplaced = sorted(got.keys() - places.keys())
    if unplaced:
        _ask_for_places(channel, unplaced)
    _prove(office, channel, {places[key]: secret for key, secret in got.items()})
    for key, secret in got.items():
        store_secret(office.settings.root, places[key], secret)
    return {key: places[key] for key in got}


def _not_logged_in(folder: Path, channel: str, why: str) -> str:
    if why == NO_KEY and (
        command := with_its_key(folder, "publisher", "channels", "login", channel)
    ):
        return _(
            "Not logged in: the key is given to the service alone. Begin as it does: %(command)s"
        ) % {"command": command}
    return _("Not logged in: %(why)s. Begin again with the same command.") % {
        "why": note_words(why)
    }


def _refuse_what_cant_be_stored(office: Site, channel: str, places: dict[str, str]) -> None:
    """End the command, before anything is asked, where the place of a secret is no file."""
    secret = office.switchboard.context(channel).secret_or_none
    lacking = [
        key for key, place in places.items() if not place.startswith("file:") and not secret(place)
    ]
    if lacking:
        _ask_for_places(channel, lacking)


def _ask_for_places(channel: str, keys: list[str]) -> None:
    lines = "\n".join(f'    {key} = "file:secrets/{channel}-{key}"' for key in keys)
    raise click.UsageError(
        _("Say in schedule.toml, under [channels.%(channel)s], in which files to store them:")
        % {"channel": channel}
        + f"\n{lines}"
    )


def _prove(office: Site, channel: str, got: dict[str, str]) -> None:
    """Ask the platform whose these are; raises ``ChannelError`` where it is another account."""
    kind, config = kind_of(office.settings, channel)

    def secret(reference: str) -> str:
        return got[reference] if reference in got else office.secret(reference)

    adapter = kind(config, office.switchboard.context(channel, secret))
    try:
        account = adapter.identify()
    finally:
        adapter.close()
    found = account.name or account.id
    if config.account and not account.is_called(config.account):
        raise CredentialsExpiredError(
            _("the credentials belong to %(found)s, not to %(expected)s")
            % {"found": found, "expected": config.account}
        )
    say(_("Logged in as %(account)s.") % {"account": found})
    if not config.account:
        say(_("Write it into schedule.toml, so that nothing can go out on another account:"))
        say(f'    account = "{account.id}"')
