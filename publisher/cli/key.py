"""The command ``key``: what the tokens that channels have to keep are sealed by."""

from __future__ import annotations

import sys

import click

from channels.base import ChannelError
from channels.sealing import new_key
from channels.state import SealedState
from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.states import note_words
from publisher.store import audit, journal, people


@click.group(help=_("The key that stored tokens are sealed by."))
def key() -> None:
    """The office's key."""


@key.command(help=_("Make a key and print it, with how to install it; nothing is stored."))
def new() -> None:
    # The key alone goes to where it may be piped on from.
    click.echo(
        _(
            "Below is a new key. It is shown once. Install it in one of two ways, never in the "
            "office's own folder, for it must not lie beside what it seals:\n"
            "  1. As systemd's credential, sealed by this machine (LoadCredentialEncrypted="
            "publisher-key in the service):\n"
            "     publisher key new | systemd-creds encrypt --name=publisher-key - "
            "/etc/credstore.encrypted/publisher-key\n"
            "  2. In a file of mode 0600 that the service reads as EnvironmentFile:\n"
            "     PUBLISHER_KEY=KEY\n"
            "To change keys, write the new one before the old one, with a space between, restart, "
            "run “publisher key renew”, and take the old one out. Keep a copy apart from the "
            "backups: who loses the key has to log every such channel in again."
        ),
        err=True,
    )
    click.echo(new_key())


@key.command(help=_("Seal everything anew with the newest key; safe while the daemon runs."))
@click.pass_context
def renew(ctx: click.Context) -> None:
    office = site(ctx)
    try:
        office.seal.seal("")
    except ChannelError as error:
        refuse(note_words(str(error)))
    done, whys = _renewed(office)
    for why in whys:
        say(why)
    with office.database.writing() as session:
        audit.record(session, office.clock(), user_name(), "renew key", "key", texts=done)
    say(
        ngettext(
            "%(n)s text is sealed with the newest key.",
            "%(n)s texts are sealed with the newest key.",
            done,
        )
        % {"n": notation.number(done)}
    )
    if whys:
        sys.exit(1)


def _renewed(office: Site) -> tuple[int, list[str]]:
    """How many texts were sealed anew, and why the others weren't; those are left as they are."""
    done, whys = 0, []
    # Channels that schedule.toml no longer names may come back.
    for folder in sorted((office.settings.var_folder / "channels").glob("*/state")):
        try:
            done += SealedState(folder, office.seal).renew()
        except ChannelError as error:
            whys.append(note_words(str(error)))
    for kept in (journal, people):
        try:
            done += kept.renew(office.database, office.seal)
        except ChannelError as error:
            whys.append(note_words(str(error)))
    return done, whys
