"""``approve``, ``status``, ``log``, ``cancel``, ``again``, ``settle``: a person's word.

A post is named ``campaign/post``, or by the whole key that ``status`` shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.text import Text
from sqlmodel import Session

from channels.base import Receipt
from publisher.cli.office import console, say, site, user_name
from publisher.delivery import lifecycle
from publisher.delivery.late import matter
from publisher.delivery.lifecycle import CLAIMABLE, Move, State
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.states import action_words, note_words, state_words
from publisher.store import approvals, audit, channel_states, deliveries, holds
from publisher.store import holds as stored_holds
from publisher.store.models import Delivery

NEEDS_A_PERSON = (State.UNCONFIRMED, State.FAILED, State.MISSED)
ON_THE_WAY = (*CLAIMABLE, State.SENDING)


@click.command(help=_("Approve the present text of posts, under your name."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN | CAMPAIGN/POST …")
@click.option("--by", required=True, help=_("Your name; it stands in the record."))
@click.option("--channel", default="", help=_("Only on this channel."))
@click.pass_context
def approve(ctx: click.Context, names: Sequence[str], by: str, channel: str) -> None:
    office = site(ctx)
    if not by.strip():
        raise click.UsageError(_("An approval needs a name."))
    given = already = 0
    with office.database.writing() as session:
        for delivery in _named(session, names, channel):
            if delivery.state not in CLAIMABLE or not delivery.approvals:
                continue
            if approvals.approve(session, delivery, by.strip(), office.clock()):
                given += 1
            else:
                already += 1
    say(ngettext("%(n)d delivery approved.", "%(n)d deliveries approved.", given) % {"n": given})
    if already:
        say(
            _("You had already approved %(n)d; a second approval needs another person.")
            % {"n": already}
        )
    if not given and not already:
        say(_("Nothing here waits for an approval."))


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
    office = site(ctx)
    now = office.clock()
    with office.database.reading() as session:
        rows = _named(session, names, "") if names else list(deliveries.matching(session))
        counts = approvals.counts(session)
        stops = holds.in_force(session, now)
        states = channel_states.all_of_them(session)
    for hold in stops:
        what = hold.target or _("everything")
        until = ""
        if hold.until is not None:
            until = ", " + _("until %(value)s") % {
                "value": _local(hold.until, office.settings.zone)
            }
        _warn(_("Stopped"), f"{what} — {hold.reason} ({hold.placed_by}{until})")
    today = now.astimezone(office.settings.zone).date()
    for blackout in office.settings.blackouts:
        if blackout.from_ <= today <= blackout.to:
            only = ", ".join((*blackout.channels, *blackout.campaigns))
            last = _("until the end of %(day)s") % {"day": f"{blackout.to:%d/%m/%Y}"}
            _warn(
                _("Nothing goes out today"),
                f"{only or _('everything')} — {blackout.reason} ({last})",
            )
    for state in states:
        if state.stopped:
            _warn(_("Channel stopped"), f"{state.channel} — {note_words(state.stopped)}")
    span = timedelta(days=days)
    needing = [row for row in rows if row.state in NEEDS_A_PERSON and now - row.due_at < 4 * span]
    coming = [row for row in rows if row.state in ON_THE_WAY and row.due_at < now + span]
    gone = [row for row in rows if row.state == State.SENT and row.due_at > now - span]
    _list(_("Needs a person"), needing, counts, office)
    _list(_("Coming"), coming, counts, office)
    _list(_("Went out"), gone, counts, office)
    if not (needing or coming or gone):
        say(
            ngettext(
                "Nothing needs you, and nothing goes out within %(n)d day of today.",
                "Nothing needs you, and nothing goes out within %(n)d days of today.",
                days,
            )
            % {"n": days}
        )


@click.command(help=_("Show the audit trail: who did what, when."))
@click.argument("about", default="", metavar="[ABOUT]")
@click.option("--limit", default=50, show_default=True, help=_("At most so many lines."))
@click.pass_context
def log(ctx: click.Context, about: str, limit: int) -> None:
    office = site(ctx)
    with office.database.reading() as session:
        events = audit.latest(session, about=about, limit=limit)
    for event in events:
        at = _local(event.at, office.settings.zone)
        what = action_words(event.action)
        more = _details(event.detail, office.settings.zone)
        say(f"{at}  {event.actor}  {what}  {_subject(event.subject)}  {more}".rstrip())
    if not events:
        say(_("Nothing is in the record yet."))


@click.command(help=_("Take posts out: they will not be sent."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def cancel(ctx: click.Context, names: Sequence[str], channel: str, by: str) -> None:
    _each(site(ctx), names, channel, by, lifecycle.CANCEL, cancelled_by=by)


@click.command(help=_("Try failed posts once more."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def again(ctx: click.Context, names: Sequence[str], channel: str, by: str) -> None:
    office = site(ctx)
    _each(office, names, channel, by, lifecycle.AGAIN, **_at_once(office))


@click.command(help=_("Say whether a doubtful post went out: you have looked."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--sent", "is_there", is_flag=True, help=_("It is there."))
@click.option("--again", "is_absent", is_flag=True, help=_("It is not: send it."))
@click.option("--url", default="", help=_("Where it can be seen."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def settle(
    ctx: click.Context,
    names: Sequence[str],
    channel: str,
    is_there: bool,
    is_absent: bool,
    url: str,
    by: str,
) -> None:
    # Said outright, one of the two: a default would publish twice, or leave a post unpublished.
    if is_there == is_absent:
        raise click.UsageError(_("Say --sent or --again."))
    office = site(ctx)
    if is_absent:
        fresh = _at_once(office)
        _each(office, names, channel, by, lifecycle.CLEAR, deliveries.disprove_doubts, **fresh)
        return
    with office.database.reading() as session:
        rows = [row for row in _named(session, names, channel) if row.state == State.UNCONFIRMED]
    for row in rows:
        office.reconciler.found(row, Receipt("", url, office.clock()), by)
    _count(len(rows))


def _subject(subject: str) -> str:
    return _("everything") if subject == stored_holds.EVERYTHING else subject


def _details(detail: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What else the record holds, in words and local time; fingerprints are for programs."""
    labels = {
        "due": _("due %(value)s"),
        "until": _("until %(value)s"),
        "reason": _("reason: %(value)s"),
        "error": _("reason: %(value)s"),
        "note": _("reason: %(value)s"),
        "why": _("reason: %(value)s"),
        "to": _("to %(value)s"),
        "process": _("process %(value)s"),
        "suspects": _("%(value)s unconfirmed"),
        "entries": _("%(value)s entries"),
        "url": "%(value)s",
    }
    words = []
    for name, value in detail.items():
        if name in _FOR_PROGRAMS or not value:
            continue
        label = labels.get(name, f"{name}: %(value)s")
        words.append(label % {"value": _value(value, zone)})
    return ", ".join(words)


_FOR_PROGRAMS = frozenset({"fingerprint", "how", "holds", "mode"})


def _value(value: object, zone: ZoneInfo) -> str:
    try:
        return _local(datetime.fromisoformat(str(value)), zone) if "T" in str(value) else str(value)
    except ValueError:
        return note_words(str(value))


def _at_once(office: Site) -> dict[str, Any]:
    """A person wants it out now: it gets a fresh grace, whatever the hour it was meant for."""
    now = office.clock()
    return {"next_at": now, "expires_at": now + timedelta(hours=2)}


def _each(
    office: Site,
    names: Sequence[str],
    channel: str,
    by: str,
    step: Move,
    besides: Callable[[Session, int], None] | None = None,
    **changes: object,
) -> None:
    moved: list[str] = []
    with office.database.writing() as session:
        for row in _named(session, names, channel):
            number = deliveries.number_of(row)
            if deliveries.move(session, number, step, office.clock(), **changes):
                if besides is not None:
                    besides(session, number)
                key = deliveries.identity_of(row).key
                audit.record(session, office.clock(), by, step.name, key)
                moved.append(key)
    # A person has acted: should it fail once more, that is news and told at once.
    for key in moved:
        office.alerts.clear(matter(key))
    _count(len(moved))


def _count(moved: int) -> None:
    if not moved:
        say(_("None of these is in a state in which that can be done; see: publisher status"))
        sys.exit(1)
    say(ngettext("%(n)d delivery changed.", "%(n)d deliveries changed.", moved) % {"n": moved})


def _named(session: Session, names: Sequence[str], channel: str) -> list[Delivery]:
    found: dict[int, Delivery] = {}
    for name in names:
        rows = _of(session, name, channel)
        if not rows and channel and _of(session, name, ""):
            raise click.UsageError(
                _("“%(name)s” is not scheduled on the channel “%(channel)s”; see: publisher status")
                % {"name": name, "channel": channel}
            )
        if not rows:
            raise click.UsageError(
                _("Nothing is scheduled under “%(name)s”; see: publisher status") % {"name": name}
            )
        found.update((deliveries.number_of(row), row) for row in rows)
    return list(found.values())


def _of(session: Session, name: str, channel: str) -> Sequence[Delivery]:
    parts = name.split("/")
    # A part left empty, as a shell's unset variable leaves it, must not mean "all of them".
    if not all(parts[:2]):
        return []
    rows = deliveries.matching(session, campaign=parts[0], channel=channel)
    return [row for row in rows if len(parts) == 1 or name in _names_of(row)]


def _names_of(row: Delivery) -> tuple[str, ...]:
    """What a person may call a delivery: its post, its post on one day, or its whole key."""
    return f"{row.campaign}/{row.post}", _short(row), deliveries.identity_of(row).key


def _short(row: Delivery) -> str:
    return f"{row.campaign}/{row.post}" + (f"/{row.occurrence}" if row.occurrence else "")


def _list(title: str, rows: Sequence[Delivery], counts: dict[int, int], office: Site) -> None:
    """Two lines a delivery: they stay whole on a narrow terminal and can be searched."""
    if not rows:
        return
    console.print(Text(title, style="bold"))
    for row in rows:
        at = _local(row.due_at, office.settings.zone)
        say(f"  {at}  {row.channel}  {_short(row)}  ·  {_state(row, counts)}")
        console.print(Text(f"      {row.url or row.first_line}", style="dim"))
    console.print()


def _state(row: Delivery, counts: dict[int, int]) -> str:
    given = counts.get(deliveries.number_of(row), 0)
    if row.state in CLAIMABLE and given < row.approvals:
        return _("waits for approval (%(given)d of %(asked)d)") % {
            "given": given,
            "asked": row.approvals,
        }
    state = state_words(State(row.state))
    if row.note and row.state in NEEDS_A_PERSON:
        state += f": {note_words(row.note)}"
    return state


def _warn(what: str, why: str) -> None:
    console.print(Text.assemble((what, "bold red"), f": {why}"))


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M")
