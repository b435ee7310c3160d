"""``python -m bench.install``: how long docs/install.md takes, followed by copying alone.

A clean Debian is made and booted; the page's blocks are given one after the other, as they stand,
and a mail server listens where the page has one. Needs root, and port 25 to be free.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiosmtpd.controller import Controller

from tests.install.booted import booted
from tests.install.page import SITE, Mailbox, Reader, block, bring, built

MAIL_PORT = 25
HEREDOC = re.compile(r"^.*<<'(\w+)'\n.*?^\1$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A block of the page, and what has to be so once it was followed."""

    part: str
    number: int = 0
    folder: str = SITE
    proof: Callable[[str], bool] = bool
    what: str = ""

    @property
    def commands(self) -> int:
        """How many commands a person copies; what goes into a file is part of one."""
        return len(HEREDOC.sub("cat", block(self.part, self.number)).splitlines())


STEPS = (
    Step("The program", folder="/root", proof=lambda told: "publisher, " in told),
    Step("The site", folder="/root", proof=lambda told: "rehearsal/timeline.html" in told),
    Step("The service", what="the key"),
    Step("The service", 1, proof=lambda told: "active (running)" in told, what="the unit"),
    Step("The first post", what="written, approved"),
    Step(
        *("The first post", 1),
        proof=lambda told: '"event": "sent"' in told,
        what="out; of it 120 s until it is due",
    ),
    Step("The weekly mail"),
)


def main() -> int:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=MAIL_PORT)
    with TemporaryDirectory(dir="/var/tmp") as scratch:
        wheel = built(Path(scratch))
        try:
            server.start()
            began = time.perf_counter()
            with booted(Path(scratch)) as machine:
                print(f"a clean Debian was made and booted in {time.perf_counter() - began:.0f} s")
                bring(machine, wheel)
                for line in _followed(Reader(machine)):
                    print(line, flush=True)
        except OSError as error:
            print(error)
            return 2
        finally:
            server.stop()
    print(f"\nmail came for {', '.join(box.to)}")
    return 0


def _followed(reader: Reader) -> Iterator[str]:
    """The table's lines, each as soon as its step was taken."""
    yield "\n| part | commands | s |\n|---|--:|--:|"
    commands, spent = 0, 0.0
    for step in STEPS:
        reader.folder = step.folder
        began = time.perf_counter()
        told = reader.follow(step.part, step.number)
        took = time.perf_counter() - began
        if not step.proof(told):
            raise OSError(f"{step.part} {step.number}: {told[-2000:]}")
        part = f"{step.part}: {step.what}" if step.what else step.part
        yield f"| {part} | {step.commands} | {took:.0f} |"
        commands, spent = commands + step.commands, spent + took
    yield f"| from nothing to the first post and the weekly mail | {commands} | {spent:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
