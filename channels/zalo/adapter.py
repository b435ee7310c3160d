"""Zalo: articles of an office's Official Account, and their broadcast to its followers.

An article has a title, a cover, a text, pictures that Zalo fetches from the office's media host,
and a film. Zalo makes a job of it, whose token is noted before it is asked for the article's id. A
doubt is settled by that job; where the answer to the request itself was lost, by the list of
articles: one of the same title that wasn't there before, and of the same text. A broadcast can't be
looked up and is never repeated: where its answer was lost, the article is settled and a person is
asked about the broadcast.

Unverified, and therefore keys: whether a text is HTML (``text``), how long titles may be
(``title_max``, ``description_max``), where a film may stand (``video``), how many articles are
listed newest first (``pages``), whom an empty target reaches (``broadcast_target``), the address of
an article that Zalo doesn't tell (``web_url``). ``docs/channels/zalo.md`` is its page. Facts:
https://docs.zaloplatforms.com (Official Account), https://github.com/zaloplatform/zalo-java-sdk.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field

from channels._likeness import letters
from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Message,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.hosting import is_public
from channels.oauth import consented
from channels.state import SealedState
from channels.web.http import HttpSession
from channels.web.values import counts, tally
from channels.zalo.api import Api, App, MediaFailedError, ProcessingError
from channels.zalo.article import AUTHOR_MAX, Cover, Markup, Wishes, view, words, written
from channels.zalo.broadcast import IN_DOUBT, Target, broadcast
from channels.zalo.list import LIST, METRICS, Listing
from channels.zalo.notes import Article, Asked, Job, Notes
from channels.zalo.video import video_id_of

_CREATE, _VERIFY = "/v2.0/article/create", "/v2.0/article/verify"
_DETAIL = "/v2.0/article/getdetail"
_REMOVE = "/v2.0/article/remove"
_ACCOUNT = "/v2.0/oa/getoa"

_PAGES_OF_A_READING = 30
_SHOWN_WITHIN = timedelta(seconds=30)
_PENDING_FOR = timedelta(days=1)


def _public(url: str) -> str:
    if url and not is_public(url):
        raise ValueError(N_("default_cover must be an https:// address without accented letters"))
    return url


class ZaloConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "zalo"``.

    ``app_id`` and ``app_secret`` are the app's, ``refresh_token`` the Official Account's.
    ``author`` stands under the title (empty: the account's name). ``default_cover`` is the address
    of a picture for posts without one. ``text`` is how texts are written, ``video`` where a film
    stands. ``broadcast_target`` narrows broadcasts (Zalo's own numbers). ``polls`` times
    ``poll_s`` is how long a send waits for Zalo; ``pages`` of ten articles are looked through.
    ``redirect_uri`` is the callback address that was given at developers.zalo.me.
    """

    adapter: Literal["zalo"] = "zalo"
    app_id: str
    app_secret: SecretRef
    refresh_token: SecretRef
    author: str = Field("", max_length=AUTHOR_MAX)
    default_cover: Annotated[str, AfterValidator(_public)] = ""
    comments: bool = True
    text: Markup = "html"
    video: Literal["cover", "body"] = "cover"
    title_max: int = Field(140, ge=1, le=150)
    description_max: int = Field(250, ge=1, le=300)
    broadcast_target: Mapping[Target, tuple[int, ...]] = {}
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(2.0, ge=0, le=5)
    pages: int = Field(5, ge=1, le=100)
    proof: bool = False
    pkce: bool = True
    redirect_uri: str = ""
    min_gap_s: float = Field(1.0, ge=0)
    base_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"
    web_url: str = "https://rd.zapps.vn"


class Adapter(Channel[ZaloConfig]):
    """One Official Account. Options of a post: ``broadcast`` (to the followers), ``comments`` (as
    in the configuration), ``youtube`` (the address of a film to show)."""

    Config = ZaloConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    access: ClassVar[tuple[str, ...]] = (
        N_("The Official Account must be verified, and have a package that allows the API."),
        N_("At developers.zalo.me make an app, activate it, and add the Official Account API."),
        N_("Under Official Account, tick the permissions to manage articles and to send messages."),
        N_("The quick way: in API Explorer choose the account and copy its refresh token."),
    )

    def __init__(self, config: ZaloConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Api | None = None
        self._account: Account | None = None

    @classmethod
    def dialect_for(cls, config: ZaloConfig) -> Dialect:
        return Dialect.HTML if config.text == "html" else Dialect.PLAIN

    @classmethod
    def keeps_secrets(cls, config: ZaloConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: ZaloConfig) -> Limits:
        return Limits(
            title_required=True,
            title_max=config.title_max,
            summary_max=config.description_max,
            media_required=not config.default_cover,
            images_max=20,
            image_max_bytes=1_000_000,
            videos_max=1,
            video_formats=frozenset({"video/mp4", "video/x-msvideo"}),
            video_max_bytes=50_000_000,
            fetches=frozenset({"image"}),
            mixes_media=True,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        for step in self.access:
            person.tell(step)
        keys, given = self.config, dict[str, str]()
        secret = self.secret_or_asked("app_secret", person, given)
        refresh = person.ask(
            N_("refresh token of API Explorer (empty: log in with a browser)"), hidden=True
        )
        if not refresh:
            refresh = self._consented(person, App(keys.app_id, secret))
        return {**given, "refresh_token": refresh}

    def identify(self) -> Account:
        api = self._api()
        told = api.get(_ACCOUNT)
        account_id, followers = told.get("oaid") or told.get("oa_id"), told.get("num_follower")
        if not account_id or not told.get("name"):
            raise TransientError("Zalo: it doesn't say whose the access is")
        # Whoever may list the articles may manage them.
        api.get(LIST, offset="0", limit="1", type="normal")
        self._account = Account(
            id=str(account_id),
            name=str(told["name"]),
            url=f"https://zalo.me/{account_id}",
            followers=tally(followers),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        wishes = Wishes.of(message.options, comments=self.config.comments)
        article = notes.article or self._finished(message, notes)
        if article is None:
            article = self._published(message, wishes, notes)
        if wishes.broadcast:
            broadcast(article, self._api(), notes, self.config.broadcast_target)
        return _receipt(article)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where the article is there and, if that was wished, surely broadcast.
        ``None`` also where the article is noted and only its broadcast is yet to be asked for."""
        notes = Notes(journal)
        article = notes.article or self._settled(notes)
        if article is None:
            return None
        if message.options.get("broadcast") is not True or notes.is_broadcast:
            return _receipt(article)
        if notes.broadcast_in_doubt:
            raise CannotTellError(IN_DOUBT)
        return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts as the list of articles gives them; of articles further down, nothing. One that
        a complete list lacks is gone."""
        now = self.context.clock()
        missing = {receipt.remote_id for receipt in receipts}
        readings: dict[str, Reading] = {}
        listing = Listing(self._api(), _PAGES_OF_A_READING)
        for article in listing if missing else ():
            remote_id = str(article.get("id"))
            if remote_id in missing:
                missing.remove(remote_id)
                readings[remote_id] = Reading(now, counts(article, METRICS))
            if not missing:
                break
        if listing.is_complete:
            readings |= {remote_id: Reading(now, exists=False) for remote_id in missing}
        return readings

    def delete(self, receipt: Receipt) -> bool:
        self._api().ask(_REMOVE, {"id": receipt.remote_id})
        return True

    def close(self) -> None:
        if self._opened is not None:
            self._opened.http.close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _finished(self, message: Message, notes: Notes) -> Article | None:
        """The article that an earlier attempt asked for; ``None`` where there surely is none."""
        job, asked = notes.job, notes.asked
        if job is not None:
            try:
                return self._awaited(job, notes)
            except MediaFailedError:
                if job.mark == message.fingerprint:
                    raise
            return None
        if asked is None:
            return None
        if self.context.clock() - asked.at < _SHOWN_WITHIN:
            raise AmbiguousError("Zalo: an article that was asked for may be on its way")
        try:
            return self._listed(asked, notes)
        except CannotTellError as error:
            doubt = str(error)
        raise AmbiguousError(doubt)

    def _published(self, message: Message, wishes: Wishes, notes: Notes) -> Article:
        article = self._written(message, wishes, notes)
        asked = notes.asked
        if asked is not None and asked.title == message.title:
            # Whatever has come since the first request is of this delivery.
            before = asked.before
        else:
            before = [str(each.get("id")) for each in self._titled(message.title)]
        now = self.context.clock()
        notes.ask(Asked(now, message.title, words(article["body"]), before))
        try:
            told = self._api().publish(_CREATE, article)
        except AmbiguousError:
            raise
        except ChannelError:
            notes.refused()
            raise
        if not told.get("token"):
            raise AmbiguousError("Zalo: it said yes, but not to what")
        job = Job(self.context.clock(), str(told["token"]), message.fingerprint)
        return self._awaited(notes.begun(job), notes)

    def _written(self, message: Message, wishes: Wishes, notes: Notes) -> dict[str, Any]:
        """The article, with its media where Zalo can get at them."""
        pictures = [each for each in message.media if each.kind == "image"]
        videos = [each for each in message.media if each.kind == "video"]
        if len(pictures) + len(videos) < len(message.media) or len(videos) > 1:
            raise InvalidContentError("Zalo: an article has pictures and one video at most")
        filmed = bool(videos) and self.config.video == "cover"
        if not (filmed or pictures or self.config.default_cover):
            raise InvalidContentError(
                N_("Zalo wants a cover: give the post a picture, or the channel a default_cover")
            )
        addresses = [(each, self.context.address_of(each)) for each in pictures]
        video_id = ""
        if videos:
            keys = self.config
            video_id = video_id_of(videos[0], self._api(), notes, keys.polls, keys.poll_s)
        if filmed:
            cover = Cover(video_id=video_id, view=view(videos[0]))
            on_cover, video_id = videos, ""
        else:
            on_cover = pictures[:1]
            address = addresses.pop(0)[1] if addresses else self.config.default_cover
            cover = Cover(address)
        return written(
            message,
            wishes,
            markup=self.config.text,
            author=self.config.author or self._known_account().name,
            description_max=self.config.description_max,
            cover=cover,
            pictures=addresses,
            video_id=video_id,
            credit=" ".join(each.credit for each in on_cover),
        )

    def _awaited(self, job: Job, notes: Notes) -> Article:
        """The article that ``job`` becomes, as soon as Zalo has made it."""
        doubt = ""
        for poll in range(self.config.polls):
            if poll:
                time.sleep(self.config.poll_s)
            try:
                return self._made(job, notes)
            except MediaFailedError:
                notes.refused()
                raise
            except ProcessingError as error:
                doubt = str(error)
            except ChannelError as error:
                doubt = str(error)
                break
        raise AmbiguousError(doubt)

    # -- settling ---------------------------------------------------------------------------------

    def _settled(self, notes: Notes) -> Article | None:
        """The article, by its job or by the list; ``None`` where there surely is none."""
        job, asked = notes.job, notes.asked
        now = self.context.clock()
        if job is not None:
            try:
                return self._made(job, notes)
            except MediaFailedError:
                notes.refused()
                return None
            except ProcessingError:
                if now - job.at < _PENDING_FOR:
                    raise
                said = N_("Zalo has been working on the article for more than a day")
            except InvalidContentError:
                # It no longer knows the job, as such tokens don't live for ever.
                said = ""
            if said:
                raise CannotTellError(said)
            notes.job_unknown()
        if asked is None:
            return None
        if now - asked.at < _SHOWN_WITHIN:
            raise TransientError("Zalo: the article may be on its way to the list of articles")
        return self._listed(asked, notes)

    def _made(self, job: Job, notes: Notes) -> Article:
        """The article that ``job`` became; ``ProcessingError`` while it isn't one."""
        told = self._api().ask(_VERIFY, {"token": job.token})
        article_id = told.get("id") or told.get("article_id")
        if not article_id:
            raise ProcessingError("Zalo: it still works on the article")
        return self._noted(str(article_id), notes)

    def _listed(self, asked: Asked, notes: Notes) -> Article | None:
        """The article that was asked for, among those that weren't there before."""
        new = [
            str(each.get("id"))
            for each in self._titled(asked.title)
            if str(each.get("id")) not in asked.before
        ]
        if not new:
            return None
        # Where Zalo doesn't tell the text of an article, its title has to do.
        alike = [each for each in new if words(self._detail(each).get("body")) in ("", asked.words)]
        if len(alike) > 1:
            raise CannotTellError(N_("Zalo shows several new articles of this title and text"))
        if not alike:
            raise CannotTellError(N_("Zalo shows a new article of this title, with another text"))
        return self._noted(alike[0], notes)

    def _titled(self, title: str) -> list[Mapping[str, Any]]:
        """The articles of this title among the newest ones."""
        wanted = letters(title)
        listing = Listing(self._api(), self.config.pages)
        return [each for each in listing if letters(str(each.get("title", ""))) == wanted]

    def _noted(self, article_id: str, notes: Notes) -> Article:
        at = self.context.clock()
        notes.out(Article(at, article_id, self._own_address(article_id)))
        url = ""
        with suppress(ChannelError):
            url = str(self._detail(article_id).get("link_view") or "")
        article = Article(at, article_id, url or self._own_address(article_id))
        return notes.out(article)

    def _detail(self, article_id: str) -> dict[str, Any]:
        told: dict[str, Any] = self._api().get(_DETAIL, id=article_id)
        return told

    def _own_address(self, article_id: str) -> str:
        """Where people read an article, as far as that is known without asking."""
        account = quote(self._account.id if self._account else self.config.account)
        base = self.config.web_url.rstrip("/")
        return f"{base}/detail/{account}?id={article_id}&pageId={account}"

    def _known_account(self) -> Account:
        return self._account or self.identify()

    # -- access -----------------------------------------------------------------------------------

    def _consented(self, person: Person, app: App) -> str:
        keys = self.config
        if not keys.redirect_uri:
            raise ForbiddenError(
                N_("to log in with a browser, write the app's callback address as redirect_uri")
            )
        consent = consented(
            person,
            f"{keys.oauth_url.rstrip('/')}/v4/oa/permission",
            {"app_id": app.app_id},
            redirect_uri=keys.redirect_uri,
            pkce="S256" if keys.pkce else "",
        )
        return self._line(app).exchanged(consent.code, consent.verifier)

    def _api(self) -> Api:
        if self._opened is None:
            keys, secret = self.config, self.context.secret
            refresh = secret(keys.refresh_token)
            api = self._line(App(keys.app_id, secret(keys.app_secret), keys.proof))
            api.keep(SealedState.of(self.context), refresh)
            self._opened = api
        return self._opened

    def _line(self, app: App) -> Api:
        keys = self.config
        http = HttpSession(self.context.clock, keys.timeout_s, [app.secret])
        return Api(http, keys.base_url, keys.oauth_url, app)


def _receipt(article: Article) -> Receipt:
    return Receipt(article.id, article.url, article.at)
