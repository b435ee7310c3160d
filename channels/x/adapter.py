"""Publishes to an office's account on X, through tweepy and the X API v2.

A post, or a thread of posts that answer one another; each is noted as soon as X has named it, so
that a thread broken off is finished and never begun again. A lost answer is settled by looking at
the account's own recent posts; X's refusal of a repeat is only a reason to look, never a proof.
``docs/channels/x.md`` is its page. What its errors mean: ``errors.py``. Sources:
https://docs.tweepy.org, https://docs.x.com/x-api.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    Address,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.reasons import REPEAT_UNSEEN
from channels.web.opened import Opened
from channels.web.values import held, moment, name_of, tally
from channels.x.counting import weight
from channels.x.line import Line
from channels.x.notes import Notes
from channels.x.posts import OwnPosts
from channels.x.publishing import Publishing
from channels.x.readings import A_READING, Readings
from channels.x.text import matching


class XConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "x"``.

    The four secrets are the app's two (``consumer_…``) and the account's two (``access_…``), with
    read and write permission. ``text_max`` is 280 unless the account pays for more.
    ``non_public_metrics`` also reads clicks, for posts younger than thirty days.
    """

    adapter: Literal["x"] = "x"
    consumer_key: SecretRef
    consumer_secret: SecretRef
    access_token: SecretRef
    access_token_secret: SecretRef
    text_max: int = Field(280, ge=1, le=25_000)
    min_gap_s: float = Field(1.0, ge=0)
    non_public_metrics: bool = False
    base_url: Address = "https://api.twitter.com"
    web_url: str = "https://x.com"


class Adapter(Channel[XConfig]):
    """One account on X. A thread's ``remote_id`` names all its posts, the first one first."""

    Config = XConfig
    look: ClassVar[Look] = Look("X", "#26292c")
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset(
        {"impressions", "reactions", "comments", "shares", "clicks", "saves"}
    )
    access: ClassVar[tuple[str, ...]] = (
        N_("Log in to X as the office's account and open developer.x.com."),
        N_("Make a project and in it an app, with the permission Read and write."),
        N_("Under Keys and tokens generate all four, and paste them here one by one."),
    )
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = A_READING

    def __init__(self, config: XConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())
        self._account: Account | None = None

    @classmethod
    def limits(cls, config: XConfig) -> Limits:
        return Limits(
            text_max=config.text_max,
            text_required=False,
            measure=weight,
            unit="weighted",
            images_max=4,
            image_formats=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
            image_max_bytes=5 * 1024 * 1024,
            videos_max=1,
            video_max_bytes=512 * 1024 * 1024,
            video_max_s=140,
            alt_max=1_000,
            threads=True,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        line = self._line()
        told = line.ask(partial(line.client.get_me, user_fields=["public_metrics"]))
        user = held(told.get("data"))
        if not (user.get("id") and user.get("username")):
            raise TransientError("X: it doesn't say whose the credentials are")
        name = str(user["username"])
        self._account = Account(
            id=str(user["id"]),
            name=f"@{name}",
            url=f"{self.config.web_url}/{name}",
            followers=tally(held(user.get("public_metrics")).get("followers_count")),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        notes.begin(self.context.clock())
        parts = (message.body, *message.replies)
        for index in range(len(notes.ids), len(parts)):
            media = message.media if index == 0 else ()
            publishing = Publishing(self._line(), self._posts())
            notes.add(publishing.bring(parts[index], media, notes))
        return self._receipt(notes.ids, self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where every post of the message is there. What is there of a thread broken
        off is noted, so that sending again finishes it."""
        notes = Notes(journal)
        missing = [part.plain for part in (message.body, *message.replies)][len(notes.ids) :]
        at = since
        if missing:
            shown = self._posts().searchable(since)
            for plain in missing:
                if not plain.strip():
                    raise CannotTellError("X: a post without words can't be told from others")
                there = matching(shown, plain, notes.ids)
                if there is None and notes.repeat_refused:
                    raise CannotTellError(f"X: {REPEAT_UNSEEN}")
                if there is None:
                    return None
                notes.add(name_of(there, "X"))
                at = moment(there.get("created_at")) or at
        return self._receipt(notes.ids, at)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a thread's first one."""
        readings = Readings(self._line(), non_public=self.config.non_public_metrics)
        return readings.read(receipts, self.context.clock())

    def delete(self, receipt: Receipt) -> bool:
        line = self._line()
        for number in reversed(receipt.remote_id.split(",")):
            # X says "deleted" of a post that is gone already, too.
            line.ask(partial(line.client.delete_tweet, number))
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _posts(self) -> OwnPosts:
        return OwnPosts(self._line(), lambda: (self._account or self.identify()).id)

    def _receipt(self, ids: Sequence[str], at: datetime) -> Receipt:
        # "i" stands for whoever wrote it, where nobody has asked for the name yet.
        name = self._account.name.removeprefix("@") if self._account else "i"
        return Receipt(",".join(ids), f"{self.config.web_url}/{name}/status/{ids[0]}", at)

    def _opening(self) -> Line:
        keys, secret = self.config, self.context.secret
        secrets = (
            secret(keys.consumer_key),
            secret(keys.consumer_secret),
            secret(keys.access_token),
            secret(keys.access_token_secret),
        )
        return Line(self.context.clock, keys.timeout_s, keys.base_url, secrets)
