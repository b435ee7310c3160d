"""The systemd unit of a site: its user, its folder, and nothing else that it might touch.

``publisher.service`` beside this file is the unit, with three places left open.
"""

from __future__ import annotations

from pathlib import Path

from publisher.i18n import _

NAME = "publisher.service"
INSTALLED = Path("/etc/systemd/system") / NAME

_TEMPLATE = Path(__file__).with_name(NAME)

_STATE = Path("/var/lib")
"""What lies below is the service's own by StateDirectory: made, given to its user, writable."""

_UNSEEN = tuple(Path(name) for name in ("/home", "/root", "/run/user", "/tmp", "/var/tmp"))  # noqa: S108
"""What a service with ProtectHome and PrivateTmp sees nothing of."""


class UnitError(ValueError):
    """The unit can't be made; the text says why and what to do, in the administrator's language."""


def unit_of(folder: Path, program: Path, python: Path, user: str) -> str:
    """The unit that runs ``program`` for the site ``folder`` as ``user``; all paths absolute.

    ``python`` is the interpreter that ``program`` is run by: the service has to see that too.
    Raises ``UnitError``.
    """
    if user == "root":
        raise UnitError(
            _(
                "%(folder)s belongs to root, and the service must not run as root. Give it to a "
                "user of its own:\n"
                "  adduser --system --group --home %(folder)s publisher\n"
                "  chown -R publisher: %(folder)s"
            )
            % {"folder": folder}
        )
    if hidden(folder):
        raise UnitError(
            _(
                "The service sees nothing of %(folder)s: home folders and temporary ones are "
                "closed to it. Move the site, best to /var/lib/publisher."
            )
            % {"folder": folder}
        )
    for part in (program, python):
        if hidden(part) or hidden(part.resolve()):
            raise UnitError(
                _(
                    "The service sees nothing of %(program)s: home folders and temporary ones are "
                    "closed to it. Install Publisher for the whole machine: docs/install.md"
                )
                % {"program": part}
            )
    text = _TEMPLATE.read_text(encoding="utf-8")
    for place, value in (
        ("@USER@", user),
        ("@FOLDER@", _escaped(folder)),
        ("@PROGRAM@", _quoted(program)),
        ("@WRITABLE@", _writable(folder)),
    ):
        text = text.replace(place, value)
    return text


def hidden(path: Path) -> bool:
    """Whether the unit closes ``path`` to the service."""
    return any(path.is_relative_to(unseen) for unseen in _UNSEEN)


def _writable(folder: Path) -> str:
    if folder != _STATE and folder.is_relative_to(_STATE):
        return f"StateDirectory={_quoted(folder.relative_to(_STATE))}\nStateDirectoryMode=0750"
    return f"ReadWritePaths={_quoted(folder)}"


def _escaped(path: Path) -> str:
    """``path`` as systemd reads it: a percent sign begins one of its specifiers."""
    return str(path).replace("%", "%%")


def _quoted(path: Path) -> str:
    text = _escaped(path)
    if not any(letter in text for letter in " \t\"'\\$;"):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{text}"'
