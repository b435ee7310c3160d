"""What platforms and libraries say is written down without the secrets in it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from channels.simulated.planted import planted
from publisher import logs, redaction
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIM
from publisher.secrets import secret_reader
from publisher.store import audit, channel_states, deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery
from tests.store.builders import planned, store

BOT = "/bot7203456789:AAHnotarealtokennotarealtokennotare/sendMessage"


@pytest.fixture
def secret() -> Iterator[str]:
    """A secret of no form that could be told from a word, read as a channel reads it."""
    known = dict(redaction._known)
    made = f"mật khẩu {planted(4)}"
    yield secret_reader(Path(), {"PASSWORD": made})("env:PASSWORD")
    redaction._known.clear()
    redaction._known.update(known)


def test_a_secret_that_was_read_is_taken_out_of_whatever_is_said(secret: str) -> None:
    for text in (f"530 {secret} refused", f"/login?p={quote(secret)}", f"({secret!r},)"):
        shown = redaction.redact(text)
        assert redaction.HIDDEN in shown
        assert secret not in shown
        assert quote(secret) not in shown


def test_a_word_is_left_where_a_secret_is_too_short_to_be_told_from_it() -> None:
    secret_reader(Path(), {"PASSWORD": "tin"})("env:PASSWORD")
    assert redaction.redact("bản tin tuần") == "bản tin tuần"


def test_what_was_said_of_a_delivery_is_stored_without_secrets(
    database: Database, clock: MovedClock, secret: str
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    said = f"POST {BOT} was answered: {secret}"
    with database.writing() as session:
        stored = session.get_one(Delivery, row.id)
        stored.note = said
        session.add(stored)
        channel_states.stop(session, "hop", said, clock())
        audit.record(session, clock(), "publisher", "failed", "thu", why=said, more=[{"why": said}])
    with database.reading() as session:
        kept = [
            session.get_one(Delivery, row.id).note,
            channel_states.all_of_them(session)[0].stopped,
            *(repr(event.detail) for event in audit.latest(session)),
        ]
        shown = "\n".join(kept)
    assert shown.count("was answered") >= 4
    assert secret not in shown
    assert "AAHnotareal" not in shown


def test_a_note_is_cleaned_whichever_statement_writes_it(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        assert deliveries.move(session, row.id or 0, CLAIM, clock(), note=f"POST {BOT}")
    with database.reading() as session:
        assert session.get_one(Delivery, row.id).note == f"POST /bot{redaction.HIDDEN}/sendMessage"


def test_a_log_hides_a_secret_that_was_read(secret: str) -> None:
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    try:
        logs.set_up(ZoneInfo("Asia/Ho_Chi_Minh"), to=stream)
        logging.getLogger("smtplib").warning("535 %s", secret)
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    assert "535" in stream.getvalue()
    assert secret not in stream.getvalue()
