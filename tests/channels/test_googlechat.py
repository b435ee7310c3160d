"""Google Chat: the conformance suite, and what is the webhook's alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    Channel,
    Context,
    CredentialsExpiredError,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Message,
)
from channels.googlechat import Adapter, GoogleChatConfig
from channels.simulated.googlechat import OTHER_TOKEN, SPACE, TOKEN, Platform
from channels.simulated.planted import planted
from channels.simulated.server import as_json
from channels.testing import ChannelConformance, DictJournal, StillClock
from publisher.rendering.dialects import write
from publisher.rendering.markdown import parse

Open = Callable[..., Adapter]


class Recording(Platform):
    """A space that keeps what it was sent, and can answer a request that it carried out with an
    error."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(clock)
        self.bodies: list[dict[str, Any]] = []
        self.afterwards: Response | None = None

    def answer(self, request: Request) -> Response:
        self.bodies.append(request.get_json())
        done = super().answer(request)
        instead, self.afterwards = self.afterwards, None
        return instead or done


class TestGoogleChat(ChannelConformance):
    kind = "googlechat"

    @pytest.fixture
    def stand_in(self, clock: StillClock) -> Iterator[Recording]:
        with Recording(clock) as stand_in:
            yield stand_in

    @pytest.fixture
    def opened(self, stand_in: Recording, clock: StillClock, tmp_path: Path) -> Iterator[Open]:
        """Opens the adapter on another webhook, or with other keys."""
        channels: list[Adapter] = []

        def opened(webhook: str = "", **keys: Any) -> Adapter:
            config = GoogleChatConfig(webhook="env:WEBHOOK", **keys)
            secret = webhook or stand_in.webhook()
            channels.append(Adapter(config, Context("chat", clock, lambda _: secret, tmp_path)))
            return channels[-1]

        yield opened
        for channel in channels:
            channel.close()

    # -- what a reader sees -----------------------------------------------------------------------

    def test_emphasis_and_links_are_in_the_markup_of_chat(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        self._send(channel, message, "**Từ 8 giờ**, *hôm nay*: [chi tiết](https://a.vn/?a=1&b=2)")
        assert stand_in.bodies == [
            {
                "text": "*Từ 8 giờ*, _hôm nay_: <https://a.vn/?a=1&b=2|chi tiết>",
                "markupSyntax": "MARKUP_SYNTAX_CHAT",
            }
        ]

    def test_a_link_whose_words_would_break_it_stands_beside_them(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        self._send(channel, message, "[A > B](https://a.vn/x) và https://b.vn/x_y")
        assert stand_in.bodies[0]["text"] == "A > B (https://a.vn/x) và https://b.vn/x_y"

    def test_no_words_of_a_text_call_everybody_in_the_space(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        self._send(channel, message, "Gõ `<users/all>` để gọi mọi người")
        assert "<users/" not in stand_in.bodies[0]["text"]

    def test_a_text_whose_addresses_are_too_large_is_refused_before_anything_is_sent(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        with pytest.raises(InvalidContentError):
            self._send(channel, message, f"[ở đây](https://a.vn/{'x' * 32_000})")
        assert stand_in.bodies == []

    def test_what_is_unverified_can_be_left_unsaid(
        self, opened: Open, stand_in: Recording, message: Message
    ) -> None:
        opened(says_markup=False, names_messages=False).send(message, DictJournal())
        assert "markupSyntax" not in stand_in.bodies[0]
        assert len(stand_in.published()) == 1

    # -- once, and not twice ----------------------------------------------------------------------

    def test_two_posts_of_the_same_words_are_two_messages(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        channel.send(dataclasses.replace(message, key="another"), DictJournal())
        assert len(stand_in.published()) == 2

    def test_a_repeat_gives_back_the_message_that_is_out(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        first, again = (channel.send(message, DictJournal()) for _ in range(2))
        assert first.remote_id == again.remote_id == stand_in.published()[0].remote_id

    def test_a_repeat_whose_request_was_forgotten_is_known_by_the_name_of_its_message(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        stand_in.forget_requests()
        again = channel.send(message, DictJournal())
        assert again.remote_id.startswith(f"spaces/{SPACE}/messages/client-")
        assert len(stand_in.published()) == 1

    def test_an_aborted_request_that_was_carried_out_leaves_a_doubt(
        self, channel: Channel[Any], stand_in: Recording, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.afterwards = as_json(409, {"error": {"code": 409, "status": "ABORTED"}})
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        channel.send(message, journal)
        assert len(stand_in.published()) == 1

    # -- a webhook that is replaced ---------------------------------------------------------------

    def test_a_post_in_doubt_is_not_out_twice_under_another_webhook(
        self, channel: Channel[Any], opened: Open, stand_in: Recording, message: Message
    ) -> None:
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())
        receipt = opened(stand_in.webhook(OTHER_TOKEN)).send(message, DictJournal())
        assert receipt.remote_id.startswith(f"spaces/{SPACE}/messages/client-")
        assert len(stand_in.published()) == 1

    def test_without_names_a_repeat_is_relied_upon_for_a_while_only(self, opened: Open) -> None:
        assert opened().key_lifetime is None
        assert opened(names_messages=False).key_lifetime == timedelta(hours=1)

    def test_a_webhook_that_may_not_post_refuses_the_post(
        self, opened: Open, stand_in: Recording, message: Message
    ) -> None:
        with pytest.raises(ForbiddenError):
            opened(stand_in.webhook(token=planted(32))).send(message, DictJournal())

    def test_a_key_that_google_does_not_know_waits_for_a_person(
        self, opened: Open, stand_in: Recording, message: Message
    ) -> None:
        with pytest.raises(CredentialsExpiredError):
            opened(stand_in.webhook(key=planted(24))).send(message, DictJournal())

    @pytest.mark.parametrize("shown", [str, quote])
    def test_an_error_that_repeats_the_token_does_not_show_it(
        self,
        channel: Channel[Any],
        stand_in: Recording,
        message: Message,
        shown: Callable[[str], str],
    ) -> None:
        said = {"status": "INVALID_ARGUMENT", "message": f"bad token: {shown(TOKEN)}"}
        stand_in.afterwards = as_json(400, {"error": said})
        with pytest.raises(InvalidContentError, match="bad token") as told:
            channel.send(message, DictJournal())
        assert TOKEN.rstrip("=") not in str(told.value)

    # -- the right space --------------------------------------------------------------------------

    def test_a_space_is_known_by_its_id_and_its_name(self, channel: Channel[Any]) -> None:
        account = channel.identify()
        assert account.is_called(SPACE)
        assert account.is_called(f"spaces/{SPACE}")
        assert not account.is_called("AAAAother")

    @pytest.mark.parametrize(
        "secret",
        [
            "",
            "{token}",
            "https://chat.googleapis.com/v1/spaces/AAAA/messages?key={token}",
            "https://chat.googleapis.com/v1/spaces/messages?key=k&token={token}",
            "http://chat.googleapis.com/v1/spaces/AAAA/messages?key=k&token={token}",
            "https://[/v1/spaces/AAAA/messages?key=k&token={token}",
        ],
    )
    def test_a_secret_that_is_no_webhook_is_told_of_and_not_shown(
        self, opened: Open, secret: str
    ) -> None:
        token = planted(32)
        channel = opened(secret.format(token=token) or " ")
        with pytest.raises(CredentialsExpiredError) as told:
            channel.identify()
        assert token not in str(told.value)

    def _send(self, channel: Channel[Any], message: Message, markdown: str) -> None:
        body = write(parse(markdown), Dialect.INLINE_HTML)
        channel.send(dataclasses.replace(message, body=body), DictJournal())
