"""The line to a platform fails: names, connections, resets, certificates. From post to outcome."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import channels
from channels import simulated
from channels.base import Settlement
from channels.simulated.server import HOST
from publisher.clock import Clock
from publisher.delivery.lifecycle import State
from publisher.store import alerts
from tests.faults.line import Authority, SpoiltMail, Tls, resetting, spoilt
from tests.faults.office import HOUR, MINUTE, Kind, Office, Open, open_office

__all__ = ["open_office"]

POSTS, GRACE = 2, 40 * MINUTE


def settlement(kind: str) -> Settlement:
    found: Settlement = channels.load(kind).settlement
    return found


def stand_in(kind: str) -> Kind:
    # A private channel on Telegram has no preview in which a post could be found.
    return SpoiltMail if kind == "email" else spoilt(kind, private=kind == "telegram")


WITHOUT_TEXT = {"instagram", "tiktok", "youtube"}
"""Platforms that take no text by itself."""

WITH_A_LINE = [kind for kind in simulated.known() if simulated.load(kind).has_line]
KINDS = {kind: stand_in(kind) for kind in WITH_A_LINE if kind not in WITHOUT_TEXT}

NONE = {kind for kind in KINDS if settlement(kind) is Settlement.NONE}
"""Those that can't be asked what they published."""


def test_every_way_to_settle_a_doubt_is_put_to_the_test() -> None:
    assert {settlement(kind) for kind in KINDS} == set(Settlement)


@pytest.fixture
def office(open_office: Open) -> Office:
    """An office with a channel on every platform, whose accounts are proved, and posts due now."""
    office = open_office(KINDS)
    for kind in KINDS:
        office.plan(kind, POSTS, grace=GRACE)
    return office


def each(value: Any) -> dict[str, Any]:
    return dict.fromkeys(KINDS, value)


# -- nothing left: surely not taken ---------------------------------------------------------------


@contextmanager
def unresolved(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Inside, no name can be resolved; gives those that were asked for."""
    asked: list[str] = []

    def no_answer(host: Any, *_: Any, **__: Any) -> Any:
        asked.append(str(host))
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", no_answer)
        yield asked


@contextmanager
def unreachable(office: Office) -> Iterator[None]:
    """Inside, every platform refuses connections."""
    with ExitStack() as stack:
        for platform in office.platforms.values():
            stack.enter_context(platform.unreachable())
        yield


def all_waits(office: Office) -> None:
    """Nothing is out, in doubt or told; it was tried."""
    assert set(office.states()) <= {State.PLANNED, State.RETRYING}
    assert {row.channel for row in office.rows() if row.attempts} == set(KINDS)
    assert set(office.outcomes()) == {"retry"}
    assert {kind: office.out(kind) for kind in KINDS} == each([])
    assert office.told == ""


def all_is_out_once(office: Office) -> None:
    assert {kind: office.all_out_once(kind, POSTS) for kind in KINDS} == each(True)


def test_where_no_name_resolves_posts_wait_and_go_out_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unresolved(monkeypatch) as asked:
        office.deliver()
        office.pass_time(5 * MINUTE)
    assert len(KINDS) <= len(asked) < 20 * len(KINDS)
    all_waits(office)
    office.pass_time(20 * MINUTE)
    all_is_out_once(office)


def test_where_connections_are_refused_posts_wait_and_go_out_once(office: Office) -> None:
    with unreachable(office):
        office.deliver()
        office.pass_time(5 * MINUTE)
    all_waits(office)
    office.pass_time(20 * MINUTE)
    all_is_out_once(office)


def test_a_line_that_fails_beyond_the_grace_leaves_posts_missed_and_told(office: Office) -> None:
    with unreachable(office):
        office.deliver()
        office.pass_time(GRACE + MINUTE)
    office.pass_time(GRACE)
    assert set(office.states()) == {State.MISSED}
    assert {kind: office.out(kind) for kind in KINDS} == each([])
    with office.database.reading() as session:
        matters = alerts.matters(session, "")
    for kind in KINDS:
        assert sum(one.endswith(f"/{kind}") for one in matters) == POSTS
        assert f"line of {kind}" in matters
    # One message, however many channels: it names some, and says how many more there are.
    assert office.told.count("were not sent in time") >= 5
    assert "see: publisher alerts" in office.told


def test_before_their_first_post_channels_that_cant_be_reached_only_wait(
    open_office: Open,
) -> None:
    office = open_office(KINDS, prove=False)
    for kind in KINDS:
        office.plan(kind, POSTS)
    with unreachable(office):
        office.deliver()
        office.pass_time(5 * MINUTE)
    assert {kind: office.out(kind) for kind in KINDS} == each([])
    office.pass_time(20 * MINUTE)
    all_is_out_once(office)
    assert office.told == ""


# -- a reset after the request: in doubt ----------------------------------------------------------


def settled_as_declared(office: Office, *, taken: bool) -> None:
    """Where each channel's first post was left in doubt: as its settlement promises."""
    office.pass_time(10 * MINUTE)
    sure = set(KINDS) - NONE
    assert {kind: office.all_out_once(kind, POSTS) for kind in sure} == dict.fromkeys(sure, True)
    for kind in NONE:
        assert office.states(kind) == [State.UNCONFIRMED, State.SENT]
        assert office.out(kind) == [1] * (1 + taken), "it is never sent again by itself"
        assert office.told.count(f"thu/2027/bai-0/{kind} may have gone out") == 1
    assert office.told.count("may have gone out") == len(NONE)


def test_a_reset_once_posts_were_taken_is_settled_without_second_ones(office: Office) -> None:
    for platform in office.platforms.values():
        platform.faults.next("drop")
    for kind in KINDS:
        office.courier.deliver_next(kind)
    assert office.outcomes() == ["doubt"] * len(KINDS)
    settled_as_declared(office, taken=True)


def test_a_reset_before_posts_were_read_is_settled_without_losing_them(office: Office) -> None:
    for kind, platform in office.platforms.items():
        platform.spoil(resetting, takes=False)
        office.courier.deliver_next(kind)
        platform.spoil(None)
    assert office.outcomes() == ["doubt"] * len(KINDS)
    assert {kind: office.out(kind) for kind in KINDS} == each([])
    settled_as_declared(office, taken=False)


def test_a_mail_server_that_resets_before_the_whole_mail_leaves_nothing_in_doubt(
    office: Office,
) -> None:
    office.platforms["email"].faults.next("refuse")
    office.courier.deliver_next("email")
    assert office.outcomes() == ["retry"]
    office.pass_time(10 * MINUTE)
    assert office.all_out_once("email", POSTS)


# -- TLS ------------------------------------------------------------------------------------------

FALSE = ("ended", "another's name", "signed by nobody we trust", "no TLS at all")
PROTECTED = ("webhook", "mastodon", "wordpress", "telegram", "email")


def behind_tls(kind: str, authority: Authority, opened: dict[str, Tls]) -> Callable[[Clock], Any]:
    """The stand-in of ``kind`` behind a TLS line, which stands in ``opened`` then."""

    def make(clock: Clock) -> Any:
        made = KINDS[kind](clock)
        start, stop, keys = made.start, made.stop, made.config

        def begin() -> None:
            start()
            port = int(made.url.rpartition(":")[2])
            opened[kind] = Tls(port, authority.certificate())

        def end() -> None:
            opened[kind].close()
            stop()

        def protected() -> dict[str, Any]:
            place = f"{HOST}:{opened[kind].port}"
            if kind == "email":
                return keys() | {"port": opened[kind].port, "security": "tls"}
            own = {key: str(value) for key, value in keys().items() if key != "remembers_s"}
            return {key: value.replace(made.url, f"https://{place}") for key, value in own.items()}

        made.start, made.stop, made.config = begin, end, protected
        return made

    return make


@pytest.mark.parametrize("how", FALSE)
def test_nothing_is_handed_to_a_platform_whose_certificate_cant_be_trusted(
    open_office: Open, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "authority")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    lines: dict[str, Tls] = {}
    kinds = {kind: behind_tls(kind, authority, lines) for kind in PROTECTED}
    office = open_office(kinds, account="")
    good = authority.certificate()
    false: Any = {
        "ended": lambda: authority.certificate(ended=True),
        "another's name": lambda: authority.certificate("platform.example.vn"),
        "signed by nobody we trust": lambda: Authority(tmp_path / "other").certificate(),
        "no TLS at all": NoTls,
    }[how]()
    for kind in PROTECTED:
        lines[kind].certificate = false
        office.plan(kind, POSTS, grace=4 * HOUR)

    before = {kind: office.platforms[kind].requests() for kind in PROTECTED}
    office.deliver()
    office.pass_time(35 * MINUTE, MINUTE)
    assert set(office.outcomes()) == {"retry"}
    assert {kind: office.platforms[kind].requests() for kind in PROTECTED} == before
    for row in office.rows():
        assert "certificate" in row.note or how == "no TLS at all", row
    for kind in PROTECTED:
        assert f"Channel {kind} has failed since" in office.told
        lines[kind].certificate = good
    office.pass_time(35 * MINUTE, MINUTE)
    assert [office.all_out_once(kind, POSTS) for kind in PROTECTED] == [True] * len(PROTECTED)


class NoTls:
    """In place of a certificate: a server that speaks something else."""

    def wrap_socket(self, line: socket.socket, **_: Any) -> Any:
        line.sendall(b"220 this is no TLS\r\n")
        raise OSError
