"""The commands that say how things stand: ``status``, ``log``.

Nothing is changed.

Both print lines that stay whole on a narrow terminal and can be searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.text import Text
from sqlmodel import Session

from publisher.cli.deliveries import named, short
from publisher.cli.opening import site
from publisher.cli.terminal import console, say
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.i18n import _, ngettext
from publisher.states import action_words, note_words, state_words
from publisher.store import approvals, audit, channel_states, deliveries, holds
from publisher.store.feeds import unread
from publisher.store.models import Delivery, Hold

NEEDS_A_PERSON = (State.UNCONFIRMED, State.FAILED, State.MISSED)
ON_THE_WAY = (*CLAIMABLE, State.SENDING)


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
    now, span = office.clock(), timedelta(days=days)
    with office.database.reading() as session:
        rows = named(session, names, "") if names else _all_in(session, now, span)
        counts = approvals.counts(session)
        stops = holds.in_force(session, now)
        states = channel_states.all_of_them(session)
        feeds = unread(session)
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
    for feed in feeds:
        _warn(_("Feed not read"), f"{feed.campaign} — {note_words(feed.problem)}")
    if not _are_posts(names):
        rows = [row for row in rows if _is_near(row, now, span)]
    needing = [row for row in rows if row.state in NEEDS_A_PERSON]
    coming = [row for row in rows if row.state in ON_THE_WAY]
    gone = [row for row in rows if row.state == State.SENT]
    # Of no use in the list of everything, but the answer to who asks where their post is.
    out = [row for row in rows if row.state == State.CANCELLED and names]
    stopped = frozenset(state.channel for state in states if state.stopped)
    present = _Present(office.settings.zone, counts, stops, stopped)
    _list(_("Needs a person"), needing, present)
    _list(_("Coming"), coming, present)
    _list(_("Went out"), gone, present)
    _list(_("Taken out of the plan"), out, present)
    if not (needing or coming or gone or out):
        say(
            ngettext(
                "Nothing needs you, and nothing goes out within %(n)d day of today.",
                "Nothing needs you, and nothing goes out within %(n)d days of today.",
                days,
            )
            % {"n": days}
        )


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


@dataclass(frozen=True, slots=True)
class _Present:
    """What decides on how a delivery is shown: approvals, holds in force, stopped channels."""

    zone: ZoneInfo
    approvals: Mapping[int, int]
    holds: Sequence[Hold]
    stopped: frozenset[str]

    def state_of(self, row: Delivery) -> str:
        words = state_words(State(row.state))
        if row.note and row.state in NEEDS_A_PERSON:
            return f"{words}: {note_words(row.note)}"
        if row.state == State.SENT and row.gone_at is not None:
            gone = _("no longer there since %(value)s")
            return f"{words}, {gone % {'value': _local(row.gone_at, self.zone)}}"
        if row.state not in CLAIMABLE:
            return words
        given = self.approvals.get(deliveries.number_of(row), 0)
        if given < row.approvals:
            words = _("waits for approval (%(given)d of %(asked)d)") % {
                "given": given,
                "asked": row.approvals,
            }
        kept = self._kept_by(row)
        return f"{words}, {kept}" if kept else words

    def _kept_by(self, row: Delivery) -> str:
        if row.holdable and any(holds.covers(one, row.campaign, row.channel) for one in self.holds):
            return _("on hold")
        return _("its channel is stopped") if row.channel in self.stopped else ""


def _list(title: str, rows: Sequence[Delivery], present: _Present) -> None:
    if not rows:
        return
    console.print(Text(title, style="bold"))
    for row in rows:
        at = _local(row.due_at, present.zone)
        say(f"  {at}  {row.channel}  {short(row)}  ·  {present.state_of(row)}")
        console.print(Text(f"      {row.url or row.first_line}", style="dim"))
    console.print()


def _warn(what: str, why: str) -> None:
    console.print(Text.assemble((what, "bold red"), f": {why}"))


def _subject(subject: str) -> str:
    return _("everything") if subject == holds.EVERYTHING else subject


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
        "audiences": _("for %(value)s"),
        "covers": _("covers %(value)s"),
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


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M")
