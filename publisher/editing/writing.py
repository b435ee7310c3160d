"""Puts a proposal on the disk: whole or not at all, never over what somebody saved meanwhile.

The file keeps its owner, its group and its mode. Our own processes wait for one another; an
officer's editor can't be made to, so the file is looked at once more right before it is replaced.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channels.durable import settle, written
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import changed_meanwhile, refused
from publisher.i18n import _
from publisher.store.trouble import disk_in_words


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other process of ours from writing to the campaign in ``folder``."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put(proposal: Proposal) -> None:
    """Write ``proposal``; whoever calls has the folder ``alone``.

    Raises ``RefusedError``; then the disk is as it was.
    """
    try:
        if proposal.before is None:
            _new(proposal)
            return
        place = proposal.path.resolve(strict=True)
        if place.read_bytes() != proposal.before.encode():
            raise changed_meanwhile(proposal.path)
        if proposal.target is not None:
            _rename(proposal.path, proposal.target)
        else:
            _replace(place, proposal.after.encode())
    except FileNotFoundError:
        raise changed_meanwhile(proposal.path) from None
    except PermissionError:
        raise refused(
            proposal.path,
            "not_writable",
            _("This file can't be written: the program's user may not write there."),
            _("Ask your administrator for the right, or change the file by hand."),
        ) from None
    except OSError as error:
        raise refused(
            proposal.path,
            "disk_refuses",
            _("This file can't be written: %(why)s.") % {"why": disk_in_words(error)},
            _("It is as it was. Ask your administrator to look at the disk."),
        ) from None


def _replace(place: Path, content: bytes) -> None:
    was = place.stat()
    with written(place, stat.S_IMODE(was.st_mode)) as file:
        file.write(content)
        if not _handed_over(file.fileno(), was):
            raise refused(
                place,
                "not_ours",
                _("This file belongs to another user, who could no longer change it afterwards."),
                _(
                    "Have your administrator put that user and the program's into one group that "
                    "may write in the campaigns' folder."
                ),
            )


def _handed_over(handle: int, was: os.stat_result) -> bool:
    """Give the open file to who had the one that it replaces; whether they may still change it.

    Only root can give away; a group that both are in serves as well, where it may write.
    """
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid) == (was.st_uid, was.st_gid):
        return True
    for owner in (was.st_uid, -1):
        try:
            os.fchown(handle, owner, was.st_gid)
        except PermissionError:
            continue
        return owner >= 0 or now.st_uid == was.st_uid or bool(was.st_mode & stat.S_IWGRP)
    return now.st_uid == was.st_uid


def _new(proposal: Proposal) -> None:
    """A file that wasn't there; one that has come meanwhile is never written over."""
    target = proposal.path
    target.parent.mkdir(exist_ok=True)
    model = (target.parent.parent / "campaign.toml").stat()
    # Whoever reads the folder meanwhile mustn't find half a post: names with a dot are left alone.
    draft = target.with_name(f".{target.name}.new")
    with written(draft, stat.S_IMODE(model.st_mode) & 0o666) as file:
        file.write(proposal.after.encode())
        _handed_over(file.fileno(), model)
    try:
        _rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _rename(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise refused(
            target,
            "name_taken_meanwhile",
            _("There is a file of this name already."),
            _("Choose another name, or look at that file first."),
        ) from None
    except OSError:
        # A disk without links (a memory stick, a share): nobody else of ours is here.
        if target.exists():
            raise changed_meanwhile(target) from None
        source.rename(target)
    else:
        source.unlink()
    settle(target.parent)
