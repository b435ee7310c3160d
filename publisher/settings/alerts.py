"""Who is told when a person must act."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from channels.base import SecretRef
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import EmailAddress


class Alerts(Keys):
    """Who is told when a person must act: one message, never a flood."""

    to: tuple[EmailAddress, ...] = Field(
        (), description="Mail addresses; the mail leaves through the server of [mail]."
    )
    services: tuple[SecretRef, ...] = Field(
        (),
        description=(
            "Where the Apprise URLs of chat services stand (Zalo, Telegram, Teams and others), "
            'such as "file:secrets/alert-telegram". The URLs themselves hold secrets and never '
            "stand here."
        ),
    )
    gather: Duration = Field(
        timedelta(seconds=20),
        description="How long the first of several alerts waits for the others: they go together.",
    )
    at_most_every: Duration = Field(
        timedelta(minutes=5), description="After a message the next one goes only after so long."
    )
    quiet: Duration = Field(
        timedelta(hours=6), description="The same matter is told again only after so long."
    )
