"""Lays a working site out in an empty folder.

It passes the check as it is made and publishes to this machine alone until an account is named.
Nothing is ever overwritten. schedule.toml comes last: a folder that has one is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.i18n import DEFAULT_LANGUAGE, LANGUAGES
from publisher.install import brought

SCHEDULE = "schedule.toml"

_FIRST_FILES = Path(__file__).parent / "first_files"


def is_site(folder: Path) -> bool:
    """Whether ``folder`` is a site already."""
    return (folder / SCHEDULE).exists()


def in_the_way(folder: Path) -> list[str]:
    """What lies in ``folder``, by name; what is hidden (.git, .venv) is in nobody's way."""
    if not folder.exists():
        return []
    names = (path.name for path in folder.iterdir())
    return sorted(name for name in names if not name.startswith(".") or name == ".gitignore")


def lay_out(folder: Path, lang: str) -> list[Path]:
    """Make the site ``folder``, its comments in ``lang``; gives its files.

    Raises ``FileExistsError`` where one of them is there, ``OSError`` where it can't be written.
    """
    made = []
    for name, source in _files(lang if lang in LANGUAGES else DEFAULT_LANGUAGE):
        path = folder / name
        put(path, source.read_bytes())
        made.append(path)
    return made


def put(path: Path, content: bytes) -> None:
    """Write a new file. Raises ``FileExistsError`` where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _files(lang: str) -> Iterator[tuple[str, Path]]:
    yield ".gitignore", _FIRST_FILES / "gitignore"
    yield "README.md", _FIRST_FILES / lang / "README.md"
    folder = brought.campaigns()
    for name in brought.CAMPAIGNS:
        source = folder / name
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if path.is_file():
                yield f"campaigns/{path.relative_to(folder)}", path
    yield SCHEDULE, _FIRST_FILES / lang / SCHEDULE
