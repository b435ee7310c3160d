"""What a plan is made of has another hash as soon as any of it is another."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher import i18n
from publisher.desk import inputs
from publisher.media.record import Consent, Record
from publisher.settings import Settings

KEYS: dict[str, Any] = {
    "office": {"name": "Sở"},
    "channels": {"fanpage": {"adapter": "outbox"}, "x": {"adapter": "outbox", "like": "x"}},
}

OTHER_KEYS: dict[str, dict[str, Any]] = {
    "office": {"office": {"name": "Sở khác"}},
    "zone": {"timezone": "UTC"},
    "horizon": {"horizon": "90d"},
    "links": {"links": {"utm_hosts": ["dongthap.gov.vn"]}},
    "cards": {"cards": {"primary": "#123456"}},
    "a channel's title": {"channels": {"fanpage": {"adapter": "outbox", "title": "Trang"}}},
    "a channel that is off": {"channels": {"fanpage": {"adapter": "outbox", "enabled": False}}},
    "what a channel is like": {"channels": {"fanpage": {"adapter": "outbox", "like": "x"}}},
    "where media are fetched": {
        "media_host": {"kind": "folder", "folder": "anh", "url": "https://anh.example.vn/"}
    },
}


def office(root: Path, **keys: Any) -> str:
    return inputs.of_office(Settings.model_validate({**KEYS, "root": root, **keys}))


@pytest.mark.parametrize("keys", OTHER_KEYS.values(), ids=OTHER_KEYS)
def test_another_key_of_the_office_shows(tmp_path: Path, keys: dict[str, Any]) -> None:
    assert office(tmp_path) == office(tmp_path)
    assert office(tmp_path, **keys) != office(tmp_path)


def test_where_the_store_is_does_not_show_for_its_address_may_hold_a_password(
    tmp_path: Path,
) -> None:
    assert office(tmp_path, store="postgresql+psycopg://a:b@c/d") == office(tmp_path)


def test_the_language_of_faults_and_the_register_show(tmp_path: Path) -> None:
    before = office(tmp_path)
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns/coverage.csv").write_text("Mã,Tên\n")
    with_a_register = office(tmp_path)
    i18n.use_language("en")

    assert len({before, with_a_register, office(tmp_path)}) == 3


def test_an_emblem_s_and_a_design_s_bytes_show(tmp_path: Path) -> None:
    (tmp_path / "mau").mkdir()
    drawn = {"cards": {"emblem": "huy-hieu.png", "designs": "mau"}}
    found = [office(tmp_path, **drawn)]
    for name in ("huy-hieu.png", "mau/moi.typ"):
        for content in ("một", "hai"):
            (tmp_path / name).write_text(content)
            found.append(office(tmp_path, **drawn))

    assert len(set(found)) == len(found)


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    folder = tmp_path / "hoi"
    for name in ("posts", "media"):
        (folder / name).mkdir(parents=True)
    (folder / "campaign.toml").write_text("một")
    (folder / "posts/mot.md").write_text("một")
    (folder / "media/anh.png").write_text("một")
    return folder


def _kept_its_time(path: Path, content: str) -> None:
    """Other bytes, as many, and the time of the file set back, as copying programs do."""
    facts = path.stat()
    path.write_text(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "the campaign's keys": lambda hoi: _kept_its_time(hoi / "campaign.toml", "hai"),
    "a post's text": lambda hoi: _kept_its_time(hoi / "posts/mot.md", "hai"),
    "a post's name": lambda hoi: (hoi / "posts/mot.md").rename(hoi / "posts/hai.md"),
    "a post more": lambda hoi: (hoi / "posts/hai.md").write_text("hai"),
    "a post less": lambda hoi: (hoi / "posts/mot.md").unlink(),
    "no post": lambda hoi: (hoi / "posts/anh.png").write_text("hai"),
    "a folder among posts": lambda hoi: (hoi / "posts/moi").mkdir(),
    "a picture's name": lambda hoi: (hoi / "media/anh.png").rename(hoi / "media/hai.png"),
    "a picture less": lambda hoi: (hoi / "media/anh.png").unlink(),
    "a picture's size": lambda hoi: _kept_its_time(hoi / "media/anh.png", "một hai"),
    "who may read": lambda hoi: (hoi / "media/anh.png").chmod(0o600),
    "a link": lambda hoi: (hoi / "posts/hai.md").symlink_to("mot.md"),
    "a campaign's name": lambda hoi: hoi.rename(hoi.with_name("le")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_below_a_campaign_s_folder_shows(
    campaign: Path, change: Callable[[Path], object]
) -> None:
    before = inputs.of_campaign(campaign).digest
    assert inputs.of_campaign(campaign).digest == before

    change(campaign)
    [folder] = campaign.parent.iterdir()

    assert inputs.of_campaign(folder).digest != before


def test_a_picture_that_was_just_saved_may_change_unseen_and_a_text_may_not(
    campaign: Path,
) -> None:
    assert not inputs.of_campaign(campaign).is_settled
    (campaign / "media/anh.png").unlink()
    assert inputs.of_campaign(campaign).is_settled


def test_what_lies_behind_a_link_to_a_folder_is_not_seen(campaign: Path) -> None:
    (campaign / "media/anh.png").unlink()
    (campaign / "media").rmdir()
    (campaign / "media").symlink_to("posts")

    assert not inputs.of_campaign(campaign).is_settled


RECORD = Record("anh", Path("anh.png"), "ab", "image/png", 3)
OTHER: dict[str, Any] = {
    "path": Path("hai.png"),
    "size_bytes": 4,
    "width": 1,
    "height": 1,
    "duration_s": 1.0,
    "consent": Consent.GIVEN,
    "expires_on": date(2027, 10, 10),
    "topics": ("hội",),
    "added_at": datetime(2027, 10, 10, tzinfo=UTC),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Record)])
def test_every_word_of_the_library_shows(name: str) -> None:
    other: Any = replace(RECORD, **{name: OTHER.get(name, "khác")})

    assert inputs.of_library({"anh": other}) != inputs.of_library({"anh": RECORD})
    assert inputs.of_library({}) != inputs.of_library({"anh": RECORD})


def test_a_file_of_the_library_that_is_lost_shows(tmp_path: Path) -> None:
    record = replace(RECORD, path=tmp_path / "anh.png")
    record.path.write_text("một")
    before = inputs.of_library({"anh": record})
    record.path.unlink()

    assert inputs.of_library({"anh": record}) != before
