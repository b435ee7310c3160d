"""A disk's errors, a database's own, in words where people can do something about them."""

from __future__ import annotations

import errno
import os

from sqlalchemy.exc import SQLAlchemyError

from publisher.i18n import _
from publisher.redaction import redact


def address_place() -> str:
    """Where the store's address stands, in words."""
    if os.environ.get("PUBLISHER_STORE"):
        return "PUBLISHER_STORE"
    return _("schedule.toml, under store")


def in_words(error: SQLAlchemyError, place: str = "") -> str:
    """One sentence for ``error``; the database's own words where there are none of ours.

    ``place`` is where its address stands, in words, where that isn't the store's own.
    """
    named = {"place": place or address_place()}
    reason = redact(str(getattr(error, "orig", None) or type(error).__name__))
    known = {
        "file is not a database": _(
            "the file named as the database is something else: name the right one in %(place)s."
        ),
        "unable to open database file": _(
            "its file can't be opened: see that its folder is "
            "there and that the program's user may write in it."
        ),
        "readonly database": _("its file may not be written to: give it to the program's user."),
        "disk is full": _("the disk is full: make room on it."),
        "this store was moved": _(
            "it was moved to another database while this was running: start it anew."
        ),
        "Connection refused": _(
            "its server doesn't answer: start PostgreSQL, or correct the address in %(place)s."
        ),
        "failed to resolve host": _(
            "its server's name is unknown: correct the address in %(place)s."
        ),
        "password": _(
            "its server doesn't let the program in: correct the user and the password in %(place)s."
        )
        % {"place": place or "PUBLISHER_STORE"},
        "does not exist": _(
            "its server has no such database, user or table: make it there (createdb), or correct "
            "the address in %(place)s."
        ),
        "lock timeout": _("another program keeps it busy: try again in a minute."),
        "No space left": _("the disk is full: make room on it."),
        "read-only transaction": _(
            "its server takes nothing in, for it is a replica: name the leading one in %(place)s."
        ),
        "connection slots": _(
            "its server has no room for more connections: raise max_connections there."
        ),
        "database is locked": _("another program keeps it busy: try again in a minute."),
        # Of SQLAlchemy's pool: the connection that writes wasn't free in time.
        "TimeoutError": _("another program keeps it busy: try again in a minute."),
        "disk I/O error": _(
            "the disk fails, or nothing may be written to it: have your administrator look at it."
        ),
    }
    words = next((words for part, words in known.items() if part in reason), None)
    return words % named if words is not None else f"{reason}."


def disk_in_words(error: OSError) -> str:
    """One sentence, or the system's own words, for a file that couldn't be read or written."""
    known = {
        errno.ENOSPC: _("the disk is full: make room on it."),
        errno.EDQUOT: _("the disk is full: make room on it."),
        errno.EROFS: _("nothing may be written to this disk: have your administrator look at it."),
        errno.EIO: _(
            "the disk fails, or nothing may be written to it: have your administrator look at it."
        ),
    }
    return known.get(error.errno or 0) or error.strerror or type(error).__name__
