"""Posts made into messages, and the texts that properties are tried on."""

from __future__ import annotations

from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from channels.base import Dialect, Limits, Message
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.rendering.filling import Filling
from publisher.rendering.links import Shortener
from publisher.rendering.occasion import Entry, Occasion
from publisher.rendering.render import render
from publisher.rendering.shape import ChannelShape
from publisher.settings.office import Office

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2027, 10, 10)
HOST = "tinh.example.vn"


def message(
    body: str,
    *,
    dialect: Dialect = Dialect.PLAIN,
    limits: Limits | None = None,
    hashtags: tuple[str, ...] = (),
    entry: Entry | None = None,
    utm: bool = True,
    shortener: Shortener | None = None,
    **front: object,
) -> Message:
    """``body`` as a post on D-3 of 10 October 2027, for a channel called "x"."""
    keys = FrontMatter.model_validate({"when": "D-3 08:00", **front})
    file = {
        "title": "Ngày Chuyển đổi số quốc gia",
        "owner": "Sở KH&CN",
        "channels": ["x"],
        "hashtags": hashtags,
        "utm": utm,
        "vars": {"place": "Nhà văn hóa", "seats": 1234},
        "feed": {"url": "https://portal.example.vn/rss"} if entry else None,
    }
    if not entry:
        file["anchor"] = {"every": "10-10"}
    campaign = Campaign("thu", Path("thu"), CampaignFile.model_validate(file), ())
    post = Post("mot", Path("mot.md"), keys, body, 4)
    due = datetime(2027, 10, 7, 8, tzinfo=VIETNAM)
    occasion = Occasion(2027, None if entry else DAY, due, entry)
    return render(
        Filling(campaign, post, occasion, Office()),
        ChannelShape("x", "X", dialect, limits or Limits(), bool(hashtags)),
        key="k",
        media={},
        utm_hosts=(HOST,),
        shortener=shortener,
    )


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=300)
lines = st.lists(
    st.sampled_from(
        ["**đậm** và *nghiêng*", "- mục", "1. một", "[chữ](https://a.vn/b)", "https://c.vn/d.",
         "`m`", "> trích", "## Tiêu đề", "", "thường <b>không</b> & thế", "#HashTag cuối",
         "    mã", "dòng  ", "7. bảy\n   - trong", "> - mục", "```\nmã\n```"]
    ) | words,
    max_size=12,
).map("\n".join)  # fmt: skip


class Visible(HTMLParser):
    """What a reader of HTML sees: the text with bullets and numbers, and where links lead.

    Every tag must be closed in its turn.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self._numbers: list[int | None] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = dict(attrs)
        if tag == "a":
            self.links.append(named["href"] or "")
        if tag in ("ul", "ol"):
            self._numbers.append(int(named.get("start") or 1) if tag == "ol" else None)
        if tag == "li":
            self._mark()
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("ul", "ol"):
            self._numbers.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def _mark(self) -> None:
        number = self._numbers[-1]
        self.text += "• " if number is None else f"{number}. "
        self._numbers[-1] = None if number is None else number + 1
