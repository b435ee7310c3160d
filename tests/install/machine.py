"""A machine to throw away: this one's disk without the checkout; what is done to it is gone.

An overlay in memory over the root, in a mount name space of its own: needs root, and a kernel that
lets it mount.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHROOT = shutil.which("chroot", path=PATH) or "chroot"
PATIENCE_S = 300.0

_OF_THE_NETWORK = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "HTTPS", "NO_PROXY", "http", "no_p")
"""What says where packages come from; all else of the environment stays outside."""

_BEGIN = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/new" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/new,workdir=$1/work" "$1/root"
mount --rbind /dev "$1/root/dev"
mount -t proc proc "$1/root/proc"
mount -t tmpfs tmpfs "$1/root$2"
if [ -n "$3" ]; then
    mount --bind "$3" "$1/root/usr/local"
    mount -o remount,bind,ro "$1/root/usr/local"
fi
echo ready
exec sleep infinity
"""


def cant_be_had() -> str:
    """Why no machine can be thrown away here; empty where one can."""
    if os.geteuid() != 0:
        return "takes root"
    try:
        with thrown_away(Path("/tmp"), probe=True):
            return ""
    except OSError as error:
        return f"nothing can be mounted here: {error}"


@dataclass(frozen=True)
class Machine:
    """Commands are root's unless another's number is given; ``root`` is its disk, seen from it."""

    pid: int
    root: Path

    def command(self, words: list[str], user: int | None = None) -> list[str]:
        """What ``words`` are from outside."""
        inside = [CHROOT, *([f"--userspec={user}:{user}"] if user else []), str(self.root)]
        return ["nsenter", f"--mount=/proc/{self.pid}/ns/mnt", "--", *inside, *words]

    def run(
        self,
        script: str,
        *,
        folder: str = "/root",
        environment: Mapping[str, str] | None = None,
        user: int | None = None,
        given: bytes = b"",
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``script`` by sh in ``folder``; what it says on either stream is in ``stdout``."""
        return subprocess.run(
            self.command(["sh", "-c", f'cd "{folder}" && {{ {script}\n}}'], user),
            env=outside() | dict(environment or {}),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_S,
            check=False,
        )

    def mount(self, *words: str) -> None:
        """Mount, or mount anew, by mount's own words; the last is a place on the machine's disk."""
        command = ["mount", *words[:-1], f"{self.root}{words[-1]}"]
        inside = ["nsenter", f"--mount=/proc/{self.pid}/ns/mnt", "--", *command]
        subprocess.run(inside, check=True, capture_output=True)

    def put(self, path: str, content: bytes) -> None:
        folder = path.rpartition("/")[0]
        done = self.run(f'mkdir -p "{folder}" && cat > "{path}"', folder="/", given=content)
        assert done.returncode == 0, done.stdout

    def read(self, path: str) -> str:
        done = self.run(f'cat "{path}"', folder="/")
        assert done.returncode == 0, done.stdout
        return done.stdout.decode()


def outside() -> dict[str, str]:
    """An environment in which nothing of ours stands."""
    network = {name: text for name, text in os.environ.items() if name.startswith(_OF_THE_NETWORK)}
    return {
        **network,
        "PATH": PATH,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        # No systemd runs the machine: what can be done to its files is done, starting is not.
        "SYSTEMD_OFFLINE": "1",
    }


@contextmanager
def thrown_away(folder: Path, local: Path | None = None, probe: bool = False) -> Iterator[Machine]:
    """A machine, mounted on a new folder in ``folder``; ``local`` is what it has as /usr/local.

    Raises ``OSError`` where there can be none.
    """
    place = folder / f"machine-{os.getpid()}-{'probe' if probe else 'real'}"
    place.mkdir()
    words = [str(place), str(ROOT), str(local or "")]
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", _BEGIN, "sh", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert holder.stdout is not None
        told = holder.stdout.readline().decode().strip()
        if told != "ready":
            raise OSError(told)
        yield Machine(holder.pid, place / "root")
    finally:
        holder.kill()
        holder.wait()
        # With its name space all that was mounted is gone, and the folder is empty.
        place.rmdir()
