"""Finds secrets where schedule.toml says they stand.

They are never shown, never stored in the open. ``env:NAME`` reads the environment, ``file:PATH`` a
file that nobody else may read (mode 0600), ``credential:NAME`` systemd's LoadCredential folder.
What platforms hand out and has to be kept is sealed; the key stands in the environment
(``PUBLISHER_KEY``) or is systemd's credential ``publisher-key``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from channels.base import CredentialsExpiredError
from channels.durable import written
from channels.sealing import FAULTY_KEY, KeySeal
from publisher.i18n import _
from publisher.redaction import hide

SecretReader = Callable[[str], str]

KEY_VARIABLE = "PUBLISHER_KEY"
KEY_CREDENTIAL = "publisher-key"

_CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd says that a service's credentials lie (https://systemd.io/CREDENTIALS); who runs a
command by hand is given none."""

MAX_SECRET_BYTES = 64 * 1024


def secret_reader(
    root: Path, environment: Mapping[str, str] = os.environ, given: Mapping[str, str] | None = None
) -> SecretReader:
    """A reader of secrets; ``given`` (reference to secret) goes before, for rehearsals and tests.

    The reader raises ``CredentialsExpiredError`` where a secret is missing, empty or open to
    others; the text names the reference, never the secret.
    """

    def read(reference: str) -> str:
        if given is not None and reference in given:
            return given[reference]
        kind, _colon, name = reference.partition(":")
        if kind == "env":
            secret = environment.get(name, "")
        elif kind == "file":
            secret = _from_file(root / name, reference)
        elif kind == "credential":
            folder = environment.get(_CREDENTIALS, "")
            secret = _from_file(Path(folder) / name, reference) if folder else ""
        else:
            raise CredentialsExpiredError(
                _("the place of a secret is written env:NAME, file:PATH or credential:NAME")
            )
        if not secret:
            raise CredentialsExpiredError(
                _("there is no secret at %(place)s: put it there, or log the channel in")
                % {"place": reference}
            )
        hide(secret)
        return secret

    return read


def seal_of_the_office(environment: Mapping[str, str] = os.environ) -> KeySeal:
    """What secrets are sealed by. Several keys, the newest first, are set apart by spaces, commas
    or lines; where there is none, or what stands there is none, the seal says so when it is used.
    """
    text = environment.get(KEY_VARIABLE, "")
    folder = environment.get(_CREDENTIALS, "")
    if not text and folder:
        text = _from_file(Path(folder) / KEY_CREDENTIAL, f"credential:{KEY_CREDENTIAL}")
    keys = text.replace(",", " ").split()
    for key in keys:
        hide(key)
    try:
        return KeySeal(keys)
    except ValueError:
        return KeySeal(why=FAULTY_KEY)


def is_given_credentials(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether systemd gave this process credentials."""
    return _CREDENTIALS in environment


def store_secret(root: Path, reference: str, secret: str) -> None:
    """Put ``secret`` where ``reference``, a ``file:PATH``, says: for its owner's eyes alone, whole
    or not at all. Raises ``OSError``."""
    path = root / reference.removeprefix("file:")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written(path, 0o600) as file:
        file.write(secret.encode())


def _from_file(path: Path, reference: str) -> str:
    try:
        with path.open("rb") as file:
            # Of the very file that is read, whatever its name is given to in between.
            mode = os.fstat(file.fileno()).st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO) and not reference.startswith("credential:"):
                raise CredentialsExpiredError(
                    _("%(place)s is open to others; close it: chmod 600 %(path)s")
                    % {"place": reference, "path": path}
                )
            return file.read(MAX_SECRET_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""
