"""Feeds that are bombs: refused or harmless, soon and in little memory, by the real parser.

The bombs are those that are known of XML (entities, depth, attributes) and those that were found
by measuring what the parser is slow at.
"""

from __future__ import annotations

import gzip
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from publisher.clock import MovedClock
from publisher.feeds.body import MAX_ENTRIES
from publisher.feeds.entries import MAX_LINK, MAX_SUMMARY, MAX_TITLE, ParsedEntry, parse
from publisher.feeds.fetch import MAX_BYTES, FeedError, fetch
from tests.feeds.conftest import Portal, item, rss
from tests.security.within import bounded, little_memory

MEGABYTE = 1024 * 1024


def titled(title: str, doctype: str = "") -> str:
    return (
        f'{doctype}<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'
    )


def inside(text: str) -> str:
    return f'<rss version="2.0"><channel><item><title>tin</title>{text}</item></channel></rss>'


def full_of(text: str) -> str:
    return text * (MAX_BYTES // len(text.encode()))


def tag_with(attribute: str, times: int) -> str:
    """A tag that has ``attribute`` with each number in turn."""
    return f"<rss {' '.join(attribute.format(number) for number in range(times))}></rss>"


def declared(*entities: str) -> str:
    return f"<!DOCTYPE rss [{''.join(f'<!ENTITY {entity}>' for entity in entities)}]>"


LAUGHS = declared('a0 "ha"', *(f'a{n} "{f"&a{n - 1};" * 10}"' for n in range(1, 12)))
PARAMETERS = declared('% p0 "x"', *(f'% p{n} "{f"%p{n - 1};" * 10}"' for n in range(1, 12)))

ENTITIES = {
    "a billion laughs": titled("&a11;", LAUGHS),
    "one long entity, often": titled("&a;" * 50_000, declared(f'a "{"x" * 100_000}"')),
    "parameter entities": titled("tin", PARAMETERS.replace("]>", "%p11;]>")),
    "a file": titled("&x;", declared('x SYSTEM "file:///etc/passwd"')),
    "an address": titled("&x;", declared('x SYSTEM "http://127.0.0.1/"')),
    "a file as a parameter": titled("tin", declared('% x SYSTEM "file:///etc/passwd"')),
    "in small letters": titled("&x;", "<!DOCTYPE rss [<!entity x 'y'>]>"),
}
BOMBS = {
    "deep": inside("<a>" * 200_000 + "</a>" * 200_000),
    "deep and never closed": inside("<div>" * 200_000),
    "deep within the count of tags": inside("<a>" * 19_000),
    "one huge attribute": f'<rss version="2.0" x="{"y" * (MAX_BYTES - 200)}"><channel/></rss>',
    "many attributes": tag_with('a{}="1"', 39_000),
    "many attributes without a value": tag_with("a{}", 600_000),
    "many namespaces": tag_with('xmlns:a{}="u"', 150_000),
    "many entries": f'<rss version="2.0">{full_of("<item><title>t</title></item>")}</rss>',
    "many empty entries": f'<rss version="2.0">{full_of("<item/>")}</rss>',
    "many titles": inside(full_of("<title>x</title>")),
    "many categories": inside(full_of("<category>x</category>")),
    "many processing instructions": full_of("<?x y?>") + titled("tin"),
    "many line breaks": "<!--" + "\n" * (MAX_BYTES - 300) + "-->" + titled("tin"),
    "many doctypes": full_of("<!DOCTYPE ") + titled("tin"),
    "a title of signs": titled(full_of("&lt;")),
    "a title of ampersands": titled(full_of("&")),
    "a title of scripts": titled(f"<![CDATA[{full_of('<script>')}]]>"),
    "a title of comments": titled(f"<![CDATA[{full_of('<!--')}]]>"),
    "a title of tags never closed": titled(f"<![CDATA[{full_of('<a ')}]]>"),
    "a title of ends of scripts": titled(f"<![CDATA[<script>{full_of('</script ')}]]>"),
    "a title of accents": titled("a" + "\u0301\u0323" * MEGABYTE),
    "an author who is nearly an address": inside(f"<author>{full_of('a.')}</author>"),
    "a publisher who is nearly one": inside(f"<p:publisher>{full_of('a.')}</p:publisher>"),
    "a date of digits": inside(f"<pubDate>{'1' * 4 * MEGABYTE}</pubDate>"),
    "a date of colons": inside(f"<pubDate>{full_of('1:')}</pubDate>"),
    "many dates": rss([item("a", "<pubDate>2027-01-01T99:99:99Z</pubDate>")] * 30_000),
    "broken, with open tags": "<rss></x>" + "<x a='" * 19_000,
    "broken, with quotes": '<rss></x><x "' + '"a" ' * 200_000,
    "broken, with comments": "<rss></x>" + "<!--" * 19_000,
    "broken and large": "<rss></x>" + full_of("x"),
    "nothing but signs": "<" * 19_000,
}


def entries_of(body: str) -> list[ParsedEntry]:
    """What the parser makes of it; nothing where it is refused."""
    with suppress(FeedError):
        return parse(body.encode()[:MAX_BYTES], "https://portal.example.vn/rss")
    return []


@pytest.mark.parametrize("body", ENTITIES.values(), ids=ENTITIES)
def test_a_feed_that_declares_entities_is_refused_as_a_whole(body: str) -> None:
    with bounded(1), little_memory(8 * MEGABYTE), pytest.raises(FeedError, match="entities"):
        parse(body.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp037", "utf-7", "utf-32"])
def test_entities_are_found_in_any_encoding(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + titled("&x;", declared('x "y"'))
    with pytest.raises(FeedError):
        parse(body.encode(encoding))


def test_an_old_feed_that_only_names_its_grammar_is_read() -> None:
    doctype = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://127.0.0.1:9/rss-0.91.dtd">'
    )
    [entry] = parse(titled("Tin", doctype).replace("2.0", "0.91").encode())
    assert entry.title == "Tin"


def test_an_article_about_entities_declares_none() -> None:
    [entry] = parse(titled("<![CDATA[<!ENTITY x>]]> và &lt;!ENTITY y&gt;").encode())
    assert entry.title.startswith("và")


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_feed_that_is_a_bomb_is_refused_or_read_soon_and_stays_small(body: str) -> None:
    with bounded():
        found = entries_of(body)
    assert len(found) <= MAX_ENTRIES
    for entry in found:
        assert len(entry.title) <= MAX_TITLE
        assert len(entry.summary) <= MAX_SUMMARY
        assert len(entry.link) <= MAX_LINK


def test_of_a_feed_with_thousands_of_entries_the_first_are_read() -> None:
    found = parse(rss([item(f"tin-{number}") for number in range(5000)]).encode())
    assert [entry.title for entry in found[:2]] == ["tin-0", "tin-1"]
    assert len(found) == MAX_ENTRIES


def test_nothing_of_a_file_or_an_address_ever_comes_into_a_post() -> None:
    secret = re.split(r"\W+", Path("/etc/passwd").read_text(encoding="utf-8"))[0]
    for body in ENTITIES.values():
        assert all(secret not in f"{entry.title}{entry.summary}" for entry in entries_of(body))


# -- on the line ----------------------------------------------------------------------------------


def packed(times: int) -> bytes:
    """A quarter of a gigabyte of nothing, packed so many times over."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(256)) + packer.flush()
    for _ in range(times - 1):
        body = gzip.compress(body)
    return body


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_answer_that_unpacks_to_hundreds_of_megabytes_is_refused_in_little_memory(
    portal: Portal, clock: MovedClock, times: int
) -> None:
    body = packed(times)
    portal.says(body, Content_Encoding=", ".join(["gzip"] * times))
    with bounded(), little_memory(64 * MEGABYTE), pytest.raises(FeedError, match="larger"):
        fetch(portal.url, clock, trusted_hosts=[portal.host])


def test_what_is_packed_a_hundred_times_over_is_refused(portal: Portal, clock: MovedClock) -> None:
    portal.says(b"x", Content_Encoding=", ".join(["gzip"] * 100))
    with bounded(1), pytest.raises(FeedError):
        fetch(portal.url, clock, trusted_hosts=[portal.host])


@pytest.fixture
def raw() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Start a server that speaks to each caller as a script says; gives its host."""
    listening: list[socket.socket] = []

    def start(script: Callable[[socket.socket], None]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def serve() -> None:
            with suppress(OSError):
                line, _caller = server.accept()
                with line, suppress(OSError):
                    script(line)

        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in listening:
        server.close()


def dripping(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def script(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(start)
        pause = threading.Event()
        while not pause.wait(0.02):
            line.sendall(drop)

    return script


@pytest.mark.parametrize(
    ("scheme", "start", "drop"),
    [
        ("https", b"\x16\x03\x03\x3f\xff", b"\x00"),  # a handshake that never ends
        ("http", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        ("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_portal_that_drips_is_cut_off_wherever_it_is_in_its_answer(
    raw: Callable[[Callable[[socket.socket], None]], str],
    clock: MovedClock,
    scheme: str,
    start: bytes,
    drop: bytes,
) -> None:
    host = raw(dripping(start, drop))
    with pytest.raises(FeedError):
        fetch(f"{scheme}://{host}/rss", clock, trusted_hosts=[host], timeout_s=0.5)


def test_redirects_come_to_an_end(portal: Portal, clock: MovedClock) -> None:
    portal.answer = lambda request: Response("", 302, {"Location": f"/{len(portal.asked)}"})
    with pytest.raises(FeedError, match="too many times"):
        fetch(portal.url, clock, trusted_hosts=[portal.host])
    assert len(portal.asked) <= 6
