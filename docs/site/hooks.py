"""Takes into the site what pages link to outside ``docs/``: the guide, the tour, files of the code.

On a plain view of the repository such a link leads to the file itself. The site has only what is
in ``docs/``, so each is taken in as a page below ``repository/`` and the link is turned there.
Headings are named as the repository's view names them, so that one link fits both.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

BELOW = "repository"

_FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s#:]+)(#[^)\s]*)?\)")


def slug(text: str, _separator: str) -> str:
    """What a heading is linked to by."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.mdx_configs["toc"]["slugify"] = slug
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add a page for everything outside that a page leads to, and for what those lead to."""
    docs = Path(config.docs_dir)
    told = [(docs / one.src_uri, one.content_string) for one in files.documentation_pages()]
    named = re.findall(rf"{BELOW}/([^\s']+)", str(config.nav))
    waiting = [docs.parent / name for name in named]
    waiting += [place for page, text in told for place in _outside(text, page, docs)]
    while waiting:
        place = waiting.pop()
        if files.get_file_from_path(_name(place, docs)) is None:
            text = _page_of(place)
            waiting += _outside(text, place, docs) if place.suffix == ".md" else []
            kept = _turned(text, place, _name(place, docs), docs)
            files.append(File.generated(config, _name(place, docs), content=kept))
    worker = Path(__file__).with_name("iframe-worker.js").read_text(encoding="utf-8")
    files.append(File.generated(config, "assets/iframe-worker.js", content=worker))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    if page.file.generated_by:
        return markdown
    docs = Path(config.docs_dir)
    return _turned(markdown, docs / page.file.src_uri, page.file.src_uri, docs)


def on_post_build(config: MkDocsConfig) -> None:
    """Let the search find Vietnamese words that are typed without their marks, too."""
    place = Path(config.site_dir, "search", "search_index.json")
    index = json.loads(place.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        words = set(re.findall(r"\w+", f"{entry['title']} {entry['text']}"))
        bare = sorted({_bare(word) for word in words} - words)
        entry["text"] += f"<p hidden>{' '.join(bare)}</p>" if bare else ""
    place.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _outside(text: str, page: Path, docs: Path) -> list[Path]:
    """What ``text``, which stands at ``page``, leads to and the site doesn't have by itself."""
    found = [_place(link, page) for link, _heading in _LINK.findall(_FENCED.sub("", text))]
    return [place for place in found if place.exists() and not _is_inside(place, docs)]


def _is_inside(place: Path, docs: Path) -> bool:
    of_the_site = place.suffix in (".md", ".png", ".svg", ".jpg")
    return of_the_site and place.is_relative_to(docs) and not place.is_dir()


def _place(link: str, page: Path) -> Path:
    return Path(os.path.normpath(page.parent / link))


def _name(place: Path, docs: Path) -> str:
    """Where the site has the page of ``place``, which lies outside."""
    path = f"{BELOW}/{place.relative_to(docs.parent)}"
    return path if place.suffix == ".md" else f"{path}.md"


def _page_of(place: Path) -> str:
    if place.is_dir():
        listed = sorted(one for one in place.iterdir() if one.name[0] not in "._")
        rows = (
            f"- [{one.name}]({one})" if one.suffix == ".md" else f"- {one.name}" for one in listed
        )
        return f"# {place.name}\n\n" + "\n".join(rows)
    text = place.read_text(encoding="utf-8")
    if place.suffix == ".md":
        return text
    return f"# {place.name}\n\n````{place.suffix.lstrip('.')}\n{text}\n````\n"


def _turned(text: str, page: Path, name: str, docs: Path) -> str:
    """``text`` of ``page`` with its links as they are from ``name``, its place in the site."""

    def turn(found: re.Match[str]) -> str:
        place = _place(found[1], page)
        if not place.exists():
            return found[0]
        inside = _is_inside(place, docs)
        target = str(place.relative_to(docs)) if inside else _name(place, docs)
        return f"]({os.path.relpath(target, Path(name).parent)}{found[2] or ''})"

    parts = _FENCED.split(text)
    # Every second part is a block of code.
    return "".join(part if n % 2 else _LINK.sub(turn, part) for n, part in enumerate(parts))
