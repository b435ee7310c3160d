"""Answers that never end, and answers of ten gigabytes: bounded, and settled after."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publisher.delivery.lifecycle import State
from publisher.engines.local import LocalEngine
from tests.faults.line import (
    GZIP_HEAD,
    OK,
    TEN_GB,
    Spoil,
    SpoiltMail,
    dripping,
    flooding,
    silent,
    spoilt,
    zeros_deflated,
)
from tests.faults.office import MINUTE, Kind, Office, Open, open_office

__all__ = ["open_office"]

KINDS: dict[str, Kind] = {
    "webhook": spoilt("webhook"),
    "wordpress": spoilt("wordpress"),
    "telegram": spoilt("telegram", private=True),
    "email": SpoiltMail,
}
"""A native key, a look-up, and two that can't be asked, one of them behind SMTP."""

SURE, NONE = ("webhook", "wordpress"), ("telegram", "email")

TIMEOUT_S = 1.0
PATIENCE_S = 120.0
"""Of the tests: generous, for a busy machine; what they wait for ends after ``TIMEOUT_S``."""

MEMORY_MAX = 30 * 1024**2

CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = OK + b"Content-Length: %d\r\n" % TEN_GB
BLOCK = b" " * 0x10000

ENDLESS: dict[str, tuple[Spoil, Spoil]] = {
    "never begins": (silent, silent),
    "drips": (dripping(LARGE + b"\r\n", b" "), dripping(b"250", b" ")),
    "drips chunks": (dripping(CHUNKED, b"1\r\n \r\n"), dripping(b"", b"250-more\r\n")),
    "drips headers": (dripping(OK, b"X: 1\r\n"), dripping(b"250-", b"x")),
    "is always about to begin": (
        flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        dripping(b"", b"250-\r\n"),
    ),
}
"""What is answered over HTTP, and over SMTP, for longer than any time-out of one read."""

HUGE: dict[str, tuple[Spoil, Spoil]] = {
    "by its length": (flooding(LARGE + b"\r\n", BLOCK), flooding(b"250-", BLOCK)),
    "in chunks": (flooding(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n"), flooding(b"", b"250-x\r\n")),
    "without a length": (flooding(OK + b"\r\n", BLOCK), flooding(b"", b"250-\r\n" * 1000)),
    "deflated": (
        flooding(LARGE + b"Content-Encoding: gzip\r\n\r\n" + GZIP_HEAD, zeros_deflated()),
        flooding(b"", b"\r\n" * 1000),
    ),
    "in one header": (flooding(OK + b"X: ", BLOCK), flooding(b"250 ", BLOCK)),
    "in one chunk's head": (flooding(CHUNKED, b"0" * 0x10000), flooding(b"", b"2" * 0x10000)),
    "after the last chunk": (
        flooding(CHUNKED + b"0\r\n", b"X: 1\r\n" * 1000),
        flooding(b"", BLOCK),
    ),
}
"""The same at full speed, ten gigabytes and more."""


@pytest.fixture
def office(open_office: Open) -> Office:
    """An office with a post due on each of ``KINDS``."""
    office = open_office(KINDS, timeout_s=TIMEOUT_S)
    for kind in KINDS:
        office.plan(kind)
    return office


def answered(office: Office, spoils: tuple[Spoil, Spoil]) -> None:
    """Every platform takes its post and answers so; then all answer well again."""
    over_http, over_smtp = spoils
    for kind, platform in office.platforms.items():
        platform.spoil(over_smtp if kind == "email" else over_http)
    engine = LocalEngine(office.courier)
    engine.start(KINDS)
    assert engine.wait(PATIENCE_S), "it ends by itself"
    engine.drain(PATIENCE_S)
    for platform in office.platforms.values():
        platform.spoil(None)


def settled_as_declared(office: Office) -> None:
    """Sent once where that can be known; else in doubt, out once, and told once."""
    assert office.outcomes() == ["doubt"] * len(KINDS)
    office.pass_time(10 * MINUTE)
    assert {kind: office.all_out_once(kind, 1) for kind in SURE} == dict.fromkeys(SURE, True)
    for kind in NONE:
        assert office.states(kind) == [State.UNCONFIRMED]
        assert office.out(kind) == [1]
        assert office.told.count(f"thu/2027/bai-0/{kind} may have gone out") == 1


@contextmanager
def memory_within(most: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield
        assert tracemalloc.get_traced_memory()[1] - before < most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("how", ENDLESS)
def test_an_answer_that_never_ends_is_cut_off_and_the_post_settled(
    office: Office, how: str
) -> None:
    answered(office, ENDLESS[how])
    settled_as_declared(office)


@pytest.mark.parametrize("how", HUGE)
def test_an_answer_of_ten_gigabytes_takes_little_memory_and_the_post_is_settled(
    office: Office, how: str
) -> None:
    with memory_within(MEMORY_MAX):
        answered(office, HUGE[how])
    settled_as_declared(office)


@pytest.mark.parametrize(
    "greeting", [dripping(b"", b"220-hello\r\n"), flooding(b"220-", BLOCK)], ids=["drips", "huge"]
)
def test_a_mail_server_whose_greeting_never_ends_leaves_nothing_in_doubt(
    open_office: Open, greeting: Spoil
) -> None:
    office = open_office({"email": SpoiltMail}, timeout_s=TIMEOUT_S)
    office.plan("email")
    office.platforms["email"].spoil(greeting, on="any")
    with memory_within(MEMORY_MAX):
        office.courier.deliver_next("email")
    assert office.outcomes() == ["retry"]
    office.platforms["email"].spoil(None)
    office.pass_time(10 * MINUTE)
    assert office.all_out_once("email", 1)
    assert office.told == ""
