"""``send``: one post now, outside the plan, under the same guarantee."""

from __future__ import annotations

import sys

import click

from publisher.assemble import assemble_one
from publisher.cli.office import console, show_faults, site, user_name
from publisher.delivery.lifecycle import State
from publisher.i18n import _
from publisher.outside import SentLately, put_in
from publisher.states import state_words
from publisher.store import deliveries
from publisher.store.database import StoreBusyError


@click.command(help=_("Send one post to one channel now, outside the plan."))
@click.argument("post", metavar="CAMPAIGN/POST")
@click.option("--channel", required=True, help=_("To which channel."))
@click.option("--now", "at_once", is_flag=True, help=_("Yes, now: it can't be taken back."))
@click.option("--by", default=user_name, help=_("Your name: it stands as the approval too."))
@click.option("--again", "repeat", is_flag=True, help=_("Although the same went out lately."))
@click.pass_context
def send(ctx: click.Context, post: str, channel: str, at_once: bool, by: str, repeat: bool) -> None:
    office = site(ctx)
    if not at_once:
        raise click.UsageError(_("Add --now to send it at once."))
    if not office.switchboard.has(channel):
        raise click.UsageError(_("There is no channel “%(name)s”.") % {"name": channel})
    campaign, _slash, name = post.strip("/").partition("/")
    planned, faults = assemble_one(office.settings, campaign, name, channel, office.clock())
    if planned is None:
        show_faults(faults)
        sys.exit(1)
    try:
        delivery_id = put_in(office, planned, by, repeat=repeat)
    except SentLately as lately:
        console.print(
            _("The same text went to %(channel)s at %(at)s. To send it again: --again")
            % {
                "channel": channel,
                "at": f"{lately.at.astimezone(office.settings.zone):%d/%m/%Y %H:%M}",
            }
        )
        sys.exit(1)
    try:
        with office.database.daemon_lock():
            office.reconciler.recover()
            office.courier.deliver_next(channel)
    except StoreBusyError:
        console.print(_("The daemon is running and sends it now."))
        return
    with office.database.reading() as session:
        row = deliveries.by_number(session, delivery_id)
    console.print(f"{post} → {channel}: {state_words(State(row.state))} {row.url or row.note}")
    sys.exit(0 if row.state == State.SENT else 1)
