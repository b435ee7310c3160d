"""What a portal answers, mutated: entries or a ``FeedError``; what is taken becomes posts like any
other, and is no error of the officer's."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.fuzz.cases import Case, Finding, folder
from bench.fuzz.mutations import mutated
from bench.fuzz.schedule import judge
from publisher.assemble.assembler import Assembler
from publisher.assemble.holidays import closed_days
from publisher.campaign.feed_source import FeedSource
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaign
from publisher.feeds.due import Rules
from publisher.feeds.entries import (
    MAX_ENTRIES,
    MAX_LINK,
    MAX_SUMMARY,
    MAX_TITLE,
    ParsedEntry,
    parse,
)
from publisher.feeds.fetch import FeedError
from publisher.feeds.verdicts import Memory, verdicts
from publisher.files.faults import Severity
from publisher.planning.plan import FeedItem, slots
from publisher.settings import Settings
from publisher.settings.reader import read_settings

NOW = datetime(2027, 10, 10, 5, 0, tzinfo=UTC)
URL = "https://portal.example.vn/rss/tin.xml"
KEY_SIGNS = 16

_ITEM = (
    "<item><guid isPermaLink='false'>tin-{n}</guid><title>Tin số {n}: chuyển đổi số</title>"
    "<link>https://portal.example.vn/tin/{n}</link>"
    "<description><![CDATA[<p>Tóm tắt <b>{n}</b></p>]]></description>"
    "<pubDate>Sun, 10 Oct 2027 12:0{n}:00 +0700</pubDate></item>"
)
_ITEMS = "".join(_ITEM.format(n=n) for n in range(3))
_CHANNEL = f"<title>Cổng</title><link>https://portal.example.vn</link>{_ITEMS}"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_DIALECTS: Sequence[str] = (
    f'{_XML}<rss version="2.0"><channel>{_CHANNEL}</channel></rss>',
    f'<rss version="0.91"><channel>{_CHANNEL}</channel></rss>',
    f'{_XML}<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    f'"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.92"><channel>{_CHANNEL}'
    "</channel></rss>",
    f'{_XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel '
    'rdf:about="https://portal.example.vn"><title>Cổng</title></channel><item '
    'rdf:about="https://portal.example.vn/1"><title>Tin</title><link>https://portal.example.vn/1'
    "</link><dc:date>2027-10-10T05:00:00Z</dc:date></item></rdf:RDF>",
    f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://portal.example.vn/" '
    'xml:lang="vi"><title type="html">C&amp;#7893;ng</title><entry><id>urn:uuid:1</id><title '
    'type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Tin <b>mới</b></div></title><link '
    'rel="alternate" href="tin/1"/><updated>2027-10-10T05:00:00Z</updated><summary type="html">'
    "&lt;p&gt;Tóm tắt&lt;/p&gt;</summary><content type='text'>Nội dung</content></entry></feed>",
    '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">Tin</title>'
    '<link href="https://portal.example.vn/1"/><issued>2027-10-10T05:00:00+07:00</issued></entry>'
    "</feed>",
    f'{_XML}<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content='
    '"http://purl.org/rss/1.0/modules/content/"><channel><item><title>Ảnh</title><media:content '
    'url="https://portal.example.vn/a.jpg" medium="image"/><content:encoded><![CDATA[<script>x'
    "</script>Nội dung]]></content:encoded><enclosure url='a.mp3' length='x' type='audio/mpeg'/>"
    "<georss:point>1 2</georss:point></item></channel></rss>",
    '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "Tin"}]}',
    "<html><head><title>Đăng nhập</title></head><body><form></form></body></html>",
)
_WORDS: Sequence[bytes] = (
    *(b"<", b">", b"</", b"/>", b"&", b";", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>"),
    *(b"&amp;", b"&lt;", b"&#0;", b"&#x110000;", b"&#xd800;", b"&nbsp;", b"&unknown;", b"&a9;"),
    *(b"<item>", b"</item>", b"<entry>", b"</entry>", b"<title>", b"</title>", b"<link>"),
    b"<guid>",
    *(b"<pubDate>", b"</pubDate>", b"Sun, 99 Oct 99999 25:61:61 +9999", b"2027-10-10T05:00:00Z"),
    *(b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"Mon, 01 Jan 0001 00:00:00 GMT"),
    "hôm qua".encode(),
    *(b'xml:base="http://[::1"', b'xmlns="http://www.w3.org/2005/Atom"', b'type="xhtml"'),
    b"xml:lang",
    *(b'encoding="utf-16"', b'encoding="zlib_codec"', b'encoding="\xc4\x91"', b'encoding="idna"'),
    *(b"<script>", b"<b>" * 200, b"<div>" * 60, b"<item>" * 60, b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
    b"<!DOCTYPE r [<!ENTITY a0 'ha'><!ENTITY a1 '&a0;&a0;&a0;'><!ENTITY a2 '&a1;&a1;'>]>",
    *(b"<!" * 999, b"<a " * 999, b"<a href='" * 500, b"&" * 3_000, b"<!--" * 900, b"{{ x }}"),
    b"{%",
    *(b"<georss:where><gml:Point><gml:pos>1 2</gml:pos></gml:Point></georss:where>", b"<tags>"),
    *(b"<enclosure>", b"<media:content>", b"<source>", b"<category>", b"<dc:creator>"),
    b"<updated>",
)
_CAMPAIGN = (
    'title = "Tin"\nowner = "Sở"\nchannels = ["bang", "thu", "loa"]\n[feed]\nurl = "{url}"\n'
)
_POST = (
    '+++\nwhen = "feed"\ntitle = "{{ entry.title }}"\nlink = "{{ entry.link }}"\n'
    'summary = "{{ entry.summary }}"\n+++\n**{{ entry.title }}**\n\n{{ entry.summary }}\n\n'
    "{{ entry.published | long_date }} {{ entry.link }}\n"
)
_SCHEDULE = """\
[channels.bang]
adapter = "outbox"
like = "mastodon"
[channels.thu]
adapter = "telegram"
token = "env:A"
chat = "@kenh"
[channels.loa]
adapter = "bulletin"
folder = "loa"
"""


class Feeds:
    """The kind ``feeds``."""

    def __init__(self) -> None:
        self._good = [text.encode() for text in _DIALECTS]
        self._good += [_DIALECTS[0].replace("UTF-8", "utf-16").encode("utf-16")]
        self._good += [_DIALECTS[0].replace("UTF-8", "cp1258").encode("cp1258", "replace")]
        source = FeedSource(
            url=(URL,), keywords=("chuyển đổi số", "tin"), without=("x",), languages=("vi",)
        )
        self._rules = Rules("tin", source, (time(7), time(21)), ZoneInfo("Asia/Ho_Chi_Minh"))
        self._settings: Settings | None = None
        self._campaign: Campaign | None = None

    @contextmanager
    def ready(self) -> Iterator[None]:
        with folder() as root:
            (root / "schedule.toml").write_text(_SCHEDULE, "utf-8")
            self._settings, faults = read_settings(root / "schedule.toml")
            own = root / "campaigns" / "tin"
            (own / "posts").mkdir(parents=True)
            (own / "campaign.toml").write_text(_CAMPAIGN.format(url=URL), "utf-8")
            (own / "posts" / "tin.md").write_text(_POST, "utf-8")
            if self._settings is not None:
                self._campaign, faults = read_campaign(own, self._settings)
            if self._campaign is None:
                raise RuntimeError(f"the hunt's own files are wrong: {faults}")
            yield

    def make(self, rng: random.Random) -> Case:
        return Case("feed.xml", mutated(rng, rng.choice(self._good), self._good, _WORDS))

    def meet(self, case: Case) -> None:
        try:
            entries = parse(case.content, URL)
        except FeedError as error:
            str(error).encode()
            return
        if len(entries) > MAX_ENTRIES:
            raise Finding(f"{len(entries)} entries")
        for entry in entries:
            _judge(entry)
            entry.is_news(NOW)
        judged = verdicts(entries[:40], URL, self._rules, Memory(), NOW, is_first_look=False)
        if any(one.due_at is not None and one.due_at < NOW for one in judged):
            raise Finding("due before it was seen")
        self._post(entries[:3])

    def _post(self, entries: Sequence[ParsedEntry]) -> None:
        """The first entries as posts: what is wrong with them is a warning, never an error."""
        if self._settings is None or self._campaign is None:
            raise RuntimeError("it isn't ready")
        items = [
            FeedItem(one.key, NOW, one.title, one.summary, one.link, one.published_at)
            for one in {one.key: one for one in entries}.values()
        ]
        end = NOW + timedelta(days=1)
        zone = self._settings.zone
        found = slots(self._campaign, zone, NOW, end, closed_days(NOW, end), items)
        planned, faults = Assembler(self._settings).fill(self._campaign, found, items)
        judge(faults, Path("feed.xml"), b"")
        if any(fault.severity is Severity.ERROR for fault in faults):
            raise Finding(f"{faults[0].code}: an error of the officer's")
        for delivery in planned:
            delivery.message.fingerprint.encode()


def _judge(entry: ParsedEntry) -> None:
    if not (entry.title.strip() and len(entry.key) == KEY_SIGNS):
        raise Finding("an entry without a title or a key")
    if len(entry.title) > MAX_TITLE or len(entry.summary) > MAX_SUMMARY:
        raise Finding("an entry that isn't bounded")
    if len(entry.link) > MAX_LINK:
        raise Finding(f"a link of {len(entry.link)} signs")
    f"{entry.title}{entry.summary}{entry.link}".encode()
    if entry.published_at is not None and entry.published_at.tzinfo is None:
        raise Finding("a time that isn't aware")
