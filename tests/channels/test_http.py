"""The HTTP session: what is surely not taken, what may have been, and that it always ends.

Against raw sockets on loopback, because a proper server can't misbehave badly enough.
"""

from __future__ import annotations

import io
import socket
import ssl
import subprocess
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    RateLimitedError,
    TransientError,
)
from channels.web.http import (
    LONGEST_WAIT,
    SLOWEST_UPLOAD_BYTES_PER_S,
    HttpSession,
    parsed,
    retry_after,
)
from channels.web.uploads import content_of
from tests.ports import free_port

NOW = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
SECRET = "bi-mat-rat-kin/=="
Serve = Callable[[Callable[[socket.socket], None]], Any]


def session(**changes: Any) -> HttpSession:
    keys: dict[str, Any] = {"clock": lambda: NOW, "timeout_s": 5.0, "secrets": [SECRET]}
    return HttpSession(**(keys | changes))


def request_on(line: socket.socket) -> bytes:
    """The whole request that stands on ``line``."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += line.recv(65536) or b"\r\n\r\n"
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for row in head.decode("latin-1").split("\r\n"):
        name, _, value = row.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    while len(body) < length and (more := line.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


def answering(answer: bytes) -> Callable[[socket.socket], None]:
    def script(line: socket.socket) -> None:
        request_on(line)
        line.sendall(answer)

    return script


def dripping(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Send ``start``, then ``drop`` again and again, faster than any time-out of one read."""

    def script(line: socket.socket) -> None:
        request_on(line)
        line.sendall(start)
        pause = threading.Event()
        while not pause.wait(0.02):
            line.sendall(drop)

    return script


def stalling(line: socket.socket) -> None:
    request_on(line)
    line.recv(1)


OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = OK + b'Content-Length: 12\r\n\r\n{"ok": true}'


# -- before the request begins: surely not taken --------------------------------------------------


def test_a_refused_connection_is_transient() -> None:
    port = free_port()
    with pytest.raises(TransientError, match="refused"):
        session().post(f"http://127.0.0.1:{port}/")


def test_an_unknown_name_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    with pytest.raises(TransientError, match="can't be resolved"):
        session().post("http://platform.invalid/")


def test_a_connection_that_never_opens_is_transient() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for line in waiting:
            line.setblocking(False)
            line.connect_ex(address)
        with pytest.raises(TransientError):
            session(timeout_s=0.3).post(f"http://127.0.0.1:{address[1]}/")
        for line in waiting:
            line.close()


def test_a_failed_tls_handshake_is_transient(serve: Serve) -> None:
    server = serve(lambda line: line.sendall(b"220 not TLS at all\r\n"))
    with pytest.raises(TransientError, match="no protected connection"):
        session().post(f"https://127.0.0.1:{server.port}/")


def test_a_certificate_that_cant_be_trusted_is_transient(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.load_cert_chain(certificate, key)

    def script(line: socket.socket) -> None:
        with trusted.wrap_socket(line, server_side=True) as protected:
            answering(WHOLE)(protected)

    url = f"https://127.0.0.1:{serve(script).port}/"
    with pytest.raises(TransientError, match="can't be trusted"):
        session().post(url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert session().post(url).json() == {"ok": True}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_isnt_there_is_transient(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv(f"{scheme}_proxy", f"http://nguoi:{SECRET[:6]}@127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(TransientError, match="proxy"):
        session().post(f"{scheme}://platform.invalid/")


def test_a_proxy_that_doesnt_let_us_through_is_transient(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(TransientError, match="proxy"):
        session().post("https://platform.invalid/")


def test_this_machine_is_reached_without_the_proxy(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert session().post(f"http://127.0.0.1:{serve(answering(WHOLE)).port}/").status_code == 200


@pytest.mark.parametrize(
    "url", ["platform.vn/post", "http://", "ftp://platform.vn/", "http://[::1"]
)
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ForbiddenError):
        session().post(url)


# -- after it began: may have been taken ----------------------------------------------------------

BROKEN: dict[str, Callable[[socket.socket], None]] = {
    "dropped": request_on,  # type: ignore[dict-item]
    "no answer": stalling,
    "cut short": answering(OK + b"Content-Length: 500\r\n\r\n{"),
    "too large": answering(OK + b"Content-Length: 5000\r\n\r\n" + b" " * 5000),
    "broken chunks": answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "no HTTP": answering(b"\x00\x01\x02\r\n\r\n"),
    "dripping headers": dripping(OK, b"X-More: 1\r\n"),
    "dripping body": dripping(OK + b"Content-Length: 1500\r\n\r\n", b"a"),
    "endless without a length": dripping(OK + b"\r\n", b"a"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_answer_leaves_a_post_in_doubt(how: str, serve: Serve) -> None:
    server = serve(BROKEN[how])
    hasty = session(timeout_s=0.4, answer_max_bytes=2000)
    with pytest.raises(AmbiguousError):
        hasty.post(f"http://127.0.0.1:{server.port}/", json={"text": "Chào"})
    assert server.connections == 1, "nothing is repeated by itself"


@pytest.mark.parametrize("how", ["dropped", "cut short", "too large", "no answer"])
def test_a_broken_answer_to_a_question_is_transient(how: str, serve: Serve) -> None:
    server = serve(BROKEN[how])
    hasty = session(timeout_s=0.4, answer_max_bytes=2000)
    with pytest.raises(TransientError):
        hasty.get(f"http://127.0.0.1:{server.port}/")
    with hasty.harmless(), pytest.raises(TransientError):
        hasty.post(f"http://127.0.0.1:{server.port}/")
    with pytest.raises(AmbiguousError):
        hasty.post(f"http://127.0.0.1:{server.port}/")


def test_a_reset_before_the_answer_is_ambiguous(serve: Serve) -> None:
    def script(line: socket.socket) -> None:
        line.recv(1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    with pytest.raises(AmbiguousError):
        session().post(f"http://127.0.0.1:{serve(script).port}/", data=b"x" * 3_000_000)


def test_a_time_out_of_one_call_goes_before_the_sessions(serve: Serve) -> None:
    with pytest.raises(AmbiguousError, match="in time"):
        session(timeout_s=60.0).post(f"http://127.0.0.1:{serve(stalling).port}/", timeout=0.2)


# -- what leaves, and what doesn't ----------------------------------------------------------------


def test_no_error_holds_a_secret_nor_has_one_behind_it(serve: Serve) -> None:
    def refused(line: socket.socket) -> None:
        request_on(line)
        body = f"your token {SECRET} is no good".encode()
        line.sendall(b"HTTP/1.1 400 Bad\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    http = session(timeout_s=0.4)
    said: list[str] = []
    for script in (*BROKEN.values(), refused):
        url = f"http://127.0.0.1:{serve(script).port}/bot{SECRET}/send"
        with pytest.raises(ChannelError) as caught:
            raise http.refusal(answer := http.post(url), answer.text)
        assert caught.value.__context__ is None
        said.append("".join(traceback.format_exception(caught.value)))
    assert not any(SECRET in text for text in said)


def test_a_redirect_is_given_back_not_followed(serve: Serve) -> None:
    elsewhere = serve(answering(WHOLE))
    answer = f"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0"
    server = serve(answering(answer.encode() + b"\r\n\r\n"))
    http = session()
    for method in ("GET", "POST"):
        given = http.request(method, f"http://127.0.0.1:{server.port}/", allow_redirects=True)
        assert given.status_code == 307
        assert isinstance(http.refusal(given), ForbiddenError)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("crooked", ["http://[", "//[x]/", "http://\u20ac\u20ac.%ff/"])
def test_a_crooked_redirect_does_not_hide_that_a_post_went_out(crooked: str, serve: Serve) -> None:
    head = f"HTTP/1.1 302 X\r\nLocation: {crooked}\r\nContent-Length: 0\r\n\r\n"
    server = serve(answering(head.encode()))
    given = session().post(f"http://127.0.0.1:{server.port}/")
    assert given.status_code == 302


def test_every_request_says_who_asks_and_has_a_connection_of_its_own(serve: Serve) -> None:
    seen: list[bytes] = []

    def script(line: socket.socket) -> None:
        seen.append(request_on(line))
        line.sendall(WHOLE)
        request_on(line)

    http, server = session(), serve(script)
    for _ in range(2):
        http.post(f"http://127.0.0.1:{server.port}/")
    assert server.connections == 2
    assert all(b"User-Agent: Publisher/" in request for request in seen)


def test_credentials_from_a_netrc_are_not_used(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ai password gi\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[bytes] = []

    def script(line: socket.socket) -> None:
        seen.append(request_on(line))
        line.sendall(WHOLE)

    session().post(f"http://127.0.0.1:{serve(script).port}/")
    assert b"Authorization" not in seen[0]


def test_a_large_body_arrives_whole(serve: Serve) -> None:
    sent, got = bytes(range(256)) * 20_000, bytearray()

    def script(line: socket.socket) -> None:
        got.extend(request_on(line).partition(b"\r\n\r\n")[2])
        line.sendall(WHOLE)

    session().post(f"http://127.0.0.1:{serve(script).port}/", data=sent)
    assert bytes(got) == sent


@pytest.mark.parametrize("read_from", [bytes, io.BytesIO], ids=["memory", "file"])
def test_a_large_body_has_the_time_it_takes_wherever_it_is_read_from(
    serve: Serve, read_from: Callable[[bytes], Any]
) -> None:
    def script(line: socket.socket) -> None:
        request_on(line)
        threading.Event().wait(0.5)
        line.sendall(WHOLE)

    address = f"http://127.0.0.1:{serve(script).port}/"
    body = read_from(b"x" * SLOWEST_UPLOAD_BYTES_PER_S * 4)
    assert session(timeout_s=0.1).post(address, data=body).ok


def test_a_library_s_fixed_host_can_be_another(serve: Serve) -> None:
    server = serve(answering(WHOLE))
    http = session(hosts={"https://api.platform.vn": f"http://127.0.0.1:{server.port}/"})
    assert http.post("https://api.platform.vn/2/posts").json() == {"ok": True}


# -- understanding answers ------------------------------------------------------------------------


def answer_of(status: int, body: bytes = b"", **headers: str) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content, answer.url = status, body, "https://platform.vn/x"
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    answer.request = requests.Request("POST", answer.url).prepare()
    return answer


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, ForbiddenError),
        (400, InvalidContentError),
        (401, CredentialsExpiredError),
        (402, ForbiddenError),
        (403, ForbiddenError),
        (404, ForbiddenError),
        (407, TransientError),
        (408, TransientError),
        (410, ForbiddenError),
        (413, InvalidContentError),
        (422, InvalidContentError),
        (425, TransientError),
        (429, RateLimitedError),
        (451, ForbiddenError),
        (500, AmbiguousError),
        (503, AmbiguousError),
    ],
)
def test_a_status_is_a_decision(status: int, error: type[ChannelError]) -> None:
    assert type(session().refusal(answer_of(status))) is error


def test_a_server_s_trouble_with_what_publishes_nothing_is_transient() -> None:
    http = session()
    with http.harmless():
        assert type(http.refusal(answer_of(500))) is TransientError
        assert type(http.doubt("?")) is TransientError
    assert type(http.doubt("?")) is AmbiguousError


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"yes"', b"\xff\xfe", b"[" * 100_000])
def test_a_yes_that_cant_be_read_is_ambiguous(body: bytes) -> None:
    assert parsed(answer_of(200, body)) is None
    with pytest.raises(AmbiguousError):
        session().json(answer_of(200, body))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("35", timedelta(seconds=35)),
        ("0", timedelta()),
        ("2.5", timedelta(seconds=2.5)),
        ("Sun, 03 Oct 2027 01:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 03 Oct 2027 00:10:00 GMT", timedelta()),
        ("999999999", LONGEST_WAIT),
        ("Sun, 03 Oct 2099 00:10:00 GMT", LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 -2359", LONGEST_WAIT),
        ("Mon, 01 Jan 0001 00:00:00 +2359", timedelta()),
        ("Sun, 03 Oct 2027 01:00:00 +99999999999999", timedelta(minutes=1)),
        ("", timedelta(minutes=1)),
        ("soon", timedelta(minutes=1)),
        ("-5", timedelta(minutes=1)),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait: timedelta) -> None:
    assert retry_after(answer_of(429, Retry_After=value), NOW) == NOW + wait


@given(st.text())
def test_no_retry_after_leads_into_the_past_or_far_away(value: str) -> None:
    assert NOW <= retry_after(answer_of(429, Retry_After=value), NOW) <= NOW + LONGEST_WAIT


@given(st.text())
def test_a_cleaned_text_is_one_short_line(text: str) -> None:
    cleaned = session().clean(text + SECRET)
    assert SECRET not in cleaned
    assert "\n" not in cleaned
    assert len(cleaned) <= 300


def test_a_file_that_cant_be_read_is_transient(tmp_path: Path) -> None:
    with pytest.raises(TransientError):
        content_of(Media(tmp_path / "gone.png", "0" * 64, "image/png", 10, "Ảnh"))
