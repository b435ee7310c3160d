"""Stored messages: what was approved is what is loaded, for whatever delivery it is loaded."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from channels.base import Facet, Media, Message, Text
from publisher.clock import MovedClock
from publisher.store import contents
from publisher.store.database import Database
from publisher.store.models import Version


@pytest.fixture
def message(clock: MovedClock) -> Message:
    """A message that uses everything a message has."""
    body = Text("**Chào** #ChuyenDoiSo", "Chào #ChuyenDoiSo", (Facet(5, 17, "hashtag", "CDS"),))
    picture = Media(Path("/cũ/a.png"), "ab12", "image/png", 9, "Cờ", "Báo Tỉnh", 3, 4)
    return Message(
        key="thu/2027/mot/hop",
        body=body,
        due_at=clock(),
        title="Ngày hội",
        summary="Tóm tắt",
        link="https://example.vn/?a=1&b=2",
        media=(picture,),
        replies=(Text("tiếp", "tiếp"),),
        hashtags=("ChuyenDoiSo",),
        language="vi",
        options={"pin": True, "colours": ["đỏ", "vàng"]},
    )


def keep(database: Database, clock: MovedClock, message: Message) -> str:
    with database.writing() as session:
        return contents.keep(session, message, clock())


def load(database: Database, fingerprint: str, like: Message) -> Message:
    with database.reading() as session:
        return contents.load(session, fingerprint, like.key, like.due_at)


def test_a_message_comes_back_whole(
    database: Database, clock: MovedClock, message: Message
) -> None:
    loaded = load(database, keep(database, clock, message), message)
    assert loaded == message
    assert loaded.fingerprint == message.fingerprint


def test_the_same_text_is_kept_once_for_all_its_deliveries(
    database: Database, clock: MovedClock, message: Message
) -> None:
    other = replace(message, key="thu/2028/mot/hop", due_at=clock() + timedelta(days=366))
    assert keep(database, clock, message) == keep(database, clock, other)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Version)).one() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"body": Text("Khác", "Khác")},
        {"title": "Khác"},
        {"link": "https://example.vn/"},
        {"media": ()},
        {"replies": ()},
        {"hashtags": ()},
        {"options": {"pin": False}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_reader_would_see_changes_the_fingerprint(
    database: Database, clock: MovedClock, message: Message, change: dict[str, object]
) -> None:
    other = replace(message, **change)  # type: ignore[arg-type]
    assert keep(database, clock, message) != keep(database, clock, other)
    assert load(database, other.fingerprint, other) == other


def test_a_medium_is_looked_for_where_it_stands_now(
    database: Database, clock: MovedClock, message: Message
) -> None:
    fingerprint = keep(database, clock, message)
    with database.reading() as session:
        loaded = contents.load(
            session, fingerprint, "k", clock(), lambda medium: Path("/mới") / medium.sha256
        )
    assert [medium.path for medium in loaded.media] == [Path("/mới/ab12")]
    assert loaded.fingerprint == fingerprint


def test_an_unknown_fingerprint_is_an_error(database: Database, message: Message) -> None:
    with pytest.raises(KeyError):
        load(database, "0" * 64, message)


def test_no_part_of_a_message_is_left_out(database: Database, message: Message) -> None:
    with database.writing() as session:
        contents.keep(session, message, message.due_at)
        content = session.exec(select(Version.content)).one()

    body = content["body"]
    kinds = ((Message, content), (Text, body), (Facet, body["facets"][0]))
    for kind, stored in (*kinds, (Media, content["media"][0])):
        assert stored.keys() == {field.name for field in fields(kind)}
