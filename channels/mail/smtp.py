"""Hands one mail at a time to a mail server, with the moment of no return known exactly.

``Relay`` keeps one connection and raises the contract's errors. smtplib's own ``sendmail`` hides
where it broke, so MAIL, RCPT, DATA and the final dot are driven one by one here: until the dot
begins to leave, a lost connection is ``TransientError`` (RFC 5321, 4.1.1.4: a server delivers
nothing before it); from then until the answer, ``AmbiguousError``. Used by ``channels.email`` and
by Publisher's own reports and alerts.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from types import TracebackType
from typing import Literal, Self

from pydantic_core import PydanticCustomError

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)
from channels.mail import trouble
from channels.mail.bounded import Bounded, BoundedTls
from channels.web.hosts import is_loopback

Security = Literal["starttls", "tls", "none"]

_UNSAFE = re.compile(r"[\s<>\x00-\x1f\x7f]")


def require_protected(host: str, security: Security) -> None:
    """Refuse, as a validator does, an unprotected line to a mail server on another machine."""
    if security == "none" and not is_loopback(host):
        raise PydanticCustomError("mail_unprotected", "mail to another machine is unprotected")


class Relay:
    """A mail server that takes our mail: ``with Relay(...) as relay: relay.send(message, to)``.

    ``security`` is ``starttls`` (asked for, and never gone without), ``tls`` (from the first byte)
    or ``none``, which is taken for this machine alone unless ``allow_unprotected``; certificates
    are always verified against the system's authorities. ``timeout_s`` bounds each step.

    Raises ``ValueError`` at once for a server elsewhere without protection. Entering connects and
    logs in: ``TransientError`` where the server can't be reached or trusted,
    ``CredentialsExpiredError`` where it doesn't take the log-in, ``ForbiddenError`` where it won't
    serve us. No error holds the password.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        username: str = "",
        password: str = "",
        timeout_s: float = 15,
        *,
        allow_unprotected: bool = False,
    ) -> None:
        if security == "none" and not allow_unprotected and not is_loopback(host):
            raise ValueError(f"{host}: {trouble.UNPROTECTED}")
        self._host = host
        self._port = port
        self._security = security
        self._username = username
        self._password = password
        self._timeout_s = timeout_s
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self._line = self._connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand ``message`` to the server for ``recipient`` alone (headers are left as they are).

        The envelope's sender is the address in ``From``. A connection lost by an earlier send is
        opened again. Raises ``InvalidContentError`` where the server refuses the recipient or the
        message for good, ``ForbiddenError`` where it refuses the sender, ``TransientError`` where
        it took nothing and may later (``BusyError`` where it says so itself), ``AmbiguousError``
        where it may have taken the message.
        """
        if _UNSAFE.search(recipient) or not recipient.isascii():
            raise InvalidContentError(f"{trouble.UNMAILABLE}: {recipient!r}")
        data = _on_the_wire(message)
        line = self._open_line()
        with self._surely_not_taken():
            self._expect(line.mail(_sender(message)), 250, trouble.NOT_THE_SENDER, ForbiddenError)
            self._expect(line.rcpt(recipient), 250, f"{trouble.NOT_THE_RECIPIENT}: {recipient}")
            self._expect(line.docmd("DATA"), 354, trouble.NOT_THE_MESSAGE)
            line.send(data)
        try:
            line.send(b".\r\n")
            reply = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            told = f"{self._host}: {trouble.LOST_AFTER}: {trouble.why(error)}"
            raise AmbiguousError(told) from error
        # A 3xx asks for more where there is no more to be had (RFC 5321, 4.2.1): who answers that
        # may have the message as well.
        if reply[0] // 100 not in (2, 4, 5):
            self._drop()
            raise AmbiguousError(f"{self._host}: {trouble.UNINTELLIGIBLE}")
        self._expect(reply, 250, trouble.NOT_THE_MESSAGE)

    def check(self) -> None:
        """Ask the server whether it is there (NOOP); raises like entering does."""
        line = self._open_line()
        with self._surely_not_taken():
            self._expect(line.noop(), 250, trouble.NOT_US, ForbiddenError)

    def close(self) -> None:
        """Say good-bye and let go of the connection; never raises."""
        if self._line is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._line.quit()
        self._drop()

    def _open_line(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = self._connect()
        return self._line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _connect(self) -> smtplib.SMTP:
        line: smtplib.SMTP | None = None
        try:
            line = self._greet()
            self._log_in(line)
        except BaseException:
            if line is not None:
                line.close()
            raise
        return line

    def _greet(self) -> smtplib.SMTP:
        # The system's authorities are read from disk: only where they are asked.
        protection = ssl.create_default_context() if self._security != "none" else None
        try:
            if self._security == "tls":
                return BoundedTls(
                    self._host, self._port, timeout=self._timeout_s, context=protection
                )
            line = Bounded(self._host, self._port, timeout=self._timeout_s)
            if self._security == "starttls":
                try:
                    line.starttls(context=protection)
                except BaseException:
                    line.close()
                    raise
            return line
        except smtplib.SMTPNotSupportedError:
            raise TransientError(f"{self._host}: {trouble.NO_STARTTLS}") from None
        except smtplib.SMTPResponseException as error:
            refused = (error.smtp_code, error.smtp_error, trouble.NOT_US, ForbiddenError)
            raise self._refusal(*refused) from None
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self._host}:{self._port}: {trouble.why(error)}") from error

    def _log_in(self, line: smtplib.SMTP) -> None:
        if not (self._username + self._password).isascii():
            raise CredentialsExpiredError(
                "the mail account's name or password has letters that its log-in can't "
                "carry: have the password changed to plain letters"
            )
        refused: ChannelError
        try:
            line.ehlo_or_helo_if_needed()
            if self._username:
                line.login(self._username, self._password)
        except smtplib.SMTPAuthenticationError as error:
            refused = self._refusal(
                error.smtp_code,
                error.smtp_error,
                f"{trouble.NOT_THE_LOG_IN}: {self._username}",
                CredentialsExpiredError,
            )
        except smtplib.SMTPNotSupportedError:
            refused = ForbiddenError(f"{self._host}: {trouble.NO_LOG_IN}")
        except smtplib.SMTPResponseException as error:
            refused = self._refusal(
                error.smtp_code, error.smtp_error, trouble.NOT_US, ForbiddenError
            )
        except (OSError, smtplib.SMTPException) as error:
            told = f"{self._host}: {trouble.LOST_AT_LOG_IN}: {trouble.why(error)}"
            refused = TransientError(told)
        else:
            return
        # Raised out here, it has nothing behind it: smtplib's own errors hold what was said.
        raise refused

    @contextmanager
    def _surely_not_taken(self) -> Iterator[None]:
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            told = f"{self._host}: {trouble.LOST_BEFORE}: {trouble.why(error)}"
            raise TransientError(told) from error

    def _expect(
        self,
        reply: tuple[int, bytes],
        wanted: int,
        what: str,
        refusal: type[ChannelError] = InvalidContentError,
    ) -> None:
        code, text = reply
        # 251 and 252 are RFC 5321's other ways to accept a recipient.
        if code == wanted or (wanted == 250 and 200 <= code < 300):
            return
        if code == 421:
            self._drop()
        elif self._line is not None:
            self._forget()
        raise self._refusal(code, text, what, refusal)

    def _forget(self) -> None:
        """End the transaction that was refused, so that the next one starts clean."""
        try:
            if self._line is not None:
                self._line.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _refusal(
        self, code: int, text: bytes | str, what: str, permanent: type[ChannelError]
    ) -> ChannelError:
        return trouble.refusal(self._host, code, text, what, permanent, self._password)


def _sender(message: EmailMessage) -> str:
    header = message["From"]
    if not isinstance(header, AddressHeader) or len(header.addresses) != 1:
        raise InvalidContentError("a mail needs one address in From")
    return header.addresses[0].addr_spec


def _on_the_wire(message: EmailMessage) -> bytes:
    """The message as SMTP carries it: seven bits, CRLF, dots doubled, without the final dot."""
    data = message.as_bytes(policy=message.policy.clone(linesep="\r\n", cte_type="7bit"))
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", data)
