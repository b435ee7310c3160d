"""Makes the pictures of docs/huong-dan.md: ``python -m tests.docs.photograph_tutorial``.

The tutorial is followed in a scratch folder, and what its commands made is photographed in
Chromium: nothing is drawn by hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.cli.office import Ran
from tests.docs.pages import ROOT
from tests.docs.tutorial import SCHEDULE, follow
from tests.real.browser import program

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 900


@dataclass(frozen=True)
class Typist:
    """Who gives the commands in the folder ``root``, each in a process of its own."""

    root: Path

    def run(self, *arguments: str, lang: str = "vi") -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "publisher", "--lang", lang, *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)


def main() -> None:
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        office = Typist(Path(folder))
        (office.root / "campaigns").mkdir()
        (office.root / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
        steps = list(follow(office))
        chromium = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": 820})
        page.goto((office.root / "preview/preview.html").as_uri())
        page.screenshot(path=PICTURES / "huong-dan-xem-thu.png")
        [published] = (office.root / "var").rglob("index.html")
        page.goto(published.as_uri())
        page.screenshot(path=PICTURES / "huong-dan-da-dang.png")
        chromium.close()
        with Image.open(office.root / "preview/cards/ngay-phap-luat-01-mo-dau-wide.png") as card:
            card.resize((WIDTH, WIDTH * 9 // 16)).save(PICTURES / "huong-dan-the.png")
    print(f"{len(steps)} commands followed, 3 pictures made")


if __name__ == "__main__":
    main()
