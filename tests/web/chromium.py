"""Debian's Chromium, headless, on the live console: windows of a telephone and of a desk, what axe
finds in them, and pictures to look at.

Every word that the browser writes to its console as an error, a breach of the content policy among
them, and every address outside the console that it asks for is kept in ``troubles``.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from publisher.settings.console import Role
from publisher.web import access
from tests.real.browser import missing as browser_missing
from tests.real.browser import program
from tests.web.office import ConsoleOffice

TELEPHONE, DESK = 360, 1280
PICTURES = Path(__file__).parent / "pictures"
AXE = "axe_playwright_python"

_SERIOUS = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "));
}"""


def missing() -> str:
    """What of it isn't there; empty where all is."""
    return browser_missing() or ("" if find_spec(AXE) else AXE)


class Chromium:
    """One browser for many windows, each apart from the others; ``troubles`` are since the last
    ``open``."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self.troubles: list[str] = []
        self._context: Any = None
        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            # Root, as in a container, can't have the sandbox; pages here are our own.
            executable_path=program(),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )

    def close(self) -> None:
        self._chromium.close()
        self._playwright.stop()

    def open(
        self,
        office: ConsoleOffice,
        path: str = "/",
        *,
        role: Role | None = Role.ADMINISTRATOR,
        width: int = DESK,
        language: str = "vi",
        theme: str = "light",
        scripts: bool = True,
    ) -> Any:
        """The page at ``path`` as the person of ``role`` sees it; ``scripts``: whether they run."""
        if self._context is not None:
            self._context.close()
        self._context = self._chromium.new_context(
            viewport={"width": width, "height": 800},
            base_url=office.address,
            color_scheme=theme,
            java_script_enabled=scripts,
            is_mobile=width < 500,
            has_touch=width < 500,
        )
        cookies = {"language": language}
        if role is not None:
            name = access.session_cookie(office.site.settings.console)
            cookies[name] = office.session_of(role)[0]
        self._context.add_cookies(
            [{"name": name, "value": one, "url": office.address} for name, one in cookies.items()]
        )
        page = self._context.new_page()
        self.troubles = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.route("**/*", lambda route: self._judge(route, office.address))
        page.goto(path, wait_until="load")
        return page

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.troubles.append(message.text)

    def _judge(self, route: Any, address: str) -> None:
        asked = route.request.url
        if asked.startswith((address + "/", "data:")):
            route.continue_()
        else:
            self.troubles.append(f"asked for {asked}")
            route.abort()


def serious(page: Any) -> list[str]:
    """What axe finds that is serious or worse: which rule, and where."""
    spec = find_spec(AXE)
    assert spec is not None
    assert spec.origin is not None
    page.evaluate(Path(spec.origin).with_name("axe.min.js").read_text("utf-8"))
    found: list[str] = page.evaluate(_SERIOUS)
    return found


def is_wider_than_its_window(page: Any) -> bool:
    wider: bool = page.evaluate(
        "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
    )
    return wider


def picture(page: Any, name: str) -> None:
    """What is seen of the whole page, as a PNG below ``pictures``: where CI keeps it, or somebody
    wants to look (PUBLISHER_PICTURES=1)."""
    if os.environ.get("CI") == "true" or os.environ.get("PUBLISHER_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
