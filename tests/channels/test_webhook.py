"""The webhook: the conformance suite, and what is the webhook's alone."""

from __future__ import annotations

import base64
import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
)
from channels.limits import violations
from channels.simulated.webhook import Platform
from channels.testing import ChannelConformance, DictJournal, StillClock, picture
from channels.web.webhooks import signature, webhook_id
from channels.webhook import Adapter, WebhookConfig


def made(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = WebhookConfig.model_validate({"adapter": "webhook", **stand_in.config(), **keys})
    return Adapter(config, Context("webhook", clock, stand_in.secrets().__getitem__, Path()))


class TestWebhook(ChannelConformance):
    kind = "webhook"

    def test_the_body_says_all_that_a_page_needs(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        full = dataclasses.replace(
            message,
            title="Còn 7 ngày",
            link="https://example.vn/10-10",
            hashtags=("ChuyenDoiSo",),
            media=(dataclasses.replace(picture(tmp_path), credit="Sở KH&CN"),),
        )
        channel.send(full, DictJournal())
        (body,) = stand_in.bodies()
        assert body["id"] == webhook_id(message.key)
        assert message.key not in str(body), "who plans what is nobody's business"
        assert body["due_at"] == "2027-10-03T01:00:00+00:00"
        assert body["text"] == message.body.plain
        assert (body["title"], body["link"]) == ("Còn 7 ngày", "https://example.vn/10-10")
        assert (body["language"], body["hashtags"]) == ("vi", ["ChuyenDoiSo"])
        (media,) = body["media"]
        assert media["sha256"] == full.media[0].sha256
        assert (media["mime"], media["credit"]) == ("image/png", "Sở KH&CN")
        assert "content" not in media

    def test_files_go_along_where_that_is_asked(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        shown = picture(tmp_path)
        channel = made(stand_in, clock, inline_media=True)
        channel.send(dataclasses.replace(message, media=(shown,)), DictJournal())
        content = stand_in.bodies()[0]["media"][0]["content"]
        assert base64.b64decode(content) == shown.path.read_bytes()

    def test_files_that_are_too_large_are_not_sent_along(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        shown = picture(tmp_path)
        channel = made(stand_in, clock, inline_media=True, inline_max_bytes=shown.size_bytes)
        twice = dataclasses.replace(message, media=(shown, shown))
        with pytest.raises(InvalidContentError, match="together"):
            channel.send(twice, DictJournal())
        strict = made(stand_in, clock, inline_media=True, inline_max_bytes=10)
        codes = [each.code for each in violations(twice, Adapter.limits(strict.config))]
        assert codes == ["image_bytes", "image_bytes"]

    def test_a_repeat_long_after_is_signed_afresh_and_taken_once(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        first = channel.send(message, DictJournal())
        clock.advance(timedelta(hours=1))
        again = channel.send(message, DictJournal())
        assert again.remote_id == first.remote_id
        assert len(stand_in.published()) == 1
        channel.send(dataclasses.replace(message, key="another"), DictJournal())
        assert len(stand_in.published()) == 2

    def test_a_receiver_that_says_nothing_has_our_own_id(
        self, clock: StillClock, message: Message
    ) -> None:
        for given in (Response(status=204), Response("ok"), Response('{"id": [], "url": "x:y"}')):
            with Odd(clock, given) as stand_in:
                receipt = made(stand_in, clock).send(message, DictJournal())
            assert (receipt.remote_id, receipt.url) == (webhook_id(message.key), "")

    @pytest.mark.parametrize("status", [301, 307, 403, 404, 410])
    def test_a_receiver_that_is_elsewhere_or_gone_is_forbidden(
        self, clock: StillClock, message: Message, status: int
    ) -> None:
        given = Response(status=status, headers={"Location": "http://127.0.0.1:9/"})
        with Odd(clock, given) as stand_in, pytest.raises(ForbiddenError):
            made(stand_in, clock).send(message, DictJournal())

    def test_a_receiver_says_how_long_to_wait(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=90)

    def test_a_receiver_that_still_works_on_an_earlier_attempt_leaves_a_doubt(
        self, clock: StillClock, message: Message
    ) -> None:
        with Odd(clock, Response(status=409)) as stand_in, pytest.raises(AmbiguousError):
            made(stand_in, clock).send(message, DictJournal())

    @pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "plain"])
    def test_a_secret_of_the_wrong_form_is_found_out_before_a_post(
        self, channel: Adapter, secret: str
    ) -> None:
        context = dataclasses.replace(channel.context, secret=lambda _reference: secret)
        with pytest.raises(CredentialsExpiredError):
            Adapter(channel.config, context).identify()


class Odd(Platform):
    """A receiver that gives one answer to everything."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given

    def answer(self, request: Request) -> Response:
        return self._given


def test_the_signature_is_the_one_of_standard_webhooks() -> None:
    # The example that the specification's own libraries are tested with.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    name, moment, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(key, name, moment, body) == right


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.vn/hook", "https://ai:gi@example.vn/", "https://:gi@example.vn/"),
        *("https://", "example.vn", "//[::1"),
    ],
)
def test_an_address_without_protection_is_refused(url: str) -> None:
    right = {"adapter": "webhook", "secret": "env:S", "url": "https://example.vn/hook"}
    WebhookConfig.model_validate(right)
    with pytest.raises(ValidationError):
        WebhookConfig.model_validate(right | {"url": url})


def test_a_repeat_is_harmless_for_as_long_as_the_receiver_remembers(tmp_path: Path) -> None:
    keys = {"adapter": "webhook", "url": "https://ioc.example.vn/", "secret": "env:S"}
    context = Context("ioc", StillClock(), lambda reference: "", tmp_path)
    by_the_standard = Adapter(WebhookConfig.model_validate(keys), context)
    longer = Adapter(WebhookConfig.model_validate({**keys, "remembers_s": 86_400}), context)
    assert by_the_standard.key_lifetime == timedelta(minutes=5)
    assert longer.key_lifetime == timedelta(days=1)
