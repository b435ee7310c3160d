"""A campaign to begin with.

``publisher new-campaign`` copies it for an officer to change. It is a whole campaign that passes
the check: a commented campaign.toml, three posts, a picture. The texts lie beside this file, one
folder a language.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from publisher.campaign.names import is_slug, slug_of
from publisher.i18n import DEFAULT_LANGUAGE, LANGUAGES, _

_HERE = Path(__file__).parent


class StarterError(ValueError):
    """The folder can't be made; the text says why, in the officer's language."""


def create(folder: Path, slug: str, lang: str) -> list[Path]:
    """Make the campaign ``folder/slug`` in ``lang``; gives its files. Nothing is ever overwritten.

    Raises ``StarterError``.
    """
    if not is_slug(slug):
        raise StarterError(
            _(
                "“%(name)s” can't be a campaign's name: small letters without accents, digits "
                "and hyphens only. What about “%(better)s”?"
            )
            % {"name": slug, "better": slug_of(slug) or "chien-dich-moi"}
        )
    place = folder / slug
    if place.exists():
        raise StarterError(
            _("There is a folder %(folder)s already: choose another name.") % {"folder": place}
        )
    language = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(_HERE / language, place)
        shutil.copytree(_HERE / "media", place / "media")
    except PermissionError:
        raise StarterError(
            _(
                "The folder %(folder)s can't be made: you have no right to write there. Ask "
                "your administrator for it."
            )
            % {"folder": place}
        ) from None
    except OSError as error:
        raise StarterError(
            _("The folder %(folder)s can't be made: %(why)s. Ask your administrator.")
            % {"folder": place, "why": error.strerror or type(error).__name__}
        ) from None
    return sorted(path for path in place.rglob("*") if path.is_file())
