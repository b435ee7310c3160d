"""Alerts: one message when a person must act, saying what to do; never a flood.

An alert is about a *matter* (``channel fanpage``, ``campaign x``). It is told when it is new, again
after ``alerts.quiet`` and then ever more rarely while nobody acts; it always goes into the log and
the store, and by mail where schedule.toml names addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from textwrap import shorten

import structlog
from sqlmodel import col, select

from channels._smtp import Relay
from channels.base import ChannelError
from publisher.clock import Clock, system_clock
from publisher.secrets import SecretReader
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.models import Alert

log = structlog.get_logger("alerts")

_HEADLINE_LONGEST = 90

Teller = Callable[[str, str], None]
"""Tells a person: a subject and a text."""


class Alerts:
    """Raises and clears alerts; ``tell`` carries them to people."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, tell: Teller) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._tell = tell

    def raise_(self, matter: str, text: str) -> bool:
        """Tell ``text`` about ``matter``, unless that was told a short while ago.

        Gives whether it was told now.
        """
        now = self._clock()
        with self._database.writing() as session:
            known = session.get(Alert, matter)
            if known is not None and known.cleared_at is not None:
                known = None
            if known is not None and now - known.told_at < self._quiet(known):
                return False
            raised_at = known.raised_at if known is not None else now
            session.merge(Alert(matter=matter, text=text, raised_at=raised_at, told_at=now))
        log.warning("alert", matter=matter, text=text)
        self._tell(f"Publisher: {_headline(text)}", text)
        return True

    def _quiet(self, known: Alert) -> timedelta:
        # As long again as it has been waiting: what nobody has acted upon for a week won't be
        # acted upon sooner for being told four times a day.
        return max(self._settings.alerts.quiet, known.told_at - known.raised_at)

    def open(self, matters: str) -> Sequence[str]:
        """The matters that begin with ``matters`` and aren't mended yet."""
        with self._database.reading() as session:
            return session.exec(
                select(Alert.matter).where(
                    col(Alert.matter).startswith(matters, autoescape=True),
                    col(Alert.cleared_at).is_(None),
                )
            ).all()

    def clear(self, matter: str) -> None:
        """The matter is mended: the next alert about it is told at once."""
        with self._database.writing() as session:
            known = session.exec(
                select(Alert).where(Alert.matter == matter, col(Alert.cleared_at).is_(None))
            ).one_or_none()
            if known is not None:
                known.cleared_at = self._clock()
                session.add(known)


def _headline(text: str) -> str:
    """The beginning of ``text``, as much as a subject line shows."""
    line = text.partition("\n")[0].strip().rstrip(":")
    return shorten(line, _HEADLINE_LONGEST, placeholder="…")


def mail_teller(settings: Settings, secret: SecretReader) -> Teller:
    """Tells by mail to ``alerts.to``; does nothing where no address or no server is named.

    A mail that can't leave is logged and dropped: an alert must not stop what it warns of.
    """

    def tell(subject: str, text: str) -> None:
        mail, to = settings.mail, settings.alerts.to
        if mail is None or not to:
            return
        message = EmailMessage()
        message["Subject"] = " ".join(subject.split())
        name = mail.sender_name or settings.office.name
        message["From"] = formataddr((name, mail.sender))
        message["To"] = ", ".join(to)
        # No "I'm out of office" comes back for it.
        message["Auto-Submitted"] = "auto-generated"
        # Servers refuse mail without these two, or take it for spam.
        message["Date"] = format_datetime(system_clock())
        message["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2])
        message.set_content(text)
        try:
            password = secret(mail.password) if mail.password else ""
            with Relay(mail.host, mail.port, mail.security, mail.username, password) as relay:
                for address in to:
                    _mail(relay, message, address)
        except ChannelError as error:
            log.error("alert mail not sent", error=str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the work that warns must go on
            log.error("alert mail not sent", error=f"unforeseen {type(error).__name__}")

    return tell


def _mail(relay: Relay, message: EmailMessage, address: str) -> None:
    """One copy; that one address is refused keeps nobody else from knowing."""
    try:
        relay.send(message, address)
    except ChannelError as error:
        log.error("alert mail not sent", to=address, error=str(error))
