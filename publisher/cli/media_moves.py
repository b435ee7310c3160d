"""The commands of ``media`` that move whole libraries: ``export``, ``join``, ``verify``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.media_words import tell_alike, tell_taken_out
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.desk.collection import Collection
from publisher.desk.media_refusals import refusal
from publisher.i18n import _, ngettext

if TYPE_CHECKING:
    from publisher.desk.joining import Joined
    from publisher.site import Site


@click.command(
    help=_("Write the library's list to FILE.json or FILE.csv, or all of it to a folder.")
)
@click.argument("place", type=click.Path(path_type=Path), metavar="PLACE")
@click.pass_context
def export(ctx: click.Context, place: Path) -> None:
    import shutil

    from publisher.desk import manifest

    records = list(collection_of(site(ctx)).records().values())
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
            "%(n)s medium written to %(place)s.", "%(n)s media written to %(place)s.", len(entries)
        )
        % {"n": notation.number(len(entries)), "place": place}
    )


@click.command(help=_("Join another library (a folder of “export”, or its list) with this one."))
@click.argument("place", type=click.Path(exists=True, path_type=Path), metavar="PLACE")
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def join(ctx: click.Context, place: Path, by: str) -> None:
    from publisher.desk import joining, manifest

    collection = collection_of(site(ctx))
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
    if tell_joined(joining.join(collection, theirs, by)):
        sys.exit(1)


@click.command(help=_("Read every original, and tell which is gone or no longer what it was."))
@click.pass_context
def verify(ctx: click.Context) -> None:
    collection = collection_of(site(ctx))
    lost = collection.lost()
    for record in lost:
        say(f"✗ {record.name}: {record.path}")
    if lost:
        refuse(_("Bring them back from a backup of var/media, or add the files once more."))
    count = len(collection.records())
    say(
        ngettext("%(n)s original is whole.", "All %(n)s originals are whole.", count)
        % {"n": notation.number(count)}
    )


COMMANDS = (export, join, verify)


def collection_of(office: Site) -> Collection:
    """The office's library, to be changed."""
    return Collection(office.database, office.settings.var_folder, office.clock)


def tell_joined(outcomes: Iterable[Joined]) -> int:
    """Print what became of each; gives how many could not be taken."""
    lacking = 0
    for one in outcomes:
        name = one.record.name if one.record else one.told
        if one.outcome == "added":
            say(f"+ {name}  ({one.told})")
            tell_alike(one.alike)
        elif one.outcome == "filled":
            say(_("~ %(name)s: was here, and learned something.") % {"name": name})
            if one.changed is not None:
                tell_taken_out(one.changed)
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
