"""One campaign on every platform: from its files, through each real adapter, to readers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import channels
from channels import simulated
from channels.testing import film, picture
from publisher import i18n
from publisher.campaign.reader import read_campaigns
from publisher.delivery.lifecycle import State
from publisher.rehearsal.play import Played, empty, played
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from publisher.store import deliveries
from publisher.store.models import Delivery
from tests.rehearsal.conftest import NOW

PAGES = Path(__file__).parents[2] / "docs/channels"
_FILMS = {"facebook", "instagram", "telegram", "tiktok", "x", "youtube"}
FILMS = tuple(sorted(_FILMS & set(channels.known())))
"""The platforms that are sent the video."""

PICTURES = tuple(name for name in channels.known() if name not in ("tiktok", "youtube"))

_CAMPAIGN = f"""\
title = "Ngày Chuyển đổi số quốc gia"
owner = "Sở Khoa học và Công nghệ"
channels = {list(PICTURES)}
approvals = 1
grace = "1d"
anchor = {{ every = "10-10" }}
hashtags = ["ChuyenDoiSo"]
"""

_POST = """\
+++
when = "{when}"
title = "{title}"
summary = "Mời bà con đến nhà văn hóa ấp."
{keys}
+++
Còn {{{{ days_left }}}} ngày đến ngày hội. Xem [chương trình](https://example.vn/chuong-trinh).
"""


def keys_of(adapter: str) -> str:
    """``[channels.…]`` of an adapter's own page, under the adapter's name."""
    text = (PAGES / f"{adapter}.md").read_text("utf-8")
    for block in re.findall(r"^```toml\n(.*?)^```", text, re.S | re.M):
        if tomllib.loads(block).get("channels"):
            return re.sub(r"\[channels\.[\w-]+", f"[channels.{adapter}", block, count=1)
    raise AssertionError(f"{adapter}'s page shows no account")


def without_pictures() -> str:
    """``[for.…]`` of those that take words alone."""
    kinds = {name: channels.load(name) for name in PICTURES}
    configs = {
        name: kind.Config.model_validate(tomllib.loads(keys_of(name))["channels"][name])
        for name, kind in kinds.items()
    }
    worded = [name for name, kind in kinds.items() if not kind.limits(configs[name]).images_max]
    return "".join(f"\n[for.{name}]\nmedia = []" for name in worded)


def office(root: Path) -> Settings:
    host = '[media_host]\nkind = "channel"\nchannel = "wordpress"\n'
    text = "\n".join([*(keys_of(adapter) for adapter in channels.known()), host])
    (root / "schedule.toml").write_text(text, encoding="utf-8")
    folder = root / "campaigns/chuyen-doi-so"
    (folder / "posts").mkdir(parents=True)
    (folder / "campaign.toml").write_text(_CAMPAIGN, encoding="utf-8")
    card = picture(folder / "media", side=640).path.name
    clip = film(folder / "media", seconds=30).path.name
    pictured = f'media = [{{ file = "media/{card}", alt = "Thiệp" }}]{without_pictures()}'
    filmed = f'channels = {list(FILMS)}\nmedia = [{{ file = "media/{clip}", alt = "Phim" }}]'
    for name, when, keys in (("thiep", "D-3 08:00", pictured), ("phim", "D-2 08:00", filmed)):
        post = _POST.format(when=when, title=f"Bài {name}", keys=keys)
        (folder / f"posts/{name}.md").write_text(post, encoding="utf-8")
    read, faults = read_settings(root / "schedule.toml")
    assert read is not None, faults
    assert read_campaigns(read)[1] == []
    return read


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    root = tmp_path_factory.mktemp("office")
    settings = office(root)
    i18n.use_language("vi")
    empty(root / "out")
    with played(settings, NOW, root / "out", None, lambda *_: None) as result:
        yield result


@pytest.fixture(scope="module")
def sent(result: Played) -> dict[tuple[str, str], Delivery]:
    with result.site.database.reading() as session:
        rows = list(deliveries.matching(session))
    return {(row.post, row.channel): row for row in rows}


def expected() -> list[tuple[str, str]]:
    return [*(("thiep", name) for name in PICTURES), *(("phim", name) for name in FILMS)]


@pytest.mark.parametrize(("post", "adapter"), expected())
def test_it_is_sent_once_and_has_an_address(
    sent: dict[tuple[str, str], Delivery], result: Played, post: str, adapter: str
) -> None:
    row = sent[post, adapter]
    assert (row.state, row.note) == (State.SENT, "")
    assert row.remote_id
    assert row.attempts <= 2, "an asynchronous platform is looked up, not sent to again"


def test_nobody_had_to_be_alerted(result: Played) -> None:
    assert not result.alerts


@pytest.mark.parametrize("adapter", channels.known())
def test_every_adapter_can_be_rehearsed(adapter: str) -> None:
    kind: Any = channels.load(adapter)
    keys = tomllib.loads(keys_of(adapter))["channels"][adapter]
    own = kind.rehearsed(kind.Config.model_validate(keys), Path("out"))
    assert own is not None or simulated.load(adapter) is not None
