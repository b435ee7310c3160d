"""What the console lets near it, and what every one of its answers carries."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publisher.settings.console import Role
from publisher.store import audit, marks
from publisher.web.routes import MOST_BYTES
from tests.web.office import PEOPLE, ConsoleOffice

NAME = PEOPLE[Role.WRITER][0]
PROXY = 'url = "https://publisher.tinh.example.vn"\ntrusted_proxy = ["127.0.0.1"]\n'
ITS_NAME = {"Host": "publisher.tinh.example.vn"}


@pytest.fixture
def behind_a_proxy(stores: None, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """An office whose web server, on this machine, does TLS for the console."""
    made = ConsoleOffice(tmp_path, keys=PROXY)
    yield made
    made.close()


# -- headers --------------------------------------------------------------------------------------

ANSWERS = {
    "page": ("/", 200),
    "sent on": ("/log-in", 303),
    "not there": ("/nowhere", 404),
    "no such method": ("/log-out", 405),
    "asset": ("/assets/console.css", 200),
    "health": ("/healthz", 200),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_forbids_what_no_page_needs(office: ConsoleOffice, kind: str) -> None:
    path, status = ANSWERS[kind]
    answer = office.visitor(Role.VIEWER).get(path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in answer.headers


def test_a_page_is_kept_by_nobody_and_an_asset_by_everybody(office: ConsoleOffice) -> None:
    visitor = office.visitor(Role.VIEWER)
    assert visitor.get("/").headers["Cache-Control"] == "no-store"
    assert "immutable" in visitor.get("/assets/console.css").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/"])
def test_nothing_but_the_assets_is_read(office: ConsoleOffice, path: str) -> None:
    with socket.create_connection(("127.0.0.1", office.port)) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{office.port}\r\n\r\n".encode())
        assert b" 404 " in line.recv(4096).split(b"\r\n")[0]


# -- who is answered ------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["xau.example", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_name_is_not_answered(office: ConsoleOffice, host: str) -> None:
    answer = office.visitor(Role.VIEWER).get("/", Host=host)
    assert answer.status_code in (400, 421)
    assert "Publisher" not in answer.text


def test_the_public_name_is_answered(behind_a_proxy: ConsoleOffice) -> None:
    here = f"http://127.0.0.1:{behind_a_proxy.port}"
    for host in ("publisher.tinh.example.vn", "PUBLISHER.tinh.example.vn:443"):
        assert requests.get(f"{here}/log-in", headers={"Host": host}).status_code == 200
    assert requests.get(f"{here}/log-in", headers={"Host": "tinh.example.vn"}).status_code == 421


def failed_from(office: ConsoleOffice) -> str:
    with office.site.database.reading() as session:
        [event] = [one for one in audit.latest(session) if one.action == "log-in failed"]
    return str(event.detail["address"])


def try_to_log_in(office: ConsoleOffice, **said: str) -> None:
    visitor = office.visitor()
    visitor.address = f"http://127.0.0.1:{office.port}"
    page = visitor.get("/log-in", **said)
    guard = page.cookies.get("publisher-form") or page.headers["set-cookie"].split("=")[1]
    visitor.form_token = guard.partition(";")[0]
    name = page.headers["set-cookie"].partition("=")[0]
    # A browser sends a secure cookie over TLS alone; here the proxy has just taken it off.
    said["Cookie"] = f"{name}={visitor.form_token}"
    visitor.http.cookies.clear()
    assert visitor.post("/log-in", {"name": NAME, "password": "sai rồi"}, **said).status_code == 422


def test_a_stranger_cannot_say_that_they_are_somebody_else(own_office: ConsoleOffice) -> None:
    try_to_log_in(own_office, **{"X-Forwarded-For": "203.0.113.7"})
    assert failed_from(own_office) == "127.0.0.1"


def test_the_named_proxy_is_believed_when_it_says_who_asks(behind_a_proxy: ConsoleOffice) -> None:
    said = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https"}
    try_to_log_in(behind_a_proxy, **ITS_NAME, **said)
    # What the stranger wrote before it is theirs to invent.
    assert failed_from(behind_a_proxy) == "203.0.113.7"


def test_nobody_is_let_in_past_the_proxy(stores: None, tmp_path: Path) -> None:
    keys = 'url = "https://publisher.tinh.example.vn"\ntrusted_proxy = ["203.0.113.9"]\n'
    office = ConsoleOffice(tmp_path, keys=keys, host="0.0.0.0")
    try:
        own = own_address()
        answer = requests.get(f"http://{own}:{office.port}/log-in", headers=ITS_NAME)
        assert answer.status_code == 403
        here = requests.get(f"http://127.0.0.1:{office.port}/log-in", headers=ITS_NAME)
        assert here.status_code == 200
    finally:
        office.close()


def own_address() -> str:
    """An address of this machine by which it isn't loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        address: str = asking.getsockname()[0]
        return address


# -- cookies and TLS ------------------------------------------------------------------------------


def test_a_cookie_is_no_scripts_and_no_other_sites(own_office: ConsoleOffice) -> None:
    told = own_office.visitor().log_in(NAME).headers["set-cookie"]
    assert told.startswith("publisher=")
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    assert "Max-Age" not in told, "it ends with the browser"


def test_behind_tls_a_cookie_is_this_very_hosts_and_browsers_keep_to_tls(
    behind_a_proxy: ConsoleOffice,
) -> None:
    here = f"http://127.0.0.1:{behind_a_proxy.port}"
    answer = requests.get(f"{here}/log-in", headers=ITS_NAME)
    assert answer.headers["set-cookie"].startswith("__Host-publisher-form=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "Path=/" in answer.headers["set-cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_with_a_certificate_of_its_own_it_speaks_tls(stores: None, tmp_path: Path) -> None:
    certificate = certificate_for("localhost", tmp_path)
    keys = 'certificate = "tls.pem"\nkey = "tls.key"\n'
    office = ConsoleOffice(tmp_path, keys=keys)
    try:
        address = f"https://localhost:{office.port}"
        answer = requests.get(f"{address}/log-in", verify=str(certificate))
        assert answer.status_code == 200
        assert "Secure" in answer.headers["set-cookie"]
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://localhost:{office.port}/log-in")
    finally:
        office.close()


def certificate_for(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "tls.pem"


# -- what is sent ---------------------------------------------------------------------------------


def test_a_form_that_is_too_large_is_not_read(office: ConsoleOffice) -> None:
    visitor = office.visitor(Role.WRITER)
    answer = visitor.post("/preferences", {"language": "x" * MOST_BYTES})
    assert answer.status_code == 413
    assert visitor.get("/").status_code == 200


def test_a_form_of_unknown_length_is_bounded_too(office: ConsoleOffice) -> None:
    visitor = office.visitor(Role.WRITER)
    pieces = (b"a=" + b"x" * 65_536 for _piece in range(8))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = visitor.http.post(f"{office.address}/preferences", data=pieces, headers=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe=\x00", b"%%%", b"--x\r\nbroken", b"a" * 1000],
    ids=["bytes", "percents", "part", "word"],
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_nonsense_is_refused_and_breaks_nothing(
    office: ConsoleOffice, body: bytes, kind: str
) -> None:
    visitor = office.visitor(Role.WRITER)
    answer = visitor.http.post(
        f"{office.address}/preferences", data=body, headers={"Content-Type": kind}
    )
    assert answer.status_code in (400, 403)


@pytest.mark.about_sqlite
def test_what_nobody_foresaw_is_told_without_a_word_of_what_it_was(
    own_office: ConsoleOffice, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    own_office.site.database.path.rename(own_office.root / "away")  # type: ignore[union-attr]
    own_office.site.database.close()
    with caplog.at_level(logging.CRITICAL):
        answer = visitor.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "sqlite" not in answer.text.lower()
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.about_sqlite
def test_a_link_that_lets_somebody_in_stands_in_no_log(
    own_office: ConsoleOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    # Two connections at once find nothing in the store: pages and the log of what failed.
    visitor = own_office.visitor()
    assert own_office.site.database.path is not None
    own_office.site.database.path.rename(own_office.root / "away")
    own_office.site.database.close()
    assert visitor.get("/password/nobody-may-read-this").status_code == 500
    told = "".join(capfd.readouterr())
    assert "the store failed" in told
    assert "nobody-may-read-this" not in told


def test_a_page_is_shown_while_nothing_can_be_written(own_office: ConsoleOffice) -> None:
    visitor = own_office.visitor(Role.VIEWER)
    own_office.clock.advance(timedelta(minutes=5))
    with own_office.site.database.writing() as session:
        # As a full disk: whoever wants to write is refused.
        marks.put(session.connection(), "full")
    assert visitor.get("/").status_code == 200
