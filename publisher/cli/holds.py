"""The commands for a stop that a person puts: ``hold``, ``release``.

On everything, a channel or a campaign.
"""

from __future__ import annotations

import click

from publisher.cli.days import Day, GivenDay
from publisher.cli.keyboard import user_name
from publisher.cli.names import refuse_unknown_campaign, refuse_unknown_channel
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.desk.held import stoppable
from publisher.i18n import _
from publisher.site import Site
from publisher.store import holds as stored


def _scope(channel: str | None, campaign: str | None, everything: bool) -> tuple[str, str]:
    if [channel is not None, campaign is not None, everything].count(True) != 1:
        raise click.UsageError(_("Name one of: --all, --channel NAME, --campaign NAME."))
    if channel is not None:
        return stored.CHANNEL, channel
    if campaign is not None:
        return stored.CAMPAIGN, campaign
    return stored.EVERYTHING, ""


@click.command(help=_("Stop everything, a channel or a campaign, at once."))
@click.option("--all", "everything", is_flag=True, help=_("Everything."))
@click.option("--channel", help=_("Only this channel."))
@click.option("--campaign", help=_("Only this campaign."))
@click.option("--reason", required=True, help=_("Why; it stands in the record."))
@click.option(
    "--until",
    type=Day(with_time=True),
    help=_("Its last day, or the day and hour when it ends by itself (local time)."),
)
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def hold(
    ctx: click.Context,
    everything: bool,
    channel: str | None,
    campaign: str | None,
    reason: str,
    until: GivenDay | None,
    by: str,
) -> None:
    scope, target = _scope(channel, campaign, everything)
    office = site(ctx)
    _refuse_unknown(office, scope, target)
    now = office.clock()
    end = until.end.replace(tzinfo=office.settings.zone) if until else None
    if end is not None and end <= now:
        raise click.UsageError(_("--until lies in the past: write a day or an hour to come."))
    with office.database.writing() as session:
        stored.place(session, now, by, scope, target, reason, end)
    say(_("Stopped: %(what)s.") % {"what": target or _("all")})
    command = {"command": _release(scope, target)}
    if until is not None:
        say(_("It ends by itself %(when)s.") % {"when": until.words})
        say(_("To go on before: %(command)s") % command)
    else:
        say(_("To go on: %(command)s") % command)


@click.command(help=_("End a stop."))
@click.option("--all", "everything", is_flag=True, help=_("The stop on everything."))
@click.option("--channel", help=_("The stop on this channel."))
@click.option("--campaign", help=_("The stop on this campaign."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def release(
    ctx: click.Context, everything: bool, channel: str | None, campaign: str | None, by: str
) -> None:
    scope, target = _scope(channel, campaign, everything)
    office = site(ctx)
    with office.database.writing() as session:
        ended = stored.release(session, office.clock(), by, scope, target)
    if not ended:
        refuse(_("There was no such stop. See what is stopped: publisher status"))
    say(_("Released: %(what)s.") % {"what": target or _("all")})


def _release(scope: str, target: str) -> str:
    """The command that ends this very stop, to be copied."""
    if scope == stored.EVERYTHING:
        return "publisher release --all"
    return f"publisher release --{scope} {target}"


def _refuse_unknown(office: Site, scope: str, target: str) -> None:
    """A stop on a misspelt name would look like one and let everything through."""
    if scope == stored.CHANNEL:
        refuse_unknown_channel(target, office.settings)
    elif scope == stored.CAMPAIGN:
        with office.database.reading() as session:
            refuse_unknown_campaign(target, stoppable(session, office.settings))
