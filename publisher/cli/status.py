"""The commands that say how things stand: ``status``, ``log``.

Nothing is changed.

Both print lines that stay whole on a narrow terminal and can be searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import click
from sqlmodel import Session

from publisher import notation
from publisher.cli.deliveries import named
from publisher.cli.opening import site_to_look_at
from publisher.cli.terminal import say
from publisher.delivery.lifecycle import State
from publisher.desk import drafted
from publisher.desk.record import detail_words, subject_words
from publisher.desk.standing import NEEDS_A_PERSON, ON_THE_WAY, Standing
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.states import action_words, note_words
from publisher.store import approvals, audit, channel_states, deliveries, holds
from publisher.store.deliveries import short
from publisher.store.feeds import unread
from publisher.store.models import Delivery


@click.command(help=_("Show what needs you, what is coming and what went out."))
@click.argument("names", nargs=-1, metavar="[CAMPAIGN | CAMPAIGN/POST] …")
@click.option(
    "--days",
    type=click.IntRange(min=0, max=3650),
    default=7,
    show_default=True,
    help=_("How many days back and ahead."),
)
@click.pass_context
def status(ctx: click.Context, names: Sequence[str], days: int) -> None:
    office = site_to_look_at(ctx)
    now, span = office.clock(), timedelta(days=days)
    with office.database.reading() as session:
        rows = named(session, names, "") if names else _all_in(session, now, span)
        counts = approvals.counts(session)
        stops = holds.in_force(session, now)
        states = channel_states.all_of_them(session)
        feeds = unread(session)
    if office.is_cluster:
        _tell_of_the_cluster(office)
    for hold in stops:
        what = hold.target or _("everything")
        until = ""
        if hold.until is not None:
            until = ", " + _("until %(value)s") % {
                "value": notation.moment(hold.until, office.settings.zone)
            }
        _warn(_("Stopped"), f"{what} — {hold.reason} ({hold.placed_by}{until})")
    today = now.astimezone(office.settings.zone).date()
    for blackout in office.settings.blackouts:
        if blackout.from_ <= today <= blackout.to:
            only = ", ".join((*blackout.channels, *blackout.campaigns))
            last = _("until the end of %(day)s") % {"day": notation.day(blackout.to, "full")}
            _warn(
                _("Nothing goes out today"),
                f"{only or _('everything')} — {blackout.reason} ({last})",
            )
    for state in states:
        if state.stopped:
            _warn(_("Channel stopped"), f"{state.channel} — {note_words(state.stopped)}")
    for feed in feeds:
        what = _("Feed not read") if feed.stopped_at is None else _("Feed stopped")
        _warn(what, f"{feed.url}, {feed.campaign} — {note_words(feed.problem)}")
    if not _are_posts(names):
        rows = [row for row in rows if _is_near(row, now, span)]
    needing = [row for row in rows if row.state in NEEDS_A_PERSON]
    coming = [row for row in rows if row.state in ON_THE_WAY]
    gone = [row for row in rows if row.state == State.SENT]
    # Of no use in the list of everything, but the answer to who asks where their post is.
    out = [row for row in rows if row.state == State.CANCELLED and names]
    standing = Standing(office.settings.zone, counts, stops, states)
    _list(_("Needs a person"), needing, standing)
    _list(_("Coming"), coming, standing, _by_programs(office, coming, standing))
    _list(_("Went out"), gone, standing)
    _list(_("Taken out of the plan"), out, standing)
    if not (needing or coming or gone or out):
        say(
            ngettext(
                "Nothing needs you, and nothing goes out within %(n)s day of today.",
                "Nothing needs you, and nothing goes out within %(n)s days of today.",
                days,
            )
            % {"n": notation.number(days)}
        )


def _tell_of_the_cluster(office: Site) -> None:
    from publisher.engines.cluster.roll import seated

    found = seated(office.database)
    duty = next((one.name for one in found if one.has_duty), "")
    if not duty:
        _warn(_("Cluster"), _("nobody has the duty: nothing is planned, nothing goes out"))
        return
    number = ngettext("%(n)s process", "%(n)s processes", len(found)) % {
        "n": notation.number(len(found))
    }
    say(_("Cluster: %(number)s, duty: %(duty)s") % {"number": number, "duty": duty})


def _are_posts(names: Sequence[str]) -> bool:
    """Whether posts are asked about, whose every delivery is then shown, however long ago."""
    return bool(names) and all("/" in name for name in names)


def _is_near(row: Delivery, now: datetime, span: timedelta) -> bool:
    if row.state in ON_THE_WAY:
        return row.due_at < now + span
    return row.due_at > now - (4 * span if row.state in NEEDS_A_PERSON else span)


def _all_in(session: Session, now: datetime, span: timedelta) -> list[Delivery]:
    """What may be shown, and not the years before."""
    return [
        *deliveries.in_state(session, *NEEDS_A_PERSON, after=now - 4 * span),
        *deliveries.in_state(session, *ON_THE_WAY, before=now + span),
        *deliveries.in_state(session, State.SENT, after=now - span),
    ]


@click.command(help=_("Show the audit trail: who did what, when."))
@click.argument("about", default="", metavar="[ABOUT]")
@click.option("--limit", default=50, show_default=True, help=_("At most so many lines."))
@click.pass_context
def log(ctx: click.Context, about: str, limit: int) -> None:
    office = site_to_look_at(ctx)
    with office.database.reading() as session:
        events = audit.latest(session, about=about, limit=limit)
    for event in events:
        at = notation.moment(event.at, office.settings.zone)
        what = action_words(event.action)
        more = detail_words(event.detail, office.settings.zone)
        say(f"{at}  {event.actor}  {what}  {subject_words(event.subject)}  {more}".rstrip())
    if not events:
        say(_("Nothing is in the record yet."))


def _by_programs(
    office: Site, rows: Sequence[Delivery], standing: Standing
) -> Mapping[int, Sequence[str]]:
    """What of those ``rows`` that somebody has still to approve programs drafted, by row id."""
    waiting = [row for row in rows if standing.lacks_approval(row)]
    with office.database.reading() as session:
        found = drafted.of_rows(session, office.settings, waiting)
    return {
        deliveries.number_of(row): [one.words(office.settings) for one in told]
        for row in waiting
        if (told := drafted.of_row(found, row))
    }


def _list(
    title: str,
    rows: Sequence[Delivery],
    standing: Standing,
    by_programs: Mapping[int, Sequence[str]] | None = None,
) -> None:
    if not rows:
        return
    say((title, "bold"))
    for row in rows:
        at = notation.moment(row.due_at, standing.zone)
        say(f"  {at}  {row.channel}  {short(row)}  ·  {standing.words(row)}")
        say((f"      {row.url or row.first_line}", "dim"))
        for one in (by_programs or {}).get(deliveries.number_of(row), ()):
            say(f"      {one}")
    say()


def _warn(what: str, why: str) -> None:
    say((what, "bold red"), f": {why}")
