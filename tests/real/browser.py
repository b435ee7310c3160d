"""A real browser, headless: Debian's Chromium, driven by Playwright (apt-get install chromium;
pip install playwright needs no browser of its own). Nothing but the page's own file is fetched."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
HEIGHT = 900


def program() -> str | None:
    """Where the browser is."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def missing() -> str:
    """What of it isn't there; empty where all is."""
    if program() is None:
        return "chromium"
    return "" if importlib.util.find_spec("playwright") else "playwright"


class Browser:
    """Opens pages from disk; ``fetched`` holds the addresses outside the page that it asked for,
    none of which is ever let through."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.page: Any = None

    def __enter__(self) -> Browser:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            # Root, as in a container, can't have the sandbox; pages here are our own.
            executable_path=program(),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._chromium.close()
        self._playwright.stop()

    def open(self, path: Path, *, width: int, dark: bool = False) -> Any:
        """The page of ``path`` as a window of ``width`` shows it."""
        if self.page is not None:
            self.page.context.close()
        context = self._chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            device_scale_factor=2,
        )
        self.page = context.new_page()
        self.page.route("**/*", lambda route: self._judge(route, path))
        self.page.goto(path.resolve().as_uri(), wait_until="load")
        return self.page

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """What is seen of it, as a PNG."""
        self.page.screenshot(path=path, full_page=whole)

    def _judge(self, route: Any, path: Path) -> None:
        address = route.request.url
        if address == path.resolve().as_uri() or address.startswith("data:"):
            route.continue_()
        else:
            self.fetched.append(address)
            route.abort()
