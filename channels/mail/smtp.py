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
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from types import TracebackType
from typing import Literal, Self

from pydantic_core import PydanticCustomError

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)
from channels.mail.bounded import Bounded, BoundedTls
from channels.web.hosts import is_loopback

Security = Literal["starttls", "tls", "none"]

_LOG_IN_WANTED = (530, 535)  # RFC 4954, section 6
_LONGEST_REPLY = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_UNSAFE = re.compile(r"[\s<>\x00-\x1f\x7f]")


class BusyError(TransientError):
    """The server itself said "later" (a 4xx answer), so it is there."""


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
            raise ValueError(f"mail to {host} must be protected: security 'starttls' or 'tls'")
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
            raise InvalidContentError(f"not an address that mail can carry: {recipient!r}")
        data = _on_the_wire(message)
        line = self._open_line()
        with self._surely_not_taken():
            self._expect(line.mail(_sender(message)), 250, "the sender", ForbiddenError)
            self._expect(line.rcpt(recipient), 250, f"the recipient {recipient}")
            self._expect(line.docmd("DATA"), 354, "the message")
            line.send(data)
        try:
            line.send(b".\r\n")
            reply = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise AmbiguousError(
                f"{self._host} was lost after the message was handed over: {_why(error)}"
            ) from error
        # A 3xx asks for more where there is no more to be had (RFC 5321, 4.2.1): who answers that
        # may have the message as well.
        if reply[0] // 100 not in (2, 4, 5):
            self._drop()
            raise AmbiguousError(f"{self._host} gave no intelligible answer to the message")
        self._expect(reply, 250, "the message")

    def check(self) -> None:
        """Ask the server whether it is there (NOOP); raises like entering does."""
        line = self._open_line()
        with self._surely_not_taken():
            self._expect(line.noop(), 250, "a greeting", ForbiddenError)

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
            raise TransientError(f"{self._host} offers no STARTTLS") from None
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, "us", ForbiddenError) from None
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self._host}:{self._port}: {_unreached(error)}") from error

    def _log_in(self, line: smtplib.SMTP) -> None:
        if not (self._username + self._password).isascii():
            raise CredentialsExpiredError(
                "the mail account's name or password has letters that its log-in can't "
                "carry: have the password changed to plain letters"
            )
        trouble: ChannelError
        try:
            line.ehlo_or_helo_if_needed()
            if self._username:
                line.login(self._username, self._password)
        except smtplib.SMTPAuthenticationError as error:
            trouble = self._refusal(
                error.smtp_code,
                error.smtp_error,
                f"the log-in of {self._username}",
                CredentialsExpiredError,
            )
        except smtplib.SMTPNotSupportedError:
            trouble = ForbiddenError(f"{self._host} offers no log-in that we know")
        except smtplib.SMTPResponseException as error:
            trouble = self._refusal(error.smtp_code, error.smtp_error, "us", ForbiddenError)
        except (OSError, smtplib.SMTPException) as error:
            trouble = TransientError(f"{self._host} was lost at the log-in: {_why(error)}")
        else:
            return
        # Raised out here, it has nothing behind it: smtplib's own errors hold what was said.
        raise trouble

    @contextmanager
    def _surely_not_taken(self) -> Iterator[None]:
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise TransientError(
                f"{self._host} was lost before the message was handed over: {_why(error)}"
            ) from error

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
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        words = " ".join(_CONTROLS.sub(" ", words).split())
        if self._password:
            words = words.replace(self._password, "***")
        if code in _LOG_IN_WANTED:
            permanent = CredentialsExpiredError
        told = f"{self._host} refused {what}: {code} {words[:_LONGEST_REPLY]}".rstrip()
        if 500 <= code < 600:
            return permanent(told)
        return BusyError(told) if 400 <= code < 500 else TransientError(told)


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


def _unreached(error: Exception) -> str:
    """Why there is no line to the server, as the texts of ``channels.web.exchange`` say it."""
    if isinstance(error, TimeoutError):
        return N_("no whole answer came in time")
    if isinstance(error, socket.gaierror):
        return N_("its name can't be resolved")
    if isinstance(error, ConnectionRefusedError):
        return N_("the connection was refused")
    if isinstance(error, ssl.SSLCertVerificationError):
        return N_("its certificate can't be trusted")
    return _why(error)


def _why(error: Exception) -> str:
    """What happened, without texts of ours that the error may carry along."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate isn't to be trusted ({error.verify_message})"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
