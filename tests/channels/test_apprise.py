"""Apprise: the conformance suite, and what is Apprise's alone."""

from __future__ import annotations

import base64
import dataclasses
import importlib
import json
import logging
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import ValidationError
from werkzeug.wrappers import Request, Response

from channels.apprise import http
from channels.apprise.adapter import Adapter, AppriseConfig
from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.apprise import PASSWORD, PATH, Platform
from channels.simulated.server import HOST
from channels.testing import (
    ChannelConformance,
    DictJournal,
    StillClock,
    TypingPerson,
    picture,
)


def made(
    url: str, clock: StillClock, workdir: Path = Path("nowhere"), service: str = "", **keys: Any
) -> Adapter:
    """An adapter of the service at ``url``."""
    service = service or url.partition(":")[0]
    given = {"adapter": "apprise", "service": service, "url": "env:URL", **keys}
    context = Context("nhom", clock, {"env:URL": url}.__getitem__, workdir)
    return Adapter(AppriseConfig.model_validate(given), context)


def at(stand_in: Platform, service: str, path: str) -> str:
    """The Apprise URL of ``service`` at the stand-in's address."""
    return f"{service}://{HOST}:{stand_in.url.rpartition(':')[2]}{path}"


def own(stand_in: Platform, query: str = "") -> str:
    (url,) = stand_in.secrets().values()
    return url + query


class Scripted(Platform):
    """A service that gives each request the next of ``answers``, and the last one to the rest."""

    def __init__(self, clock: StillClock, *answers: Response | int) -> None:
        super().__init__(clock)
        self._answers = [
            Response("{}", each, mimetype="application/json") if isinstance(each, int) else each
            for each in answers
        ]
        self.asked: list[tuple[str, str]] = []
        self.got: list[Any] = []

    def answer(self, request: Request) -> Response:
        self.asked.append((request.method, request.path))
        self.got.append(request.get_json(silent=True))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class TestApprise(ChannelConformance):
    kind = "apprise"

    # -- which service ----------------------------------------------------------------------------

    def test_identify_asks_nobody_and_gives_no_secret_away(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        with stand_in.unreachable():
            account = channel.identify()
        assert account.name == stand_in.config()["account"]
        assert PASSWORD not in repr(account)
        assert "nhom-van-phong" not in repr(account)

    def test_each_url_is_an_account_of_its_own_and_stays_it(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        first, again, other = (
            made(own(stand_in, query), clock, tmp_path).identify() for query in ("", "", "?a=1")
        )
        assert first.id == again.id != other.id

    @pytest.mark.parametrize(
        ("url", "service"),
        [
            ("khong phai mot dia chi", "json"),
            ("json://", "json"),
            ("xml://127.0.0.1/hook", "json"),
            ("https://example.vn/hook", "json"),
        ],
    )
    def test_a_url_of_no_or_another_service_is_a_wrong_secret(
        self, clock: StillClock, message: Message, url: str, service: str
    ) -> None:
        for verb in (Adapter.identify, lambda one: one.send(message, DictJournal())):
            with pytest.raises(CredentialsExpiredError) as caught:
                verb(made(url, clock, service=service))
            assert url not in str(caught.value)

    def test_a_url_as_the_service_itself_writes_it_will_do(
        self, clock: StillClock, tmp_path: Path
    ) -> None:
        url = f"https://discord.com/api/webhooks/{'1' * 18}/{'a' * 64}"
        account = made(url, clock, tmp_path, service="discord").identify()
        assert account.name.startswith("Discord")
        assert "1" * 18 not in account.name

    def test_login_says_where_to_look_and_takes_the_url(self, channel: Adapter) -> None:
        person = TypingPerson("their url")
        assert channel.login(person) == {"url": "their url"}
        assert "appriseit.com" in person.told[0]

    # -- what it takes ----------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("service", "text_max", "title_max", "images"),
        [("discord", 2_000, 250, 10), ("mmost", 4_000, None, 10), ("46elks", 160, None, 0)],
    )
    def test_limits_are_what_the_plugin_says(
        self, service: str, text_max: int, title_max: int | None, images: int
    ) -> None:
        given = {"adapter": "apprise", "service": service, "url": "env:URL"}
        limits = Adapter.limits(AppriseConfig.model_validate(given))
        assert (limits.text_max, limits.title_max) == (text_max, title_max)
        assert limits.images_max == images

    def test_what_only_the_url_decides_is_learned_from_it(
        self, clock: StillClock, tmp_path: Path
    ) -> None:
        channel = made(f"wxteams://{'a' * 80}", clock, tmp_path)
        assert Adapter.limits_learned(channel.config, tmp_path).text_max is None
        channel.identify()
        assert Adapter.limits_learned(channel.config, tmp_path).text_max == 1_000
        (tmp_path / "state" / "limits.json").write_text("{")
        assert Adapter.limits_learned(channel.config, tmp_path).text_max is None

    @pytest.mark.parametrize(
        "service",
        ["mailto", "mqtt", "xmpp", "irc", "syslog", "dbus", "windows", "nostr", "khongco", ""],
    )
    def test_what_isnt_reached_by_http_alone_is_not_let_through(self, service: str) -> None:
        with pytest.raises(ValidationError):
            AppriseConfig.model_validate({"adapter": "apprise", "service": service, "url": "env:U"})

    def test_a_title_and_files_go_along(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        document = tmp_path / "Kế hoạch.pdf"
        document.write_bytes(b"%PDF-1.7")
        media = Media(document, "0" * 64, "application/pdf", 8, "Kế hoạch")
        filed = dataclasses.replace(message, title="Còn 7 ngày", media=(media,))
        channel.send(filed, DictJournal())
        (body,) = stand_in.bodies()
        assert (body["title"], body["type"]) == ("Còn 7 ngày", "info")
        (file,) = body["attachments"]
        assert (file["filename"], file["mimetype"]) == ("Kế hoạch.pdf", "application/pdf")
        assert base64.b64decode(file["base64"]) == b"%PDF-1.7"

    def test_a_file_that_is_gone_is_not_left_out(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        gone = dataclasses.replace(picture(tmp_path), path=tmp_path / "mat.png")
        with pytest.raises(TransientError):
            channel.send(dataclasses.replace(message, media=(gone,)), DictJournal())
        assert stand_in.published() == ()

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "t" * 251},
            {"replies": (Text("Phần hai.", "Phần hai."),)},
            {"body": Text("", "")},
        ],
    )
    def test_what_apprise_would_cut_or_leave_out_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, change: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, **change), DictJournal())
        assert stand_in.published() == ()

    def test_where_there_is_no_title_it_counts_with_the_text(
        self, clock: StillClock, message: Message
    ) -> None:
        with Scripted(clock, 200) as stand_in:
            channel = made(at(stand_in, "mmost", "/tokentokentoken"), clock)
            long = dataclasses.replace(message, body=Text("ă" * 3_990, "ă" * 3_990))
            with pytest.raises(InvalidContentError, match="4000"):
                channel.send(dataclasses.replace(long, title="Còn 7 ngày"), DictJournal())
            channel.send(long, DictJournal())
            assert len(stand_in.asked) == 1

    def test_files_are_refused_where_the_service_takes_none(
        self, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        with Scripted(clock, 200) as stand_in:
            channel = made(at(stand_in, "gotify", "/tokentokentoken"), clock)
            limits = Adapter.limits(channel.config)
            codes = {violation.code for violation in violations(pictured, limits)}
            assert "images_many" in codes
            with pytest.raises(InvalidContentError, match="no files"):
                channel.send(pictured, DictJournal())
            assert stand_in.asked == []

    def test_a_message_is_the_office_s_without_a_word_of_apprise_s(
        self, clock: StillClock, message: Message
    ) -> None:
        with Scripted(clock, 200) as stand_in:
            url = at(stand_in, "mmost", "/tokentokentoken")
            made(url, clock, title="Sở KH&CN").send(message, DictJournal())
            (body,) = stand_in.got
        assert body["username"] == "Sở KH&CN"
        assert "pprise" not in json.dumps(body)

    @pytest.mark.parametrize("kind", ["success", "warning", "failure"])
    def test_a_post_may_wish_for_a_type(
        self, channel: Adapter, stand_in: Platform, message: Message, kind: str
    ) -> None:
        channel.send(dataclasses.replace(message, options={"type": kind}), DictJournal())
        assert stand_in.bodies()[0]["type"] == kind

    @pytest.mark.parametrize("options", [{"type": "loud"}, {"type": 1}, {"pin": True}])
    def test_a_wish_that_isnt_known_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match=next(iter(options))):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.published() == ()

    # -- what its no means ------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (302, ForbiddenError),
            (400, InvalidContentError),
            (401, CredentialsExpiredError),
            (402, ForbiddenError),
            (403, ForbiddenError),
            (404, ForbiddenError),
            (413, InvalidContentError),
            (422, InvalidContentError),
            (429, RateLimitedError),
            (500, AmbiguousError),
            (502, AmbiguousError),
            (503, AmbiguousError),
        ],
    )
    def test_a_no_is_what_the_answer_s_status_says(
        self, clock: StillClock, message: Message, status: int, error: type[ChannelError]
    ) -> None:
        with Scripted(clock, status) as stand_in:
            with pytest.raises(ChannelError) as caught:
                made(own(stand_in), clock).send(message, DictJournal())
            assert type(caught.value) is error

    def test_a_rate_limit_lasts_as_long_as_the_service_says(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=90)

    @pytest.mark.parametrize(
        ("statuses", "error"),
        [
            ((200, 200), None),
            ((403, 403), ForbiddenError),
            ((403, 429), RateLimitedError),
            ((200, 403), AmbiguousError),
            ((429, 200), AmbiguousError),
            ((403, 500), AmbiguousError),
        ],
    )
    def test_of_several_recipients_only_all_or_none_is_certain(
        self,
        clock: StillClock,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        statuses: tuple[int, int],
        error: type[ChannelError] | None,
    ) -> None:
        monkeypatch.setattr("channels.apprise.line.LONGEST_PAUSE_S", 0.0)
        with Scripted(clock, *statuses) as stand_in:
            channel = made(at(stand_in, "ntfy", "/nhom-mot/nhom-hai"), clock)
            if error is None:
                channel.send(message, DictJournal())
            else:
                with pytest.raises(ChannelError) as caught:
                    channel.send(message, DictJournal())
                assert type(caught.value) is error
            assert len(stand_in.asked) == 2

    def test_a_line_that_breaks_at_the_second_recipient_ends_it_in_doubt(
        self, clock: StillClock, message: Message, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("channels.apprise.line.LONGEST_PAUSE_S", 0.0)
        with Scripted(clock, 200) as stand_in:
            stand_in.faults.next("refuse", after=1)
            channel = made(at(stand_in, "ntfy", "/nhom-mot/nhom-hai/nhom-ba"), clock)
            with pytest.raises(AmbiguousError):
                channel.send(message, DictJournal())
            assert len(stand_in.asked) == 1

    def test_a_yes_by_http_that_the_service_takes_back_in_words_is_ambiguous(
        self, clock: StillClock, message: Message
    ) -> None:
        with Scripted(clock, Response("không", 200)) as stand_in:
            url = at(stand_in, "rocket", "/#nhom").replace("://", "://ten:mat-khau@")
            with pytest.raises(AmbiguousError, match="not taken for a yes"):
                made(url, clock).send(message, DictJournal())

    def test_a_service_that_publishes_by_get_is_in_doubt_like_any_other(
        self, clock: StillClock, message: Message
    ) -> None:
        with Scripted(clock, 200) as stand_in:
            stand_in.faults.next("drop", on="any")
            with pytest.raises(AmbiguousError):
                made(own(stand_in, "?method=get"), clock).send(message, DictJournal())
            assert [method for method, _ in stand_in.asked] == ["GET"]

    @pytest.mark.parametrize("status", [429, 500])
    def test_nothing_is_tried_again_by_itself_though_the_url_says_so(
        self, clock: StillClock, message: Message, status: int
    ) -> None:
        with Scripted(clock, status) as stand_in:
            with pytest.raises(ChannelError):
                made(own(stand_in, "?retry=3&wait=0"), clock).send(message, DictJournal())
            assert len(stand_in.asked) == 1

    def test_a_text_is_not_divided_though_the_url_says_so(
        self, clock: StillClock, message: Message
    ) -> None:
        long = dataclasses.replace(message, body=Text("ă" * 9_000, "ă" * 9_000))
        with Scripted(clock, 200) as stand_in:
            url = at(stand_in, "ntfy", "/nhom-mot?overflow=split")
            with pytest.raises(InvalidContentError):
                made(url, clock).send(long, DictJournal())
            assert stand_in.asked == []

    def test_a_redirect_is_not_followed_though_the_url_says_so(
        self, clock: StillClock, message: Message
    ) -> None:
        away = Response(status=307, headers={"Location": "/noi-khac"})
        with Scripted(clock, away) as stand_in:
            with pytest.raises(ForbiddenError):
                made(own(stand_in, "?redirect=yes"), clock).send(message, DictJournal())
            assert [path for _, path in stand_in.asked] == [PATH]

    def test_a_fault_of_the_plugin_s_own_before_it_asked_leaves_no_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, monkeypatch: Any
    ) -> None:
        def fails(*_: Any, **__: Any) -> None:
            raise KeyError("a fault of the plugin's")

        monkeypatch.setattr(importlib.import_module("apprise.plugins.custom_json"), "dumps", fails)
        with pytest.raises(ForbiddenError, match="before anything was asked"):
            channel.send(message, DictJournal())
        assert stand_in.published() == ()

    def test_a_message_that_takes_too_long_in_all_ends(
        self, channel: Adapter, stand_in: Platform, message: Message, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(http, "LONGEST_S", -1.0)
        with pytest.raises(TransientError, match="too long"):
            channel.send(message, DictJournal())
        assert stand_in.published() == ()

    def test_nothing_of_the_url_stands_in_the_log(
        self,
        stand_in: Platform,
        clock: StillClock,
        message: Message,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for fault in (None, "500", "expired"):
            if fault is not None:
                stand_in.faults.next(fault)  # type: ignore[arg-type]  # they are names of faults
            with suppress(ChannelError):
                made(own(stand_in), clock).send(message, DictJournal())
        with pytest.raises(CredentialsExpiredError):
            made(own(stand_in), clock, service="xml").send(message, DictJournal())
        assert PASSWORD not in caplog.text
        assert PATH not in caplog.text

    # -- the notes --------------------------------------------------------------------------------

    def test_a_yes_that_was_noted_is_neither_asked_again_nor_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        first = channel.send(message, journal)
        clock.advance(timedelta(hours=1))
        assert channel.send(message, journal) == first == channel.find(message, since, journal)
        assert len(stand_in.published()) == 1

    def test_without_it_nobody_can_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(CannotTellError):
            channel.find(message, since, journal)

    # -- beside others ----------------------------------------------------------------------------

    def test_channels_in_several_threads_see_each_its_own_answers(
        self, clock: StillClock, message: Message
    ) -> None:
        found: dict[int, type[ChannelError]] = {}

        def send(stand_in: Scripted, status: int) -> None:
            for _ in range(5):
                with pytest.raises(ChannelError) as caught:
                    made(own(stand_in), clock).send(message, DictJournal())
                found[status] = type(caught.value)

        with Scripted(clock, 403) as refusing, Scripted(clock, 400) as picky:
            threads = [
                threading.Thread(target=send, args=each) for each in ((refusing, 403), (picky, 400))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert found == {403: ForbiddenError, 400: InvalidContentError}

    def test_whoever_else_uses_apprise_asks_as_before(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        plugin = importlib.import_module("apprise.plugins.custom_json")
        assert plugin.requests.post is requests.post
        assert plugin.requests.codes is requests.codes
