"""The office's app at Meta: how it is asked for at a log-in, and how it asks for consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from channels.base import N_, Context, ForbiddenError, Person
from channels.oauth import Consent, consented


@dataclass(frozen=True, slots=True)
class App:
    """How it asks for ``scopes``: at the page ``dialog``, from which a browser comes back to
    ``redirect_uri``. ``token_url`` is where the code is exchanged, where Graph itself doesn't."""

    id: str
    secret: str
    scopes: Sequence[str]
    dialog: str
    redirect_uri: str
    token_url: str = ""

    def consented(self, person: Person) -> Consent:
        """What ``person``'s consent gives; raises as ``channels.oauth.consented`` does, and
        ``ForbiddenError`` where there is nowhere to come back to."""
        if not self.redirect_uri:
            raise ForbiddenError(
                N_("name an https address of the office as redirect_uri, here and at the app")
            )
        asked = {"client_id": self.id, "scope": ",".join(self.scopes)}
        return consented(person, self.dialog, asked, redirect_uri=self.redirect_uri, pkce="")


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
