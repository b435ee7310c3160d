"""The ways over which a person is told.

A mail address, or a chat service by its Apprise URL. Each tells one message or raises a
``ChannelError``; who calls decides when to try again (``publisher.alerts``). A way is named by what
schedule.toml says of it: the address, or where the URL stands. The URL itself is a secret, read
anew each time, and stands in no text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Protocol

from channels.base import CredentialsExpiredError
from channels.mail.smtp import Relay
from publisher.alerts.wording import LONGEST, SUBJECT_LONGEST, Notice
from publisher.clock import Clock, system_clock
from publisher.i18n import N_
from publisher.secrets import SecretReader
from publisher.settings import Settings
from publisher.settings.mail import Mail

Write = Callable[[int], Notice]
"""Gives the message in at most so many characters."""

Teller = Callable[[str, str], None]
"""Tells a person: a subject and a text."""

NO_MAIL_SERVER = N_("there is no mail server: add [mail] to schedule.toml")

_ANSWER_S = 15.0


class Way(Protocol):
    """One way to one person or one group."""

    name: str

    def tell(self, write: Write) -> None:
        """Tell the message. Raises ``ChannelError``."""

    def prove(self) -> str:
        """Look at it as far as that is possible without telling anything; gives where it leads.

        Raises ``ChannelError``.
        """


def ways_of(settings: Settings, secret: SecretReader, clock: Clock) -> Sequence[Way]:
    """Every way that schedule.toml names."""
    return (
        *(MailWay(settings, address, secret) for address in settings.alerts.to),
        *(ServiceWay(settings, place, secret, clock) for place in settings.alerts.services),
    )


class MailWay:
    """A mail address, over the server of ``[mail]``."""

    def __init__(self, settings: Settings, address: str, secret: SecretReader) -> None:
        self.name = address
        self._settings = settings
        self._secret = secret

    def tell(self, write: Write) -> None:
        mail = self._mail()
        message = self._letter(mail, write(LONGEST))
        with self._relay(mail) as relay:
            relay.send(message, self.name)

    def prove(self) -> str:
        mail = self._mail()
        with self._relay(mail):
            return f"{mail.host}:{mail.port}"

    def _mail(self) -> Mail:
        if self._settings.mail is None:
            raise CredentialsExpiredError(NO_MAIL_SERVER)
        return self._settings.mail

    def _relay(self, mail: Mail) -> Relay:
        password = self._secret(mail.password) if mail.password else ""
        return Relay(mail.host, mail.port, mail.security, mail.username, password)

    def _letter(self, mail: Mail, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(notice.subject.split())
        name = mail.sender_name or self._settings.office.name
        message["From"] = formataddr((name, mail.sender))
        message["To"] = ", ".join(self._settings.alerts.to)
        # No "I'm out of office" comes back for it.
        message["Auto-Submitted"] = "auto-generated"
        # Servers refuse mail without these two, or take it for spam.
        message["Date"] = format_datetime(system_clock())
        domain = mail.sender.rpartition("@")[2]
        # What is told a second time, for nobody knows whether it arrived, is known as the same.
        message["Message-ID"] = f"<alert.{notice.key}@{domain}>"
        message.set_content(notice.text)
        return message


class ServiceWay:
    """A chat service, by the Apprise URL that stands at ``place``."""

    def __init__(self, settings: Settings, place: str, secret: SecretReader, clock: Clock) -> None:
        self.name = place
        self._signature = settings.office.name
        self._secret = secret
        self._clock = clock

    def tell(self, write: Write) -> None:
        # Apprise takes its time to import, and most commands tell nobody anything.
        from apprise.common import NotifyType

        from channels.apprise.line import Line

        line = Line(self._secret(self.name), self._signature, self._clock, _ANSWER_S)
        try:
            limits = line.limits
            # Where there is no title, Apprise puts it above the text.
            room = (limits.text_max or LONGEST) - SUBJECT_LONGEST
            notice = write(max(room, SUBJECT_LONGEST))
            subject = notice.subject[: limits.title_max or SUBJECT_LONGEST]
            line.send(subject, notice.text, NotifyType.WARNING, key=notice.key)
        finally:
            line.close()

    def prove(self) -> str:
        from channels.apprise.line import Line

        line = Line(self._secret(self.name), self._signature, self._clock, _ANSWER_S)
        line.close()
        return line.account.name


class Called:
    """A way that calls a function: for rehearsals and tests."""

    def __init__(self, tell: Teller, name: str = "called") -> None:
        self.name = name
        self._tell = tell

    def tell(self, write: Write) -> None:
        notice = write(LONGEST)
        self._tell(notice.subject, notice.text)

    def prove(self) -> str:
        return self.name
