"""The program as it runs: the daemon answers links, or ``publisher links serve`` does; killed,
stopped, begun anew; and what it keeps of those who followed one."""

from __future__ import annotations

import signal
import socket
import time

from tests.redirect.conftest import PHONE
from tests.redirect.program import PATIENCE_S, WRITE_EVERY_S, Premises, premises

__all__ = ["premises"]

AGENT = f"{PHONE} RiengTu/7.7"
READER = {
    "X-Forwarded-For": "203.113.131.77",
    "X-Real-IP": "203.113.131.78",
    "Forwarded": "for=203.113.131.79",
    "Cookie": "c_user=1000123456789",
    "Referer": "https://l.facebook.example/nguoi-doc-rieng",
    "Accept-Language": "vi-RIENG",
}


def test_the_daemon_sends_readers_on_and_keeps_their_number_when_it_stops(
    premises: Premises,
) -> None:
    daemon = premises.start("run")
    code = premises.code()
    assert [premises.follow(code) for _ in range(3)] == [302] * 3
    daemon.send_signal(signal.SIGTERM)

    assert daemon.wait(timeout=PATIENCE_S) == 0
    assert premises.clicks() == 3
    assert premises.follow(code) == 0


def test_a_killed_process_loses_no_more_than_the_last_seconds(premises: Premises) -> None:
    daemon = premises.start("run")
    code = premises.code()
    for _ in range(5):
        assert premises.follow(code) == 302
    begun = time.monotonic()
    premises.until(lambda: premises.clicks() == 5, "the clicks are in the store")
    assert time.monotonic() - begun < WRITE_EVERY_S + 60
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()

    premises.start("links", "serve")
    premises.until(lambda: premises.follow(code) == 302, "links are answered again")
    premises.until(lambda: premises.clicks() == 6, "it counts on from there")


def test_of_a_reader_neither_store_nor_log_keeps_anything(premises: Premises) -> None:
    premises.start("run")
    code = premises.code()
    assert premises.follow(code, AGENT, **READER) == 302
    assert premises.follow("khong-co", AGENT, **READER) == 404
    premises.until(lambda: premises.clicks() == 1, "the click is in the store")

    kept = {
        path: path.read_bytes()
        for path in premises.root.rglob("*")
        if path.is_file() and path.suffix != ".toml"
    }
    assert any(code.encode() in content for content in kept.values()), "the store was looked into"
    for trace in (
        *(b"203.113.131", b"1000123456789", b"nguoi-doc-rieng", b"vi-RIENG", b"RiengTu"),
        *(b"SM-A536E", b"khong-co"),
    ):
        assert [str(path) for path, content in kept.items() if trace in content] == []


def test_a_place_that_is_taken_is_told_and_taken_once_it_is_free(premises: Premises) -> None:
    with socket.create_server(("127.0.0.1", premises.port)):
        daemon = premises.start("run")
        code = premises.code()
        premises.until(
            lambda: "Short links can't be answered" in premises.log(), "a person is told"
        )
        assert premises.rows("SELECT cleared_at FROM alert WHERE matter = 'links'") == [(None,)]
    premises.until(lambda: premises.follow(code) == 302, "links are answered")
    premises.until(
        lambda: premises.rows("SELECT cleared_at FROM alert WHERE matter = 'links'") != [(None,)],
        "the alert is cleared",
    )
    assert daemon.poll() is None


def test_a_daemon_that_begins_anew_answers_again_and_loses_no_click(premises: Premises) -> None:
    daemon = premises.start("run")
    code = premises.code()
    assert premises.follow(code) == 302
    daemon.send_signal(signal.SIGHUP)
    premises.until(lambda: premises.log().count("answering short links") == 2, "it begins anew")
    premises.until(lambda: premises.follow(code) == 302, "links are answered")
    premises.until(lambda: premises.clicks() == 2, "both are counted")


def test_a_daemon_that_is_not_to_answer_leaves_it_to_another_process(premises: Premises) -> None:
    premises.furnish(listen="")
    daemon = premises.start("run")
    code = premises.code()
    assert premises.follow(code) == 0
    server = premises.start("links", "serve", "--port", str(premises.port))
    premises.until(lambda: premises.follow(code) == 302, "links are answered")
    server.send_signal(signal.SIGTERM)

    assert server.wait(timeout=PATIENCE_S) == 0
    assert premises.clicks() == 1
    assert daemon.poll() is None


def test_a_server_whose_place_is_taken_says_so_in_a_line(premises: Premises) -> None:
    with socket.create_server(("127.0.0.1", premises.port)):
        server = premises.start("links", "serve")
        assert server.wait(timeout=PATIENCE_S) == 1
    assert "Short links can't be answered at 127.0.0.1" in premises.log()
    assert "another program listens there" in premises.log()
    assert "Traceback" not in premises.log()
