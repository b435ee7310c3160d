"""Publishes into a space of Google Chat, by the address of an incoming webhook.

One request a post: ``spaces.messages.create``, with a ``requestId`` under which Google gives back
the message that is out instead of making a second one, and a ``messageId`` that no second message
of the space may bear. A webhook can do nothing else: it can't ask, look up, delete or count. So
there is no ``find``, ``delete`` or ``read``, and ``identify`` takes the space out of the address
itself: a webhook of another space is found out before anything is sent, a removed one by its first
post.

From Google's documentation (developers.google.com/workspace/chat: quickstart/webhooks, limits,
format-messages, api/reference/rest/v1/spaces.messages/create; read in November 2026):

- A message has 32,000 bytes at most; a space takes 60 writes a minute from all its apps together,
  webhooks among them; beyond that the answer is 429.
- ``requestId`` makes a request idempotent as long as it comes with the same credentials, and a
  repeat doesn't change the message. ``messageId`` begins with ``client-``, has 63 characters at
  most (lower case, digits, hyphens) and is unique within the space.
- The answer to a webhook has the message's ``name`` and its thread's, and what was sent.
- ``*bold*``, ``_italic_``, ``<address|words>``; ``markupSyntax`` says that it is this syntax, not
  Markdown, which is what new Chat apps have where nothing is said.
- 403 where the administrator lets only some of the domain's units use Chat apps.

UNVERIFIED, and therefore left to the configuration or to the safer side:

- Whether the older limit of 4,096 characters still holds beside the bytes (answers of 2018 to 2022
  say so): ``text_max``.
- Whether a webhook takes ``markupSyntax`` and ``messageId``: ``says_markup``, ``names_messages``.
- For how long a ``requestId`` is known; and it isn't, once the webhook was replaced. That is what
  ``messageId`` is for: its 409 ALREADY_EXISTS, by the table of google.rpc.Code, is read as "this
  post is out". Without it an hour is relied upon.
- What a removed webhook is answered. 401 and ``API_KEY_INVALID`` are taken for a webhook that has
  to be replaced; 403 and 404 for an account that may not post.
- How a literal ``*`` or ``_`` is written: no escape is documented, they are sent as they stand.
- A message's own address: a receipt has the space's, in the form of ``Space.spaceUri``.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qsl, urlsplit

import requests
from pydantic import Field, TypeAdapter, ValidationError

from channels.base import (
    N_,
    Account,
    Address,
    AmbiguousError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    CredentialsExpiredError,
    Dialect,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Receipt,
    SecretRef,
    Settlement,
)
from channels.web.http import HttpSession, parsed
from channels.web.opened import Opened

MESSAGE_MAX_BYTES = 32_000
GAP_S = 1.0  # 60 writes a minute
UNNAMED_KEY_LIFETIME = timedelta(hours=1)
SPACE_URL = "https://chat.google.com/room/"

# By google.rpc.Status.status, or the reason of its ErrorInfo; HTTP's statuses tell the rest.
ERRORS: Mapping[str, type[ChannelError]] = {
    "API_KEY_INVALID": CredentialsExpiredError,  # the address has to be copied anew
    "ABORTED": AmbiguousError,  # it may have been carried out; a repeat does no harm
    "CANCELLED": AmbiguousError,  # likewise
}

# What an inline tag of the house's HTML becomes; a link is written where it ends.
SIGNS = {"b": "*", "i": "_", "code": "`", "pre": "```"}

NOT_A_WEBHOOK = N_(
    "the secret isn't the address of a Google Chat webhook "
    "(https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…): copy it anew from the space"
)
TOO_LARGE = N_("the text and the addresses of its links have more than 32,000 bytes")


class GoogleChatConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "googlechat"``.

    ``webhook`` is the whole address that Chat shows under "Apps & integrations" of the space:
    whoever has it can post there. ``account`` is the space, by its id (``AAAA…``) or its name
    (``spaces/AAAA…``). ``text_max`` is in characters; ``says_markup`` sends ``markupSyntax`` and
    ``names_messages`` a ``messageId``, to be turned off where Google refuses them.
    """

    adapter: Literal["googlechat"] = "googlechat"
    webhook: SecretRef
    text_max: int = Field(4096, ge=1, le=10_000)
    says_markup: bool = True
    names_messages: bool = True


class Adapter(Channel[GoogleChatConfig]):
    """One space."""

    Config = GoogleChatConfig
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    dialect: ClassVar[Dialect] = Dialect.INLINE_HTML
    look: ClassVar[Look] = Look("Google Chat", "#0b57d0", shape="bubble")
    access: ClassVar[tuple[str, ...]] = (
        N_("In Google Chat, open the space, then its menu, Apps & integrations, Webhooks."),
        N_("Add a webhook by the name that readers are to see, and copy its address."),
    )

    def __init__(self, config: GoogleChatConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, _Line.close)
        if not config.names_messages:
            self.key_lifetime = UNNAMED_KEY_LIFETIME

    @classmethod
    def limits(cls, config: GoogleChatConfig) -> Limits:
        return Limits(text_max=config.text_max, min_gap_s=GAP_S)

    def identify(self) -> Account:
        space = self._line().webhook.space
        return Account(space, f"spaces/{space}", SPACE_URL + space)

    def send(self, message: Message, journal: Journal) -> Receipt:
        line = self._line()
        content = self._content(message)
        name = self._create(line, message.key, content)
        return Receipt(name, SPACE_URL + line.webhook.space, self.context.clock())

    def close(self) -> None:
        self._line.close()

    def _create(self, line: _Line, key: str, content: bytes) -> str:
        """The resource name of the message, which is made unless it is there."""
        of_space = f"{line.webhook.space}/{key}"
        message_id = f"client-{hashlib.sha256(of_space.encode()).hexdigest()[:56]}"
        query = {**line.webhook.query, "requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, of_space))}
        if self.config.names_messages:
            query["messageId"] = message_id
        answer = line.http.request(
            "POST",
            line.webhook.address,
            params=query,
            data=content,
            headers={"Content-Type": "application/json; charset=UTF-8"},
        )
        if 200 <= answer.status_code < 300:
            return str(line.http.json(answer, "name")["name"])
        codes, said = _status(answer)
        if self.config.names_messages and "ALREADY_EXISTS" in codes:
            return f"spaces/{line.webhook.space}/messages/{message_id}"
        refusal = line.http.refusal(answer, said)
        for code in codes & ERRORS.keys():
            raise ERRORS[code](str(refusal))
        raise refusal

    def _content(self, message: Message) -> bytes:
        body = {"text": _in_chat_markup(message.body.written)}
        if self.config.says_markup:
            body["markupSyntax"] = "MARKUP_SYNTAX_CHAT"
        # UTF-8 and not \u escapes, which double a Vietnamese text.
        content = json.dumps(body, ensure_ascii=False).encode()
        if len(content) > MESSAGE_MAX_BYTES:
            raise InvalidContentError(TOO_LARGE)
        return content

    def _opening(self) -> _Line:
        """The line to the space; the secret is read when it is first needed, never before."""
        secret = self.context.secret(self.config.webhook).strip()
        webhook = _Webhook.at(secret)
        hidden = [secret, *webhook.query.values()]
        return _Line(webhook, HttpSession(self.context.clock, self.config.timeout_s, hidden))


@dataclass(frozen=True, slots=True)
class _Webhook:
    """An incoming webhook, by the parts of its address."""

    space: str
    address: str
    query: dict[str, str]

    @classmethod
    def at(cls, secret: str) -> _Webhook:
        """Raises ``CredentialsExpiredError`` where ``secret`` is no such address."""
        try:
            parts = urlsplit(secret)
            server = TypeAdapter(Address).validate_python(f"{parts.scheme}://{parts.netloc}")
        except (ValidationError, ValueError):  # which would show the secret
            raise CredentialsExpiredError(NOT_A_WEBHOOK) from None
        path = re.fullmatch(r"/v1/spaces/([\w-]+)/messages", parts.path)
        query = dict(parse_qsl(parts.query))
        if path is None or not {"key", "token"} <= query.keys():
            raise CredentialsExpiredError(NOT_A_WEBHOOK)
        return cls(path[1], f"{server}{parts.path}", query)


@dataclass(frozen=True, slots=True)
class _Line:
    """A webhook, and the session to it."""

    webhook: _Webhook
    http: HttpSession

    def close(self) -> None:
        self.http.close()


def _status(answer: requests.Response) -> tuple[set[str], str]:
    """What a google.rpc.Status calls an error (its status, its details' reasons), and its text."""
    error: Any = (parsed(answer) or {}).get("error")
    if not isinstance(error, dict):
        return set(), ""
    details = error.get("details")
    listed = details if isinstance(details, list) else []
    reasons = {str(detail.get("reason")) for detail in listed if isinstance(detail, dict)}
    return {str(error.get("status")), *reasons}, str(error.get("message") or "")


def _in_chat_markup(written: str) -> str:
    reader = _ChatMarkup()
    reader.feed(written)
    reader.close()
    return "".join(reader.parts)


class _ChatMarkup(HTMLParser):
    """Turns inline tags into the signs of Google Chat."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.parts))
        self.parts.append(SIGNS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(SIGNS.get(tag, ""))
        if tag != "a" or self._link is None:
            return
        address, begun = self._link
        words = "".join(self.parts[begun:])
        self.parts[begun:] = [_linked(address, words)]
        self._link = None

    def handle_data(self, data: str) -> None:
        # An officer's "<users/all>" would call everybody in the space; nobody means it.
        self.parts.append(data.replace("<users/", "<\u200busers/"))


def _linked(address: str, words: str) -> str:
    if words == address:
        return address
    if set(words) & set("<>|\n") or set(address) & set("<>|"):
        return f"{words} ({address})"
    return f"<{address}|{words}>"
