"""Writes the newsletter's mail for one recipient. Text and HTML, pictures inside, a way to
unsubscribe.

``compose`` is pure but for reading the pictures. Used by ``channels.email`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageDefect, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape
from typing import Any

from channels.base import Media, Message
from channels.mail.mime import fill

_SUBJECT_LONGEST = 150
_WORDS = {
    "vi": {
        "picture": "Hình",
        "by": "Ảnh",
        "more": "Xem thêm",
        "why": "Ông/bà nhận thư này vì có tên trong danh sách nhận tin.",
        "unsubscribe": "Hủy nhận thư",
    },
    "en": {
        "picture": "Picture",
        "by": "By",
        "more": "Read more",
        "why": "You get this mail because you are on our mailing list.",
        "unsubscribe": "Unsubscribe",
    },
}


_WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id"})


class _Policy(EmailPolicy):
    """Leaves the headers that machines read in one piece.

    The library writes a long one as encoded words (RFC 2047), which are no addresses any more for
    the mailbox providers that look for them (RFC 2369).
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _WHOLE:
            return f"{name}: {value}" + str(self.linesep)
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded: bytes = super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii") if name.lower() in _WHOLE else folded


@dataclass(frozen=True, slots=True)
class Letterhead:
    """All of a mail that isn't its message.

    ``message_id`` stands in angle brackets, ``list_id`` without; ``unsubscribe`` is an ``https``
    or ``mailto`` address for this very recipient, or empty.
    """

    sender: str
    sender_name: str
    to: str
    to_name: str
    at: datetime
    message_id: str
    list_id: str
    unsubscribe: str


def compose(message: Message, head: Letterhead) -> EmailMessage:
    """``message`` as a mail; raises ``TransientError`` where a picture can't be read."""
    words = _WORDS.get(message.language, _WORDS["en"])
    mail = EmailMessage(_Policy())
    mail["From"] = Address(head.sender_name, addr_spec=head.sender)
    mail["To"] = Address(head.to_name, addr_spec=head.to)
    mail["Subject"] = subject(message)
    mail["Date"] = format_datetime(head.at)
    mail["Message-ID"] = head.message_id
    mail["List-Id"] = f"<{head.list_id}>"
    if head.unsubscribe:
        mail["List-Unsubscribe"] = f"<{head.unsubscribe}>"
    if head.unsubscribe.startswith("https://"):
        # RFC 8058: the button "unsubscribe" of mailbox providers; it needs an https address.
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    fill(
        mail,
        _as_text(message, head, words),
        _as_html(message, head, words),
        message.language,
        {_cid(picture): picture for picture in message.media},
    )
    return mail


def is_mailable(address: str) -> bool:
    """Whether a mail's head and its envelope can carry ``address``."""
    # SMTP without SMTPUTF8 (RFC 6531) carries ASCII addresses alone.
    if not (address.isascii() and address.isprintable()) or set(address) & set(' <>"'):
        return False
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, MessageDefect, ValueError, LookupError):
        return False
    return bool(parsed.username) and "." in parsed.domain


def subject(message: Message) -> str:
    """The title, or the first line of the text where the post has none."""
    first = next((line for line in message.body.plain.splitlines() if line.strip()), "")
    one_line = " ".join((message.title or first).split())
    if len(one_line) <= _SUBJECT_LONGEST:
        return one_line
    return one_line[: _SUBJECT_LONGEST - 1].rsplit(" ", 1)[0] + "…"


def _as_text(message: Message, head: Letterhead, words: dict[str, str]) -> str:
    parts = [message.body.plain.strip()]
    parts += [f"[{words['picture']}: {picture.alt}]" for picture in message.media]
    if _link_apart(message):
        parts.append(f"{words['more']}: {message.link}")
    footer = [head.sender_name or head.sender, words["why"]]
    if head.unsubscribe:
        footer.append(f"{words['unsubscribe']}: {head.unsubscribe}")
    # "-- " alone on a line begins a signature in every mail reader (RFC 3676, 4.3).
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(footer) + "\n"


def _as_html(message: Message, head: Letterhead, words: dict[str, str]) -> str:
    title = escape(message.title)
    preview = (
        f'<div style="display:none;max-height:0;overflow:hidden">{escape(message.summary)}</div>'
        if message.summary
        else ""
    )
    heading = f'<h1 style="font-size:22px;line-height:1.3">{title}</h1>' if title else ""
    more = (
        f'<p><a href="{escape(message.link)}">{words["more"]}</a></p>'
        if _link_apart(message)
        else ""
    )
    leave = (
        f' <a href="{escape(head.unsubscribe)}" style="color:#5f6368">{words["unsubscribe"]}</a>'
        if head.unsubscribe
        else ""
    )
    return f"""<!doctype html>
<html lang="{escape(message.language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title or escape(subject(message))}</title></head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#202124;\
font:16px/1.6 system-ui,'Segoe UI',Roboto,Arial,sans-serif">
{preview}<div style="max-width:600px;margin:0 auto;padding:24px;background:#ffffff;\
border-radius:8px;overflow-wrap:anywhere">
{heading}
{message.body.written}
{"".join(_figure(picture, words) for picture in message.media)}
{more}
</div>
<p style="max-width:600px;margin:16px auto;color:#5f6368;font-size:13px;text-align:center">\
{escape(head.sender_name or head.sender)}<br>{words["why"]}{leave}</p>
</body></html>
"""


def _figure(picture: Media, words: dict[str, str]) -> str:
    credit = (
        f'<figcaption style="color:#5f6368;font-size:13px">{words["by"]}: '
        f"{escape(picture.credit)}</figcaption>"
        if picture.credit
        else ""
    )
    return (
        f'<figure style="margin:16px 0"><img src="cid:{_cid(picture)}" '
        f'alt="{escape(picture.alt)}" style="max-width:100%;height:auto;border-radius:4px">'
        f"{credit}</figure>"
    )


def _link_apart(message: Message) -> bool:
    """Whether the link still has to be shown: the text doesn't lead there by itself."""
    return bool(message.link) and (
        message.link not in message.body.plain and escape(message.link) not in message.body.written
    )


def _cid(picture: Media) -> str:
    return f"{picture.sha256[:32]}@pictures"
