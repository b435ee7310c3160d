"""Starts a Bluesky server (PDS) with Node, in a scratch folder, on loopback, and ends it.

``PUBLISHER_TEST_PDS`` says in which ``node_modules`` its package is (``PACKAGE``); without it, the
one beside this file. ``missing`` says what isn't there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import requests

from tests.real.served import Served

HERE = Path(__file__).parent
PACKAGE = "@atproto/dev-env@0.3.215"
START_S = 60.0
ANSWER_S = 20.0

_PASSWORD = "mat-khau-khong-dang-gia"
_KEY = b"jwt-secret"  # by which the package's server signs its tokens


def packages() -> Path:
    """The folder where Node's packages are looked for."""
    return Path(os.environ.get("PUBLISHER_TEST_PDS") or HERE / "node_modules")


def missing() -> str:
    """What isn't here; empty where all is."""
    if shutil.which("node") is None:
        return "node"
    # It is compiled, or fetched, by a script of its own that npm may have been told not to run.
    built = packages() / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"
    lacking = [each for each in (packages() / "@atproto" / "dev-env", built) if not each.exists()]
    return str(lacking[0]) if lacking else ""


class Pds(Served):
    """One server, inside ``with``; ``url`` is where it listens."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pds-"))
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def account(self, handle: str) -> tuple[str, str]:
        """A new account's DID, and an app password of it."""
        asked = {"handle": handle, "email": f"{handle}@example.vn", "password": _PASSWORD}
        made = self.ask("com.atproto.server.createAccount", asked)
        name = {"name": "publisher"}
        app = self.ask("com.atproto.server.createAppPassword", name, made["accessJwt"])
        return str(made["did"]), str(app["password"])

    def owner(self, handle: str) -> str:
        """A token of the account's own password, which may do more than an app's."""
        asked = {"identifier": handle, "password": _PASSWORD}
        return str(self.ask("com.atproto.server.createSession", asked)["accessJwt"])

    def ask(self, method: str, asked: dict[str, Any], token: str = "") -> dict[str, Any]:
        heads = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/xrpc/{method}"
        answer = requests.post(url, json=asked, headers=heads, timeout=ANSWER_S)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def posts(self, did: str) -> list[dict[str, Any]]:
        """The account's posts (their ``uri``, ``cid`` and ``value``) by their keys."""
        query = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100", "reverse": "true"}
        url = f"{self.url}/xrpc/com.atproto.repo.listRecords"
        answer = requests.get(url, params=query, timeout=ANSWER_S)
        found: list[dict[str, Any]] = answer.json()["records"]
        return found

    def blob(self, did: str, cid: str) -> bytes:
        """The bytes of what went up, as a reader's app gets them."""
        query = {"did": did, "cid": cid}
        url = f"{self.url}/xrpc/com.atproto.sync.getBlob"
        return requests.get(url, params=query, timeout=ANSWER_S).content

    @staticmethod
    def expired_token(did: str) -> str:
        """An access token as the server signed it, two hours ago."""
        now = int(time.time())
        held = {
            "scope": "com.atproto.appPass",
            "aud": "did:web:localhost",
            "sub": did,
            "iat": now - 7_260,
            "exp": now - 60,
        }
        head = f"{_packed({'typ': 'at+jwt', 'alg': 'HS256'})}.{_packed(held)}"
        return f"{head}.{_encoded(hmac.new(_KEY, head.encode(), hashlib.sha256).digest())}"

    def _start(self) -> None:
        with (self._folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                ["node", str(HERE / "start.cjs"), str(packages())],
                # Its end is the server's, however this process ends.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "TMPDIR": str(self._folder), "NODE_ENV": "test"},
                start_new_session=True,
            )
        lines: queue.Queue[str] = queue.Queue()
        out = self._process.stdout
        assert out is not None
        threading.Thread(target=lambda: lines.put(out.readline()), daemon=True).start()
        first = lines.get(timeout=START_S)
        assert first, (self._folder / "log").read_text()[-2_000:]
        self.url = json.loads(first)["url"]

    def _end(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _packed(held: dict[str, Any]) -> str:
    return _encoded(json.dumps(held).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
