"""The preview as one HTML page.

Mockups like the platforms, everything inside the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from channels.base import Media
from channels.looks import look_of
from channels.mockups import Mockup, Picture, filter_script, marked, mockup, style
from channels.thumbnails import Thumbnail, thumbnail
from publisher.campaign.model import Campaign
from publisher.files.faults import Fault
from publisher.i18n import _, language, ngettext
from publisher.planning.model import PlannedDelivery
from publisher.preview.content import Shown, gather
from publisher.settings import Settings

_SIDE = 480
_MOST_PICTURES_BYTES = 24_000_000
"""With more than this in pictures the rest is shown by description: the page must open anywhere."""


def build(
    planned: Sequence[PlannedDelivery],
    settings: Settings,
    out: Path,
    faults: Sequence[Fault] = (),
    campaigns: Sequence[Campaign] | None = None,
) -> None:
    """Write the page of ``planned`` to ``out``, in the present language.

    ``faults`` are shown with the posts in whose files they stand; ``campaigns`` are read from their
    folder where they aren't given. Raises ``OSError``, and ``KeyError`` for a channel that
    ``settings`` lacks.
    """
    preview = gather(planned, settings, faults, campaigns)
    album = _Album()
    page = (
        _environment()
        .get_template("preview.html.j2")
        .render(
            preview=preview,
            language=language(),
            style=style(),
            script=filter_script(),
            album=album,
            mockup=lambda shown: mockup(_mockup(shown, album), language()),
        )
    )
    out.write_text(page, "utf-8")


class _Album:
    """The page's pictures, each inside it once however many posts show it, up to so many bytes."""

    def __init__(self) -> None:
        self._held: dict[str, Thumbnail] = {}
        self._left = _MOST_PICTURES_BYTES

    def picture(self, medium: Media) -> Picture:
        """How a mockup shows ``medium``: the small picture, or its description."""
        if medium.kind == "image" and medium.sha256 not in self._held:
            small = thumbnail(medium.path, _SIDE)
            if small is not None and len(small.address) <= self._left:
                self._held[medium.sha256] = small
                self._left -= len(small.address)
        held = self._held.get(medium.sha256)
        if held is None:
            return Picture("", medium.alt, medium.credit, medium.kind)
        name = f"#{_name(medium.sha256)}"
        return Picture(name, medium.alt, medium.credit, medium.kind, held.width, held.height)

    def held(self) -> Iterable[tuple[str, Thumbnail]]:
        """The pictures that the mockups named, by their names in the page."""
        return [(_name(sha256), small) for sha256, small in self._held.items()]


def _name(sha256: str) -> str:
    return f"picture-{sha256[:16]}"


def _mockup(shown: Shown, album: _Album) -> Mockup:
    message, face = shown.message, shown.face
    if look_of(face.platform).shape == "data":
        return Mockup(face.platform, face.shape.title, f"{shown.due:%H:%M}", _as_data(shown))
    return Mockup(
        platform=face.platform,
        author=face.shape.title,
        at=f"{shown.due:%H:%M}",
        title=message.title,
        summary=message.summary,
        body=marked(message.body, face.shape.dialect),
        link=message.link,
        pictures=tuple(album.picture(medium) for medium in message.media),
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


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("publisher.preview"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    return environment
