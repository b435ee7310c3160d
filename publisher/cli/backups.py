"""The commands for a backup of the store: ``backup``, ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.opening import site, site_as_it_lies
from publisher.cli.terminal import say
from publisher.i18n import _, ngettext
from publisher.store import backups, library


@click.command(
    help=_(
        "Copy the store to FILE, or into var/backups under the present time; safe while the "
        "daemon runs."
    )
)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path | None) -> None:
    office = site(ctx)
    store = office.database.path
    if file is None:
        name = f"publisher-{office.clock():%Y%m%dT%H%M%SZ}.db"
        file = office.settings.var_folder / "backups" / name
    if store is not None and file.resolve() == store.resolve():
        raise click.UsageError(_("That is the database itself: name another file."))
    office.database.backup(file)
    size = notation.size(file.stat().st_size)
    say(_("Backed up to %(file)s (%(size)s, checked).") % {"file": file, "size": size})
    with office.database.reading() as session:
        has_media = library.mark(session)[0]
    if has_media:
        folder = office.settings.media_folder
        say(
            _("The media library's files lie in %(folder)s: keep a copy of it too.")
            % {"folder": folder}
        )


@click.command(
    help=_(
        "Bring back the store from FILE; the daemon must be stopped. Without FILE: PostgreSQL's "
        "own tools brought it back, and what may have gone out since is put before a person."
    )
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def restore(ctx: click.Context, file: Path | None, by: str) -> None:
    if file is None:
        office = site(ctx)
        suspects = backups.was_restored(office.database, office.clock(), by)
        say(_("Noted that a backup was brought back."))
    else:
        # That the present store can't be opened may be the very reason.
        office = site_as_it_lies(ctx)
        kept, suspects = backups.restore(office.database, file, office.clock(), by)
        say(_("Restored. What was there before is kept in %(file)s.") % {"file": kept})
    if suspects:
        say(
            ngettext(
                "%(n)s delivery fell due since that backup and may have gone out: "
                "it is unconfirmed.",
                "%(n)s deliveries fell due since that backup and may have gone out: "
                "they are unconfirmed.",
                suspects,
            )
            % {"n": notation.number(suspects)}
        )
