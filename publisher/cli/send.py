"""The command ``send``: one post now, outside the plan, under the same guarantee."""

from __future__ import annotations

import sys

import click

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.names import campaign_and_post, refuse_silent_channel
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say, show_faults
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.i18n import _
from publisher.site import Site
from publisher.states import note_words, state_words
from publisher.store import approvals, channel_states, deliveries
from publisher.store.errors import StoreBusyError
from publisher.store.models import Delivery


@click.command(help=_("Send one post to one channel now, outside the plan."))
@click.argument("post", metavar="CAMPAIGN/POST")
@click.option("--channel", required=True, help=_("To which channel."))
@click.option("--now", "at_once", is_flag=True, help=_("Yes, now: it can't be taken back."))
@click.option("--by", default=user_name, help=_("Your name: it stands as the approval too."))
@click.option("--again", "repeat", is_flag=True, help=_("Although the same went out lately."))
@click.pass_context
def send(ctx: click.Context, post: str, channel: str, at_once: bool, by: str, repeat: bool) -> None:
    # Imported late, as all that renders is: the command's help doesn't need it.
    from publisher.desk.unplanned import SentLately, Stopped, as_it_would_read, put_in
    from publisher.preview import as_text

    office = site(ctx)
    refuse_silent_channel(channel, office)
    campaign, name = campaign_and_post(post)
    planned, faults = as_it_would_read(office.desk, campaign, name, channel)
    if planned is None:
        show_faults(faults)
        sys.exit(1)
    if not at_once:
        say(as_text([planned], office.settings))
        say(_("This is what would go out. Add --now to send it at once."))
        return
    try:
        delivery_id = put_in(office.desk, planned, by, repeat=repeat)
    except Stopped as stop:
        refuse(
            _(
                "Not sent: a stop is in force (%(reason)s). See which: publisher status. "
                "To end it: publisher release"
            )
            % {"reason": stop.reason}
        )
    except SentLately as lately:
        refuse(
            _("The same text went to %(channel)s at %(at)s. To send it again: --again")
            % {
                "channel": channel,
                "at": notation.moment(lately.at, office.settings.zone),
            }
        )
    try:
        with office.database.daemon_lock():
            office.reconciler.recover()
            # What is due on this channel goes first: order holds within a channel.
            while _row(office, delivery_id).state in CLAIMABLE:
                if office.courier.deliver_next(channel) is None:
                    break
    except StoreBusyError:
        if not _lacks_approval(office, delivery_id):
            say(_("The daemon is running and sends it now."))
            return
    sys.exit(_tell(office, delivery_id))


def _row(office: Site, delivery_id: int) -> Delivery:
    with office.database.reading() as session:
        return deliveries.by_number(session, delivery_id)


def _lacks_approval(office: Site, delivery_id: int) -> bool:
    with office.database.reading() as session:
        row = deliveries.by_number(session, delivery_id)
        return len(approvals.given(session, row)) < row.approvals


def _tell(office: Site, delivery_id: int) -> int:
    """Say what came of it; gives the exit code."""
    row = _row(office, delivery_id)
    state, more = state_words(State(row.state)), row.url or note_words(row.note)
    say(f"{row.campaign}/{row.post} → {row.channel}: {state} {more}")
    if row.state not in CLAIMABLE:
        return 0 if row.state == State.SENT else 1
    with office.database.reading() as session:
        stopped = channel_states.known(session, row.channel)
    if _lacks_approval(office, delivery_id):
        say(_("Another person must approve it within half an hour, by the same command with --by."))
    elif stopped is not None and stopped.stopped:
        say(
            _("Channel %(channel)s is stopped: %(why)s")
            % {"channel": row.channel, "why": note_words(stopped.stopped)}
        )
    return 1
