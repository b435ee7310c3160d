"""The command ``migrate-store``: the store moves to another database, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.opening import site_as_it_lies
from publisher.cli.terminal import say
from publisher.i18n import _, ngettext

if TYPE_CHECKING:
    from rich.progress import TaskID

    from publisher.store.database import Database
    from publisher.store.moving import Moved


@click.command(
    help=_(
        "Move the store to another database, each row proved; the daemon must be stopped. "
        "ADDRESS is as store in schedule.toml: postgresql+psycopg://USER@HOST/NAME, or "
        "sqlite:///var/publisher.db to move back."
    )
)
@click.option("--to", "to", required=True, metavar="ADDRESS", help=_("Where to; it must be empty."))
@click.option(
    "--give-up",
    is_flag=True,
    help=_("Stay here after all: of a move there that was interrupted."),
)
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def migrate_store(ctx: click.Context, to: str, give_up: bool, by: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from publisher.site import at
    from publisher.store import moving
    from publisher.store.database import Database

    office = site_as_it_lies(ctx)
    source, target = office.database, Database(at(office.settings, to))
    ctx.call_on_close(target.close)
    _require_reached(target)
    if give_up:
        moving.give_up(source, target, office.clock(), by)
        say(_("The store stays where it is: %(place)s") % {"place": moving.address(source)})
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(table: str, done: int, total: int) -> None:
            if total and table not in tasks:
                tasks[table] = bar.add_task(table, total=total)
            if table in tasks:
                bar.update(tasks[table], completed=done)

        moved = moving.move(source, target, office.clock(), by, tell)
    _tell(moved, moving.address(source), moving.address(target))
    if target.path is not None and office.settings.engine == "cluster":
        say(_('One file is one machine\'s: write engine = "local" there too.'))


def _require_reached(target: Database) -> None:
    """Raise ``StoreError`` where a server isn't to be had: its address was typed just now."""
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.store.errors import StoreError
    from publisher.store.trouble import in_words

    if target.path is not None:
        return
    try:
        with target.reading() as session:
            session.connection()
    except SQLAlchemyError as error:
        raise StoreError(in_words(error, "--to")) from None


def _tell(moved: Moved, before: str, now: str) -> None:
    if moved.was_done:
        say(_("That move was finished before: the store is at %(place)s") % {"place": now})
    else:
        rows = sum(moved.rows.values())
        say(
            ngettext(
                "Moved %(n)s row, and read it back as it was.",
                "Moved %(n)s rows, and read each back as it was.",
                rows,
            )
            % {"n": notation.number(rows)}
        )
    if moved.kept is not None:
        say(_("What lay there before is kept in %(file)s.") % {"file": moved.kept})
    say(
        _("Now write in schedule.toml (or in PUBLISHER_STORE, with its password):\n%(line)s")
        % {"line": f'store = "{now}"'}
    )
    say(_("%(place)s stays as it was, and is opened by nobody any more.") % {"place": before})
