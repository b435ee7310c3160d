"""The words a plan is written in: what names a delivery, when it ends, what tables show of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Message, Text
from publisher.planning.model import PlannedDelivery
from tests.planning.builders import identity, planned, vietnam

DUE = vietnam(2027, 10, 3, 8)


def shown(text: str, title: str = "") -> str:
    """What tables show of a message of that text."""
    message = Message("k", Text(text, text), DUE, title=title)
    return PlannedDelivery(planned(DUE).slot, message).first_line


def test_a_deliverys_key_is_its_whole_identity_in_one_line() -> None:
    assert identity().key == "thu/2027/mot/x"
    assert identity(occurrence="2027-03-01").key == "thu/2027/mot/x/2027-03-01"


def test_a_slot_ends_when_its_grace_is_over() -> None:
    assert planned(DUE, grace=timedelta(minutes=30)).slot.expires_at == vietnam(2027, 10, 3, 8, 30)


@pytest.mark.parametrize(
    ("text", "title", "line"),
    [
        ("Xin chào\nTin thứ hai", "", "Xin chào"),
        ("\n  Xin chào  \n", "", "Xin chào"),
        ("Xin chào", "Bản tin", "Bản tin"),
        ("a" * 121, "", "a" * 120),
    ],
)
def test_tables_show_a_posts_title_or_else_its_first_line(text: str, title: str, line: str) -> None:
    assert shown(text, title) == line
