"""Publishes articles of an office's Official Account on Zalo.

An article has a title, a cover, a text, pictures that Zalo fetches from the office's media host,
and a film. Zalo makes a job of it, whose token is noted before it is asked for the article's id. A
doubt is settled by that job; where the answer to the request itself was lost, by the list of
articles: one of the same title that wasn't there before, and of the same text. A broadcast can't be
looked up and is never repeated: where its answer was lost, the article is settled and a person is
asked about the broadcast.

UNVERIFIED, and therefore keys: whether a text is HTML (``text``), how long titles may be
(``title_max``, ``description_max``), where a film may stand (``video``), how many articles are
listed newest first (``pages``), whom an empty target reaches (``broadcast_target``), the address of
an article that Zalo doesn't tell (``web_url``). ``docs/channels/zalo.md`` is its page. What its
errors mean: ``errors.py``. Facts: https://docs.zaloplatforms.com (Official Account),
https://github.com/zaloplatform/zalo-java-sdk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from channels.base import (
    N_,
    Account,
    CannotTellError,
    CardSize,
    Channel,
    Context,
    Dialect,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    Settlement,
    TransientError,
)
from channels.state import SealedState
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.values import tally
from channels.zalo.article import Wishes
from channels.zalo.broadcast import IN_DOUBT, broadcast
from channels.zalo.config import ZaloConfig
from channels.zalo.line import App, Line
from channels.zalo.login import token_by_consent
from channels.zalo.notes import Article, Notes
from channels.zalo.options import ZaloOptions
from channels.zalo.posts import LIST, OwnArticles
from channels.zalo.publishing import Publishing
from channels.zalo.readings import readings

_ACCOUNT = "/v2.0/oa/getoa"
_REMOVE = "/v2.0/article/remove"


class Adapter(Channel[ZaloConfig]):
    """One Official Account. Options of a post: ``broadcast`` (to the followers), ``comments`` (as
    in the configuration), ``youtube`` (the address of a film to show)."""

    Config = ZaloConfig
    Options = ZaloOptions
    look: ClassVar[Look] = Look("Zalo", "#0059d6", "article", headed=True)
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views", "shares"})
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    access: ClassVar[tuple[str, ...]] = (
        N_("The Official Account must be verified, and have a package that allows the API."),
        N_("At developers.zalo.me make an app, activate it, and add the Official Account API."),
        N_("Under Official Account, tick the permissions to manage articles and to send messages."),
        N_("The quick way: in API Explorer choose the account and copy its refresh token."),
    )

    def __init__(self, config: ZaloConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())
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
        self.tell_access(person)
        keys, given = self.config, dict[str, str]()
        secret = self.secret_or_asked("app_secret", person, given)
        refresh = person.ask(
            N_("refresh token of API Explorer (empty: log in with a browser)"), hidden=True
        )
        if not refresh:
            refresh = token_by_consent(person, keys, self._line_of(App(keys.app_id, secret)))
        return {**given, "refresh_token": refresh}

    def identify(self) -> Account:
        line = self._line()
        told = line.get(_ACCOUNT)
        account_id, followers = told.get("oaid") or told.get("oa_id"), told.get("num_follower")
        if not account_id or not told.get("name"):
            raise TransientError("Zalo: it doesn't say whose the access is")
        # Whoever may list the articles may manage them.
        line.get(LIST, offset="0", limit="1", type="normal")
        self._account = Account(
            id=str(account_id),
            name=str(told["name"]),
            url=f"https://zalo.me/{account_id}",
            followers=tally(followers),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        wishes = Wishes.of(message, comments=self.config.comments)
        article = notes.article or self._publishing().finished(message, notes)
        if article is None:
            article = self._publishing().published(message, wishes, notes)
        if wishes.broadcast:
            broadcast(article, self._line(), notes, self.config.broadcast_target)
        return _receipt(article)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where the article is there and, if that was wished, surely broadcast.
        ``None`` also where the article is noted and only its broadcast is yet to be asked for."""
        notes = Notes(journal)
        article = notes.article or self._articles().settled(notes)
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
        return readings(self._line(), receipts, self.context.clock())

    def delete(self, receipt: Receipt) -> bool:
        self._line().ask(_REMOVE, {"id": receipt.remote_id})
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _publishing(self) -> Publishing:
        return Publishing(
            self.config,
            self._line(),
            self._articles(),
            self.context.address_of,
            lambda: (self._account or self.identify()).name,
        )

    def _articles(self) -> OwnArticles:
        return OwnArticles(self._line(), self.config.pages, self._own_address)

    def _own_address(self, article_id: str) -> str:
        """Where people read an article, as far as that is known without asking."""
        account = quote(self._account.id if self._account else self.config.account)
        base = self.config.web_url.rstrip("/")
        return f"{base}/detail/{account}?id={article_id}&pageId={account}"

    def _opening(self) -> Line:
        keys, secret = self.config, self.context.secret
        refresh = secret(keys.refresh_token)
        line = self._line_of(App(keys.app_id, secret(keys.app_secret), keys.proof))
        line.keep(SealedState.of(self.context), refresh)
        return line

    def _line_of(self, app: App) -> Line:
        keys = self.config
        http = HttpSession(self.context.clock, keys.timeout_s, [app.secret])
        return Line(http, keys.base_url, keys.oauth_url, app)


def _receipt(article: Article) -> Receipt:
    return Receipt(article.id, article.url, article.at)
