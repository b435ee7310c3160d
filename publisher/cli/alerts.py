"""The command ``alerts``: what a person must act upon, who would be told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import click
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from channels.base import ChannelError
from publisher import notation
from publisher.alerts.ways import ways_of
from publisher.alerts.wording import trial
from publisher.cli.opening import site, site_as_it_lies
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, say
from publisher.i18n import _, ngettext
from publisher.redaction import redact
from publisher.site import Site
from publisher.states import note_words
from publisher.store import alerts as stored
from publisher.store.models import Alert, AlertWay


@click.group(
    invoke_without_command=True,
    help=_("List what a person must act upon: since when, told when, and what to do."),
)
@click.option(
    "--days",
    type=click.IntRange(min=1, max=3650),
    default=28,
    show_default=True,
    help=_("How many days back."),
)
@click.pass_context
def alerts(ctx: click.Context, days: int) -> None:
    if ctx.invoked_subcommand is not None:
        return
    office = site(ctx)
    since = office.clock() - timedelta(days=days)
    with office.database.reading() as session:
        open_ = [one for one in stored.still_open(session) if one.asked_at >= since]
        ways = stored.ways(session)
    for alert in open_:
        _show(alert, office)
    _show_failing(ways, office)
    if not open_:
        say(
            ngettext(
                "Nothing needs you: no alert of the last %(n)s day is open.",
                "Nothing needs you: no alert of the last %(n)s days is open.",
                days,
            )
            % {"n": notation.number(days)}
        )


@alerts.command(help=_("Send a test message over every way and say which worked."))
@click.pass_context
def test(ctx: click.Context) -> None:
    office = site_as_it_lies(ctx)
    ways = ways_of(office.settings, office.secret, office.clock)
    if not ways:
        refuse(_("Nobody is told: name somebody in schedule.toml under [alerts], to or services."))
    well = True
    for way in ways:
        try:
            way.tell(lambda _longest: trial())
        except ChannelError as error:
            console.print(Text.assemble(("✗", "bold red"), f" {way.name}: {_why(str(error))}"))
            well = False
        else:
            console.print(Text.assemble(("✓", "green"), f" {way.name}"))
            _mark_as_well(office, way.name)
    if not well:
        sys.exit(1)
    say(_("Sent. Has it arrived everywhere?"))


def _mark_as_well(office: Site, way: str) -> None:
    """The daemon needn't wait any longer before it tells over ``way`` again."""
    try:
        with office.database.writing() as session:
            fares = stored.ways(session).get(way)
            if fares is not None and fares.failures:
                stored.keep_way(session, AlertWay(name=way, told_at=office.clock()))
    except SQLAlchemyError:
        # A way is tried also where the store can't be used; then the daemon finds out by itself.
        return


def _show(alert: Alert, office: Site) -> None:
    since = _local(alert.raised_at, office)
    told = _("not told yet")
    if alert.told_at is not None:
        told = _("told %(when)s") % {"when": _local(alert.told_at, office)}
    console.print(Text.assemble((since, "bold"), f"  {alert.matter}  ", (f"({told})", "dim")))
    for line in alert.text.splitlines():
        say(f"    {line}")


def _show_failing(ways: dict[str, AlertWay], office: Site) -> None:
    named: Sequence[str] = (*office.settings.alerts.to, *office.settings.alerts.services)
    for name in named:
        way = ways.get(name)
        if way is not None and way.failures:
            words = _("Alerts can't be told to %(way)s: %(why)s")
            console.print(Text(words % {"way": name, "why": _why(way.problem)}, "bold red"))


def _why(problem: str) -> str:
    return redact(note_words(problem))


def _local(moment: datetime, office: Site) -> str:
    return notation.moment(moment, office.settings.zone)
