"""A machine that commands are run on and that is thrown away: what is done to it is gone.

``booted.py`` makes one that has nothing and is run by systemd, ``overlaid.py`` one that is lighter.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE_S = 600.0

_OF_THE_NETWORK = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "HTTPS", "NO_PROXY", "http", "no_p")
"""What says where packages come from; all else of the environment stays outside."""


@dataclass(frozen=True)
class Machine:
    """``enter`` are the words that lead into it; commands are root's."""

    enter: tuple[str, ...]
    is_booted: bool
    """Whether systemd runs it; else what can be done to its files is done, starting is not."""

    def run(
        self, script: str, *, folder: str = "/root", given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run ``script`` by sh in ``folder``; what it says on either stream is in ``stdout``."""
        return subprocess.run(
            [*self.enter, "sh", "-c", f'cd "{folder}" && {{ {script}\n}}'],
            env=outside(),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_S,
            check=False,
        )

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
    }
