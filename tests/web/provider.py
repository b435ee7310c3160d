"""A small, strict OpenID Connect provider on loopback: real keys, real signatures, one-time codes.

It refuses whatever the standard doesn't allow a client (OpenID Connect Core 1.0, RFC 7636). A test
may have it say something wrong of a person: ``claims`` are put over the right ones, ``signs_with``
is another key or algorithm.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from channels.simulated.planted import planted

CLIENT_ID = "publisher"
SECRET = planted(16)


class Provider:
    """The provider; ``person`` is who is logged in there."""

    def __init__(self, clock: Callable[[], datetime], back: str) -> None:
        self.clock = clock
        self.back = back
        self.person: dict[str, Any] = {
            "sub": "u-1",
            "email": "duyet@tinh.vn",
            "email_verified": True,
            "name": "Nguyễn Thị Duyệt",
            "preferred_username": "duyet",
        }
        self.claims: dict[str, Any] = {}
        self.without: set[str] = set()
        self.keys = [ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})]
        self.signs_with: tuple[str, Any] = ("ES256", self.keys[0])
        self.document: dict[str, Any] = {}
        self.asked: list[str] = []
        self.is_slow_to_answer = False
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def change_keys(self, algorithm: str = "RS256") -> None:
        """From now on it signs with another key."""
        kid = f"k{len(self.keys) + 1}"
        made: Any = RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})
        if algorithm.startswith("ES"):
            made = ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
        self.keys = [made]
        self.signs_with = (algorithm, made)

    # -- what it answers --------------------------------------------------------------------------

    def get(self, path: str, asked: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                **self.document,
            }
        if path == "/keys":
            return 200, KeySet(self.keys).as_dict(private=False)
        if path == "/authorize":
            return self._authorize(asked)
        return 404, {}

    def _authorize(self, asked: dict[str, str]) -> tuple[int, Any]:
        wanted = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self.back,
            "code_challenge_method": "S256",
        }
        right = all(asked.get(name) == value for name, value in wanted.items())
        right = right and "openid" in asked.get("scope", "").split()
        right = right and all(len(asked.get(one, "")) >= 20 for one in ("state", "nonce"))
        if not right or len(asked.get("code_challenge", "")) != 43:
            return 400, {"error": "invalid_request"}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return 302, f"{self.back}?{query}"

    def post(self, path: str, asked: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        given = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if path != "/token" or authorization != f"Basic {given}":
            return 401, {"error": "invalid_client"}
        known = self._codes.pop(asked.get("code", ""), None)
        challenge = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        written = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        if (
            known is None
            or asked.get("grant_type") != "authorization_code"
            or asked.get("redirect_uri") != self.back
            or written != known["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 60}
        return 200, answer | {"id_token": self._word(known["nonce"], access)}

    def _word(self, nonce: str, access: str) -> str:
        algorithm, key = self.signs_with
        now = int(self.clock().timestamp())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if algorithm == "none":
            parts = ({"alg": "none"}, claims)
            written = [
                base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
                for one in parts
            ]
            return ".".join((*written, ""))
        header = {"alg": algorithm, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=[algorithm])


def shared_key(text: bytes) -> OctKey:
    """A key for HS256 that a client could make for itself."""
    return OctKey.import_key(text, {"kid": "k1"})


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._say(*provider.get(parts.path, _single(parts.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            sent = self.headers.get("authorization", "")
            self._say(*provider.post(urlsplit(self.path).path, _single(body), sent))

        def _say(self, status: int, what: Any) -> None:
            content = b"" if status == 302 else json.dumps(what).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", what)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
