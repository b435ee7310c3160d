"""A report's message as a mail.

Plain text, its page with the pictures inside it, its documents. ``publisher.reports.channel`` sends
it; a rehearsal shows what arrived of it as a page.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from channels.base import InvalidContentError, Media, Message
from channels.mail.mime import fill
from channels.reasons import GONE
from channels.web.uploads import content_of


def message_of(
    message: Message, *, sender: str, sender_name: str, to: str, message_id: str, at: datetime
) -> EmailMessage:
    """The mail of ``message`` to one address; ``message_id`` stands in angle brackets.

    Pictures stand in the page, other media are attached under the names of their files. Raises
    ``InvalidContentError`` where a file to attach is gone, ``TransientError`` where one can't be
    read.
    """
    mail = EmailMessage()
    mail["From"] = Address(_one_line(sender_name), addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = _one_line(message.title)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    # Keeps holiday answers away (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    fill(
        mail,
        message.body.plain,
        message.body.written,
        message.language,
        {picture_id(one.sha256): one for one in message.media if one.kind == "image"},
    )
    for document in message.media:
        if document.kind != "image":
            _attach(mail, document)
    return mail


def picture_id(digest: str) -> str:
    """The Content-ID, without brackets, of the picture with this SHA-256."""
    return f"{digest[:20]}@publisher"


def self_contained(mail: EmailMessage) -> str:
    """The page of a mail with its pictures inside it, for a browser."""
    page = mail.get_body(("html",))
    pictures = {
        str(part["Content-ID"]).strip(" <>"): part.get_content()
        for part in mail.walk()
        if part["Content-ID"]
    }
    return with_pictures(page.get_content() if page is not None else "", pictures)


def with_pictures(html: str, pictures: Mapping[str, bytes]) -> str:
    """``html`` with the PNG pictures that it names by Content-ID put inside it."""
    for cid, content in pictures.items():
        inside = f"data:image/png;base64,{base64.b64encode(content).decode()}"
        html = html.replace(f"cid:{cid}", inside)
    return html


def _attach(mail: EmailMessage, document: Media) -> None:
    if not document.path.is_file():
        # A draft that was taken away doesn't come back by itself: a person is told at once.
        raise InvalidContentError(f"{document.path.name}: {GONE}")
    kind, _, form = document.mime.partition("/")
    mail.add_attachment(
        content_of(document), maintype=kind, subtype=form, filename=document.path.name
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
