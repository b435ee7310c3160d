"""The preview as one HTML page.

Mockups like the platforms, everything inside the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from channels.base import Media
from channels.mockups import Picture, filter_script, style
from channels.thumbnails import Thumbnail, thumbnail
from publisher import notation
from publisher.campaign.model import Campaign
from publisher.files.faults import Fault
from publisher.i18n import _, language, ngettext
from publisher.planning.model import PlannedDelivery
from publisher.preview.content import gather
from publisher.preview.mocked import drawn
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
            hour=notation.hour,
            number=notation.number,
            language=language(),
            style=style(face.platform for face in preview.faces),
            script=filter_script(),
            album=album,
            mockup=lambda shown: drawn(shown, album.picture),
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
