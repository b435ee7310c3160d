"""Who follows a short link comes to its page, and nobody can make it lead elsewhere."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from publisher.store import planned as stored_plan
from tests.redirect.conftest import Street
from tests.store.builders import planned

TARGET = "https://tinh.example.vn/tin?utm_source=hop"


@pytest.mark.parametrize(
    "path",
    ["/l/bgh234567", "/bgh234567", "/l/BGH234567", "/l/bgh234567/", "/l/bgh234567?fbclid=abc"],
)
def test_a_code_leads_to_its_page_however_a_proxy_passes_it_on(street: Street, path: str) -> None:
    answer = street.ask(path)

    assert (answer.status, answer.location) == (302, TARGET)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/l", "/l/", "/l/bgh23456", "/l/bgh2345678", "/l/l/bgh234567", "/favicon.ico"),
        *("/l/https://xau.vn/", "//xau.vn/bgh234567", "/l/..%2fbgh234567", "/l/%00", "/l/bgh%ff"),
        *("/l/?url=https://xau.vn/", "/l/" + "b" * 65, "/l/" + "b" * 4000),
    ],
)
def test_what_is_no_code_of_ours_leads_nowhere_but_to_the_office(street: Street, path: str) -> None:
    answer = street.ask(path)

    assert (answer.status, answer.location) == (404, None)
    assert 'href="https://so.vn/"' in answer.body
    assert "Sở KH&amp;CN" in answer.body
    assert "xau.vn" not in answer.body


def test_an_office_without_a_site_has_a_page_without_a_link(street: Street) -> None:
    street.server.stop()
    bare = Street(
        street.database, street.clock, office=street.office.model_copy(update={"url": ""})
    )
    bare.server.start()
    try:
        assert "href" not in bare.ask("/l/khong").body
    finally:
        bare.server.stop()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "XYZ"])
def test_nothing_but_reading_is_answered(street: Street, method: str) -> None:
    answer = street.ask("/l/bgh234567", method)

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_every_answer_forbids_what_a_browser_could_be_made_to_do_with_it(street: Street) -> None:
    for path in ("/l/bgh234567", "/l/khong"):
        headers = street.ask(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Set-Cookie"] is None
        assert headers["Server"] is None


def test_an_address_with_accents_is_sent_as_browsers_take_it(street: Street) -> None:
    street.post("hai", bgh22="https://tinh.example.vn/tin-tức?q=a b")

    sent = street.ask("/l/bgh22").location

    assert sent == "https://tinh.example.vn/tin-t%E1%BB%A9c?q=a%20b"


def test_a_link_of_an_edited_post_goes_on_working(street: Street) -> None:
    edited = planned(street.clock(), post="mot", text="Sửa rồi")
    with street.database.writing() as session:
        changed = replace(edited, links=(("ghn22", "https://tinh.example.vn/moi"),))
        assert stored_plan.change(session, changed, street.clock())

    assert street.ask("/l/bgh234567").location == TARGET
    assert street.ask("/l/ghn22").location == "https://tinh.example.vn/moi"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /l/bgh234567 HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /l/bgh234567 HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5000,
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_what_is_too_much_is_refused_and_the_next_reader_is_served(
    street: Street, sent: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", street.server.port), timeout=20) as line:
        line.sendall(sent)
        assert line.recv(100).split()[1][:1] == b"4"

    assert street.ask("/l/bgh234567").status == 302


def test_readers_that_say_nothing_keep_nobody_waiting(street: Street) -> None:
    silent = [
        socket.create_connection(("127.0.0.1", street.server.port), timeout=20) for _ in range(50)
    ]
    try:
        assert street.ask("/l/bgh234567").status == 302
    finally:
        for line in silent:
            line.close()


def test_what_goes_wrong_in_an_answer_is_logged_without_what_was_asked(
    street: Street, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    street.post("hai", bgh22="https://[no-address/")

    answer = street.ask("/l/bgh22", agent="RiengTu/7.7")

    assert answer.status == 503
    logged = caplog.text + capsys.readouterr().out
    assert "could not be answered" in logged
    assert "bgh22" not in logged
    assert "RiengTu" not in logged
    assert street.ask("/l/bgh234567").status == 302
