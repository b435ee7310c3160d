"""The store, examined."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.redaction import redact
from publisher.site import Site
from publisher.store.errors import StoreBusyError
from publisher.store.trouble import address_place


def store_findings(site: Site) -> Iterator[Finding]:
    """Whether the store is sound, and whether a daemon has it."""
    try:
        with site.database.reading() as session:
            if site.database.path is not None:
                verdict = str(session.execute(text("PRAGMA quick_check")).scalar())
            else:
                verdict = "ok" if session.execute(text("SELECT 1")).scalar() == 1 else "?"
    except SQLAlchemyError as error:
        verdict = redact(str(getattr(error, "orig", None) or type(error).__name__))
    instead = _("Stop the daemon and bring back the last backup: publisher restore FILE")
    if site.database.path is None:
        told = _("Start PostgreSQL, or correct the address in %(place)s.")
        instead = told % {"place": address_place()}
    if "unable to open" in verdict or "readonly" in verdict:
        instead = _("Let the program's user read and write this file and its folder.")
    yield Finding(
        _("Database"),
        verdict == "ok",
        f"{site.database.path or 'PostgreSQL'}: {verdict}",
        instead,
    )
    # A cluster's processes share the lock that is tried here.
    if verdict != "ok" or site.is_cluster:
        return
    try:
        with site.database.daemon_lock():
            yield Finding(_("Daemon"), True, _("not running"))
    except StoreBusyError as busy:
        yield Finding(
            _("Daemon"), True, _("running, process %(pid)s") % {"pid": busy.holder or "?"}
        )
