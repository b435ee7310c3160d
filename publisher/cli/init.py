"""The command ``init``: a new site in an empty folder, and what keeps it running.

The systemd unit and the container's recipe are shown or written; nothing is started.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import click

from publisher.cli.terminal import refuse, say
from publisher.files.text import shown
from publisher.i18n import _, language
from publisher.install import brought, new_site
from publisher.install.unit import INSTALLED, UnitError, unit_of

SYSTEMD = Path("/run/systemd/system")
"""There where systemd runs the machine (sd_booted(3))."""

CONTAINER = "container"

MOST_NAMES = 5


@click.command(help=_("Lay out a working site in an empty folder; nothing is ever overwritten."))
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), required=False, metavar="[FOLDER]"
)
@click.option(
    "--unit",
    is_flag=True,
    help=_("Make the systemd unit of this site: root is asked whether to install it."),
)
@click.option(
    "--container",
    is_flag=True,
    help=_("Write what a container is built from into the folder “container”."),
)
@click.option("--yes", is_flag=True, help=_("Install the unit without asking."))
def init(folder: Path | None, unit: bool, container: bool, yes: bool) -> None:
    # Not resolved: what an administrator calls the folder is what the unit should call it.
    place = (folder or Path()).absolute()
    try:
        _lay_out(place, found_is_well=unit or container)
        if container:
            _write_container(place)
        if unit or _wants_unit(container):
            _make_unit(place, yes)
    except OSError as error:
        # Whoever may not write here is told which folder, whatever part of it was being made.
        place = Path(error.filename or place)
        refuse(
            _("%(path)s can't be made: %(why)s") % {"path": place, "why": error.strerror or error}
        )


def _lay_out(place: Path, found_is_well: bool) -> None:
    """A site in ``place``; where there is one, that is well for who wants a unit for it."""
    if new_site.is_site(place):
        if found_is_well:
            return
        refuse(
            _(
                "%(folder)s is a site already, and nothing in it is touched. Look at it: "
                "publisher check"
            )
            % {"folder": place}
        )
    lying = new_site.in_the_way(place)
    if lying:
        names = ", ".join(lying[:MOST_NAMES]) + (", …" if len(lying) > MOST_NAMES else "")
        refuse(
            _(
                "%(folder)s isn't empty, and nothing in it is touched. In the way: %(names)s. "
                "Choose an empty folder: publisher init FOLDER"
            )
            % {"folder": place, "names": names}
        )
    made = new_site.lay_out(place, language())
    for top in sorted({path.relative_to(place).parts[0] for path in made}):
        say(f"  {shown(place / top)}")
    say(_("The site is laid out. It publishes to this machine alone until you name an account."))
    if place != Path.cwd():
        say(_("Go there: cd %(folder)s") % {"folder": place})
    say(_("Next:"))
    for command, why in (
        ("publisher check", _("tells every mistake with its file and line")),
        ("publisher rehearse", _("plays the coming campaigns through; nothing is published")),
        ("publisher run", _("runs from here on; an administrator leaves that to systemd")),
    ):
        say(f"  {command:<20} {why}")


def _write_container(place: Path) -> None:
    for source in (brought.containerfile(), brought.constraints()):
        path = place / CONTAINER / source.name
        if path.exists():
            say(_("%(file)s is there already and is left as it is.") % {"file": shown(path)})
            continue
        new_site.put(path, source.read_bytes())
        say(f"  {shown(path)}")
    say(
        _(
            "Put Publisher's wheel into the folder “%(folder)s”; how to build and run stands in "
            "the Containerfile."
        )
        % {"folder": CONTAINER}
    )


def _wants_unit(container: bool) -> bool:
    if container or not sys.stdin.isatty() or not SYSTEMD.is_dir():
        return False
    return click.confirm(_("Make a systemd unit too, so that it runs by itself?"), default=False)


def _make_unit(place: Path, yes: bool) -> None:
    """Install the unit where root agrees; everybody else sees it, and what to do with it."""
    try:
        text = unit_of(place, _program(), Path(sys.executable), _owner(place))
    except UnitError as error:
        refuse(str(error))
    if INSTALLED.exists():
        if INSTALLED.read_text(encoding="utf-8") == text:
            say(_("%(file)s is installed as it should be.") % {"file": INSTALLED})
            return
        click.echo(text)
        refuse(
            _(
                "%(file)s is there already and is left as it is; above is how it would be made "
                "now. Your own changes belong into a drop-in: systemctl edit publisher"
            )
            % {"file": INSTALLED}
        )
    if os.geteuid() == 0 and (yes or _agrees()):
        new_site.put(INSTALLED, text.encode())
        say(_("%(file)s is installed. Next:") % {"file": INSTALLED})
        _tell_how_to_start()
        return
    # The unit alone goes to where it may be piped on from.
    click.echo(text)
    click.echo(
        _("Above is the unit. Save it as %(file)s, as root, then:") % {"file": INSTALLED}, err=True
    )
    _tell_how_to_start()


def _agrees() -> bool:
    """Whether whoever sits there wants it installed; where nobody does, nobody agrees."""
    question = _("Install it as %(file)s?") % {"file": INSTALLED}
    return sys.stdin.isatty() and click.confirm(question, default=False)


def _owner(place: Path) -> str:
    """Whom ``place`` belongs to: a user's name, or a number that none has."""
    try:
        return place.owner()
    except KeyError:
        return str(place.stat().st_uid)


def _tell_how_to_start() -> None:
    for command in (
        "systemctl daemon-reload",
        "systemctl enable publisher",
        "systemctl start publisher",
        "systemctl status publisher",
    ):
        click.echo(f"  {command}", err=True)


def _program() -> Path:
    """What was called, under the name by which it was called: an upgrade changes what that is."""
    called = shutil.which(sys.argv[0])
    if called is not None and Path(called).name == "publisher":
        return Path(called).absolute()
    return Path(sysconfig.get_path("scripts")) / "publisher"
