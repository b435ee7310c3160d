"""The media library in the store: its records come back as they went, its uses are counted."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from channels.base import Media
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIM, DOUBT, State
from publisher.media.record import Consent, Record
from publisher.store import deliveries, library
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.library import Used
from tests.store.builders import planned

HERE = Path("/var/media")
SHA = "ab" + "0" * 62
RECORD = Record(
    name="ho-sen",
    path=HERE / f"ab/{SHA}.png",
    sha256=SHA,
    mime="image/png",
    size_bytes=5_000_000_000,
    file_name="Hồ sen.PNG",
    width=1200,
    height=800,
    look="1.5000:xx",
    alt="Hồ sen",
    alt_en="Lotus lake",
    credit="Lan",
    licence="CC-BY-4.0",
    consent=Consent.GIVEN,
    consent_at="tủ A",
    expires_on=date(2027, 12, 31),
    topics=("Du lịch", "Lễ hội"),
    added_by="Lan",
)


def showing(database: Database, clock: MovedClock, post: str, sha256: str, original: str) -> int:
    """A planned delivery with one picture; its row id."""
    due = planned(clock() + timedelta(days=1), post=post, text=f"Xem {post}")
    medium = Media(HERE / "a", sha256, "image/png", 5, "a", original=original)
    message = dataclasses.replace(due.message, media=(medium,))
    with database.writing() as session:
        row = stored_plan.add(session, dataclasses.replace(due, message=message), clock())
        return deliveries.number_of(row)


def test_a_record_comes_back_as_it_went(database: Database, clock: MovedClock) -> None:
    record = dataclasses.replace(RECORD, added_at=clock())
    with database.writing() as session:
        library.put(session, record, clock())
    with database.reading() as session:
        assert library.records(session, HERE) == {"ho-sen": record}
        assert library.by_hash(session, SHA, HERE) == record
        assert library.by_name(session, "ho-sen", HERE) == record
        assert library.by_name(session, "HO-SEN", HERE) is None


def test_every_change_to_it_changes_its_mark(database: Database, clock: MovedClock) -> None:
    marks = []
    for step in ("put", "put", "drop"):
        clock.move_to(clock() + timedelta(seconds=1))
        with database.writing() as session:
            record = dataclasses.replace(RECORD, added_at=clock())
            if step == "put":
                library.put(session, record, clock())
            else:
                library.drop(session, record)
            marks.append(library.mark(session))
    assert len(set(marks)) == 3


def test_no_two_media_have_one_name(database: Database, clock: MovedClock) -> None:
    other = dataclasses.replace(RECORD, sha256="cd" * 32, added_at=clock())
    with database.writing() as session:
        library.put(session, dataclasses.replace(RECORD, added_at=clock()), clock())
    with pytest.raises(IntegrityError), database.writing() as session:
        library.put(session, other, clock())


def test_what_was_made_of_it_counts_as_it(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        library.put(session, dataclasses.replace(RECORD, added_at=clock()), clock())
    itself = showing(database, clock, "mot", SHA, "")
    made = showing(database, clock, "hai", "ef" * 32, SHA)
    showing(database, clock, "ba", "cd" * 32, "")
    with database.writing() as session:
        assert {deliveries.number_of(row) for row in library.uses(session, RECORD)} == {
            itself,
            made,
        }
        assert library.used(session) == {SHA: Used(0, None, 2)}
        assert deliveries.move(session, made, CLAIM, clock())
        assert deliveries.move(session, made, DOUBT, clock())
        assert library.used(session) == {SHA: Used(1, None, 1)}
        assert not library.is_shown_by_any(session, SHA)
        assert library.is_shown_by_any(session, "ef" * 32)


def test_what_may_be_out_is_not_taken_out(database: Database, clock: MovedClock) -> None:
    sending = showing(database, clock, "mot", SHA, "")
    waiting = showing(database, clock, "hai", SHA, "")
    withdrawn = dataclasses.replace(RECORD, consent=Consent.WITHDRAWN)
    with database.writing() as session:
        assert deliveries.move(session, sending, CLAIM, clock())
        gone = library.take_out(session, RECORD, withdrawn, "Lan", clock())
    assert [deliveries.number_of(row) for row in gone] == [waiting]
    with database.reading() as session:
        assert deliveries.by_number(session, sending).state == State.SENDING
        assert deliveries.by_number(session, waiting).state == State.CANCELLED
