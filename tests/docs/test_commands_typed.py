"""Every command of ``publisher`` that a page shows is typed in an office, in the order of its page.

What a page only mentions (``publisher send``: of what?) is held to exist by test_command_lines.py.
What is neither typed here nor mentioned stands in ``ELSEWHERE``, with the test that runs it.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from tests.cli.conftest import office
from tests.cli.office import Office, days_ahead, local_now
from tests.docs.furnished import CAMPAIGN, POST, furnished
from tests.docs.pages import PAGES, ROOT, blocks, code_lines, inline_code, named
from tests.docs.test_command_lines import reached
from tests.feeds.conftest import Portal, portal

__all__ = ["office", "portal"]

pytestmark = [pytest.mark.about_sqlite, pytest.mark.secret_files("secrets/*")]

FOLLOWED: Mapping[str, str] = {
    "docs/channels/": "tests/docs/test_channel_pages.py",
    "docs/huong-dan.md": "tests/docs/test_tutorial.py",
    "docs/install.md": "tests/install/test_page.py",
    "docs/operations.md": "tests/docs/test_operations.py",
    "docs/reference/": "tests/docs/test_references.py",
}
"""Folders and pages whose blocks a test of their own follows, or that are made from the code."""

GOES_ON = "it goes on until it is ended"
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "again": ("nothing failed here", "publisher/reference/lifecycle.py"),
    "alive": ("no daemon runs here", "tests/install/test_alive.py"),
    "assistant": (GOES_ON, "tests/assistant/visitor.py"),
    "cancel": ("a page of moves", "publisher/reference/lifecycle.py"),
    "channels login": ("it asks for a secret", "tests/cli/test_channels.py"),
    "check --watch": (GOES_ON, "tests/cli/test_check_forms.py"),
    "console": (GOES_ON, "tests/web/test_program.py"),
    "feeds resume": ("no feed was stopped here", "tests/cli/test_feeds.py"),
    "init": ("it wants an empty folder", "tests/install/test_new_site.py"),
    "links show": ("its code is made up", "tests/cli/test_links.py"),
    "links serve": (GOES_ON, "tests/redirect/program.py"),
    "migrate-store": ("it wants a PostgreSQL", "tests/cli/test_migrate_store.py"),
    "outbox": (GOES_ON, "tests/cli/test_outbox.py"),
    "people totp": ("nobody has a second factor here", "tests/cli/test_people.py"),
    "restore": ("it wants a backup", "tests/docs/test_operations.py"),
    "run": (GOES_ON, "tests/daemon/process.py"),
    "settle": ("nothing is in doubt here", "publisher/reference/lifecycle.py"),
    "worker": (GOES_ON, "tests/cluster/conftest.py"),
}
"""By what it begins with: why a command isn't typed here, and where it is run instead."""

ASKS_FOR_MORE = (["card"], ["release"])
"""What is a mention, though click would take it: the command itself asks which one is meant."""

TYPED_HERE = {"channels login telegram"}
"""What is in ``ELSEWHERE`` and can be had by the side of a stand-in."""

PORTAL = "https://portal.example.vn/rss/"


def filled(line: str) -> list[str]:
    """The words of ``line`` after ``publisher``, with something for what is left to the reader."""
    for shown, typed in {
        "CAMPAIGN/POST": f"{CAMPAIGN}/{POST}",
        "CHIẾN-DỊCH/BÀI": f"{CAMPAIGN}/{POST}",
        "TÊN-CHIẾN-DỊCH": CAMPAIGN,
        "27/11/2027": "/".join(reversed(days_ahead(2)[:10].split("-"))),
        # What was reported in the page has yet to come.
        "2027": str(local_now().year - 1) if " report " in line else "2027",
    }.items():
        line = line.replace(shown, typed)
    return [word for word in shlex.split(line, comments=True)[1:] if word != "…"]


def typable(words: list[str]) -> bool:
    """Whether ``words`` are all that their command asks for; else they are a mention of it."""
    if words in ASKS_FOR_MORE:
        return False
    if "--help" in words:
        return True
    try:
        context, left = reached(words)
        command = context.command
        if isinstance(command, click.Group):
            return command.invoke_without_command
        command.make_context(command.name, list(left), parent=context.parent)
    except click.UsageError:
        return False
    return True


def elsewhere(words: list[str]) -> str:
    """What in ``ELSEWHERE`` says of ``words``; empty where nothing does."""
    line = " ".join(words)
    if line in TYPED_HERE:
        return ""
    return next((one for one in ELSEWHERE if f"{line} ".startswith(f"{one} ")), "")


def shown(page: Path) -> Iterator[str]:
    """The commands of ``page``, each once; of one that is followed those within sentences alone."""
    lines = dict.fromkeys(inline_code(page) if named(page) in FOLLOWED else code_lines(page))
    yield from (line for line in lines if line.startswith("publisher ") and "COMMAND" not in line)


def typed() -> Iterator[tuple[str, Path]]:
    """What is typed here, each once, with the first page that shows it."""
    seen: set[str] = set()
    for page in PAGES:
        if any(named(page).startswith(one) for one in FOLLOWED if one.endswith("/")):
            continue
        for line in shown(page):
            words = filled(line)
            if line not in seen and not elsewhere(words) and typable(words):
                seen.add(line)
                yield line, page


TYPED = list(typed())


@pytest.fixture
def desk(office: Office, portal: Portal) -> Iterator[Office]:
    """A furnished office, and somebody who says yes to whatever is asked."""
    shown_films = blocks(ROOT / "campaigns/README.md", "toml")
    [film] = [block for block in shown_films if block.startswith("[video]")]
    with furnished(office, portal, film) as token:
        office.patch.setattr("click.termui.hidden_prompt_func", lambda _prompt: token)
        office.run("people", "add", "an", "--role", "administrator", "--full-name", "Lê An")
        yield office


def test_what_the_pages_show_can_be_typed_line_by_line(desk: Office, portal: Portal) -> None:
    refused = []
    for line, page in TYPED:
        words = [portal.url if word.startswith(PORTAL) else word for word in filled(line)]
        desk.patch.setattr("sys.stdin", io.StringIO("c\n" * 9))
        ran = desk.run(*words, lang="vi")
        if ran.code != 0:
            refused.append((named(page), line, ran.code, ran.out[-1_000:]))
    assert refused == []


def test_most_of_what_is_shown_is_typed() -> None:
    assert len(TYPED) > 80


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_run_elsewhere_is_shown_and_run_there(command: str) -> None:
    assert command in {elsewhere(filled(line)) for page in PAGES for line in shown(page)}
    _why, where = ELSEWHERE[command]
    text = (ROOT / where).read_text(encoding="utf-8")
    assert [word for word in command.split() if word not in text] == []


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_that_is_followed_elsewhere_is_named_there(page: str) -> None:
    text = (ROOT / FOLLOWED[page]).read_text(encoding="utf-8")
    assert Path(page).name in text


def test_a_command_that_can_not_be_typed_is_seen_to_be_a_mention() -> None:
    assert not typable(["send"])
    assert not typable(["links", "show"])
    assert typable(["status"])
    assert typable(["links", "show", "abc"])
