"""Sends a newsletter by e-mail to each subscriber of a list, and to none of them twice.

A mail server can't be asked what it took, so every recipient has a note of their own in the
journal: ``begun`` before the message leaves, then ``sent``, ``refused …``, ``waiting`` or, where no
answer came, ``unsure``. A repeat passes over whoever is ``sent`` or ``refused``. Whoever is
``unsure`` may have the mail: they are passed over until everybody else had theirs; then the send is
ambiguous, and only a person's word ("again") sends to them once more. The list is a text file, one
address a line; ``docs/channels/email.md`` is its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticKnownError

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    CredentialsExpiredError,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    RateLimitedError,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.email.letter import Letterhead, compose, is_mailable
from channels.email.subscribers import Subscriber, read_list
from channels.mail.smtp import Relay, require_protected
from channels.mail.trouble import BusyError

SENT, REFUSED, BEGUN, WAITING = "sent", "refused", "begun", "waiting"
UNSURE = "unsure"

_SETTLED = frozenset({SENT, REFUSED})
_STOP_AFTER = 3
"""So many recipients in a row that the server puts off: it isn't they, it is the server."""

_ASCII = r"[!-~]"


def _mailable(address: str) -> str:
    if not is_mailable(address):
        # Told as what people know already: not of the form that is wanted.
        raise PydanticKnownError("string_pattern_mismatch", {"pattern": "name@example.vn"})
    return address


Address = Annotated[str, AfterValidator(_mailable)]


_REST_FOLLOWS = N_("a part of the recipients is mailed; the rest follows")
_PUT_OFF = N_("some of the recipients have to wait")
_NO_ANSWER = N_("no answer came after their mail was handed over")
_NONE_MAILED = N_("none of the recipients could be mailed: see the list of addresses")
_NOBODY = N_("it names nobody to mail: add the addresses")


class EmailConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "email"``.

    ``subscribers`` and ``unsubscribed`` are text files, one address a line. ``unsubscribe`` is an
    ``https://`` address or a ``mailto:``, in which ``{address}`` stands for the recipient's.
    One attempt mails ``batch`` people; the next batch, and whatever a busy server put off, goes
    ``pause_s`` later.
    """

    adapter: Literal["email"] = "email"
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretRef | None = None
    sender: Address
    sender_name: Annotated[str, Field(pattern=r"^[^\r\n]*$")] = ""
    subscribers: Path
    unsubscribed: Path | None = None
    unsubscribe: Annotated[str, Field(pattern=rf"^((https://|mailto:){_ASCII}+)?$")] = ""
    list_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]*$")] = ""
    batch: Annotated[int, Field(ge=1, le=10_000)] = 100
    pause_s: Annotated[float, Field(ge=1)] = 60.0

    @model_validator(mode="after")
    def _protected(self) -> Self:
        require_protected(self.host, self.security)
        return self


class Adapter(Channel[EmailConfig]):
    """A mailing list, mailed through an SMTP server."""

    Config = EmailConfig
    look: ClassVar[Look] = Look("E-mail", "#7a5a00", "mail", headed=True)
    card_size: ClassVar[CardSize | None] = "wide"
    dialect: ClassVar[Dialect] = Dialect.HTML
    settlement: ClassVar[Settlement] = Settlement.NONE
    writes_hashtags: ClassVar[bool] = False

    @classmethod
    def limits(cls, config: EmailConfig) -> Limits:  # noqa: ARG003 -- the same for every list
        """Pictures stay small: mail servers commonly refuse messages above 10 to 25 MB."""
        return Limits(
            images_max=5,
            image_formats=frozenset({"image/jpeg", "image/png", "image/gif"}),
            image_max_bytes=1_000_000,
        )

    def identify(self) -> Account:
        """Log in to the server and read the list; ``followers`` counts who would be mailed."""
        people, _ = self._subscribers()
        with self._relay() as relay:
            relay.check()
        return Account(
            id=self.config.sender,
            name=self.config.sender_name or self.config.sender,
            followers=len(people),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        """Mail everyone of the list who isn't yet ``sent`` or ``refused``, up to ``batch`` people.

        Lines of the list that are no addresses are passed over and noted ("faulty lines").
        Raises ``RateLimitedError`` while people are left for the next batch or were put off by a
        busy server, ``TransientError`` where the server was lost, ``AmbiguousError`` where some
        may have it and nobody else is left, ``InvalidContentError`` where nobody at all could be
        mailed.
        """
        people, faulty = self._subscribers()
        if faulty:
            journal.put("faulty lines", ", ".join(map(str, faulty)))
        left = self._left(people, journal)
        if left:
            self._mail(message, left[: self.config.batch], journal)
        states = _states(people, journal)
        if left[self.config.batch :]:
            raise RateLimitedError(
                f"{_REST_FOLLOWS}: {states.count(SENT)}/{len(people)}",
                self._later(),
            )
        if UNSURE in states:
            raise AmbiguousError(f"{_NO_ANSWER}: {states.count(UNSURE)}/{len(people)}")
        if SENT not in states:
            raise InvalidContentError(f"{_NONE_MAILED}: {len(people)}")
        return Receipt(remote_id=self._letter_id(message), url="", at=self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt where our own notes say that everyone had their mail; else nobody knows."""
        people, _ = self._subscribers()
        states = _states(people, journal)
        if SENT in states and set(states) <= _SETTLED:
            return Receipt(remote_id=self._letter_id(message), url="", at=self.context.clock())
        raise CannotTellError("a mail server can't be asked what it took")

    @staticmethod
    def _left(people: list[Subscriber], journal: Journal) -> list[Subscriber]:
        """Whom to mail next. Where nobody else is left, it is a person who said "again", and meant
        those who are ``unsure``; or everybody, where all were refused."""
        states = dict(zip(people, _states(people, journal), strict=True))
        left = [one for one in people if states[one] not in {*_SETTLED, UNSURE}]
        if left or (SENT in states.values() and UNSURE not in states.values()):
            return left
        again = [one for one in people if states[one] == UNSURE] or people
        for one in again:
            # From here on whoever gets unsure anew is passed over again.
            journal.put(_note(one), WAITING)
        return again

    def _mail(self, message: Message, people: list[Subscriber], journal: Journal) -> None:
        """Mail ``people`` and note what came of each; raises where some of them have to wait."""
        put_off = in_a_row = 0
        trouble, busy = "", True
        with self._relay() as relay:
            for one in people:
                letter = compose(message, self._letterhead(message, one))
                note = _note(one)
                journal.put(note, BEGUN)
                try:
                    relay.send(letter, one.address)
                except InvalidContentError as error:
                    journal.put(note, f"{REFUSED} {_without(one.address, error)}")
                except (ForbiddenError, CredentialsExpiredError):
                    journal.put(note, WAITING)
                    raise
                except TransientError as error:
                    journal.put(note, WAITING)
                    trouble = _without(one.address, error)
                    busy = busy and isinstance(error, BusyError)
                    put_off += 1
                    in_a_row += 1
                    if in_a_row == _STOP_AFTER:
                        break
                    continue
                except AmbiguousError:
                    journal.put(note, UNSURE)
                else:
                    journal.put(note, SENT)
                in_a_row = 0
        if put_off:
            told = f"{_PUT_OFF}: {put_off}/{len(people)}: {trouble}"
            raise RateLimitedError(told, self._later()) if busy else TransientError(told)

    def _later(self) -> datetime:
        return self.context.clock() + timedelta(seconds=self.config.pause_s)

    def _relay(self) -> Relay:
        config = self.config
        return Relay(
            config.host,
            config.port,
            config.security,
            config.username,
            self.context.secret(config.password) if config.password else "",
            config.timeout_s,
        )

    def _letter_id(self, message: Message) -> str:
        digest = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        return f"{digest}@{self._domain}"

    def _letterhead(self, message: Message, to: Subscriber) -> Letterhead:
        base, _, domain = self._letter_id(message).partition("@")
        return Letterhead(
            sender=self.config.sender,
            sender_name=self.config.sender_name,
            to=to.address,
            to_name=to.name,
            at=self.context.clock(),
            message_id=f"<{base}.{to.key[:16]}@{domain}>",
            list_id=self.config.list_id or f"{self.context.name}.{domain}",
            unsubscribe=self.config.unsubscribe.replace("{address}", quote(to.address, safe="")),
        )

    @property
    def _domain(self) -> str:
        return self.config.sender.rpartition("@")[2]

    def _subscribers(self) -> tuple[list[Subscriber], list[int]]:
        """Who is to be mailed, each once; and the numbers of lines that are no addresses."""
        people, faulty = read_list(self.config.subscribers)
        gone = set()
        if self.config.unsubscribed is not None:
            gone = {one.key for one in read_list(self.config.unsubscribed)[0]}
        once = {one.key: one for one in people if one.key not in gone}
        if not once:
            raise InvalidContentError(f"{self.config.subscribers}: {_NOBODY}")
        return list(once.values()), faulty


def _note(one: Subscriber) -> str:
    return f"to:{one.key}"


def _states(people: Iterable[Subscriber], journal: Journal) -> list[str]:
    return [(journal.get(_note(one)) or "").partition(" ")[0] for one in people]


def _without(address: str, error: Exception) -> str:
    """The error's text without the person's address: it goes to the store and to logs."""
    return str(error).replace(address, "…")
