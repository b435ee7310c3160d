"""After every test, whatever it wrote is searched for secrets that were planted.

The stand-ins' secrets bear a mark (``channels.simulated.planted``). A pytest plugin, at work for
the whole suite, looks for it in what each test logged and printed, in the text of every error that
an adapter raised, in what it noted without having it sealed, in all that readers and the mail
server were given, and in every file below its ``tmp_path``: stores, backups, pages, mails, reports.
Where a secret turns up, the test fails and the place is named; never the secret.

The places where a secret stands by an administrator's wish are named at the test, by
``@pytest.mark.secret_files("secrets/*")``: each must be a file that nobody else may read.
"""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels.base import ChannelError
from channels.simulated import StandIn
from channels.simulated.planted import MARK
from channels.testing import DictJournal

MOST_BYTES = 50 * 1024 * 1024
_PASSED_OVER = {".gif", ".jpeg", ".jpg", ".mov", ".mp4", ".png", ".py", ".pyc", ".webm", ".webp"}
"""Media, which are large, and copies of the program itself, whose stand-ins hold their secrets."""

_HALF = len(MARK) // 2 + 1


def _forms(mark: str) -> tuple[bytes, ...]:
    """``mark`` as it is, as passwords in groups of four have it, and inside base64, which a
    credential in a header is, at whichever place of its three it begins."""
    first, second = mark[:_HALF], mark[_HALF:]
    grouped = [f"{first}{gap}{second}" for gap in (" ", "-", "+", "%20")]
    packed = []
    for before in range(3):
        text = base64.b64encode(b"\0" * before + mark.encode()).decode()
        # What is packed together with a neighbour's bits isn't always the same.
        packed.append(text[-(-before * 8 // 6) : (before + len(mark)) * 8 // 6])
    return tuple(form.encode() for form in (mark, *grouped, *packed))


FORMS = _forms(MARK)


def is_in(content: bytes | str) -> bool:
    """Whether a planted secret is in ``content``, in any of its forms."""
    held = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return any(form in held for form in FORMS)


def letter(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A mail's heads and its parts as people read them: transport hides them in base64."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    yield "its heads", "\n".join(f"{name}: {value}" for name, value in message.items()).encode()
    for part in message.walk():
        packed = part.get_payload(decode=True)
        if isinstance(packed, bytes):
            yield f"its {part.get_content_type()}", packed


def in_files(folder: Path, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    """Each file below ``folder`` that shows a secret, or that is open to others though it may."""
    legal = {path for glob in allowed for path in folder.glob(glob)}
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(OSError):
            found = path.stat(follow_symlinks=False)
            readable = stat.S_ISREG(found.st_mode) and found.st_size <= MOST_BYTES
            if not readable or path.suffix.lower() in _PASSED_OVER:
                continue
            content = path.read_bytes()
            shows = is_in(content)
            if path.suffix == ".eml":
                shows = shows or any(is_in(part) for _, part in letter(content))
            if shows and path not in legal:
                yield f"the file {path}"
            elif shows and found.st_mode & 0o077:
                yield f"the file {path}, which others may read"


class Planted:
    """Where the present test has shown a secret so far."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def hear(self, where: str, what: bytes | str) -> None:
        if is_in(what):
            self.places.append(where)

    def hear_letter(self, content: bytes) -> None:
        for where, part in letter(content):
            self.hear(f"a mail, {where}", part)


_present = Planted()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "secret_files(*globs): below tmp_path, where an administrator keeps secrets (mode 0600)",
    )
    _listen()


def _listen() -> None:
    """Hear every error of an adapter, what it noted in the open, what ``capsys`` takes away, and
    what stand-ins were given."""
    _after(ChannelError, "__init__", _error)
    _after(DictJournal, "put", _note)
    _after(pytest.CaptureFixture, "readouterr", _output)
    _after(StandIn, "__exit__", _published)
    _after(pytest.TempPathFactory, "mktemp", _folder)


def _error(error: ChannelError, _result: None, *_args: Any, **_more: Any) -> None:
    _present.hear("the text of an error", " ".join(map(str, error.args)))


def _note(
    _journal: DictJournal, _result: None, name: str, value: str, *, secret: bool = False
) -> None:
    if not secret:
        _present.hear(f"the note “{name}”, which isn't sealed", value)


def _output(_fixture: Any, result: Any) -> None:
    for name, text in result._asdict().items():
        _present.hear(f"what it printed ({name})", text)


def _published(stand_in: StandIn, _result: None, *_args: Any) -> None:
    _present.hear("what was published", repr(stand_in.published()))
    for message in getattr(stand_in, "mailbox", ()):
        _present.hear_letter(bytes(message))


def _folder(_factory: pytest.TempPathFactory, made: Path, *_args: Any, **_more: Any) -> None:
    _new.append(made)


def _after(kind: type, name: str, hear: Any) -> None:
    before = getattr(kind, name)
    if hasattr(before, "planted"):
        return

    def heard(self: Any, *args: Any, **more: Any) -> Any:
        result = before(self, *args, **more)
        hear(self, result, *args, **more)
        return result

    heard.planted = True  # type: ignore[attr-defined]
    setattr(kind, name, heard)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _present
    _present = Planted()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    global _is_last
    _is_last = nextitem is None or nextitem.path != item.path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "setup":
        own = getattr(item, "funcargs", {}).get("tmp_path")
        _shared.extend(folder for folder in _new if folder != own)
    if call.when != "teardown":
        return report
    places = [f"what it printed ({name})" for name, text in report.sections if is_in(text)]
    places += _present.places
    for folder in _folders():
        allowed = [glob for mark in item.iter_markers("secret_files") for glob in mark.args]
        # What lies in a folder that tests share is no fault of those to come.
        found = [place for place in in_files(folder, tuple(allowed)) if place not in _told]
        places += found
        _told.update(found)
    if places and report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = "a planted secret is in " + "\n  and in ".join(dict.fromkeys(places))
    return report


_told: set[str] = set()
_new: list[Path] = []
"""The folders that were made since the last test's end."""
_shared: list[Path] = []
"""Those of them that fixtures of wider scope have made, and tests to come write to."""
_is_last = False
"""Whether the present test is the last of its module here."""


def _folders() -> list[Path]:
    """The test's own folders; and, where they were just made or a module ends, the shared ones.

    To look through all that is shared after every one of thousands of tests would take longer
    than the tests.
    """
    folders = dict.fromkeys([*_new, *(_shared if _is_last else ())])
    _new.clear()
    return [folder for folder in folders if folder.is_dir()]
