"""A mail to one person of the console: its head, and its way to the office's server."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from channels.mail.smtp import Relay
from publisher.clock import system_clock
from publisher.secrets import SecretReader
from publisher.settings.mail import Mail


def headed(office: str, mail: Mail, to: str | Address, subject: str) -> EmailMessage:
    """A mail of ``office``, as the server ``mail`` sends it, which has no text yet."""
    message = EmailMessage()
    message["From"] = Address(" ".join((mail.sender_name or office).split()), addr_spec=mail.sender)
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    # A mail without these two, or of another day than the server's, is refused or taken for spam.
    message["Date"] = format_datetime(system_clock())
    message["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2])
    # No "I'm out of office" comes back for it.
    message["Auto-Submitted"] = "auto-generated"
    return message


def send(mail: Mail, secret: SecretReader, message: EmailMessage, to: str) -> None:
    """Hand ``message`` to the server, for the address ``to``. Raises ``ChannelError``."""
    password = secret(mail.password) if mail.password else ""
    with Relay(mail.host, mail.port, mail.security, mail.username, password) as relay:
        relay.send(message, to)
