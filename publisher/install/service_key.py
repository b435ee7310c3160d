"""How a command that a person runs has the key that systemd gives the service alone."""

from __future__ import annotations

import shlex
from pathlib import Path

from publisher.install import unit
from publisher.secrets import KEY_CREDENTIAL, is_given_credentials


def with_its_key(folder: Path, *command: str) -> str:
    """What a shell is told to run ``command`` in the site ``folder`` as the service would; empty
    where no service is installed, or this process is given credentials as it is."""
    if not unit.INSTALLED.exists() or is_given_credentials():
        return ""
    return shlex.join(
        (
            *("systemd-run", "--pty", f"--uid={folder.resolve().owner()}"),
            f"--working-directory={folder.resolve()}",
            f"--property=LoadCredentialEncrypted={KEY_CREDENTIAL}",
            *command,
        )
    )
