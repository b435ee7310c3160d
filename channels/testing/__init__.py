"""The conformance suite: what every adapter must do, as tests for pytest, ours and other people's.

Derive from ``ChannelConformance``, name the adapter, and pytest runs it against the stand-in of
that name (``channels.simulated``), a real server on loopback:

    class TestTelegram(ChannelConformance):
        kind = "telegram"

Adapters of other packages override the fixture ``stand_in`` with one of their own. What a platform
can't do (pictures, readings, threads) is skipped by what the adapter declares, not by flags here.
A conftest.py with ``pytest.register_assert_rewrite("channels.testing")`` makes failures tell more.
"""

# ruff: noqa: S101 -- these are tests: they assert, and take fixtures for their effect

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import pytest

import channels
from channels import simulated
from channels.base import (
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelError,
    Context,
    CredentialsExpiredError,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    MediaHost,
    Message,
    RateLimitedError,
    Receipt,
    Settlement,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.sealing import KeySeal
from channels.simulated import FaultName, StandIn
from channels.simulated.host import LoopbackHost
from channels.testing.persons import AgreeingPerson
from channels.testing.samples import film, picture

__all__ = [
    "SEAL",
    "AgreeingPerson",
    "ChannelConformance",
    "DictJournal",
    "StillClock",
    "film",
    "picture",
    "settled",
    "written",
]

SEAL = KeySeal.fresh()
"""What the secrets of all tests are sealed by, so that one test may open its channel twice."""

START = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
TEXT = (
    "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia 10/10. Xem https://example.vn/10-10 & kể lại!"
)
PATIENCE_S = 5.0
_STEPS = 40

_SIGNS = {"syllables": "ă ", "bytes": "a"}
"""What counts as one, by the unit of the limits; elsewhere a letter of Vietnam's own."""


class DictJournal:
    """A delivery's notes, kept for as long as a test runs; ``secret`` are the names of those that
    a store would seal."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self.secret: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        return self.notes.get(name)

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        self.notes[name] = value
        self.secret = self.secret | {name} if secret else self.secret - {name}


class StillClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, span: timedelta) -> None:
        self.now += span


def written(text: str, dialect: Dialect) -> Text:
    """``text``, which has no markup, as an adapter of ``dialect`` gets it."""
    if dialect is Dialect.HTML:
        return Text(f"<p>{escape(text, quote=False)}</p>", text)
    if dialect is Dialect.INLINE_HTML:
        return Text(escape(text, quote=False), text)
    return Text(text, text)


class ChannelConformance:
    """Derive, set ``kind`` (and ``keys`` where the adapter needs some): pytest does the rest."""

    kind: ClassVar[str]
    keys: ClassVar[dict[str, Any]] = {}

    # -- what a test gets -------------------------------------------------------------------------

    @pytest.fixture
    def clock(self) -> StillClock:
        """The clock of both sides: the adapter's and the stand-in's."""
        return StillClock()

    @pytest.fixture
    def stand_in(self, clock: StillClock) -> Iterator[StandIn]:
        """The platform, on loopback."""
        platform = simulated.load(self.kind)
        assert platform is not None, f"there is no channels.simulated.{self.kind}"
        with platform(clock) as stand_in:
            yield stand_in

    @pytest.fixture
    def host(self) -> Iterator[MediaHost]:
        """The office's media host, on loopback."""
        with LoopbackHost() as host:
            yield host

    @pytest.fixture
    def channel(
        self, stand_in: StandIn, clock: StillClock, host: MediaHost, tmp_path: Path
    ) -> Iterator[Channel[Any]]:
        """The real adapter, which speaks to the stand-in and, as always before a first post, has
        proved whose account it is."""
        adapter = channels.load(self.kind)
        keys = {"adapter": self.kind, "timeout_s": PATIENCE_S, **self.keys, **stand_in.config()}
        secrets = stand_in.secrets()
        context = Context(self.kind, clock, secrets.__getitem__, tmp_path / "workdir", host, SEAL)
        channel = adapter(adapter.Config.model_validate(keys), context)
        channel.identify()
        yield channel
        channel.close()

    @pytest.fixture
    def limits(self, channel: Channel[Any]) -> Limits:
        return type(channel).limits(channel.config)

    @pytest.fixture
    def message(self, channel: Channel[Any], limits: Limits, tmp_path: Path) -> Message:
        """A small message that keeps every limit of the platform."""
        message = Message(
            key="chuyen-doi-so-10-10/2027/con-7-ngay/kenh",
            body=self._text(channel, TEXT),
            due_at=START,
            title="Còn 7 ngày" if limits.title_required else "",
            summary="Ngày Chuyển đổi số quốc gia" if limits.summary_max else "",
            media=_medium_for(limits, tmp_path) if limits.media_required else (),
        )
        assert violations(message, limits) == ()
        return message

    @staticmethod
    def _text(channel: Channel[Any], text: str) -> Text:
        return written(text, type(channel).dialect_for(channel.config))

    @pytest.fixture
    def faulty(self, stand_in: StandIn) -> StandIn:
        """The platform, where it can be told to misbehave."""
        if not stand_in.has_line:
            pytest.skip("there is no line to this platform that could break")
        return stand_in

    # -- publishing -------------------------------------------------------------------------------

    def test_a_text_is_published_once(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        (published,) = stand_in.published()
        assert _letters(TEXT) in _letters(published.text)

    def test_the_receipt_names_the_post_its_address_and_its_time(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        (published,) = stand_in.published()
        assert receipt.remote_id == published.remote_id
        assert receipt.url == published.url
        assert receipt.at.utcoffset() is not None
        assert abs(receipt.at - clock()) < timedelta(minutes=1)

    def test_a_picture_is_published_with_its_text(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, tmp_path: Path
    ) -> None:
        pictured = self._pictured(channel, message, tmp_path, 1)
        channel.send(pictured, DictJournal())
        (published,) = stand_in.published()
        assert published.media == 1
        assert _letters(TEXT) in _letters(published.text)
        if published.alts:
            assert published.alts == (pictured.media[0].alt,)

    def test_several_pictures_are_one_post(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, tmp_path: Path
    ) -> None:
        channel.send(self._pictured(channel, message, tmp_path, 3), DictJournal())
        (published,) = stand_in.published()
        assert published.media == 3

    def test_a_thread_is_one_chain(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        channel.send(self._thread(channel, message), DictJournal())
        first, second, third = stand_in.published()
        assert (first.reply_to, second.reply_to) == ("", first.remote_id)
        assert third.reply_to == second.remote_id

    def test_a_half_sent_thread_is_finished_not_begun_again(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        thread, journal = self._thread(channel, message), DictJournal()
        faulty.faults.next("429", after=1)
        with pytest.raises(RateLimitedError):
            channel.send(thread, journal)
        assert len(faulty.published()) == 1
        receipt = channel.send(thread, journal)
        first, second, third = faulty.published()
        assert receipt.url == first.url
        assert third.reply_to == second.remote_id

    def test_identify_names_the_account_without_publishing(
        self, channel: Channel[Any], stand_in: StandIn
    ) -> None:
        account = channel.identify()
        assert account.id
        assert account.name
        assert channel.config.account in ("", account.id, account.name)
        assert stand_in.published() == ()

    # -- errors are decisions ---------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ("429", RateLimitedError),
            ("expired", CredentialsExpiredError),
            ("forbidden", ForbiddenError),
            ("invalid", InvalidContentError),
        ],
    )
    def test_a_refusal_has_its_own_error_and_leaves_nothing(
        self,
        channel: Channel[Any],
        faulty: StandIn,
        message: Message,
        fault: FaultName,
        error: type[ChannelError],
    ) -> None:
        faulty.faults.next(fault)
        with pytest.raises(error):
            channel.send(message, DictJournal())
        assert faulty.published() == ()

    def test_a_rate_limit_says_until_when(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        faulty.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until > clock()

    def test_a_refused_connection_is_transient(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        with stand_in.unreachable(), pytest.raises(TransientError):
            channel.send(message, DictJournal())
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("fault", ["drop", "refuse", "500"])
    def test_whatever_may_have_been_taken_is_ambiguous(
        self, channel: Channel[Any], faulty: StandIn, message: Message, fault: FaultName
    ) -> None:
        faulty.faults.next(fault)
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())

    def test_no_answer_in_time_is_ambiguous(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        hasty = channel.config.model_copy(update={"timeout_s": 0.3})
        faulty.faults.next("stall")
        with pytest.raises(AmbiguousError):
            type(channel)(hasty, channel.context).send(message, DictJournal())

    def test_no_error_shows_a_secret(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        shown: list[str] = []
        faults: tuple[FaultName, ...] = ("drop", "500", "429", "expired", "forbidden", "invalid")
        for fault in faults:
            # Each a post of its own: who looks before sending would find the one that got through.
            own = dataclasses.replace(message, key=f"{message.key}-{fault}")
            faulty.faults.next(fault)
            shown.append(_everything_said(channel, own))
        with faulty.unreachable():
            shown.append(_everything_said(channel, dataclasses.replace(message, key="unreached")))
        for secret in faulty.secrets().values():
            assert not any(secret in text for text in shown)

    # -- settling a doubt -------------------------------------------------------------------------

    def test_a_post_whose_answer_was_lost_is_settled_as_the_adapter_declares(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        faulty.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=1))
        if channel.settlement is Settlement.NATIVE_KEY:
            receipt = channel.send(message, journal)
        elif channel.settlement is Settlement.LOOKUP:
            found = channel.find(message, since, journal)
            assert found is not None
            receipt = found
        else:
            try:
                found = channel.find(message, since, journal)
            except CannotTellError:
                return
            assert found is not None, "without a lookup, absence can't be proved"
            receipt = found
        (published,) = faulty.published()
        assert receipt.remote_id == published.remote_id

    def test_whichever_answer_is_lost_there_is_one_post_in_the_end(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        self._lose_each_answer(channel, faulty, message, clock)

    def test_whichever_answer_is_lost_a_post_with_pictures_is_there_once_and_whole(
        self,
        channel: Channel[Any],
        faulty: StandIn,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        self._lose_each_answer(
            channel, faulty, self._pictured(channel, message, tmp_path, 2), clock
        )

    def _lose_each_answer(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        """Send ``message`` again and again, losing the first answer, then the second, and so on."""
        channel.send(dataclasses.replace(message, key=f"{message.key}-whole"), DictJournal())
        (whole,) = faulty.published()
        number = 0
        while True:
            # Other words each time: where none of its requests is hit any more, all were.
            words = self._text(channel, f"{TEXT} Lần {number}.")
            nth = dataclasses.replace(message, key=f"{message.key}-{number}", body=words)
            if message.title:
                nth = dataclasses.replace(nth, title=f"{message.title}, lần {number}")
            before = len(faulty.published())
            faulty.faults.next("drop", on="any", after=number)
            receipt = settled(channel, nth, DictJournal(), clock)
            was_met = not faulty.faults.pending
            faulty.faults.clear()
            new = faulty.published()[before:]
            if receipt is None:
                assert channel.settlement is Settlement.NONE
                assert len(new) <= 1
            else:
                assert [each.remote_id for each in new] == [receipt.remote_id]
                assert new[0].media == whole.media
            if not was_met:
                return
            number += 1

    def test_what_was_never_sent_is_not_found(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, clock: StillClock
    ) -> None:
        words = self._text(channel, "Một bài khác hẳn.")
        other = dataclasses.replace(message, key=f"{message.key}-khac", body=words)
        channel.send(other, DictJournal())
        try:
            found = channel.find(message, clock(), DictJournal())
        except CannotTellError:
            assert channel.settlement is not Settlement.LOOKUP
        else:
            assert found is None
            assert channel.settlement is not Settlement.NONE, "without a lookup, none is proved"

    # -- afterwards -------------------------------------------------------------------------------

    def test_readings_are_what_people_did_and_nothing_made_up(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        did = {"views": 321, "impressions": 321, "reactions": 12, "comments": 3, "shares": 4}
        stand_in.readers(receipt.remote_id, **did)
        readings = channel.read([receipt])
        if not readings:
            pytest.skip("this platform tells nothing of readers")
        reading = readings[receipt.remote_id]
        assert reading.exists
        assert reading.metrics
        assert all(did.get(metric, 0) == count for metric, count in reading.metrics.items())

    def test_a_post_that_was_taken_back_has_no_figures_any_more(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        if not channel.delete(receipt):
            pytest.skip("this platform takes no post back")
        reading = channel.read([receipt]).get(receipt.remote_id)
        assert reading is None or (not reading.exists and not reading.metrics)

    def test_several_posts_are_read_at_once_each_by_its_own_figures(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        assert type(channel).reads_at_once >= 1
        receipts = []
        for number in range(min(3, type(channel).reads_at_once)):
            words = self._text(channel, f"{TEXT} Lần {number}.")
            nth = dataclasses.replace(message, key=f"{message.key}-{number}", body=words)
            if message.title:
                nth = dataclasses.replace(nth, title=f"{message.title}, lần {number}")
            receipts.append(channel.send(nth, DictJournal()))
            stand_in.readers(receipts[-1].remote_id, views=100 + number, reactions=10 + number)
        readings = channel.read(receipts)
        if not readings:
            pytest.skip("this platform tells nothing of readers")
        for number, receipt in enumerate(receipts):
            found = readings[receipt.remote_id].metrics
            assert {found.get("views"), found.get("reactions")} & {100 + number, 10 + number}

    def test_the_account_is_read_and_nothing_made_up(
        self, channel: Channel[Any], stand_in: StandIn
    ) -> None:
        figures = channel.read_account()
        for count in (figures.followers, figures.reach):
            assert count is None or type(count) is int
        assert (figures.reach is None) == (figures.reach_days is None)
        assert figures.reach_days is None or figures.reach_days >= 1
        assert stand_in.published() == ()

    def test_a_post_can_be_taken_back_where_the_platform_offers_it(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        gone = channel.delete(receipt)
        assert len(stand_in.published()) == (0 if gone else 1)

    # -- limits -----------------------------------------------------------------------------------

    def test_the_longest_text_is_taken_and_one_more_is_refused_as_the_limits_say(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, limits: Limits
    ) -> None:
        if limits.text_max is None or message.media:
            pytest.skip("no limit of a text alone is known")
        sign = _SIGNS.get(limits.unit, "ă")
        longest = dataclasses.replace(message, body=self._text(channel, sign * limits.text_max))
        assert violations(longest, limits) == ()
        channel.send(longest, DictJournal())
        longer = dataclasses.replace(
            message, body=self._text(channel, sign * (limits.text_max + 1))
        )
        assert [violation.code for violation in violations(longer, limits)] == ["text_long"]
        with pytest.raises(InvalidContentError):
            channel.send(longer, DictJournal())
        assert len(stand_in.published()) == 1

    # -- parts ------------------------------------------------------------------------------------

    def _pictured(
        self, channel: Channel[Any], message: Message, folder: Path, count: int
    ) -> Message:
        limits = type(channel).limits(channel.config)
        if limits.images_max < count:
            pytest.skip(f"this platform doesn't take {count} pictures")
        colours = ("navy", "teal", "maroon")[:count]
        kind = _picture_kind(limits)
        pictures = tuple(picture(folder, each, f"Ảnh {each}", kind=kind) for each in colours)
        return dataclasses.replace(message, media=pictures)

    def _thread(self, channel: Channel[Any], message: Message) -> Message:
        if not type(channel).limits(channel.config).threads:
            pytest.skip("this platform has no threads")
        replies = (self._text(channel, "Phần hai."), self._text(channel, "Phần ba."))
        return dataclasses.replace(message, replies=replies)


def _picture_kind(limits: Limits) -> str:
    return "png" if "image/png" in limits.image_formats else "jpeg"


def _medium_for(limits: Limits, folder: Path) -> tuple[Media, ...]:
    """What a platform that wants media is given."""
    if limits.images_max:
        return (picture(folder, kind=_picture_kind(limits)),)
    return (film(folder),)


def settled(
    channel: Channel[Any], message: Message, journal: Journal, clock: StillClock
) -> Receipt | None:
    """What the courier and the reconciler do with ``message``, in short: sent, looked for where
    that is in doubt, sent again where it surely isn't there. ``None``: a person would have to
    say. The clock is moved by half a minute a step."""
    since = clock()
    in_doubt = False
    for _ in range(_STEPS):
        try:
            if in_doubt and channel.settlement is not Settlement.NATIVE_KEY:
                receipt = channel.find(message, since, journal)
                in_doubt = False
            else:
                receipt = channel.send(message, journal)
            if receipt is not None:
                return receipt
        except AmbiguousError:
            in_doubt = True
        except CannotTellError:
            return None
        except TransientError:
            pass
        clock.advance(timedelta(seconds=30))
    raise AssertionError("it is never settled")


def _letters(text: str) -> str:
    return "".join(text.split())


def _everything_said(channel: Channel[Any], message: Message) -> str:
    """All that an error says, and all that stands behind it."""
    with pytest.raises(ChannelError) as caught:
        channel.send(message, DictJournal())
    said: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        said += [*traceback.format_exception_only(error), repr(error.args)]
        error = error.__cause__ or error.__context__
    return "\n".join(said)
