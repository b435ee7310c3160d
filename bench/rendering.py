"""Rendering: posts to messages, against Jinja2 that fills the same templates and does no more.

Every round has texts of its own, so that neither side finds a template it has seen before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import jinja2

from bench.measure import Row, seconds
from bench.office import BODY, FIVE_CHANNELS, START, TITLE, folder, furnish, opened
from publisher.assemble.shapes import Shapes
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.rendering.filling import Filling
from publisher.rendering.occasion import Occasion
from publisher.rendering.render import render
from publisher.rendering.shape import ChannelShape
from publisher.settings.office import Office

ROUNDS = 3
POSTS = 10_000
OCCASION = Occasion(2027, None, START.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")))


def rows() -> Iterator[Row]:
    shapes = _shapes()
    rounds = []
    for number in range(ROUNDS):
        campaign = _campaign(number * POSTS)
        ours = seconds(_ours, campaign, shapes)
        rounds.append((ours, seconds(bare, campaign, len(shapes))))
    name = f"render {POSTS} posts on {len(shapes)} channels"
    yield Row(name, "jinja2 render", rounds, 2.0)


def _shapes() -> list[ChannelShape]:
    with folder() as root:
        furnish(root, FIVE_CHANNELS, 0, START)
        with opened(root) as site:
            shapes = Shapes(site.settings)
            return [shapes.of(name) for name in site.switchboard.names()]


def _campaign(first: int) -> Campaign:
    keys = {
        "title": "Ngày Chuyển đổi số",
        "owner": "Sở",
        "channels": ["x"],
        "hashtags": ["ChuyenDoiSo"],
        "vars": {"phone": "0277 123 4567"},
    }
    posts = tuple(
        Post(
            f"{number:05}",
            Path(f"{number:05}.md"),
            FrontMatter.model_validate({"when": "D", "title": TITLE.format(number=number)}),
            BODY.format(number=number),
            4,
        )
        for number in range(first, first + POSTS)
    )
    return Campaign("thu", Path("thu"), CampaignFile.model_validate(keys), posts)


def _ours(campaign: Campaign, shapes: Sequence[ChannelShape]) -> None:
    office, hosts = Office(), ("dongthap.gov.vn",)
    for post in campaign.posts:
        filling = Filling(campaign, post, OCCASION, office)
        for shape in shapes:
            key = f"{post.id}/{shape.name}"
            render(filling, shape, key=key, media={}, utm_hosts=hosts)


def bare(campaign: Campaign, channels: int) -> None:
    """Fill the templates of ``campaign`` with Jinja2 alone, once a channel."""
    environment = jinja2.Environment()
    environment.filters["date"] = "{:%d/%m/%Y}".format
    variables = {
        "campaign": SimpleNamespace(title=campaign.file.title),
        "office": SimpleNamespace(name="UBND tỉnh"),
        "vars": SimpleNamespace(**campaign.file.vars),
        "due": OCCASION.due,
    }
    for post in campaign.posts:
        body = environment.from_string(post.body)
        title = environment.from_string(post.front.title)
        for _channel in range(channels):
            body.render(variables)
            title.render(variables)
