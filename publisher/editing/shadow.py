"""What the reader says of a campaign with one file changed, before that file is written.

The campaign's texts are copied beside the change into a folder that is gone afterwards, and read
there by the very reader that the daemon goes by.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from publisher.campaign.model import Campaign
from publisher.campaign.names import POSTS
from publisher.campaign.reader import CAMPAIGN_FILE, read_campaign
from publisher.files.faults import Fault
from publisher.files.text import MAX_BYTES, shown
from publisher.settings import Settings


def read_with(
    settings: Settings, folder: Path, changed: Mapping[str, str | None]
) -> tuple[Campaign | None, list[Fault]]:
    """The campaign in ``folder`` as it would be with ``changed`` posts, by their files' names
    (``None``: gone); and its faults, told of the real files."""
    with tempfile.TemporaryDirectory(prefix="publisher-edit-") as place:
        copy = Path(place).resolve() / folder.name
        (copy / POSTS).mkdir(parents=True)
        _copy(folder / CAMPAIGN_FILE, copy / CAMPAIGN_FILE)
        posts = folder / POSTS
        for post in sorted(posts.iterdir()) if posts.is_dir() else ():
            if post.name not in changed and post.is_file():
                _copy(post, copy / POSTS / post.name)
        for name, text in changed.items():
            if text is not None:
                (copy / POSTS / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        campaign, faults = read_campaign(copy, settings)
    return _moved(campaign, copy, folder), [_told(fault, copy, folder) for fault in faults]


def new_ones(after: Sequence[Fault], before: Sequence[Fault]) -> list[Fault]:
    """The faults of ``after`` that ``before`` doesn't have, on whatever line."""
    known = {(fault.path, fault.code, fault.what) for fault in before}
    return [fault for fault in after if (fault.path, fault.code, fault.what) not in known]


def _copy(source: Path, target: Path) -> None:
    """What is too large, or can't be opened, is left out: the reader has told of it before."""
    try:
        if source.stat().st_size <= MAX_BYTES:
            target.write_bytes(source.read_bytes())
    except OSError:
        return


def _moved(campaign: Campaign | None, copy: Path, folder: Path) -> Campaign | None:
    if campaign is None:
        return None
    posts = tuple(
        dataclasses.replace(post, path=folder / post.path.relative_to(copy))
        for post in campaign.posts
    )
    return dataclasses.replace(campaign, folder=folder, posts=posts)


def _told(fault: Fault, copy: Path, folder: Path) -> Fault:
    path = fault.path.absolute()
    if not path.is_relative_to(copy):
        return fault
    return dataclasses.replace(fault, path=shown(folder / path.relative_to(copy)))
