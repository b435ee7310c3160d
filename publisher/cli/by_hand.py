"""Mails a report by hand, to one address.

At once, and once; the record says who asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click
from pydantic import TypeAdapter, ValidationError

from channels.base import ChannelError, Message
from publisher.cli.keyboard import user_name
from publisher.cli.terminal import refuse, say
from publisher.files.values import EmailAddress
from publisher.i18n import _
from publisher.site import Site
from publisher.states import note_words
from publisher.store import audit


def refuse_unmailable(office: Site, address: str) -> None:
    """End the command where nothing can be mailed to ``address``, before any work is done."""
    if not _is_address(address):
        raise click.UsageError(
            _("“%(address)s” is no mail address. Write it like this: ten@dongthap.example.vn")
            % {"address": address}
        )
    if office.settings.mail is None:
        raise click.UsageError(_("schedule.toml names no mail server: add [mail]."))


def mail(
    office: Site, address: str, what: str, message_of: Callable[[str, datetime], Message]
) -> None:
    """Mail the message that ``message_of`` gives for a key and a due time; ``what`` names it in
    the record. Ends the command where the server doesn't take it."""
    from publisher.reports.channel import ReportChannel

    now = office.clock()
    folder = office.settings.var_folder / "reports"
    channel = ReportChannel.of(office.settings, office.clock, office.secret, folder, to=(address,))
    try:
        channel.send(message_of(f"reports/by-hand/{now:%Y%m%dT%H%M%S}", now), _Forgetful())
    except ChannelError as error:
        refuse(
            _("Not sent: %(why)s. See what is wrong: publisher doctor")
            % {"why": note_words(str(error))}
        )
    with office.database.writing() as session:
        audit.record(session, now, user_name(), "report", what, to=address)
    say(_("Sent to %(address)s.") % {"address": address})


def _is_address(text: str) -> bool:
    """Whether schedule.toml would take it too."""
    try:
        TypeAdapter(EmailAddress).validate_python(text)
    except ValidationError:
        return False
    return True


class _Forgetful:
    """A journal for what is sent by hand, once: the person at the keyboard sees how it ends."""

    def get(self, name: str) -> str | None:
        return None

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        """Nothing is kept."""
