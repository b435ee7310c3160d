"""Reads what a change begins with: a campaign's folder, a post's file as it lies on the disk.

What can't be used is refused in the reader's own words: each raises ``RefusedError``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.campaign.names import POSTS, is_slug
from publisher.campaign.post_file import PostFile, take_apart
from publisher.campaign.reader import CAMPAIGN_FILE
from publisher.editing.layout import Layout, laid_out
from publisher.editing.refusals import RefusedError, refused
from publisher.files.document import Document, read_document
from publisher.files.faults import Fault
from publisher.files.keys import Keys
from publisher.files.messages import faults_of, quoted
from publisher.files.text import read_text
from publisher.i18n import _
from publisher.settings import Settings

_Keys = TypeVar("_Keys", bound=Keys)


def folder_of(settings: Settings, slug: str) -> Path:
    """The folder of the campaign ``slug``."""
    folder = settings.campaigns_folder / slug
    if not is_slug(slug) or not folder.is_dir():
        raise refused(
            settings.campaigns_folder,
            "edit_no_campaign",
            _("There is no campaign “%(name)s” to change.") % {"name": quoted(slug)},
            _("See which there are: publisher check"),
        )
    return folder


def path_of(folder: Path, post: str) -> Path:
    """The file of ``post`` in the campaign's ``folder``, there or not; a name that is none leads
    nowhere."""
    if not is_slug(post):
        raise refused(
            folder / POSTS,
            "edit_no_post",
            _("“%(name)s” is the name of no post.") % {"name": quoted(post)},
            _("See which there are: publisher check"),
        )
    return folder / POSTS / f"{post}.md"


def raw(path: Path, folder: Path) -> str:
    """The file's text as it lies there, line ends, byte order mark and all."""
    read = read_text(path, folder)
    if isinstance(read, Fault):
        raise RefusedError([read])
    return path.read_bytes().decode()


def layout_of(path: Path, folder: Path) -> Layout:
    """The same with its parts, which can be told apart."""
    _parts(path, folder)
    return laid_out(raw(path, folder))


def front_of(path: Path, folder: Path) -> FrontMatter:
    """The post's front matter, which must be right where it is reckoned with."""
    return _valid(FrontMatter, _parts(path, folder).front)


def when_as_written(path: Path, folder: Path) -> str:
    """``when`` as it stands, in the officer's own way of writing it."""
    return str(_parts(path, folder).front.data.get("when", ""))


def campaign_file_of(folder: Path) -> CampaignFile:
    """The keys of the campaign in ``folder``."""
    document = read_document(folder / CAMPAIGN_FILE, folder)
    if isinstance(document, Fault):
        raise RefusedError([document])
    return _valid(CampaignFile, document)


def _parts(path: Path, folder: Path) -> PostFile:
    parts = take_apart(path, folder)
    if isinstance(parts, Fault):
        raise RefusedError([parts])
    return parts


def _valid(model: type[_Keys], document: Document) -> _Keys:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        faults = faults_of(error, document, model, document.data, quoting=True)
        raise RefusedError(faults) from None
