"""The administrator's pages as their reader has them: parts with blocks, copied one by one."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.install import brought
from tests.docs.pages import ROOT
from tests.install.machine import Machine

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SITE = "/var/lib/publisher"
PATIENCE_S = 120.0


def block(part: str, number: int = 0, page: str = PAGE) -> str:
    """The commands of a block of a part of the page."""
    text = f"\n{page}".partition(f"# {part}\n")[2].partition("\n## ")[0]
    found: list[str] = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return found[number]


def built(folder: Path) -> Path:
    """The wheel, built into ``folder``, which has none yet."""
    words = ["hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def bring(machine: Machine, wheel: Path, folder: str = "/root") -> None:
    """Put ``dist`` into ``folder``, as ``make wheel`` makes it."""
    for path in (wheel, brought.constraints(), brought.containerfile()):
        machine.put(f"{folder}/dist/{path.name}", path.read_bytes())


def until(holds: Callable[[], bool], told: Callable[[], str] = lambda: "it never comes") -> None:
    """Wait until ``holds``; where it never does, ``told`` says what there is to be said of it."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, told()
        time.sleep(0.5)


@dataclass
class Reader:
    """Who copies the page's blocks, in the folder that they have come to."""

    machine: Machine
    folder: str = "/root"
    told: dict[str, str] = field(default_factory=dict)

    def follow(self, part: str, number: int = 0) -> str:
        """Run a block as it stands; gives what was printed."""
        return self.give(block(part, number))

    def give(self, commands: str) -> str:
        """Run ``commands`` as root; one that ends in an error ends them. Gives what was printed."""
        done = self.machine.run(f"set -e\n{commands}", folder=self.folder)
        told = done.stdout.decode()
        assert done.returncode == 0, told
        return told

    def publisher(self, words: str) -> str:
        """Give a command of the program as the site's user, in English."""
        return self.give(f"runuser -u publisher -- publisher --lang en {words}")


class Mailbox:
    """What takes the page's mails: an SMTP server's handler that keeps whom each went to."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.to += envelope.rcpt_tos
        return "250 OK"
