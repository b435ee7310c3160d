"""Start-up: what an officer waits for before anything happens, against an empty Python."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Row, seconds
from bench.office import FIVE_CHANNELS, folder, furnish

ROUNDS = 7
EMPTY = [sys.executable, "-c", "pass"]
PUBLISHER = str(Path(sys.executable).with_name("publisher"))


def rows() -> Iterator[Row]:
    with folder() as root:
        furnish(root, FIVE_CHANNELS, 10, datetime.now(UTC) + timedelta(hours=1))
        _run([PUBLISHER, "apply"], root)
        for command, goal in (("--help", 4.0), ("status", 8.0)):
            rounds = [
                (seconds(_run, [PUBLISHER, command], root), seconds(_run, EMPTY, root))
                for _ in range(ROUNDS)
            ]
            yield Row(f"publisher {command}", "python -c pass", rounds, goal)


def _run(command: list[str], root: Path) -> None:
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
