"""An error that no command foresaw, in one line."""

from __future__ import annotations

from publisher.i18n import _

_OF_A_CLUSTER = ("procrastinate", "psycopg", "psycopg_pool")


def explain(error: Exception) -> str:
    """One line for an error that no command foresaw; no secret in it."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from publisher.store.errors import StoreBusyError, StoreError

    if isinstance(error, StoreBusyError):
        return _(
            "Another Publisher (process %(holder)s) is already running on this database. "
            "Stop it first, or leave it running."
        ) % {"holder": error.holder or "?"}
    if isinstance(error, StoreError):
        return _("The database: %(why)s") % {"why": error}
    if isinstance(error, ArgumentError):
        return _(
            "The database's address isn't written right (PUBLISHER_STORE in the environment, or "
            "store in schedule.toml). Usual is: sqlite:///var/publisher.db"
        )
    if isinstance(error, SQLAlchemyError):
        from publisher.store.trouble import in_words

        return _("The database can't be used: %(why)s") % {"why": in_words(error)}
    if isinstance(error, ModuleNotFoundError) and error.name in _OF_A_CLUSTER:
        return _(
            "This installation lacks what a PostgreSQL database and a cluster need "
            "(%(name)s). Install it: pip install 'publisher[cluster]'"
        ) % {"name": error.name}
    if isinstance(error, ModuleNotFoundError):
        return _(
            "This installation lacks the Python package “%(name)s”: have your "
            "administrator install Publisher anew."
        ) % {"name": error.name or "?"}
    if isinstance(error, PermissionError):
        return _(
            "%(file)s: the program's user may not read or write here. Give it the "
            "right, or run the command as that user."
        ) % {"file": error.filename or "?"}
    if isinstance(error, OSError):
        from publisher.store.trouble import disk_in_words

        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{disk_in_words(error)}"
    return _(
        "Something went wrong that should not have (%(kind)s). Try once more; if it stays, "
        "give your administrator what the same command shows with PUBLISHER_DEBUG=1 before "
        "it."
    ) % {"kind": type(error).__name__}
