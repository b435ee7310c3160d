"""The commands of ``calendar``: the plan as a table for Excel, out and back in; as iCalendar."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from publisher import notation
from publisher.cli.days import Day, GivenDay
from publisher.cli.keyboard import user_name
from publisher.cli.names import refuse_unknown_campaign, refuse_unknown_channel
from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, say, show_faults
from publisher.files.text import shown
from publisher.i18n import _, ngettext

if TYPE_CHECKING:
    from publisher.calendar.entries import Wanted
    from publisher.calendar.importing import Import, Written
    from publisher.campaign.model import Campaign
    from publisher.site import Site

AHEAD = timedelta(days=90)
BEHIND = timedelta(days=30)
"""What a calendar shows where no days are named."""


@click.group(help=_("The plan as a table for Excel, out and back in, and as iCalendar."))
def calendar() -> None:
    pass


_first = click.option("--from", "first", type=Day(), help=_("First day; else today."))
_last = click.option(
    "--to", "last", type=Day(), help=_("Last day, counted in; else 90 days after the first.")
)
_campaign = click.option("--campaign", help=_("Only this campaign."))
_channel = click.option("--channel", help=_("Only what goes out on this channel."))


@calendar.command(help=_("Write the plan to FILE (.xlsx), a row for each post and moment."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_first
@_last
@_campaign
@_channel
@click.option("--replace", is_flag=True, help=_("Write over the file where there is one."))
@click.pass_context
def export(
    ctx: click.Context,
    file: Path,
    first: GivenDay | None,
    last: GivenDay | None,
    campaign: str | None,
    channel: str | None,
    replace: bool,
) -> None:
    from publisher.calendar.table import export as write

    office = site(ctx)
    _refuse_other_kind(file, ".xlsx")
    _refuse_there(file, replace)
    today = office.clock().astimezone(office.settings.zone).date()
    wanted = _wanted(office, first, last, campaign, channel, today, AHEAD)
    count = write(file, office.desk, wanted)
    say(
        ngettext("%(n)s row is in %(file)s.", "%(n)s rows are in %(file)s.", count)
        % {"n": notation.number(count), "file": shown(file)}
    )
    say(_("Changed in Excel, it comes back by: publisher calendar import FILE --campaign CAMPAIGN"))


@calendar.command(help=_("Write the plan to FILE (.ics), for calendars on telephones."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_first
@_last
@_campaign
@_channel
@click.pass_context
def ics(
    ctx: click.Context,
    file: Path,
    first: GivenDay | None,
    last: GivenDay | None,
    campaign: str | None,
    channel: str | None,
) -> None:
    from channels.durable import written
    from publisher.calendar.entries import entries, files_of, titles_of
    from publisher.calendar.feed import to_ics

    office = site(ctx)
    _refuse_other_kind(file, ".ics")
    today = office.clock().astimezone(office.settings.zone).date()
    wanted = _wanted(office, first, last, campaign, channel, today - BEHIND, AHEAD + BEHIND)
    files = files_of(office.desk, wanted)
    found = entries(office.settings, office.database, wanted, files)
    content = to_ics(office.settings, found, titles_of(files.sound), office.clock())
    file.parent.mkdir(parents=True, exist_ok=True)
    with written(file, 0o644) as target:
        target.write(content)
    say(
        ngettext("%(n)s event is in %(file)s.", "%(n)s events are in %(file)s.", len(found))
        % {"n": notation.number(len(found)), "file": shown(file)}
    )


@calendar.command(
    "import", help=_("Turn a content calendar (.xlsx) into posts; shows all before it writes.")
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--campaign", required=True, help=_("The campaign whose posts they are."))
@click.option("--yes", is_flag=True, help=_("Write without asking what fits."))
@click.option("--dry-run", is_flag=True, help=_("Only show; write nothing and don't ask."))
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write a copy of the table here, with a remark beside each row."),
)
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    campaign: str,
    yes: bool,
    dry_run: bool,
    marked: Path | None,
    by: str,
) -> None:
    from publisher.calendar.importing import read_calendar

    office = site(ctx)
    settings = office.settings
    refuse_unknown_campaign(campaign, settings.campaign_names)
    if marked is not None:
        _refuse_other_kind(marked, ".xlsx")
        _refuse_there(marked, replace=False)
    read = read_calendar(
        file, settings, office.editor, office.clock, _campaign_of(office, campaign)
    )
    if read.faults:
        show_faults(read.faults)
        sys.exit(1)
    _show(read)
    if marked is not None:
        _mark(file, marked, read)
    if read.written and not dry_run and (yes or _agreed(len(read.written))):
        _write(read.written, by)
    elif read.written:
        say(_("Nothing was written. To write what fits: --yes"))
    sys.exit(1 if read.kept_out else 0)


def _campaign_of(office: Site, slug: str) -> Campaign:
    """The campaign, which must be right before anything is put into it."""
    from publisher.campaign.reader import read_campaign

    found, faults = read_campaign(office.settings.campaigns_folder / slug, office.settings)
    if found is None:
        show_faults(faults)
        refuse(_("Mend the campaign first: posts are only put into one without errors."))
    return found


def _show(read: Import) -> None:
    """All that would be written, then every row that isn't taken, then the sums."""
    for one in read.written:
        _show_one(one)
    show_faults([slip.fault for slip in read.slips])
    if read.slips:
        console.print()
    new = sum(one.proposal.before is None for one in read.written)
    say(
        _(
            "Calendar: %(new)s new, %(changed)s changed, %(unchanged)s as before, "
            "%(there)s there already, %(out)s not taken."
        )
        % {
            "new": notation.number(new),
            "changed": notation.number(len(read.written) - new),
            "unchanged": notation.number(read.unchanged),
            "there": notation.number(read.there),
            "out": notation.number(read.kept_out),
        }
    )
    if read.unread:
        what = _("Sheets not read (hidden, or without headings)")
        say(f"{what}: {', '.join(read.unread)}")


def _show_one(one: Written) -> None:
    proposal = one.proposal
    rows = ", ".join(str(row) for _sheet, row in one.rows)
    is_new = proposal.before is None
    what = _("new post") if is_new else _("changed")
    head = Text.assemble(
        ("+ " if is_new else "~ ", "green" if is_new else "yellow"),
        (str(shown(proposal.path)), "bold"),
        f"  {what}, ",
        ngettext("row %(rows)s", "rows %(rows)s", len(one.rows)) % {"rows": rows},
    )
    console.print(head)
    for line in proposal.diff.splitlines()[2:]:
        if line.startswith(("+", "-")):
            console.print(Text(f"    {line}", style="green" if line[0] == "+" else "red"))
    for note in proposal.notes:
        say(f"    {note}")
    console.print()


def _mark(file: Path, target: Path, read: Import) -> None:
    from publisher.calendar.marked import write_marked

    fault = write_marked(file, target, read)
    if fault is not None:
        show_faults([fault])
    else:
        say(_("The table with remarks is at %(file)s") % {"file": shown(target)})


def _agreed(count: int) -> bool:
    """Whether the person at the keyboard says so; nobody there doesn't."""
    if not sys.stdin.isatty():
        return False
    asked = ngettext("Write %(n)s file?", "Write %(n)s files?", count) % {
        "n": notation.number(count)
    }
    return click.confirm(asked, default=False)


def _write(written: tuple[Written, ...], by: str) -> None:
    from publisher.editing.refusals import RefusedError

    done = 0
    for one in written:
        try:
            one.proposal.write(by)
        except RefusedError as refusal:
            show_faults(refusal.faults)
        else:
            done += 1
    say(
        ngettext("%(n)s file written.", "%(n)s files written.", done) % {"n": notation.number(done)}
    )
    say(_("See what changes in the plan: publisher plan"))
    if done < len(written):
        sys.exit(1)


def _wanted(
    office: Site,
    first: GivenDay | None,
    last: GivenDay | None,
    campaign: str | None,
    channel: str | None,
    otherwise: date,
    ahead: timedelta,
) -> Wanted:
    from publisher.calendar.entries import Wanted

    if campaign is not None:
        refuse_unknown_campaign(campaign, office.settings.campaign_names)
    if channel is not None:
        refuse_unknown_channel(channel, office.settings)
    begin = first.day if first is not None else otherwise
    end = last.day if last is not None else begin + ahead
    if end < begin:
        raise click.UsageError(
            _("%(first)s comes after %(last)s: --from is the earlier day.")
            % {"first": notation.day(begin, "full"), "last": notation.day(end, "full")}
        )
    return Wanted(
        begin,
        end,
        (campaign,) if campaign is not None else (),
        (channel,) if channel is not None else (),
    )


def _refuse_other_kind(file: Path, ending: str) -> None:
    if file.suffix.lower() != ending:
        raise click.UsageError(
            _("The file's name has to end in %(ending)s: %(better)s")
            % {"ending": ending, "better": file.with_suffix(ending).name}
        )


def _refuse_there(file: Path, replace: bool) -> None:
    if file.exists() and not replace:
        raise click.UsageError(
            _("There is a file %(file)s already: choose another name.") % {"file": shown(file)}
        )
