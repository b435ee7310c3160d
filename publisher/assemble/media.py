"""Measures the pictures and videos of a post.

What is wrong with them is told at its line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from channels.base import Media
from publisher.assemble.places import line_of
from publisher.campaign.media_file import MediaFile
from publisher.campaign.model import Campaign, Post
from publisher.files.faults import Fault
from publisher.files.messages import either, nearest, quoted
from publisher.files.text import shown
from publisher.i18n import _
from publisher.media.library import MediaError, measure
from publisher.media.renditions import without_place

_NEAR = 5
"""So many names of files are offered where none is close to the one written."""


def measured(campaign: Campaign, post: Post) -> tuple[dict[str, Media], list[Fault]]:
    """Every file that ``post`` or a variant of it names, by that name; and what is wrong."""
    found: dict[str, Media] = {}
    faults: list[Fault] = []
    for field, medium in files_of(post):
        if not medium.file or medium.key in found:
            continue
        try:
            found[medium.key] = _measured(campaign.folder, medium)
        except MediaError as error:
            faults.append(of_media_error(campaign, post, f"{field}.file", medium.file, error))
    return found, faults


def of_media_error(
    campaign: Campaign, post: Post, field: str, name: str, error: MediaError
) -> Fault:
    """Why the file ``name``, which ``post`` names under ``field``, can't be used."""
    code = f"file_{error.code}"
    what, instead = _told(code, name, campaign.folder)
    return Fault(shown(post.path), line_of(post, field), code, what, instead)


def found_in(folder: Path, name: str) -> Path:
    """Where the file ``name`` of a campaign stands in its ``folder``. Raises ``MediaError``."""
    try:
        path = _standing(folder, name)
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        raise MediaError("unreadable") from None
    if not inside:
        raise MediaError("leads_out")
    return path


def telling(post: Post, found: Mapping[str, Media], folder: Path) -> Iterator[Fault]:
    """What is wrong where one of ``found`` tells where it was taken and that can't be taken out;
    copies without it are made in ``folder``."""
    for field, medium in files_of(post):
        if medium.key not in found:
            continue
        try:
            without_place(found[medium.key], folder)
        except MediaError as error:
            code = f"file_{error.code}"
            what, instead = _told(code, medium.file or medium.library, Path())
            yield Fault(shown(post.path), line_of(post, field), code, what, instead)


def files_of(post: Post) -> Iterator[tuple[str, MediaFile]]:
    """What ``media`` says in ``post`` and its variants, each with the key under which it stands."""
    for number, medium in enumerate(post.front.media):
        yield f"media.{number}", medium
    for name, variant in post.front.for_.items():
        for number, medium in enumerate(variant.media or ()):
            yield f"for.{name}.media.{number}", medium


def _measured(folder: Path, medium: MediaFile) -> Media:
    path = found_in(folder, medium.file)
    return measure(path, "")  # its words are templates: they are rendered with the post


def _standing(folder: Path, name: str) -> Path:
    """Where ``name`` stands in ``folder``, also where a Mac wrote its accents apart (NFD)."""
    path = folder
    for part in PurePosixPath(name).parts:
        path /= part if (path / part).exists() else _same(path, part)
    return path


def _same(folder: Path, name: str) -> str:
    """The entry of ``folder`` that reads as ``name``, else ``name``."""
    try:
        there = [entry.name for entry in folder.iterdir()]
    except OSError:
        return name
    wanted = unicodedata.normalize("NFC", name)
    return next((one for one in there if unicodedata.normalize("NFC", one) == wanted), name)


def _told(code: str, name: str, folder: Path) -> tuple[str, str]:
    """What is wrong and what to do, by the code of the fault."""
    near = _near(name, folder) if code in ("file_missing", "file_not_a_file") else ""
    what, instead = {
        "file_missing": (
            _("There is no file “%(file)s” in the campaign's folder."),
            near,
        ),
        "file_leads_out": (
            _("“%(file)s” leads out of the campaign's folder."),
            _("Put a copy of the file itself there, not a link."),
        ),
        "file_broken": (
            _("The file “%(file)s” is damaged."),
            _("Open it, save it again (a picture as PNG or JPEG, a video as MP4)."),
        ),
        "file_huge": (
            _("“%(file)s” is too large."),
            _("Make it smaller: 2000 pixels on the longer side are plenty."),
        ),
        "file_unknown": (
            _("“%(file)s” is no picture or video that we know."),
            _("Pictures are PNG or JPEG, videos MP4."),
        ),
        "file_empty": (
            _("The file “%(file)s” is empty."),
            _("Copy it there once more."),
        ),
        "file_not_a_file": (
            _("“%(file)s” is a folder, not a file."),
            near,
        ),
        "file_unreadable": (
            _("The file “%(file)s” can't be opened."),
            _("Let the program's user read it, or ask your administrator."),
        ),
        "file_place": (
            _("“%(file)s” tells where it was taken, and that can't be taken out of it."),
            _("Open it and save it anew, a picture as PNG or JPEG, a video as MP4."),
        ),
    }[code]
    return what % {"file": quoted(name)}, instead


def _near(name: str, folder: Path) -> str:
    """The file that was probably meant, else some that there are."""
    try:
        there = sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix not in (".md", ".toml")
        )
    except OSError:
        there = []
    # By its own name alone: folder and ending make every picture look like every other.
    by_stem = {Path(one).stem: one for one in there}
    match = nearest(Path(name).stem, by_stem)
    if match is not None:
        return _("Did you mean “%(near)s”?") % {"near": by_stem[match]}
    if not there:
        return _("There is no picture in it yet: put it into the folder media.")
    return either([*there[:_NEAR], *(["…"] if there[_NEAR:] else [])])
