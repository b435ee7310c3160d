"""The channel by which reports leave: a mail to a few people, under the guarantee of every post.

Each recipient is noted before and after their copy is handed over, so that a repeat goes only to
those who surely have none. SMTP can't be asked what it took, so a doubt is a person's to settle.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import ClassVar, Literal

from channels._smtp import Relay
from channels.base import (
    Account,
    AmbiguousError,
    Channel,
    ChannelConfig,
    Context,
    Dialect,
    InvalidContentError,
    Journal,
    Limits,
    Message,
    Receipt,
    Settlement,
)
from publisher.clock import Clock
from publisher.secrets import SecretReader
from publisher.settings import Mail, Settings

_BEGUN, _SENT, _REFUSED = "begun", "sent", "refused"


class ReportConfig(ChannelConfig):
    """Who gets reports, and through which server."""

    adapter: Literal["reports"] = "reports"
    mail: Mail
    to: tuple[str, ...]
    sender_name: str


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
        config = ReportConfig(
            mail=settings.mail,
            to=settings.reports.weekly.to if to is None else to,
            sender_name=settings.mail.sender_name or settings.office.name,
        )
        return cls(config, Context("reports", clock, secret, folder))

    @classmethod
    def limits(cls, config: ReportConfig) -> Limits:  # noqa: ARG003 -- the same for every server
        return Limits(images_max=20)

    def identify(self) -> Account:
        """Log in and greet; nothing is sent."""
        with self._relay() as relay:
            relay.check()
        return Account(self.config.mail.sender, self.config.mail.sender)

    def send(self, message: Message, journal: Journal) -> Receipt:
        refused = []
        with self._relay() as relay:
            for address in self.config.to:
                note = f"to:{hashlib.sha256(address.lower().encode()).hexdigest()[:16]}"
                # One that was begun is sent again only because a person said so: nothing else
                # brings a doubted report back here.
                if journal.get(note) in (_SENT, _REFUSED):
                    continue
                journal.put(note, _BEGUN)
                try:
                    relay.send(self._mail(message, address), address)
                except InvalidContentError as error:
                    journal.put(note, _REFUSED)
                    refused.append(str(error))
                    continue
                except AmbiguousError:
                    raise
                except Exception:
                    # Surely not taken: the next attempt may begin this recipient anew.
                    journal.put(note, "")
                    raise
                journal.put(note, _SENT)
        if len(refused) == len(self.config.to):
            raise InvalidContentError(refused[0] if refused else "nobody is to get it")
        return Receipt(self._id(message), "", self.context.clock())

    def _mail(self, message: Message, address: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = Address(self.config.sender_name, addr_spec=self.config.mail.sender)
        mail["To"] = address
        mail["Subject"] = message.title
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = self._id(message)
        mail["Content-Language"] = message.language
        # Keeps holiday answers away (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body.plain)
        mail.add_alternative(message.body.written, subtype="html")
        page = mail.get_payload()[1]  # type: ignore[index]
        for picture in message.media:
            page.add_related(  # type: ignore[union-attr]
                picture.path.read_bytes(),
                "image",
                picture.mime.partition("/")[2],
                cid=f"<{picture_id(picture.sha256)}>",
                disposition="inline",
                filename="trend.png",
            )
        return mail

    def _now(self) -> datetime:
        return self.context.clock()

    def _id(self, message: Message) -> str:
        """Stable for a report, so that mailboxes fold a repeat into one."""
        name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        return f"<{name}@{self.config.mail.sender.partition('@')[2]}>"

    def _relay(self) -> Relay:
        mail = self.config.mail
        password = self.context.secret(mail.password) if mail.password else ""
        return Relay(
            mail.host, mail.port, mail.security, mail.username, password, self.config.timeout_s
        )


def picture_id(digest: str) -> str:
    """The Content-ID of the picture with this hash."""
    return f"{digest[:20]}@publisher"
