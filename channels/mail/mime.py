"""Fills a mail with its body in two forms: plain text, and a page with its pictures inside it.

multipart/alternative of the text and a multipart/related of the page with its pictures, which the
page names by Content-ID (RFC 2387, RFC 2392). Used by ``channels.email.letter`` and by Publisher's
reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

from channels.base import Media
from channels.web.uploads import content_of


def fill(
    mail: EmailMessage, text: str, page: str, language: str, pictures: Mapping[str, Media]
) -> None:
    """Give ``mail`` its body; ``pictures`` by Content-ID, without brackets.

    Raises ``TransientError`` where a picture can't be read.
    """
    mail.set_content(text)
    mail.add_alternative(page, subtype="html")
    # Only now: what stands here when a second part joins moves into the first with its text.
    mail["Content-Language"] = language
    _, related = mail.iter_parts()
    assert isinstance(related, EmailMessage)  # noqa: S101 -- what add_alternative makes, for mypy
    for cid, picture in pictures.items():
        kind, _, form = picture.mime.partition("/")
        related.add_related(
            content_of(picture),
            maintype=kind,
            subtype=form,
            cid=f"<{cid}>",
            disposition="inline",
            filename=f"{picture.sha256[:12]}.{form}",
        )
