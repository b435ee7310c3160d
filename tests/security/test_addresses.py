"""Addresses that officers and feeds name lead to the public web, or nowhere.

However they are spelt, whatever a name server says and then says otherwise, wherever a redirect
points: nothing inside the office's network is even connected to, but for the hosts that an
administrator trusts.
"""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from channels.web.public import is_public
from publisher.clock import MovedClock
from publisher.feeds.fetch import OFF_THE_WEB, FeedError, fetch
from publisher.files.faults import Fault
from publisher.i18n import speaking
from publisher.settings.reader import read_settings
from tests.campaign.workspace import GOOD, NEWS, Workspace
from tests.feeds.conftest import Portal
from tests.security.internet import PUBLIC, Internet

SPELT = [
    "http://127.0.0.1/rss",
    "http://localhost/rss",
    "http://LOCALHOST/rss",
    "http://localhost./rss",
    "http://127.1/rss",
    "http://127.0.1/rss",
    "http://0/rss",
    "http://0.0.0.0/rss",
    "http://2130706433/rss",
    "http://0x7f000001/rss",
    "http://0x7f.0.0.1/rss",
    "http://0177.0.0.1/rss",
    "http://017700000001/rss",
    "http://127。0。0。1/rss",  # the full stop of Chinese texts
    "http://①②⑦.⓪.⓪.①/rss",
    "http://ｌｏｃａｌｈｏｓｔ/rss",
    "http://%31%32%37.0.0.1/rss",
    "http://127.0.0.1:6379/rss",
    "http://0.0.0.0:22/rss",
    "http://[::1]/rss",
    "http://[::]/rss",
    "http://[0:0:0:0:0:0:0:1]/rss",
    "http://[::ffff:127.0.0.1]/rss",
    "http://[::ffff:7f00:1]/rss",
    "http://[::127.0.0.1]/rss",
    "http://[64:ff9b::7f00:1]/rss",
    "http://[64:ff9b::169.254.169.254]/rss",
    "http://[64:ff9b:1::7f00:1]/rss",
    "http://[2002:7f00:1::]/rss",
    "http://[2002:c0a8:101::1]/rss",
    "http://[2001:0:53aa:64c:0:0:80ff:fffe]/rss",  # Teredo
    "http://[fe80::1]/rss",
    "http://[fe80::1%25lo]/rss",
    "http://[fc00::1]/rss",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fec0::1]/rss",
    "http://[ff02::1]/rss",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://2852039166/latest/meta-data/",
    "http://100.64.0.1/rss",
    "http://100.100.100.200/latest/meta-data/",
    "http://10.0.0.1/rss",
    "http://172.16.0.1/rss",
    "http://192.168.1.1/rss",
    "http://192.0.0.192/rss",
    "http://198.18.0.1/rss",
    "http://203.0.113.5/rss",
    "http://224.0.0.1/rss",
    "http://240.0.0.1/rss",
    "http://255.255.255.255/rss",
    "http://portal.example.vn@127.0.0.1/rss",
    "http://portal.example.vn:80@127.0.0.1/rss",
    "http://127.0.0.1#@portal.example.vn/rss",
    "http://127.0.0.1\\@portal.example.vn/rss",
    "http://127.0.0.1?@portal.example.vn/rss",
    "https://127.0.0.1/rss",
    "https://[::1]:8443/rss",
]


@pytest.mark.parametrize("url", SPELT)
def test_an_address_behind_the_public_web_is_not_even_connected_to(
    internet: Internet, clock: MovedClock, url: str
) -> None:
    internet.says("portal.example.vn", [PUBLIC])
    with pytest.raises(FeedError):
        fetch(url, clock)
    assert internet.connected == []


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:10.0.0.7"],
        [PUBLIC, "127.0.0.1"],
        ["192.168.1.1", PUBLIC],
        [PUBLIC, "fd00::1"],
    ],
)
def test_a_public_name_for_something_private_is_refused(
    internet: Internet, clock: MovedClock, answer: list[str]
) -> None:
    internet.says("127.0.0.1.nip.example", answer)
    with pytest.raises(FeedError) as refused:
        fetch("http://127.0.0.1.nip.example/rss", clock)
    assert str(refused.value) == f"127.0.0.1.nip.example: {OFF_THE_WEB}"
    assert internet.connected == []


def test_a_name_that_turns_private_after_it_was_looked_at_gains_nothing(
    internet: Internet, clock: MovedClock, portal: Portal
) -> None:
    portal.shows("tin")
    internet.says("tin.example.vn", [PUBLIC], ["127.0.0.1"])
    internet.stands[PUBLIC, 80] = portal.port
    found = fetch("http://tin.example.vn/rss", clock)
    assert found.body is not None
    assert internet.asked == ["tin.example.vn"]
    assert internet.connected == [(PUBLIC, 80)]


def test_a_name_that_is_private_at_the_next_look_is_refused_then(
    internet: Internet, clock: MovedClock, portal: Portal
) -> None:
    internet.says("tin.example.vn", [PUBLIC], ["127.0.0.1"])
    internet.stands[PUBLIC, 80] = portal.port
    fetch("http://tin.example.vn/rss", clock)
    with pytest.raises(FeedError, match="public web"):
        fetch("http://tin.example.vn/rss", clock)
    assert internet.connected == [(PUBLIC, 80)]


def test_a_public_place_is_asked_by_its_name_at_the_address_that_was_looked_at(
    internet: Internet, clock: MovedClock, portal: Portal
) -> None:
    internet.says("tin.example.vn", ["2606:2800:220:1::1", PUBLIC])
    internet.stands[PUBLIC, 8080] = portal.port
    found = fetch("http://tin.example.vn:8080/rss", clock)
    assert found.url == "http://tin.example.vn:8080/rss"
    assert portal.asked[0].host == "tin.example.vn:8080"
    # The first of its addresses doesn't answer: the next one is taken.
    assert internet.connected[-1] == (PUBLIC, 8080)


def test_a_certificate_is_held_against_the_name_not_the_address(
    internet: Internet, clock: MovedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _certificate(tmp_path, "tin.example.vn")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    internet.says("tin.example.vn", [PUBLIC])
    internet.says("khac.example.vn", [PUBLIC])
    with _tls_portal(tmp_path) as port:
        internet.stands[PUBLIC, 443] = port
        assert fetch("https://tin.example.vn/rss", clock).body == b"<rss/>"
        with pytest.raises(FeedError, match="certificate"):
            fetch("https://khac.example.vn/rss", clock)


def test_a_name_of_a_thousand_addresses_that_never_answer_is_given_up(
    internet: Internet, clock: MovedClock
) -> None:
    internet.says("tin.example.vn", [f"93.184.216.{number}" for number in range(1, 255)])
    with pytest.raises(FeedError, match="refused"):
        fetch("http://tin.example.vn/rss", clock)
    assert len(internet.connected) <= 4


# -- redirects ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:22/",
        "//169.254.169.254/latest/meta-data/",
        "http://noi-bo.example.vn/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
    ],
)
def test_every_hop_of_a_redirect_is_looked_at_afresh(
    internet: Internet, clock: MovedClock, portal: Portal, place: str
) -> None:
    internet.says("tin.example.vn", [PUBLIC])
    internet.says("noi-bo.example.vn", ["192.168.1.1"])
    internet.stands[PUBLIC, 80] = portal.port
    portal.answer = lambda request: Response(
        "", 302, {"Location": "/hai" if request.path == "/rss" else place}
    )
    with pytest.raises(FeedError, match="public web"):
        fetch("http://tin.example.vn/rss", clock)
    assert internet.connected == [(PUBLIC, 80), (PUBLIC, 80)]


def test_a_stranger_leads_to_no_trusted_host(
    internet: Internet, clock: MovedClock, portal: Portal
) -> None:
    internet.says("tin.example.vn", [PUBLIC])
    internet.stands[PUBLIC, 80] = portal.port
    portal.says("", 302, Location=f"http://{portal.host}/quan-tri?xoa=1")
    with pytest.raises(FeedError, match="trusted host"):
        fetch("http://tin.example.vn/rss", clock, trusted_hosts=[portal.host])
    assert len(portal.asked) == 1


# -- hosts that an administrator trusts -----------------------------------------------------------


def test_a_trusted_host_may_stand_inside_the_offices_network(
    internet: Internet, clock: MovedClock, portal: Portal
) -> None:
    internet.says("portal.tinh.local", ["127.0.0.1"])
    url = f"http://portal.tinh.local:{portal.port}/rss"
    fetch(url, clock, trusted_hosts=[f"Portal.tinh.local:{portal.port}"])
    assert portal.asked[0].host == f"portal.tinh.local:{portal.port}"


@pytest.mark.parametrize(
    "trusted",
    ["portal.tinh.local", "tinh.local:{port}", "xportal.tinh.local:{port}", "127.0.0.1:{port}"],
)
def test_trust_is_in_one_name_and_port_exactly(
    internet: Internet, clock: MovedClock, portal: Portal, trusted: str
) -> None:
    internet.says("portal.tinh.local", ["127.0.0.1"])
    url = f"http://portal.tinh.local:{portal.port}/rss"
    with pytest.raises(FeedError, match="public web"):
        fetch(url, clock, trusted_hosts=[trusted.format(port=portal.port)])
    assert portal.asked == []


def test_a_strangers_feed_goes_through_no_proxy_and_a_trusted_ones_does(
    internet: Internet, clock: MovedClock, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{portal.host}")
    internet.says("tin.example.vn", ["10.0.0.1"])
    with pytest.raises(FeedError, match="public web"):
        fetch("http://tin.example.vn/rss", clock)
    assert portal.asked == []
    fetch("http://tin.example.vn/rss", clock, trusted_hosts=["tin.example.vn"])
    assert portal.asked[0].host == "tin.example.vn"
    assert internet.asked == ["tin.example.vn"]


# -- what people are told -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/rss", "http://0x7f000001/rss", "http://localhost:8080/rss"]
)
def test_the_check_names_the_line_of_an_address_inside_the_office(tmp_path: Path, url: str) -> None:
    files = {NEWS: GOOD[NEWS].replace("https://example.vn/rss", url)}
    [fault] = _faults(tmp_path, files)
    assert (fault.path.name, fault.line, fault.code) == ("campaign.toml", 6, "feed_inside")
    assert "trusted_hosts" in fault.instead


def test_the_check_takes_the_administrators_word(tmp_path: Path) -> None:
    files = {
        NEWS: GOOD[NEWS].replace("https://example.vn/rss", "http://127.0.0.1:8080/rss"),
        "schedule.toml": GOOD["schedule.toml"] + '\n[feeds]\ntrusted_hosts = ["127.0.0.1:8080"]\n',
    }
    assert _faults(tmp_path, files) == []


@pytest.mark.parametrize(
    "host", ["https://portal.tinh.local", "portal.tinh.local/rss", "*.tinh.local", "", "::1"]
)
def test_a_trusted_host_is_one_name_and_no_pattern(tmp_path: Path, host: str) -> None:
    path = tmp_path / "schedule.toml"
    path.write_text(f'[feeds]\ntrusted_hosts = ["{host}"]\n', encoding="utf-8")
    settings, [fault] = read_settings(path)
    assert settings is None
    assert (fault.line, fault.code) == (2, "host_name")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1::1", True),
        (f"::ffff:{PUBLIC}", True),
        ("64:ff9b::5db8:d822", True),  # the same behind NAT64
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("192.88.99.1", False),
        ("4000::1", False),
    ],
)
def test_an_ipv4_address_inside_another_is_judged_as_what_it_leads_to(
    address: str, public: bool
) -> None:
    assert is_public(address) is public


# -- what they need -------------------------------------------------------------------------------


def _faults(root: Path, changed: dict[str, str]) -> list[Fault]:
    workspace = Workspace(root, GOOD | changed)
    workspace.write()
    with speaking("en"):
        return workspace.read()


@contextmanager
def _tls_portal(folder: Path) -> Iterator[int]:
    """A portal behind TLS, with the certificate in ``folder``; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Feed) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<rss/>")

    def log_message(self, *_words: object) -> None:
        pass


def _certificate(folder: Path, name: str) -> Path:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate
