"""Lines and platforms that misbehave, worse than a proper server can: they write to bare sockets.

A ``Spoil`` is what is written in place of an answer. What the platform took by then, it took: the
stand-in behind goes on as ever. ``spoilt`` and ``SpoiltMail`` spoil answers, ``Tls`` is a protected
line before any server, with a certificate that can be changed.
"""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.wrappers import Request

from channels import simulated
from channels.simulated import email
from channels.simulated.server import HOST, HttpStandIn
from tests.channels.scripted import ScriptedServer

Spoil = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TEN_GB = 10 * 1024**3
_BLOCK = 64 * 1024
_DAY = timedelta(days=1)


# -- spoiled answers ------------------------------------------------------------------------------


def answering(answer: bytes) -> Spoil:
    return lambda line: line.sendall(answer)


def status(number: int, head: str = "") -> Spoil:
    """An answer that says nothing but its status, with one more header perhaps."""
    heads = [f"HTTP/1.1 {number} X", *([head] if head else []), "Content-Length: 0", "", ""]
    return answering("\r\n".join(heads).encode())


def dripping(start: bytes, drop: bytes) -> Spoil:
    """``start``, then ``drop`` again and again, faster than any time-out of one read."""

    def spoil(line: socket.socket) -> None:
        line.sendall(start)
        pause = threading.Event()
        while not pause.wait(0.02):
            line.sendall(drop)

    return spoil


def flooding(start: bytes, block: bytes) -> Spoil:
    """``start``, then ``block`` at full speed, for as long as anybody reads."""

    def spoil(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(block)

    return spoil


def silent(line: socket.socket) -> None:
    """Nothing, until the other side goes."""
    while line.recv(_BLOCK):
        pass


def resetting(line: socket.socket) -> None:
    """A reset: lingering for no time makes the close one."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def zeros_deflated() -> bytes:
    """16 MB of zeros in 16 KB; stands for itself, so that as many as one likes may follow."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeezed.compress(bytes(16 * 1024**2)) + squeezed.flush(zlib.Z_FULL_FLUSH)


GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


# -- servers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the platform got it."""

    at: datetime
    publishes: bool


class _Spoilt:
    """Lies over a stand-in of an HTTP platform: counts what it is asked, and spoils its answers."""

    came_in: list[Asked]
    _spoil: Spoil | None = None
    _takes: bool = True
    _on: str = "publish"

    def spoil(self, spoil: Spoil | None, *, takes: bool = True, on: str = "publish") -> None:
        """Answer so from now on; ``takes``: after doing what was asked, else without a look.

        ``on``: what "publish"-es, all that doesn't ("else"), or "any" request.
        """
        self._spoil, self._takes, self._on = spoil, takes, on

    def requests(self, *, publishing: bool = False) -> int:
        """How many requests came in, or how many of those that publish."""
        return sum(one.publishes or not publishing for one in self.came_in)

    def _serve(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        platform: Any = self
        body = Request(environ).get_data()
        environ["wsgi.input_terminated"] = True

        def request() -> Request:
            environ["wsgi.input"] = BytesIO(body)
            return Request(environ)

        publishes = platform.publishes(request())
        self.came_in.append(Asked(platform.clock(), publishes))
        spoil = self._spoil
        if spoil is None or self._on not in ("any", "publish" if publishes else "else"):
            request()
            served: Iterable[bytes] = super()._serve(environ, start_response)  # type: ignore[misc]
            return served
        if self._takes:
            platform._answer(request())
        line: socket.socket = environ["werkzeug.socket"]
        with suppress(OSError):
            spoil(line)
            if spoil is not resetting:
                line.shutdown(socket.SHUT_RDWR)
        # werkzeug takes this for a client that went away, and closes the connection.
        raise ConnectionResetError


def spoilt(kind: str, *, private: bool = False) -> Callable[[Callable[[], datetime]], Any]:
    """The stand-in of ``kind``, an HTTP platform, as one that can be spoilt; ``private``: the
    channel's posts are shown to nobody who asks (Telegram)."""
    platform = simulated.load(kind)
    assert platform is not None
    assert issubclass(platform, HttpStandIn)
    laid_over = type(f"Spoilt{kind}", (_Spoilt, platform), {})

    def make(clock: Callable[[], datetime]) -> Any:
        made: Any = laid_over(clock)
        made.came_in = []
        if private:
            made.public = False
        return made

    return make


class SpoiltMail(email.Platform):
    """A mail server behind a line that spoils its answer to a whole mail, the only one that may
    leave a doubt; ``takes``: after it was taken, else instead. ``on="any"`` spoils the greeting."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._front: ScriptedServer | None = None
        self.spoil(None)

    def spoil(self, spoil: Spoil | None, *, takes: bool = True, on: str = "publish") -> None:
        self._spoil, self._takes, self._on = spoil, takes, on

    def requests(self, *, publishing: bool = False) -> int:
        """How many mails came in so far."""
        return len(self.mailbox)

    def config(self) -> dict[str, Any]:
        return super().config() | {"port": self._port_of_the_front()}

    def _port_of_the_front(self) -> int:
        assert self._front is not None
        return self._front.port

    def _listen(self) -> None:
        super()._listen()
        port = self._front.port if self._front is not None else 0
        self._front = ScriptedServer(self._pass_on, port)

    def _hang_up(self) -> None:
        if self._front is not None:
            self._front.close()
        super()._hang_up()

    def start(self) -> None:
        super().start()
        self.url = f"smtp://{HOST}:{self._port_of_the_front()}"

    def _pass_on(self, line: socket.socket) -> None:
        """Command for command; SMTP's two sides take turns."""
        spoil = self._spoil
        if spoil is not None and self._on == "any":
            spoil(line)
            return
        with socket.create_connection((HOST, self._port)) as behind:
            answers, commands = behind.makefile("rb"), line.makefile("rb")
            reply = _reply(answers)
            while reply:
                line.sendall(reply)
                whole = reply.startswith(b"354")
                command = _mail(commands) if whole else commands.readline()
                if not command:
                    return
                if whole and spoil is not None:
                    if self._takes:
                        behind.sendall(command)
                        _reply(answers)
                    spoil(line)
                    return
                behind.sendall(command)
                reply = _reply(answers)


def _reply(answers: Any) -> bytes:
    lines = [answers.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(answers.readline())
    return b"".join(lines)


def _mail(commands: Any) -> bytes:
    lines = [commands.readline()]
    while lines[-1] not in (b".\r\n", b""):
        lines.append(commands.readline())
    return b"".join(lines)


# -- protected lines ------------------------------------------------------------------------------


class Tls:
    """A TLS line to a server on loopback; ``certificate`` is the one that it shows next."""

    def __init__(self, port: int, certificate: ssl.SSLContext) -> None:
        self.certificate = certificate
        self._behind = port
        self._server = ScriptedServer(self._pass_on)
        self.port = self._server.port

    def close(self) -> None:
        self._server.close()

    def _pass_on(self, line: socket.socket) -> None:
        with (
            self.certificate.wrap_socket(line, server_side=True) as protected,
            socket.create_connection((HOST, self._behind)) as behind,
        ):
            back = threading.Thread(target=_pump, args=(behind, protected), daemon=True)
            back.start()
            _pump(protected, behind)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_BLOCK):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Authority:
    """Signs certificates; ``bundle`` is what those who trust it are given."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loopback")])
        now = datetime.now(UTC)
        self._own = (
            self._begun(self._name, self._key, now)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str = HOST, *, ended: bool = False) -> ssl.SSLContext:
        """What a server shows that calls itself ``host``; ``ended``: since an hour ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        end = datetime.now(UTC) - (timedelta(hours=1) if ended else -_DAY)
        named: x509.GeneralName = x509.DNSName(host)
        with suppress(ValueError):
            named = x509.IPAddress(ip_address(host))
        signed = (
            self._begun(x509.Name([]), key, end - 2 * _DAY, end)
            .add_extension(x509.SubjectAlternativeName([named]), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{signed.serial_number}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _begun(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, start: datetime, end: Any = None
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - _DAY)
            .not_valid_after(end or start + _DAY)
        )
