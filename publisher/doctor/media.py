"""The media library, examined: is every original where it should be?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from publisher import notation
from publisher.doctor.finding import Finding
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.store import library


def library_findings(site: Site) -> Iterator[Finding]:
    """Whether the originals are there, of their sizes; nothing where the library is empty."""
    try:
        records = library.of_office(site.database, site.settings).values()
    except SQLAlchemyError:
        return  # what is wrong with the store is told by itself
    if not records:
        return
    lost = [
        one.name
        for one in records
        if not one.path.is_file() or one.path.stat().st_size != one.size_bytes
    ]
    yield Finding(
        _("Media library"),
        not lost,
        _("gone: %(names)s") % {"names": ", ".join(lost)}
        if lost
        else ngettext("%(n)s medium", "%(n)s media", len(records))
        % {"n": notation.number(len(records))},
        _("Bring back var/media from a backup, or add the files once more."),
    )
