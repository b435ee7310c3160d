"""Channels, audiences and hashtags as offices name them in a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from publisher.campaign.model import Audience
from publisher.campaign.register_headings import plain
from publisher.i18n import speaking
from publisher.reach.words import audience
from publisher.settings import Settings

ALL = ("tat ca", "tat ca cac kenh", "cac kenh", "all", "all channels", "moi kenh")
_PARTS = re.compile(r"[,;\n/+|•]|(?:^|\s)[-–](?=\s)|\s(?:và|and|&)\s")
_COMMAS = re.compile(r"[,/]")
_TAG_PARTS = re.compile(r"[\s,;#]+")
_ALSO = {
    "fb": "facebook",
    "facebook": "facebook",
    "zalo oa": "zalo",
    "oa": "zalo",
    "ig": "instagram",
    "insta": "instagram",
    "yt": "youtube",
    "tele": "telegram",
    "twitter": "x",
    "web": "wordpress",
    "website": "wordpress",
    "email": "email",
    "mail": "email",
}


class UnknownNameError(Exception):
    """A name that is none, or that several could be meant by: ``name``, and the ``several``."""

    def __init__(self, name: str, several: Sequence[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.several = tuple(several)


def channels_in(text: str, settings: Settings) -> tuple[str, ...] | None:
    """The channels that ``text`` names, by their names or titles; ``None``: all of the campaign.

    Raises ``UnknownNameError``.
    """
    if not text.strip() or plain(text) in ALL:
        return None
    whole = _channel(text, settings)
    if len(whole) == 1:
        return (whole[0],)
    found: list[str] = []
    for part in _known_parts(text, settings):
        names = _channel(part, settings)
        if len(names) != 1:
            raise UnknownNameError(" ".join(part.split()), names)
        found += [name for name in names if name not in found]
    if not found:
        # A stroke stands for "none", and never for all of them.
        raise UnknownNameError(" ".join(text.split()))
    return tuple(found)


def audiences_in(text: str) -> tuple[str, ...] | None:
    """The audiences that ``text`` names, by their keys or in words; ``None`` where it names none.

    Raises ``UnknownNameError``.
    """
    known = _audiences()
    found = []
    whole = [part for part in re.split(r"[;\n]", text) if part.strip()]
    # An audience's own words have commas too.
    parts = (one if plain(one) in known else _COMMAS.split(one) for one in whole)
    for part in (one for some in parts for one in ([some] if isinstance(some, str) else some)):
        if not part.strip():
            continue
        name = known.get(plain(part))
        if name is None:
            raise UnknownNameError(" ".join(part.split()))
        if name not in found:
            found.append(name)
    return tuple(found) or None


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags in ``text``, without their sign, each once."""
    return tuple(dict.fromkeys(filter(None, _TAG_PARTS.split(text))))


def _known_parts(text: str, settings: Settings) -> list[str]:
    """``text`` at its commas and slashes, but for those that stand in a channel's own title."""
    kept = text
    places: dict[str, str] = {}
    titles = (str(keys.get("title") or "") for keys in settings.channels.values())
    for number, title in enumerate(sorted(filter(None, titles), key=len, reverse=True)):
        if _PARTS.search(title):
            mark = f"\x00{number}\x00"
            places[mark] = title
            kept = re.sub(re.escape(title), mark, kept, flags=re.IGNORECASE)
    parts = (part for part in _PARTS.split(kept) if part and part.strip())
    return [places.get(part.strip(), part) for part in parts]


def _channel(text: str, settings: Settings) -> list[str]:
    """The channels that may be meant by ``text``: those of that name or title; else those of that
    platform; else those that have it in their titles."""
    word = plain(text)
    if not word:
        return []
    named, titled, platform, within = [], [], [], []
    for name, keys in settings.channels.items():
        title = plain(str(keys.get("title") or ""))
        kinds = {plain(str(keys.get("adapter", ""))), plain(str(keys.get("like", "")))}
        if plain(name) == word:
            named.append(name)
        if title == word:
            titled.append(name)
        if _ALSO.get(word, word) in kinds:
            platform.append(name)
        if f" {word} " in f" {title} ":
            within.append(name)
    return next((found for found in (named, titled, platform, within) if found), [])


def _audiences() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for language in ("vi", "en"):
        with speaking(language):
            known |= {plain(audience(name)): name for name in get_args(Audience)}
    return known | {name: name for name in get_args(Audience)}
