"""Short links of posts that are stored, and their real server on loopback."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message as Headers

import pytest
from sqlmodel import select

from publisher.clock import MovedClock
from publisher.redirect.server import LinkServer
from publisher.settings import Settings
from publisher.settings.links import Links
from publisher.settings.office import Office
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import LinkClicks
from tests.store.builders import planned, store
from tests.store.stores import lite

__all__ = ["lite"]

BASE = "https://tinh.example.vn/l"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A536E Build/TP1A.220624.014; wv) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 Zalo android/12080563 "
    "ZaloTheme/light ZaloLanguage/vi"
)
"""How Zalo's own browser on a telephone says what it is."""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Headers
    body: str

    @property
    def location(self) -> str | None:
        return self.headers["Location"]


@dataclass
class Street:
    """A store with posts that carry links, and the server that its readers come to."""

    database: Database
    clock: MovedClock
    office: Office = field(default_factory=lambda: Office(name="Sở KH&CN", url="https://so.vn/"))
    server: LinkServer = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(links=Links(short=BASE), office=self.office)
        self.server = LinkServer(settings, self.database, self.clock, "127.0.0.1:0")

    def post(self, name: str, due_at: datetime | None = None, **links: str) -> Delivery:
        """A stored post whose ``links`` are codes and what they lead to."""
        delivery = planned(due_at or self.clock(), post=name)
        [row] = store(
            self.database, replace(delivery, links=tuple(links.items())), now=self.clock()
        )
        return row

    def ask(self, path: str, method: str = "GET", agent: str = PHONE, **headers: str) -> Answer:
        """What the server says; ``headers`` with underscores for hyphens."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            line.request(method, path, headers={"User-Agent": agent} | named)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            line.close()

    def clicks(self) -> dict[tuple[str, datetime], int]:
        """What the store has counted, after the server wrote down what it had."""
        self.server.write_down()
        return counted(self.database)


def counted(database: Database) -> dict[tuple[str, datetime], int]:
    """The counts in the store, by code and hour."""
    with database.reading() as session:
        return {(row.code, row.hour): row.count for row in session.exec(select(LinkClicks))}


@pytest.fixture
def street(lite: Database, clock: MovedClock) -> Iterator[Street]:
    """A server with one link, "bgh234567", of the post "mot"."""
    made = Street(lite, clock)
    made.post("mot", bgh234567="https://tinh.example.vn/tin?utm_source=hop")
    made.server.start()
    yield made
    made.server.stop()
