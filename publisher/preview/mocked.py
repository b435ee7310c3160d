"""Draws one delivery as its platform shows it: on the preview's page, and on the console's."""

from __future__ import annotations

import json
from collections.abc import Callable

from markupsafe import Markup

from channels.base import Media
from channels.looks import look_of
from channels.mockups import Mockup, Picture, marked, mockup
from publisher import notation
from publisher.i18n import language
from publisher.preview.content import Shown


def drawn(shown: Shown, picture: Callable[[Media], Picture]) -> Markup:
    """``shown`` as a fragment of HTML, in the present language; ``picture`` says how a medium is
    shown."""
    return mockup(_mockup(shown, picture), language())


def _mockup(shown: Shown, picture: Callable[[Media], Picture]) -> Mockup:
    message, face = shown.message, shown.face
    if look_of(face.platform).shape == "data":
        return Mockup(face.platform, face.shape.title, notation.hour(shown.due), _as_data(shown))
    return Mockup(
        platform=face.platform,
        author=face.shape.title,
        at=notation.hour(shown.due),
        title=message.title,
        summary=message.summary,
        body=marked(message.body, face.shape.dialect),
        link=message.link,
        pictures=tuple(picture(medium) for medium in message.media),
        replies=tuple(marked(reply, face.shape.dialect) for reply in message.replies),
        hashtags=() if face.shape.writes_hashtags else message.hashtags,
    )


def _as_data(shown: Shown) -> Markup:
    """What a program at the other end is told, in the main; its exact form is the adapter's."""
    message = shown.message
    told = {
        "title": message.title,
        "summary": message.summary,
        "text": message.body.plain,
        "link": message.link,
        "hashtags": list(message.hashtags),
        "media": [{"mime": medium.mime, "alt": medium.alt} for medium in message.media],
        "language": message.language,
    }
    return Markup("<pre>{}</pre>").format(
        json.dumps(
            {name: value for name, value in told.items() if value}, ensure_ascii=False, indent=2
        )
    )
