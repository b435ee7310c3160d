"""The command ``media``: the office's library of pictures, videos and documents."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from publisher.cli.days import Day, GivenDay
from publisher.cli.keyboard import user_name
from publisher.cli.media_words import (
    ConsentText,
    GivenConsent,
    hints,
    line_of,
    show_record,
    show_uses,
)
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.desk.collection import Collection, CollectionError, Words
from publisher.desk.media_words import refusal
from publisher.desk.searching import Search
from publisher.i18n import _, ngettext
from publisher.media.record import Consent
from publisher.store.library import Used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.desk.collection import Changed
    from publisher.desk.joining import Joined
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
    collection, words = _collection(site(ctx)), _words(given)
    refused = 0
    for file in files:
        if file.is_dir():
            refused += _tell_joined(take_folder(collection, file, words, by))
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
        _tell_alike(added.alike)
        for hint in hints([added.record]):
            say(f"    → {hint}")
    if refused:
        sys.exit(1)


@media.command("list", help=_("List the library, with how often each was used."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    office = site(ctx)
    _tell_found(office, _collection(office), Search(), _("The library is empty."))


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
    _tell_found(office, _collection(office), search, _("Nothing in the library is like that."))


@media.command(help=_("Show all that the library knows of a medium, and where it was used."))
@click.argument("name")
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    office = site(ctx)
    collection = _collection(office)
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

    collection = _collection(site(ctx))
    words = dataclasses.replace(_words(given), never_expires=never_expires)
    with _refusing():
        before = collection.record(name)
        changed = collection.change(name, words, by, rename)
    if changed.record == before:
        say(_("Nothing was changed. What can be: publisher media edit --help"))
        return
    say(_("Changed: %(name)s.") % {"name": changed.record.name})
    _tell_taken_out(changed)
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
    collection = _collection(site(ctx))
    with _refusing():
        changed = collection.withdraw(name, reason, by)
    say(_("“%(name)s” is shown no more.") % {"name": name})
    _tell_taken_out(changed)
    rows = collection.uses(changed.record)
    if rows:
        say(_("It is out already, or on its way; only the platforms can take it down there:"))
        show_uses(rows)


@media.command(help=_("Take a medium out of the library; only where no planned post shows it."))
@click.argument("name")
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def remove(ctx: click.Context, name: str, by: str) -> None:
    collection = _collection(site(ctx))
    with _refusing():
        record = collection.remove(name, by)
    say(_("Taken out of the library: %(name)s.") % {"name": name})
    if record.path.exists():
        say(_("Its file stays in var/media, as what a post showed."))


@media.command(
    help=_("Write the library's list to FILE.json or FILE.csv, or all of it to a folder.")
)
@click.argument("place", type=_FILE, metavar="PLACE")
@click.pass_context
def export(ctx: click.Context, place: Path) -> None:
    import shutil

    from publisher.desk import manifest

    records = list(_collection(site(ctx)).records().values())
    entries = manifest.entries_of(records)
    if place.suffix.lower() in (".json", ".csv"):
        is_csv = place.suffix.lower() == ".csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((manifest.as_csv if is_csv else manifest.as_json)(entries))
    else:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise click.UsageError(_("%(place)s is not an empty folder.") % {"place": place})
        place.mkdir(parents=True, exist_ok=True)
        for record, entry in zip(records, entries, strict=True):
            shutil.copyfile(record.path, place / entry.file)
        (place / "manifest.json").write_bytes(manifest.as_json(entries))
    say(
        ngettext(
            "%(n)d medium written to %(place)s.", "%(n)d media written to %(place)s.", len(entries)
        )
        % {"n": len(entries), "place": place}
    )


@media.command(help=_("Join another library (a folder of “export”, or its list) with this one."))
@click.argument("place", type=click.Path(exists=True, path_type=Path), metavar="PLACE")
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def join(ctx: click.Context, place: Path, by: str) -> None:
    from publisher.desk import joining, manifest

    collection = _collection(site(ctx))
    try:
        theirs = manifest.read(place)
    except manifest.ManifestError as error:
        refuse(
            _(
                "%(where)s can't be read as a library's list: %(why)s. "
                "publisher media export writes one."
            )
            % {"where": error.where, "why": error.why}
        )
    if _tell_joined(joining.join(collection, theirs, by)):
        sys.exit(1)


@media.command(help=_("Read every original, and tell which is gone or no longer what it was."))
@click.pass_context
def verify(ctx: click.Context) -> None:
    collection = _collection(site(ctx))
    lost = collection.lost()
    for record in lost:
        say(f"✗ {record.name}: {record.path}")
    if lost:
        refuse(_("Bring them back from a backup of var/media, or add the files once more."))
    count = len(collection.records())
    say(
        ngettext("%(n)d original is whole.", "All %(n)d originals are whole.", count) % {"n": count}
    )


def _collection(office: Site) -> Collection:
    return Collection(office.database, office.settings.var_folder, office.clock)


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
    say(ngettext("%(n)d medium.", "%(n)d media.", len(found)) % {"n": len(found)})


def _already(record: Record) -> str:
    added = f"{record.added_at:%d/%m/%Y}" if record.added_at else "?"
    return _("= It is in the library already: %(name)s, added on %(day)s by %(who)s.") % {
        "name": record.name,
        "day": added,
        "who": record.added_by or "?",
    }


def _tell_alike(alike: Iterable[Record]) -> None:
    names = ", ".join(one.name for one in alike)
    if names:
        say("    " + _("It looks just like: %(names)s. Is it the same picture?") % {"names": names})


def _tell_taken_out(changed: Changed) -> None:
    if changed.taken_out:
        say(_("Taken out of the plan, since it may not be shown there any more:"))
        show_uses(changed.taken_out)


def _tell_joined(outcomes: Iterable[Joined]) -> int:
    """Print what became of each; gives how many could not be taken."""
    lacking = 0
    for one in outcomes:
        name = one.record.name if one.record else one.told
        if one.outcome == "added":
            say(f"+ {name}  ({one.told})")
            _tell_alike(one.alike)
        elif one.outcome == "filled":
            say(_("~ %(name)s: was here, and learned something.") % {"name": name})
            if one.changed is not None:
                _tell_taken_out(one.changed)
        elif one.outcome == "known":
            say(_("= %(name)s: was here already.") % {"name": name})
        else:
            lacking += 1
            if one.outcome == "lacking":
                say(_("✗ %(name)s: its file isn't there.") % {"name": name})
            elif one.outcome == "differs":
                say(_("✗ %(name)s: its file isn't the one that the list means.") % {"name": name})
            elif one.why is not None:
                say(f"✗ {refusal(one.why)}")
    return lacking
