"""Asks an administrator for the office's app at Meta, where schedule.toml doesn't name it."""

from __future__ import annotations

from typing import Protocol

from channels.base import N_, Context, Person


class AppKeys(Protocol):
    """The keys of a configuration that name the app."""

    @property
    def app_id(self) -> str: ...

    @property
    def app_secret(self) -> str | None: ...


def app_asked(
    person: Person, keys: AppKeys, context: Context, given: dict[str, str]
) -> tuple[str, str]:
    """The app's id and its secret; one that is asked for goes to ``given``, where schedule.toml
    has a place for it."""
    app_id = keys.app_id or person.ask(N_("The app's id"))
    secret = context.secret_or_none(keys.app_secret)
    if not secret:
        secret = person.ask(N_("The app's secret"), hidden=True)
        if keys.app_secret:
            given["app_secret"] = secret
    return app_id, secret
