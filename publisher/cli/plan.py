"""The commands for what is scheduled: ``plan`` shows what would change, ``apply`` makes it so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.markup import escape

from publisher import notation
from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.terminal import count_faults, say, show_faults
from publisher.files.faults import Severity, any_error
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.desk.planner import Draft
    from publisher.planning.diff import Alteration, Changes
    from publisher.planning.model import Identity, PlannedDelivery


@click.command(help=_("Show what would change in what is scheduled; changes nothing."))
@click.pass_context
def plan(ctx: click.Context) -> None:
    draft = site(ctx).desk.draft()
    _show(draft)
    if not draft.changes.empty:
        console.print(
            _("To put this into force: publisher apply (a running daemon does it itself)")
        )
    sys.exit(1 if any_error(draft.faults) else 0)


@click.command(help=_("Put the plan into force."))
@click.pass_context
def apply(ctx: click.Context) -> None:
    from publisher.desk.notices import not_kept_words

    office = site(ctx)
    draft = office.desk.draft()
    _show(draft)
    not_kept = office.desk.apply(draft.changes)
    for campaign, why in not_kept.items():
        say(not_kept_words(campaign, why))
    if not draft.changes.empty and not not_kept:
        console.print(_("Done."))
    sys.exit(1 if any_error(draft.faults) or not_kept else 0)


def _show(draft: Draft) -> None:
    errors = [fault for fault in draft.faults if fault.severity is Severity.ERROR]
    if errors:
        show_faults(errors)
        console.print(_("Campaigns with errors keep what was planned before."))
        console.print(count_faults(errors))
        console.print()
    changes = draft.changes
    for planned in changes.added:
        _line("green", "+", _("added"), planned)
    for planned in changes.restored:
        _line("green", "+", _("back again"), planned)
    for alteration in changes.altered:
        _line("yellow", "~", _what(alteration), alteration.planned, alteration)
    for removed in changes.removed:
        due = notation.moment(removed.due_at.astimezone(ZoneInfo(removed.zone)))
        text = (
            f"{due}  {removed.identity.channel:<12} {_name(removed.identity)}  {removed.first_line}"
        )
        what = _("removed")
        console.print(f"[red]-[/] {what}: {escape(text)}")
    for retagging in changes.retagged:
        identity = retagging.stored.identity
        text = f"{identity.channel:<12} {_name(identity)}  {', '.join(retagging.tags.covers)}"
        what = _("noted otherwise for reports")
        console.print(f"[cyan]i[/] {what}: {escape(text.rstrip())}")
    for planned in changes.too_late:
        _line("dim", "!", _("its time is over, it will not go out"), planned)
    for alteration in changes.untouchable:
        _line("dim", "=", _("already went out, stays as it is"), alteration.planned)
    _summary(changes)


def _what(alteration: Alteration) -> str:
    words = []
    if alteration.moved:
        words.append(_("moved"))
    if alteration.reworded:
        words.append(_("text changed"))
    if alteration.reapproved:
        words.append(_("approvals changed"))
    return ", ".join(words)


def _line(
    colour: str, mark: str, what: str, planned: PlannedDelivery, before: Alteration | None = None
) -> None:
    slot = planned.slot
    due = notation.moment(slot.local)
    if before is not None and before.moved:
        due = f"{notation.moment(before.stored.due_at.astimezone(slot.local.tzinfo))} → {due}"
    text = f"{due}  {slot.identity.channel:<12} {_name(slot.identity)}  {planned.first_line}"
    console.print(f"[{colour}]{mark}[/] {what}: {escape(text)}")


def _name(identity: Identity) -> str:
    name = f"{identity.campaign}/{identity.post}"
    return f"{name}/{identity.occurrence}" if identity.occurrence else name


def _summary(changes: Changes) -> None:
    console.print(
        _(
            "Plan: %(added)s to add, %(altered)s to change, %(removed)s to take out, "
            "%(unchanged)s as they are."
        )
        % {
            "added": notation.number(len(changes.added) + len(changes.restored)),
            "altered": notation.number(len(changes.altered)),
            "removed": notation.number(len(changes.removed)),
            "unchanged": notation.number(changes.unchanged),
        }
    )
