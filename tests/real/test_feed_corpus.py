"""The public feed parser's own corpus of odd feeds, read as our portals' feeds are.

Two thousand files in every dialect, well-formed and not, in dozens of encodings. .ci/run fetches
them; without them the test is skipped.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import feedparser
import pytest

from publisher.feeds.body import MAX_ENTRIES
from publisher.feeds.entries import MAX_LINK, MAX_SUMMARY, MAX_TITLE, parse, read
from publisher.feeds.fetch import FeedError
from tests.feeds.conftest import rss
from tests.real.installed import require

pytestmark = pytest.mark.real

CORPUS = Path(__file__).parent / "feedparser"
URL = "https://portal.example.vn/rss"

READ_OTHERWISE = {
    # Of an encoding that isn't said we guess Windows-1252, it another; neither is Japanese.
    "illformed/chardet/shiftjis.xml",
    # In IBM 864 a percent sign is no percent sign, so markup may be none either.
    "encoding/x80_cp864.xml",
    "encoding/x80_csibm864.xml",
    "encoding/x80_ibm864.xml",
    # Two entries without id or link and with one title: for us they are one.
    "wellformed/node_precedence/atom10_title.xml",
}


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    lacking = "" if (CORPUS / "wellformed").is_dir() else "the corpus"
    require(lacking, "the parser's corpus is not there: see .ci/run")
    return sorted(path for path in CORPUS.glob("*/**/*.xml") if "venv" not in path.parts)


def cleaned(title: str) -> str:
    """A title as the parser has it, cleaned as ours are; "" where nothing is left."""
    inside = title.replace("]]>", "")
    entries = parse(rss([f"<title><![CDATA[{inside}]]></title>"]).encode(), URL)
    return entries[0].title if entries else ""


def theirs(body: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The feed's title, and title and link of what the parser itself finds in it."""
    headers = {"content-location": URL, "content-type": "application/xml"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = feedparser.parse(
            body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        entries = [(str(one.get("title", "")), str(one.get("link", ""))) for one in found.entries]
        return str(found.feed.get("title", "")), entries


def name(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


def test_the_corpus_is_all_there(corpus: list[Path]) -> None:
    assert len(corpus) > 2_000


def test_every_odd_feed_is_bounded_entries_or_a_feed_error(corpus: list[Path]) -> None:
    for path in corpus:
        try:
            feed = read(path.read_bytes(), URL)
        except FeedError:
            continue
        assert len(feed.entries) <= MAX_ENTRIES
        for entry in feed.entries:
            assert entry.title, name(path)
            sizes = (len(entry.title), len(entry.summary), len(entry.link))
            assert all(
                size <= most
                for size, most in zip(sizes, (MAX_TITLE, MAX_SUMMARY, MAX_LINK), strict=True)
            )


def test_what_the_parser_finds_in_them_we_find_as_well(corpus: list[Path]) -> None:
    titles, otherwise = 0, set()
    for path in corpus:
        body = path.read_bytes()
        title, wanted = theirs(body)
        entries = [(shown, link) for one, link in wanted if (shown := cleaned(one))]
        try:
            feed = read(body, URL)
        except FeedError:
            # Nothing is refused in which the parser finds anything, but for safety's sake.
            assert not entries or b"<!entity" in body.lower(), name(path)
            continue
        found = [feed.title, *((entry.title, entry.link) for entry in feed.entries)]
        if found != [cleaned(title), *((one, fit(link)) for one, link in entries)]:
            otherwise.add(name(path))
        titles += len(feed.entries) + bool(feed.title)
    assert otherwise == READ_OTHERWISE
    assert titles > 500


def fit(link: str) -> str:
    """A link that a reader can follow; "" for any other."""
    return link if link.startswith(("http://", "https://")) else ""
