"""X: an office's account, through tweepy (https://docs.tweepy.org) and the X API v2.

A post, or a thread of posts that answer one another; each is noted as soon as X has named it, so
that a thread broken off is finished and never begun again. A lost answer is settled by looking at
the account's own recent posts; X's refusal of a repeat is only a reason to look, never a proof.
``docs/channels/x.md`` is its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    Text,
    TransientError,
)
from channels.web.values import held, looked_through, moment, name_of, objects, tally, whole
from channels.x.counting import weight
from channels.x.line import DuplicateError, Line
from channels.x.metrics import metrics
from channels.x.notes import Notes
from channels.x.text import matching

_NOT_FOUND = "/problems/resource-not-found"

_A_READING = 100
_PAGES_OF_A_SEARCH = 5
_CLOCKS_APART = timedelta(minutes=15)
"""By how much our clock may be ahead of X's. Were it more than is granted here, a post that is
there would be called absent and sent again. An older one of the same words, taken for ours within
that time, does no harm: X wouldn't have taken them twice."""

_METRICS_OF_OUR_OWN_FOR = timedelta(days=30)


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
    base_url: str = "https://api.twitter.com"
    web_url: str = "https://x.com"


class Adapter(Channel[XConfig]):
    """One account on X. A thread's ``remote_id`` names all its posts, the first one first."""

    Config = XConfig
    access: ClassVar[tuple[str, ...]] = (
        N_("Log in to X as the office's account and open developer.x.com."),
        N_("Make a project and in it an app, with the permission Read and write."),
        N_("Under Keys and tokens generate all four, and paste them here one by one."),
    )
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = _A_READING

    def __init__(self, config: XConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Line | None = None
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
        client = self._line().client
        told = self._ask(lambda: client.get_me(user_fields=["public_metrics"]))
        user = told.get("data")
        if not (isinstance(user, dict) and user.get("id") and user.get("username")):
            raise TransientError("X: it doesn't say whose the credentials are")
        name = str(user["username"])
        counts = user.get("public_metrics")
        followers = counts.get("followers_count") if isinstance(counts, dict) else None
        self._account = Account(
            id=str(user["id"]),
            name=f"@{name}",
            url=f"{self.config.web_url}/{name}",
            followers=tally(followers),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        notes.begin(self.context.clock())
        parts = (message.body, *message.replies)
        for index in range(len(notes.ids), len(parts)):
            media = message.media if index == 0 else ()
            notes.add(self._post(parts[index], media, notes))
        return self._receipt(notes.ids, self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where every post of the message is there. What is there of a thread broken
        off is noted, so that sending again finishes it."""
        notes = Notes(journal)
        missing = [part.plain for part in (message.body, *message.replies)][len(notes.ids) :]
        at = since
        if missing:
            shown = self._searchable(since)
            for plain in missing:
                if not plain.strip():
                    raise CannotTellError("X: a post without words can't be told from others")
                there = matching(shown, plain, notes.ids)
                if there is None and notes.repeat_refused:
                    raise CannotTellError("X: it refuses the post as a repeat, but doesn't show it")
                if there is None:
                    return None
                notes.add(name_of(there, "X"))
                at = moment(there.get("created_at")) or at
        return self._receipt(notes.ids, at)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a thread's first one."""
        now = self.context.clock()
        since = now - _METRICS_OF_OUR_OWN_FOR
        young = [each for each in receipts if each.at > since and self.config.non_public_metrics]
        old = [each for each in receipts if each not in young]
        readings: dict[str, Reading] = {}
        for group, fields in (
            (young, ["public_metrics", "non_public_metrics"]),
            (old, ["public_metrics"]),
        ):
            for start in range(0, len(group), _A_READING):
                readings |= self._read(group[start : start + _A_READING], fields, now)
        return readings

    def delete(self, receipt: Receipt) -> bool:
        client = self._line().client
        for number in reversed(receipt.remote_id.split(",")):
            # X says "deleted" of a post that is gone already, too.
            self._ask(partial(client.delete_tweet, number))
        return True

    def close(self) -> None:
        if self._opened is not None:
            self._opened.http.close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _post(self, part: Text, media: Sequence[Media], notes: Notes) -> str:
        """Publish one post; gives its id."""
        media_ids = self._media_ids(media, notes) or None
        before = notes.ids[-1] if notes.ids else None
        line, doubted = self._line(), notes.in_doubt
        line.pace.mind()
        notes.ask()
        try:
            told = line.call(
                lambda: line.client.create_tweet(
                    text=part.written or None, media_ids=media_ids, in_reply_to_tweet_id=before
                )
            )
        except DuplicateError as repeat:
            refused = str(repeat)
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not doubted:
                notes.refused()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that X no longer has.
                for each in media:
                    notes.forget_upload(each)
            raise
        else:
            data = told.get("data")
            if isinstance(data, dict) and str(data.get("id", "")).isdecimal():
                return str(data["id"])
            raise AmbiguousError("X: it said yes, but not to what")
        return self._already_there(part.plain, notes, refused, doubted=doubted)

    def _already_there(self, plain: str, notes: Notes, refused: str, *, doubted: bool) -> str:
        """The post that X calls a repeat, where it is of this delivery."""
        try:
            there = matching(list(self._recent(notes.begun)), plain, notes.ids)
            known = name_of(there, "X") if there is not None else ""
        except ChannelError as error:
            doubt = f"{refused}; and it can't be looked up: {error}"
        else:
            if known:
                return known
            if not doubted:
                notes.refused()
                raise InvalidContentError(refused)
            # Its list may lag behind: what it was asked for before may be what it calls repeated.
            notes.refused_as_repeat()
            doubt = f"{refused}; and it doesn't show which"
        raise AmbiguousError(doubt)

    def _media_ids(self, media: Sequence[Media], notes: Notes) -> list[str]:
        if len(media) > 1 and any(each.mime == "image/gif" for each in media):
            raise InvalidContentError("X: an animated GIF goes alone")
        return [self._media_id(each, notes) for each in media]

    def _media_id(self, media: Media, notes: Notes) -> str:
        """The id of ``media`` at X, ready for a post; what an earlier attempt did isn't redone."""
        uploads, now = self._line().uploads, self.context.clock()
        upload, finished = notes.upload_of(media, now)
        if upload is None:
            upload = uploads.bring(media)
            notes.note_upload(media, upload, now)
        if not finished:
            try:
                uploads.finish(media, upload)
            except InvalidContentError:
                notes.forget_upload(media)
                raise
            notes.note_finished(media)
        return upload.media_id

    def _receipt(self, ids: Sequence[str], at: datetime) -> Receipt:
        # "i" stands for whoever wrote it, where nobody has asked for the name yet.
        name = self._account.name.removeprefix("@") if self._account else "i"
        return Receipt(",".join(ids), f"{self.config.web_url}/{name}/status/{ids[0]}", at)

    # -- asking -----------------------------------------------------------------------------------

    def _searchable(self, since: datetime) -> list[Mapping[str, Any]]:
        """``_recent``, where an account that may not search is one that can't tell."""
        try:
            return list(self._recent(since))
        except ForbiddenError as error:
            refused = str(error)
        raise CannotTellError(refused)

    def _recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's own posts since ``since``; raises ``CannotTellError`` where not all of
        them can be seen."""
        account = self._account or self.identify()
        page = ""
        for _ in range(_PAGES_OF_A_SEARCH):
            told = self._ask(
                partial(
                    self._line().client.get_users_tweets,
                    account.id,
                    max_results=100,
                    start_time=since - _CLOCKS_APART,
                    pagination_token=page or None,
                    tweet_fields=["created_at", "entities", "note_tweet", "referenced_tweets"],
                    user_auth=True,
                )
            )
            meta = held(told.get("meta"))
            # A page without posts has no "data", and counts none of them.
            none_at_all = "data" not in told and whole(meta.get("result_count")) == 0
            yield from looked_through([] if none_at_all else told.get("data"), "X")
            page = str(meta.get("next_token") or "")
            if not page:
                return
        raise CannotTellError("X: too many posts since then to look through")

    def _read(
        self, receipts: Sequence[Receipt], fields: list[str], now: datetime
    ) -> dict[str, Reading]:
        client = self._line().client
        by_id = {receipt.remote_id.split(",")[0]: receipt.remote_id for receipt in receipts}
        told = self._ask(
            lambda: client.get_tweets(list(by_id), tweet_fields=fields, user_auth=True)
        )
        readings: dict[str, Reading] = {}
        for post in objects(told.get("data")):
            remote_id = by_id.get(str(post.get("id")))
            if remote_id is not None:
                readings[remote_id] = Reading(now, metrics(post))
        for problem in objects(told.get("errors")):
            remote_id = by_id.get(str(problem.get("resource_id", problem.get("value"))))
            if remote_id is not None and str(problem.get("type", "")).endswith(_NOT_FOUND):
                readings[remote_id] = Reading(now, exists=False)
        return readings

    def _ask(self, verb: Callable[[], Any]) -> dict[str, Any]:
        line = self._line()
        with line.http.harmless():
            return line.call(verb)

    def _line(self) -> Line:
        if self._opened is None:
            keys, secret = self.config, self.context.secret
            secrets = (
                secret(keys.consumer_key),
                secret(keys.consumer_secret),
                secret(keys.access_token),
                secret(keys.access_token_secret),
            )
            self._opened = Line(self.context.clock, keys.timeout_s, keys.base_url, secrets)
        return self._opened
