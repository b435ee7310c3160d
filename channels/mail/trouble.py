"""Says why a mail server doesn't take a mail, in words of ours where smtplib's would be shown.

Texts are "the server: one of these: what it is about", so that who shows them can translate them.
Used by ``channels.mail.smtp``.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from channels.base import N_, ChannelError, CredentialsExpiredError, TransientError

NOT_US = N_("it refuses to serve this machine")
NOT_THE_LOG_IN = N_("it refuses the log-in")
NOT_THE_SENDER = N_("it refuses the sender")
NOT_THE_RECIPIENT = N_("it refuses the recipient")
NOT_THE_MESSAGE = N_("it refuses the message")

UNPROTECTED = N_('mail to another machine must be protected: write security = "starttls" or "tls"')
NO_STARTTLS = N_("it offers no protected line (STARTTLS): see that the port is right")
NO_LOG_IN = N_("it offers no log-in that we know")
UNMAILABLE = N_("this is no address that mail can carry")

BROKEN = N_("the connection broke before the whole answer was there")
LOST_AT_LOG_IN = N_("the line was lost at the log-in")
LOST_BEFORE = N_("the line was lost before the message was handed over")
LOST_AFTER = N_("the line was lost after the message was handed over")
UNINTELLIGIBLE = N_("what it answered to the message can't be understood")

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, N_("no whole answer came in time")),
    (socket.gaierror, N_("its name can't be resolved")),
    (ConnectionRefusedError, N_("the connection was refused")),
    (ssl.SSLCertVerificationError, N_("its certificate can't be trusted")),
    (ConnectionError, BROKEN),
)

_LOG_IN_WANTED = (530, 535)  # RFC 4954, section 6
_LONGEST_REPLY = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class BusyError(TransientError):
    """The server itself said "later" (a 4xx answer), so it is there."""


def why(error: Exception) -> str:
    """What happened, without texts of ours that the error may carry along."""
    # Of a line that ended while it was read, smtplib tells the reason in its own words alone.
    for each in (error, error.__context__):
        for kind, words in _WORDS:
            if isinstance(each, kind):
                return words
        if isinstance(each, OSError) and each.strerror:
            return each.strerror
    return BROKEN if isinstance(error, smtplib.SMTPServerDisconnected) else type(error).__name__


def refusal(
    host: str, code: int, text: bytes | str, what: str, permanent: type[ChannelError], secret: str
) -> ChannelError:
    """The error for an answer that isn't a yes: ``what`` it refuses, ``permanent`` what a 5xx means
    there. The server's own words are bounded, and don't show ``secret``."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = " ".join(_CONTROLS.sub(" ", words).split())
    if secret:
        words = words.replace(secret, "***")
    if code in _LOG_IN_WANTED:
        permanent = CredentialsExpiredError
    told = f"{host}: {what}: {code} {words[:_LONGEST_REPLY]}".rstrip()
    if 500 <= code < 600:
        return permanent(told)
    return BusyError(told) if 400 <= code < 500 else TransientError(told)
