"""A machine where none can be booted: this one's disk without the checkout, and no systemd.

An overlay in memory over the root, in a mount name space of its own: needs root, and a kernel that
lets it mount.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.pages import ROOT
from tests.install.machine import Machine

_BEGIN = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/new" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/new,workdir=$1/work" "$1/root"
mount --rbind /dev "$1/root/dev"
mount -t proc proc "$1/root/proc"
mount -t tmpfs tmpfs "$1/root$2"
echo ready
exec sleep infinity
"""


@contextmanager
def overlaid(folder: Path) -> Iterator[Machine]:
    """A machine, mounted on a new folder in ``folder``. ``OSError`` where there can be none."""
    place = folder / "overlaid"
    place.mkdir()
    holder = subprocess.Popen(
        [
            *("unshare", "--mount", "--propagation", "private"),
            *("sh", "-c", _BEGIN, "sh", str(place), str(ROOT)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert holder.stdout is not None
        told = holder.stdout.readline().decode().strip()
        if told != "ready":
            raise OSError(f"nothing can be mounted here: {told}")
        inside = ("nsenter", f"--mount=/proc/{holder.pid}/ns/mnt", "--")
        root = ("chroot", str(place / "root"), "env", "SYSTEMD_OFFLINE=1")
        yield Machine((*inside, *root), is_booted=False)
    finally:
        holder.kill()
        holder.wait()
        # With its name space all that was mounted is gone, and the folder is empty.
        place.rmdir()
