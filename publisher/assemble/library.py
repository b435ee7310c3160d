"""Media of the library in posts: what keeps them from going out is told at their line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from channels.base import Media
from publisher import notation
from publisher.assemble.media import files_of
from publisher.assemble.places import field_of, line_of
from publisher.campaign.model import Campaign, Post
from publisher.files.faults import Fault, Severity
from publisher.files.messages import nearest, quoted
from publisher.files.text import shown
from publisher.i18n import _
from publisher.media.record import NOTHING, Consent, Library, Record

_STOPPED = ("consent_withdrawn", "expired")
"""What the library says of a file's bytes holds wherever they lie; what it merely lacks does not
keep a file of the campaign's own folder from going out."""


class Shown:
    """What posts show of an office's library; ``None`` where that can't be looked into."""

    def __init__(self, library: Library | None) -> None:
        self._is_here = library is not None
        self._library = library or NOTHING
        self._by_hash = {record.sha256: record for record in self._library.values()}

    def in_post(self, campaign: Campaign, post: Post) -> tuple[dict[str, Media], list[Fault]]:
        """The library's media that ``post`` or a variant of it names, by their keys; and what is
        wrong with them on any day."""
        found: dict[str, Media] = {}
        faults: list[Fault] = []
        for field, medium in files_of(post):
            if not medium.library:
                continue
            line = line_of(post, f"{field}.library")
            record = self._library.get(medium.library)
            if record is not None:
                faults += (_fault(post, line, code, record.name) for code in _lacking(record))
                found[medium.key] = record.medium(campaign.language_of(post))
            elif self._is_here:
                match = nearest(medium.library, self._library)
                faults.append(_fault(post, line, "library_unknown", medium.library, meant=match))
            else:
                faults.append(_fault(post, line, "library_elsewhere", medium.library))
        return found, list(dict.fromkeys(faults))

    def on_day(
        self, campaign: Campaign, post: Post, channel: str, day: date, media: Mapping[str, Media]
    ) -> tuple[dict[str, Media], list[Fault]]:
        """The library's media that ``post`` shows on ``channel``, described in that channel's
        language; and what of ``media``, from whatever source, may not be shown there on ``day``."""
        variant = post.front.for_.get(channel)
        own = variant.languages if variant is not None else None
        language = own[0] if own else campaign.language_of(post)
        found: dict[str, Media] = {}
        faults: list[Fault] = []
        for number, one in enumerate(post.media_on(channel)):
            if one.key not in media:
                continue
            line = partial(line_of, post, f"{field_of(post, channel, 'media')}.{number}")
            if one.library:
                record = self._library[one.library]
                found[one.key] = record.medium(language)
                if not one.alt and not record.alt_in(language):
                    code = "library_alt_en" if language == "en" else "library_alt"
                    faults.append(_fault(post, line(), code, record.name))
            elif media[one.key].sha256 in self._by_hash:
                record = self._by_hash[media[one.key].sha256]
            else:
                continue
            why = record.unfit_on(day)
            if why in _STOPPED:
                faults.append(_fault(post, line(), f"library_{why}", record.name, record))
        return found, faults


def is_whole(post: Post, found: Mapping[str, Media]) -> bool:
    """Whether ``found`` has every medium of the library that ``post`` names."""
    return all(one.key in found for _field, one in files_of(post) if one.library)


def _lacking(record: Record) -> Iterator[str]:
    if not record.path.exists():
        yield "library_lost"
    if record.consent is Consent.MISSING:
        yield "library_consent_missing"
    if not record.licence:
        yield "library_licence"


def _fault(
    post: Post,
    line: int | None,
    code: str,
    name: str,
    record: Record | None = None,
    meant: str | None = None,
) -> Fault:
    what, instead = _words()[code]
    until = record.expires_on if record is not None else None
    words = {"name": quoted(name), "day": notation.day(until, "full") if until else ""}
    what, instead = what % words, instead % words
    if meant is not None:
        instead = _("Did you mean “%(near)s”?") % {"near": meant}
    is_mild = code in ("library_elsewhere", "library_licence")
    severity = Severity.WARNING if is_mild else Severity.ERROR
    return Fault(shown(post.path), line, code, what, instead, severity)


def _words() -> Mapping[str, tuple[str, str]]:
    """What is wrong and what to do, by the code of the fault."""
    return {
        "library_unknown": (
            _("There is no “%(name)s” in the media library."),
            _("See what there is: publisher media list. Add a file: publisher media add FILE"),
        ),
        "library_elsewhere": (
            _("“%(name)s” is in the media library, which isn't on this machine."),
            _("Where the program runs, publisher check looks into it."),
        ),
        "library_lost": (
            _("The file of “%(name)s” is gone from the media library."),
            _("Bring back var/media from a backup, or add the file once more."),
        ),
        "library_consent_missing": (
            _("For “%(name)s” nobody has noted that the people in it agreed to be shown."),
            _(
                "Say where the paper is kept: publisher media edit %(name)s --consent “…”; "
                "or, if nobody can be recognised, --consent not-needed"
            ),
        ),
        "library_consent_withdrawn": (
            _("The people in “%(name)s” no longer agree to be shown."),
            _("Take it out of this post, or show another picture."),
        ),
        "library_expired": (
            _("“%(name)s” may only be used until %(day)s."),
            _("Take it out of this post, or have its use prolonged."),
        ),
        "library_licence": (
            _("The media library doesn't say under which licence “%(name)s” may be used."),
            _("Write it down: publisher media edit %(name)s --licence own-work, or CC BY 4.0, …"),
        ),
        "library_alt": (
            _("The media library doesn't say in Vietnamese what “%(name)s” shows."),
            _("Write it down: publisher media edit %(name)s --alt “…”; or in the post: alt"),
        ),
        "library_alt_en": (
            _("The media library doesn't say in English what “%(name)s” shows."),
            _("Write it down: publisher media edit %(name)s --alt-en “…”; or in the post: alt"),
        ),
    }
