"""The command ``links``: short links, how often they were followed, their server."""

from __future__ import annotations

from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import click

from publisher import notation
from publisher.cli import serving
from publisher.cli.names import post_of, refuse_unknown_campaign, refuse_unknown_channel
from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.terminal import say
from publisher.i18n import _, ngettext
from publisher.settings import Settings
from publisher.store import short_links
from publisher.store.models import Delivery
from publisher.store.reach_tables import ShortLink
from publisher.store.short_links import CountedLink


@click.group(help=_("Short links: what they lead to, how often they were followed; serve them."))
def links() -> None:
    """Links become short ones where schedule.toml has ``short`` under [links]."""


@links.command("list", help=_("List short links with their clicks, the newest first."))
@click.argument("name", default="", metavar="[CAMPAIGN | CAMPAIGN/POST]")
@click.option("--channel", default="", help=_("Only of this channel."))
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help=_("At most so many lines."),
)
@click.pass_context
def list_(ctx: click.Context, name: str, channel: str, limit: int) -> None:
    office = site(ctx)
    campaign, _slash, post = name.strip("/").partition("/")
    with office.database.reading() as session:
        found = short_links.followed(
            session, campaign=campaign, post=post, channel=channel, most=limit
        )
    for one in found:
        _tell(one, office.settings.links.short)
    if not found:
        _refuse_unknown(office.settings, campaign, post, channel)
        say(_("There is no short link yet."))
        if not office.settings.links.short:
            say(_("schedule.toml has no address for them: short under [links]."))


@links.command(help=_("Show what a short link leads to, and its clicks day by day."))
@click.argument("code", metavar="CODE")
@click.pass_context
def show(ctx: click.Context, code: str) -> None:
    office = site(ctx)
    wanted = urlsplit(code).path.rstrip("/").rpartition("/")[2].lower()
    with office.database.reading() as session:
        link = session.get(ShortLink, wanted)
        delivery = session.get(Delivery, link.delivery_id) if link is not None else None
        hours = short_links.clicks_of(session, wanted)
    if link is None or delivery is None:
        raise click.UsageError(
            _("There is no short link “%(code)s”; see them all: publisher links list")
            % {"code": wanted}
        )
    say(f"{_address(office.settings.links.short, link.code)} → {link.target}")
    say(f"{delivery.campaign}/{delivery.post} ({delivery.edition}) → {delivery.channel}")
    days: Counter[date] = Counter()
    for hour in hours:
        days[hour.hour.astimezone(office.settings.zone).date()] += hour.count
    for day in sorted(days):
        say(f"    {notation.day(day, 'aligned')}  {notation.number(days[day])}")
    say(_times(sum(days.values())))


@links.command(
    help=_("Answer short links and count them here, where the daemon is not to (Ctrl+C ends it).")
)
@click.option("--host", default="", help=_("The address to listen on, else the one of listen."))
@click.option(
    "--port",
    type=click.IntRange(min=1, max=65_535),
    help=_("The port to listen on, else the one of listen."),
)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int | None) -> None:
    from publisher.redirect.server import LinkServer, not_answered

    office = site(ctx)
    settings = office.settings
    if not settings.links.short:
        raise click.UsageError(_("schedule.toml has no address for them: short under [links]."))
    own_host, _colon, own_port = (settings.links.listen or "127.0.0.1:8081").rpartition(":")
    chosen = f"[{host}]" if ":" in host else host
    place = f"{chosen or own_host}:{port or own_port}"
    serving.log_here(ctx, settings)
    answered = _("Short links are answered at %(place)s (Ctrl+C ends it)") % {"place": place}
    serving.serve(
        LinkServer(settings, office.database, office.clock, place),
        lambda error: not_answered(place, error),
        lambda: say(answered),
    )


def _refuse_unknown(settings: Settings, campaign: str, post: str, channel: str) -> None:
    """End the command where one of these is misspelt. Only once nothing was found: links outlive
    the files of the campaign, and the channel, that they were made for."""
    if campaign:
        refuse_unknown_campaign(campaign, settings.campaign_names)
    if post:
        post_of(settings, f"{campaign}/{post}")
    if channel:
        refuse_unknown_channel(channel, settings)


def _tell(one: CountedLink, base: str) -> None:
    console.print(f"{_address(base, one.code)}  {_times(one.clicks)}", style="bold", markup=False)
    sent = "" if one.sent_at is not None else " " + _("(not out)")
    say(f"    {one.campaign}/{one.post} ({one.edition}) → {one.channel}{sent}")
    say(f"    → {one.target}")


def _times(count: int) -> str:
    return ngettext("followed %(n)s time", "followed %(n)s times", count) % {
        "n": notation.number(count)
    }


def _address(base: str, code: str) -> str:
    return f"{base}/{code}" if base else code
