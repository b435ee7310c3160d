"""The channel by which reports leave.

A mail to a few people, under the guarantee of every post. Each recipient is noted before and after
their copy is handed over, so that a repeat goes only to those who surely have none. One whom the
server puts off or refuses keeps nobody else waiting. SMTP can't be asked what it took, so a doubt
is a person's to settle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar, Literal

import structlog

from channels.base import (
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Dialect,
    InvalidContentError,
    Journal,
    Limits,
    Message,
    Receipt,
    Settlement,
    TransientError,
)
from channels.mail.smtp import Relay
from channels.mail.trouble import BusyError
from publisher.clock import Clock
from publisher.reports.letter import message_of
from publisher.secrets import SecretReader
from publisher.settings import Settings
from publisher.settings.mail import Mail

log = structlog.get_logger("reports")

BEGUN, SENT, REFUSED, WAITING = "begun", "sent", "refused", "waiting"
"""How a recipient stands in the journal, under ``to:`` and a hash of the address."""


WEEKLY, PERIODIC = "weekly", "periodic"
"""Sorts of report, as ``Message.options`` names them under ``report``; weekly when left out."""


class ReportConfig(ChannelConfig):
    """Who gets which sort of report, and through which server."""

    adapter: Literal["reports"] = "reports"
    mail: Mail
    to: Mapping[str, tuple[str, ...]]
    sender_name: str
    # A server looks through megabytes of drafts for viruses before it says that it has them.
    timeout_s: float = 60.0


class ReportChannel(Channel[ReportConfig]):
    """Mails a report to each of its recipients."""

    Config = ReportConfig
    dialect: ClassVar[Dialect] = Dialect.HTML
    settlement: ClassVar[Settlement] = Settlement.NONE
    writes_hashtags: ClassVar[bool] = False

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: Clock,
        secret: SecretReader,
        folder: Path,
        to: tuple[str, ...] | None = None,
    ) -> ReportChannel:
        """The reports channel of these settings, which must name a mail server.

        ``to`` goes before the recipients that they name.
        """
        if settings.mail is None:
            raise ValueError("no mail server is named")
        reports = settings.reports
        config = ReportConfig(
            mail=settings.mail,
            to={
                WEEKLY: reports.weekly.to if to is None else to,
                PERIODIC: reports.periodic.to if to is None else to,
            },
            sender_name=settings.mail.sender_name or settings.office.name,
        )
        return cls(config, Context("reports", clock, secret, folder))

    @classmethod
    def limits(cls, config: ReportConfig) -> Limits:  # noqa: ARG003 -- the same for every server
        return Limits(images_max=20, documents_max=20, mixes_media=True)

    def identify(self) -> Account:
        """Log in and greet; nothing is sent."""
        with self._relay() as relay:
            relay.check()
        return Account(self.config.mail.sender, self.config.mail.sender)

    def send(self, message: Message, journal: Journal) -> Receipt:
        """Mail everyone who isn't yet noted as ``sent`` or ``refused``.

        Raises ``AmbiguousError`` where someone may have it, else ``TransientError`` where someone
        was put off, else ``InvalidContentError`` where nobody at all could be mailed.
        """
        people = {one: journal.get(_note(one)) for one in self._people(message)}
        left = [one for one, state in people.items() if state not in (SENT, REFUSED)]
        # Made before anything leaves: what can't be made was surely not sent.
        refused = self._mail(self._letter(message, left), left, journal) if left else {}
        if len(refused) == len(left) and SENT not in people.values():
            # Only a person brings a failed report back here: then everyone is tried anew.
            for one in people:
                journal.put(_note(one), WAITING)
            raise InvalidContentError(next(iter(refused.values()), "nobody is to get it"))
        return self._receipt(message)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt where our own notes say that everyone was mailed; else nobody knows."""
        states = [journal.get(_note(one)) for one in self._people(message)]
        if SENT in states and set(states) <= {SENT, REFUSED}:
            return self._receipt(message)
        raise CannotTellError("a mail server can't be asked what it took")

    def _mail(
        self, letter: EmailMessage, people: Sequence[str], journal: Journal
    ) -> dict[str, str]:
        """Hand ``letter`` over for each; gives who was refused for good, and what was said."""
        refused: dict[str, str] = {}
        put_off: list[str] = []
        unsure: list[str] = []
        with self._relay() as relay:
            for address in people:
                # One that was begun is sent again only because a person said so: no automatic
                # repeat follows a doubt.
                journal.put(_note(address), BEGUN)
                letter.replace_header("To", address)
                try:
                    relay.send(letter, address)
                except InvalidContentError as error:
                    journal.put(_note(address), REFUSED)
                    refused[address] = str(error)
                    log.warning("report refused", to=address, why=str(error))
                except BusyError as error:
                    journal.put(_note(address), WAITING)
                    put_off.append(str(error))
                except AmbiguousError as error:
                    unsure.append(str(error))
                except ChannelError as error:
                    # The line is lost, or the server won't serve us: the others fare no better.
                    journal.put(_note(address), WAITING)
                    if not unsure:
                        raise
                    log.warning("report not sent", to=address, why=str(error))
                    break
                else:
                    journal.put(_note(address), SENT)
        if unsure:
            raise AmbiguousError(f"{len(unsure)} of {len(people)} may have it: {unsure[0]}")
        if put_off:
            raise TransientError(f"{len(put_off)} of {len(people)} wait: {put_off[0]}")
        return refused

    def _people(self, message: Message) -> tuple[str, ...]:
        """Everyone who gets that sort of report, once, however their address is written."""
        to = self.config.to[message.options.get("report", WEEKLY)]
        return tuple({address.lower(): address for address in to}.values())

    def _letter(self, message: Message, people: Sequence[str]) -> EmailMessage:
        """The one mail that all get, each under their own address: made once, for drafts weigh
        megabytes."""
        letter = message_of(
            message,
            sender=self.config.mail.sender,
            sender_name=self.config.sender_name,
            to=people[0],
            message_id=self._id(message),
            at=self.context.clock(),
        )
        for address in people[1:]:
            letter.replace_header("To", address)
        return letter

    def _receipt(self, message: Message) -> Receipt:
        return Receipt(self._id(message), "", self.context.clock())

    def _id(self, message: Message) -> str:
        """Stable for a report, so that mailboxes fold a repeat into one."""
        name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        return f"<{name}@{self.config.mail.sender.rpartition('@')[2]}>"

    def _relay(self) -> Relay:
        mail = self.config.mail
        password = self.context.secret(mail.password) if mail.password else ""
        return Relay(
            mail.host, mail.port, mail.security, mail.username, password, self.config.timeout_s
        )


def _note(address: str) -> str:
    """Where a recipient stands in the journal, without telling who they are."""
    return f"to:{hashlib.sha256(address.lower().encode()).hexdigest()[:16]}"
