"""The command ``drill``: a backup is tried before it is needed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher import notation
from publisher.cli.opening import site_as_it_lies
from publisher.cli.terminal import refuse, say
from publisher.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from publisher.site import Site
    from publisher.store.drill import Drill

COUNTED = {
    "delivery": N_("Deliveries"),
    "attempt": N_("Attempts"),
    "approval": N_("Approvals"),
    "reading": N_("Readings"),
    "event": N_("Entries of the record"),
}
"""The tables that a person knows something by, and what they know them as."""


@click.command(
    help=_(
        "Try a backup: bring it back in a scratch folder and say what would be lost and what put "
        "in doubt. The store is only read. WHERE is a backup, a folder of them (the newest is "
        "taken; var/backups if left out), or the address of a PostgreSQL database that a backup "
        "was brought back to."
    )
)
@click.argument("where", required=False)
@click.option(
    "--at-most",
    type=click.IntRange(1),
    metavar="HOURS",
    help=_("It ends with 1 where the backup is older."),
)
@click.pass_context
def drill(ctx: click.Context, where: str | None, at_most: int | None) -> None:
    office = site_as_it_lies(ctx)
    tried = _tried(office, where)
    _tell(tried, office)
    if not tried.is_ours:
        refuse(_("It isn't a backup of this store: what it knows last never happened here."))
    age = None if tried.up_to is None else office.clock() - tried.up_to
    if at_most is not None and (age is None or age > timedelta(hours=at_most)):
        refuse(_("It is older than %(n)s hours.") % {"n": notation.number(at_most)})


def _tried(office: Site, where: str | None) -> Drill:
    from publisher.site import at
    from publisher.store import drill as drills
    from publisher.store.database import Database

    now = office.clock()
    if where is not None and "://" in where:
        restored = Database(at(office.settings, where))
        if restored.path is None:
            say(_("Backup: %(place)s") % {"place": restored.engine.url.render_as_string()})
            try:
                tried = drills.of_database(office.database, restored, now)
            finally:
                restored.close()
            say(("✓", "green"), " ", _("Its tables can be read."))
            return tried
        where = str(restored.path)
    place = Path(where) if where is not None else office.settings.var_folder / "backups"
    file = place if place.is_file() else drills.newest(place)
    say(_("Backup: %(place)s") % {"place": file})
    tried = drills.of_file(office.database, file, now)
    say(("✓", "green"), " ", _("Brought back in a scratch folder, checked and opened."))
    return tried


def _tell(tried: Drill, office: Site) -> None:
    if tried.up_to is not None:
        say(_up_to(tried.up_to, office.clock(), office.settings.zone))
    for table, words in COUNTED.items():
        kept = tried.rows[table]
        now = (
            ""
            if tried.rows_now is None
            else _(", now %(n)s") % {"n": notation.number(tried.rows_now[table])}
        )
        say(f"    {_(words)}: {kept}{now}")
    if tried.rows_now is None:
        say(_("The present store can't be compared: %(why)s") % {"why": tried.unreadable})
    elif tried.sent_since:
        say(
            ngettext(
                "Since then %(n)s post went out of which it knows nothing.",
                "Since then %(n)s posts went out of which it knows nothing.",
                tried.sent_since,
            )
            % {"n": notation.number(tried.sent_since)}
        )
    say(
        ngettext(
            "Brought back now, it would leave %(n)s delivery in doubt: looked up or put before a "
            "person, never sent again unseen.",
            "Brought back now, it would leave %(n)s deliveries in doubt: looked up or put before a "
            "person, never sent again unseen.",
            tried.doubted,
        )
        % {"n": notation.number(tried.doubted)}
    )


def _up_to(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    return _("It knows what happened up to %(when)s: %(age)s ago.") % {
        "when": notation.moment(moment, zone),
        "age": notation.age(now - moment),
    }
