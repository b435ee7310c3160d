"""Starts a Matrix homeserver (Synapse) in a scratch folder, on loopback, and ends it.

``PUBLISHER_TEST_SYNAPSE`` says in which venv its package is (``PACKAGE``); without it, the one
beside this file. ``missing`` says what isn't there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from tests.ports import free_port
from tests.real.served import Served

HERE = Path(__file__).parent
PACKAGE = "matrix-synapse==1.163.2"
DOMAIN = "vidu.test"
PASSWORD = "mat-khau-khong-dang-gia"
START_S = 120.0
ANSWER_S = 20.0


def venv() -> Path:
    """The venv where Synapse is looked for."""
    return Path(os.environ.get("PUBLISHER_TEST_SYNAPSE") or HERE / "venv")


def missing() -> str:
    """What isn't here; empty where all is."""
    found = any(venv().glob("lib/python3*/site-packages/synapse/app/homeserver.py"))
    return "" if found else str(venv())


class Synapse(Served):
    """One homeserver, inside ``with``; ``url`` is where it listens, ``admin`` its administrator's
    token."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="synapse-"))
        self._secret = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.admin = ""

    def account(self, name: str, *, admin: bool = False) -> str:
        """A new account's token; its password is ``PASSWORD``."""
        path = "/_synapse/admin/v1/register"
        nonce = self.ask("GET", path)["nonce"]
        kind = "admin" if admin else "notadmin"
        signed = "\0".join((nonce, name, PASSWORD, kind)).encode()
        mac = hmac.new(self._secret.encode(), signed, hashlib.sha1).hexdigest()
        asked = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": admin, "mac": mac}
        return str(self.ask("POST", path, asked)["access_token"])

    def room(self, alias: str, members: tuple[str, ...] = (), **keys: Any) -> str:
        """The id of a public room of the administrator's, which ``members`` (tokens) join; in it
        ``keys`` of ``createRoom``."""
        asked = {"preset": "public_chat", "room_alias_name": alias, **keys}
        room = str(self.ask("POST", "/_matrix/client/v3/createRoom", asked, self.admin)["room_id"])
        for token in members:
            self.ask("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}", {}, token)
        return room

    def slow_down(self, user: str) -> None:
        """Let ``user`` send one message, and the next a second later."""
        path = f"/_synapse/admin/v1/users/{quote(user)}/override_ratelimit"
        self.ask("POST", path, {"messages_per_second": 1, "burst_count": 1}, self.admin)

    def messages(self, room: str) -> list[dict[str, Any]]:
        """The messages that the room shows, the oldest first."""
        only = {"types": ["m.room.message"]}
        query = {"dir": "b", "limit": 200, "filter": json.dumps(only)}
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/messages"
        chunk = self.answer("GET", path, None, self.admin, params=query).json()["chunk"]
        return [event for event in reversed(chunk) if event["content"]]

    def content(self, mxc: str) -> bytes:
        """The bytes of what went up, as a reader's app gets them."""
        path = f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}"
        return self.answer("GET", path, None, self.admin).content

    def ask(
        self, method: str, path: str, asked: dict[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        answer = self.answer(method, path, asked, token)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def answer(
        self, method: str, path: str, asked: object = None, token: str = "", **more: Any
    ) -> requests.Response:
        heads = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}{path}"
        return requests.request(method, url, json=asked, headers=heads, timeout=ANSWER_S, **more)

    def _start(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        config = self._folder / "homeserver.yaml"
        config.write_text(json.dumps(self._config(port)))  # JSON is YAML too
        python = venv() / "bin" / "python"
        with (self._folder / "log").open("wb") as log:
            for more in (["--generate-keys"], []):
                self._process = subprocess.Popen(
                    [str(python), str(HERE / "start.py"), "-c", str(config), *more],
                    # Its end is the server's, however this process ends.
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=self._folder,
                    start_new_session=True,
                )
                if more:
                    self._process.wait(START_S)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process is not None
            ended = self._process.poll() is not None or time.monotonic() > deadline
            assert not ended, (self._folder / "log").read_text()[-2_000:]
            time.sleep(0.05)
        self.admin = self.account("quan-tri", admin=True)

    def _answers(self) -> bool:
        try:
            return self.answer("GET", "/health").status_code == 200
        except requests.ConnectionError:
            return False

    def _config(self, port: int) -> dict[str, Any]:
        plenty = {"per_second": 1_000, "burst_count": 1_000}
        logins = ("address", "account", "failed_attempts")
        listener = {
            "port": port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": False}],
        }
        return {
            "server_name": DOMAIN,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self._folder / "db")}},
            "media_store_path": str(self._folder / "media"),
            "signing_key_path": str(self._folder / "signing.key"),
            "pid_file": str(self._folder / "pid"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            # It speaks to nobody, asks nobody for keys and tells nobody that it runs.
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            "bcrypt_rounds": 4,
            "rc_message": plenty,
            "rc_registration": plenty,
            "rc_joins": {"local": plenty, "remote": plenty},
            "rc_room_creation": plenty,
            "rc_login": dict.fromkeys(logins, plenty),
        }

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
