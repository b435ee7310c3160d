"""The platform: a process that takes every post, writes down that it did, and answers after 200 ms.

It keeps nothing from being posted twice: each request that arrived whole is one line of its file,
written before it is answered. Whether readers would see a repeat is the office's to say. Webhooks
arrive at ``/hook/CHANNEL``, Apprise's messages at ``/apprise/CHANNEL``. It ends when its standard
input does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bench.cluster.certificate import certificate
from bench.cluster.network import Place

ANSWERS_AFTER_S = 0.2


@dataclass(frozen=True, slots=True)
class Take:
    """A post that the platform took at ``at`` (seconds of ``time.monotonic``); ``name`` is the id
    under which it came, "" where it came under none."""

    at: float
    channel: str
    name: str
    text: str


class Platform:
    """The running platform at ``address``; ``hooks`` and ``messages`` are its two doors."""

    def __init__(self, process: subprocess.Popen[str], file: Path, trust: Path | None) -> None:
        self._process = process
        self._file = file
        self.trust = trust
        """The certificate that its clients have to trust, where it shows one."""
        self.hooks = self.messages = ""
        self._read = 0
        self._takes: list[Take] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    def takes(self) -> list[Take]:
        """All that it took so far, in order."""
        with self._file.open("rb") as file:
            file.seek(self._read)
            whole, end, _begun = file.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        self._takes += [Take(*json.loads(line)) for line in whole.splitlines()]
        return self._takes


@contextmanager
def platform(folder: Path, place: Place) -> Iterator[Platform]:
    """Inside, it listens at ``place`` and keeps its file in ``folder``."""
    file, trust = folder / "taken.jsonl", folder / "platform.pem"
    file.touch()
    plain, secret = place.port(8080), place.port(8443)
    command = [*place.prefix, sys.executable, "-m", "bench.cluster.platform", place.address]
    command += [str(file), f"--plain={plain}"]
    if place.prefix:
        certificate(trust, place.address)
        command += [f"--tls={secret}", f"--certificate={trust}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        found = Platform(process, file, trust if place.prefix else None)
        found.messages = f"{place.address}:{plain}/apprise"
        found.hooks = f"http://{place.address}:{plain}/hook"
        if place.prefix:
            found.hooks = f"https://{place.address}:{secret}/hook"
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the platform didn't start")
        yield found
        process.kill()


# -- the process itself ----------------------------------------------------------------------------


class _Server:
    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._count = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # it was killed, or its line is cut
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self._take(first.split()[1], json.loads(body))
        await asyncio.sleep(ANSWERS_AFTER_S)
        answer = json.dumps({"id": str(self._count)}).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer)
        )
        await writer.drain()
        return headers.get("connection", "").lower() != "close"

    def _take(self, path: str, told: dict[str, str]) -> None:
        self._count += 1
        name, text = told.get("id", ""), told.get("text") or told.get("message", "")
        line = [time.monotonic(), path.rpartition("/")[2], name, text]
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


async def _serve(asked: argparse.Namespace) -> None:
    with Path(asked.file).open("a", encoding="utf-8") as file:
        server = _Server(file)
        await asyncio.start_server(server.meet, asked.address, asked.plain, backlog=512)
        if asked.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(asked.certificate)
            await asyncio.start_server(
                server.meet, asked.address, asked.tls, backlog=512, ssl=context
            )
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("file")
    parser.add_argument("--plain", type=int)
    parser.add_argument("--tls", type=int, default=0)
    parser.add_argument("--certificate")
    return parser.parse_args()


if __name__ == "__main__":
    # A client that dies in mid-handshake would be told of at length.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    asyncio.run(_serve(_asked()))
