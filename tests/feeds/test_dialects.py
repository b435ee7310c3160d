"""A portal's news read alike in every dialect and every encoding that portals write."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest

from publisher.feeds.entries import ParsedEntry, parse, read
from publisher.feeds.fetch import FeedError

URL = "https://portal.example.vn/rss"
TITLE = "Chuyển đổi số: đưa dịch vụ công về tận ấp"
SUMMARY = "Ở xã vùng sâu, bà con nộp hồ sơ ngay tại nhà văn hóa."
LINK = "https://portal.example.vn/tin/1"
AT = datetime(2027, 10, 10, 5, tzinfo=UTC)

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_RSS_ITEM = (
    f"<item><title>{TITLE}</title><link>{LINK}</link><description>{SUMMARY}</description>"
    "<pubDate>Sun, 10 Oct 2027 12:00:00 +0700</pubDate></item>"
)
_RSS_CHANNEL = (
    f"<channel><title>Cổng</title><link>https://portal.example.vn</link>{_RSS_ITEM}</channel>"
)
DIALECTS = {
    "RSS 0.91 (Netscape)": f"{_XML}"
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    f'<rss version="0.91">{_RSS_CHANNEL}</rss>',
    "RSS 0.91 (UserLand)": f'{_XML}<rss version="0.91">{_RSS_CHANNEL}</rss>',
    "RSS 0.92": f'{_XML}<rss version="0.92">{_RSS_CHANNEL}</rss>',
    "RSS 0.94": f'{_XML}<rss version="0.94">{_RSS_CHANNEL}</rss>',
    "RSS 2.0": f'{_XML}<rss version="2.0">{_RSS_CHANNEL}</rss>',
    "RSS without a version": f"{_XML}<rss>{_RSS_CHANNEL}</rss>",
    "RSS 0.90": f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://my.netscape.com/rdf/simple/0.9/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<channel><title>Cổng</title></channel><item><title>{TITLE}</title><link>{LINK}</link>"
    f"<description>{SUMMARY}</description><dc:date>2027-10-10T12:00:00+07:00</dc:date></item>"
    "</rdf:RDF>",
    "RSS 1.0 (RDF)": f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<channel rdf:about="https://portal.example.vn"><title>Cổng</title></channel>'
    f'<item rdf:about="{LINK}"><title>{TITLE}</title><link>{LINK}</link>'
    f"<description>{SUMMARY}</description><dc:date>2027-10-10T12:00:00+07:00</dc:date></item>"
    "</rdf:RDF>",
    "Atom 0.3": f'{_XML}<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Cổng</title>'
    f'<entry><id>1</id><title>{TITLE}</title><link rel="alternate" type="text/html" href="{LINK}"/>'
    f"<summary>{SUMMARY}</summary><issued>2027-10-10T12:00:00+07:00</issued></entry></feed>",
    "Atom 1.0": f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>Cổng</title><entry>'
    f'<id>urn:1</id><title type="html">{TITLE}</title><link href="{LINK}"/><summary>{SUMMARY}'
    "</summary><updated>2027-10-10T12:00:00+07:00</updated></entry></feed>",
    "Atom 1.0 with XHTML and a base": f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" '
    'xml:base="https://portal.example.vn/tin/"><title>Cổng</title><entry><id>urn:1</id>'
    f'<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>{TITLE}</b></div></title>'
    f'<link href="1"/><summary>{SUMMARY}</summary><published>2027-10-10T05:00:00Z</published>'
    "</entry></feed>",
    "CDF": f'{_XML}<CHANNEL HREF="https://portal.example.vn" LASTMOD="2027-10-10T12:00+0700">'
    f'<TITLE>Cổng</TITLE><ITEM HREF="{LINK}" LASTMOD="2027-10-10T12:00:00+07:00"><TITLE>{TITLE}'
    f"</TITLE><ABSTRACT>{SUMMARY}</ABSTRACT></ITEM></CHANNEL>",
}


def only(body: bytes) -> ParsedEntry:
    [entry] = parse(body, URL)
    return entry


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_the_same(name: str) -> None:
    entry = only(DIALECTS[name].encode())
    assert (entry.title, entry.summary, entry.link) == (TITLE, SUMMARY, LINK)
    assert entry.published_at == AT


@pytest.mark.parametrize("body", ['{"version": "https://jsonfeed.org/version/1.1", "items": []}'])
def test_json_feed_is_told_to_be_none_for_the_parser_reads_none(body: str) -> None:
    with pytest.raises(FeedError, match="no feed"):
        read(body.encode(), URL)


def in_encoding(codec: str, declared: str, text: str = DIALECTS["RSS 2.0"]) -> bytes:
    return text.replace("UTF-8", declared).encode(codec, "xmlcharrefreplace")


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-16", "UTF-8"),
        ("utf-8", "UTF-16"),
        ("utf-8", "ISO-8859-1"),
        ("utf-8", "windows-1258"),
        ("utf-8-sig", "us-ascii"),
        ("iso-8859-1", "ISO-8859-1"),
        ("ascii", "us-ascii"),
        ("ascii", "UTF-8"),
    ],
)
def test_every_encoding_says_the_same_whatever_it_claims_to_be(codec: str, declared: str) -> None:
    body = in_encoding(codec, declared)
    if codec in ("utf-16-le", "utf-16-be"):
        mark = codecs.BOM_UTF16_LE if codec.endswith("le") else codecs.BOM_UTF16_BE
        assert only(mark + body).title == TITLE
    assert only(body).title == TITLE


def test_windows_1258_is_read_with_its_marks_put_together() -> None:
    # Where letters and their tones are two characters each: as Windows wrote Vietnamese.
    apart = DIALECTS["RSS 2.0"]
    for letter, written in (("ể", "ê\u0309"), ("ổ", "ô\u0309"), ("ố", "ô\u0301"), ("ị", "i\u0323")):
        apart = apart.replace(letter, written)
    for letter, written in (("ụ", "u\u0323"), ("ề", "ê\u0300"), ("ậ", "â\u0323"), ("ấ", "â\u0301")):
        apart = apart.replace(letter, written)
    for letter, written in (("Ở", "Ơ\u0309"), ("ã", "a\u0303"), ("ộ", "ô\u0323"), ("ồ", "ô\u0300")):
        apart = apart.replace(letter, written)
    apart = apart.replace("ạ", "a\u0323")
    body = in_encoding("cp1258", "windows-1258", apart)
    entry = only(body)
    assert (entry.title, entry.summary) == (TITLE, SUMMARY)


def test_tcvn_has_no_codec_and_its_feed_is_read_as_far_as_it_goes() -> None:
    # Python knows no TCVN 5712: letters are wrong, and an officer sees it; nothing breaks.
    with pytest.raises(LookupError):
        codecs.lookup("tcvn5712")
    body = DIALECTS["RSS 2.0"].replace("UTF-8", "TCVN").encode("cp1252", "replace")
    assert only(body).link == LINK


def test_the_declared_language_comes_with_the_entry_and_its_own_goes_before_the_feeds() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi"><title>Cổng</title>'
        "<entry><id>1</id><title>Một</title></entry>"
        '<entry xml:lang="en"><id>2</id><title>Two</title></entry></feed>'
    )
    assert [entry.declared for entry in parse(body.encode(), URL)] == ["vi", "en"]
    rss = '<rss version="2.0"><channel><language>en-us</language><item><title>Một</title></item>'
    assert [entry.declared for entry in parse(rss.encode(), URL)] == ["en-us"]
