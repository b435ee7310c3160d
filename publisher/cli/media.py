"""The command ``media``: the office's library of pictures, videos and documents."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from publisher import notation
from publisher.cli import media_moves
from publisher.cli.days import Day, GivenDay
from publisher.cli.keyboard import user_name
from publisher.cli.media_moves import collection_of, tell_joined
from publisher.cli.media_words import (
    ConsentText,
    GivenConsent,
    hints,
    line_of,
    show_record,
    show_uses,
    tell_alike,
    tell_taken_out,
)
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.desk.collection import Collection
from publisher.desk.description import Words
from publisher.desk.media_refusals import CollectionError, refusal
from publisher.desk.searching import Search
from publisher.i18n import _, ngettext
from publisher.media.record import Consent
from publisher.store.library import Used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.media.record import Record
    from publisher.site import Site

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)


@click.group(help=_("The media library: add, describe, find pictures and videos; where they were."))
def media() -> None:
    """Posts show its media by name: ``media = [{ library = "ten-anh" }]``."""


def _described(command: _Command) -> _Command:
    """The options by which a medium is described."""
    for option in (
        click.option("--by", default=user_name, help=_("Your name.")),
        click.option(
            "--topic", "topics", multiple=True, help=_("What it is about; may be repeated.")
        ),
        click.option("--expires", type=Day(), help=_("The last day on which it may be shown.")),
        click.option("--alt-en", help=_("The same in English.")),
        click.option("--alt", help=_("What it shows, in Vietnamese, for who can't see it.")),
        click.option(
            "--consent",
            type=ConsentText(),
            help=_("Whether the people in it agreed to be shown, and where the paper is kept."),
        ),
        click.option(
            "--licence", help=_("Under which licence: own-work, bought, CC BY 4.0, or your words.")
        ),
        click.option("--credit", help=_("Who made it.")),
    ):
        command = option(command)
    return command


def _words(given: dict[str, Any]) -> Words:
    consent: GivenConsent | None = given["consent"]
    expires: GivenDay | None = given["expires"]
    return Words(
        alt=given["alt"],
        alt_en=given["alt_en"],
        credit=given["credit"],
        licence=given["licence"],
        consent=consent[0] if consent else None,
        consent_at=consent[1] if consent else None,
        expires_on=expires.day if expires else None,
        topics=given["topics"] or None,
    )


@media.command(help=_("Take files, or all files of a folder, into the library."))
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--name", default="", help=_("Its name in posts, else made of the file's."))
@_described
@click.pass_context
def add(ctx: click.Context, /, files: Sequence[Path], name: str, by: str, **given: Any) -> None:
    from publisher.desk.joining import take_folder

    if name and (len(files) > 1 or files[0].is_dir()):
        raise click.UsageError(_("--name is for one file."))
    collection, words = collection_of(site(ctx)), _words(given)
    refused = 0
    for file in files:
        if file.is_dir():
            refused += tell_joined(take_folder(collection, file, words, by))
            continue
        try:
            added = collection.add(file, words, by, name)
        except CollectionError as error:
            say(f"✗ {refusal(error)}")
            refused += 1
            continue
        if added.was_there:
            say(_already(added.record))
            continue
        say(f"+ {added.record.name}  ({file.name})")
        tell_alike(added.alike)
        for hint in hints([added.record]):
            say(f"    → {hint}")
    if refused:
        sys.exit(1)


@media.command("list", help=_("List the library, with how often each was used."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    office = site(ctx)
    _tell_found(office, collection_of(office), Search(), _("The library is empty."))


@media.command(help=_("Find media by words (with or without accents), topic, licence, use."))
@click.argument("words", nargs=-1, metavar="[WORDS]")
@click.option("--topic", "topics", multiple=True, help=_("Only of this topic; may be repeated."))
@click.option(
    "--kind",
    type=click.Choice(["image", "video", "audio", "application", "subtitles"]),
    help=_("Only of this kind."),
)
@click.option("--licence", default="", help=_("Only under this licence."))
@click.option("--no-consent", is_flag=True, help=_("Only those of which consent is missing."))
@click.option("--unused", is_flag=True, help=_("Only those that no post has shown or will show."))
@click.option(
    "--expiring",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help=_("Only those whose last day of use comes within so many days, or is over."),
)
@click.pass_context
def find(
    ctx: click.Context,
    words: tuple[str, ...],
    topics: tuple[str, ...],
    kind: str | None,
    licence: str,
    no_consent: bool,
    unused: bool,
    expiring: int | None,
) -> None:
    office = site(ctx)
    today = office.clock().astimezone(office.settings.zone).date()
    search = Search(
        words=tuple(part for word in words for part in word.split()),
        topics=topics,
        kind=kind or "",
        licence=licence,
        consent=Consent.MISSING if no_consent else None,
        is_unused=unused,
        expires_by=today + timedelta(days=expiring) if expiring is not None else None,
    )
    _tell_found(office, collection_of(office), search, _("Nothing in the library is like that."))


@media.command(help=_("Show all that the library knows of a medium, and where it was used."))
@click.argument("name")
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    office = site(ctx)
    collection = collection_of(office)
    with _refusing():
        record = collection.record(name)
    show_record(record, office.settings.zone)
    rows = collection.uses(record)
    say(_("Shown in:") if rows else _("No post has shown it or will show it."))
    show_uses(rows)


@media.command(help=_("Describe a medium otherwise; what isn't named stays as it is."))
@click.argument("name")
@click.option("--rename", default="", metavar="NAME", help=_("Its new name in posts."))
@click.option("--never-expires", is_flag=True, help=_("Without a last day of use."))
@_described
@click.pass_context
def edit(
    ctx: click.Context, /, name: str, rename: str, never_expires: bool, by: str, **given: Any
) -> None:
    import dataclasses

    collection = collection_of(site(ctx))
    words = dataclasses.replace(_words(given), never_expires=never_expires)
    with _refusing():
        before = collection.record(name)
        changed = collection.change(name, words, by, rename)
    if changed.record == before:
        say(_("Nothing was changed. What can be: publisher media edit --help"))
        return
    say(_("Changed: %(name)s.") % {"name": changed.record.name})
    tell_taken_out(changed)
    still = [row for row in collection.uses(changed.record) if row.sent_at is None]
    if still:
        posts = ", ".join(sorted({f"{row.campaign}/{row.post}" for row in still}))
        said = _("Planned posts that show it take that up with the next plan: %(posts)s.")
        if rename:
            said = _("Planned posts name it as before; write its new name there: %(posts)s.")
        say(said % {"posts": posts})


@media.command(help=_("Note that consent was withdrawn: no post shows it any more, from now on."))
@click.argument("name")
@click.option("--reason", required=True, help=_("Why; it stands in the record."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def withdraw(ctx: click.Context, name: str, reason: str, by: str) -> None:
    collection = collection_of(site(ctx))
    with _refusing():
        changed = collection.withdraw(name, reason, by)
    say(_("“%(name)s” is shown no more.") % {"name": name})
    tell_taken_out(changed)
    rows = collection.uses(changed.record)
    if rows:
        say(_("It is out already, or on its way; only the platforms can take it down there:"))
        show_uses(rows)


@media.command(help=_("Take a medium out of the library; only where no planned post shows it."))
@click.argument("name")
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def remove(ctx: click.Context, name: str, by: str) -> None:
    collection = collection_of(site(ctx))
    with _refusing():
        record = collection.remove(name, by)
    say(_("Taken out of the library: %(name)s.") % {"name": name})
    if record.path.exists():
        say(_("Its file stays in var/media, as what a post showed."))


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except CollectionError as error:
        refuse(refusal(error))


def _tell_found(office: Site, collection: Collection, search: Search, nothing: str) -> None:
    used = collection.used()
    found = search.among(collection.records().values(), used)
    for record in found:
        line_of(record, used.get(record.sha256, Used()), office.settings.zone)
    if not found:
        say(nothing)
        return
    say(ngettext("%(n)s medium.", "%(n)s media.", len(found)) % {"n": notation.number(len(found))})


def _already(record: Record) -> str:
    added = notation.day(record.added_at, "full") if record.added_at else "?"
    return _("= It is in the library already: %(name)s, added on %(day)s by %(who)s.") % {
        "name": record.name,
        "day": added,
        "who": record.added_by or "?",
    }


for _command in media_moves.COMMANDS:
    media.add_command(_command)
