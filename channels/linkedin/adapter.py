"""LinkedIn: an organisation's page, through the versioned Posts API.

A text, a link with its card, one picture, several, or a video. A post's id is the answer's
``x-restli-id``. A lost answer is settled by looking through the page's own posts, by text and time;
LinkedIn also refuses a repeat and names the post it repeats, which is ours where it is as young as
our first attempt.

Unverified, and therefore configurable or never concluded from: until when a version of the API is
taken (``version``), how the 3,000 characters are counted (``text_max``), whether addresses come
back shortened (they are left out when texts are compared), and how many posts one question about
readers takes. ``docs/channels/linkedin.md`` is its page. Facts:
https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api and its
neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

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
    Message,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.linkedin.api import Api, App, DuplicateError, encoded, listed
from channels.linkedin.media import Uploads
from channels.linkedin.metrics import gone, reactions, statistics
from channels.linkedin.notes import Notes
from channels.linkedin.posts import OwnPosts
from channels.linkedin.text import little
from channels.oauth import LOOPBACK, consented
from channels.state import SealedState
from channels.web.http import HttpSession
from channels.web.values import held, objects, tally

_SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")
_MAY_POST = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})

_A_READING = 50
_ROLES = 100
_PAGES_OF_ROLES = 10
_SHOWN_WITHIN = timedelta(minutes=2)
"""So long a post that the list lacks may yet come to be shown."""


class LinkedInConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "linkedin"``.

    ``organization`` is the page's number. Either ``refresh_token``, which LinkedIn gives to
    approved apps, with ``client_id`` and ``client_secret``; or ``access_token``, which ends after
    sixty days. ``version`` is that of the API, a year and a month; ``polls`` times ``poll_s`` is
    how long a send waits for LinkedIn to process what was brought.
    """

    adapter: Literal["linkedin"] = "linkedin"
    organization: Annotated[str, Field(pattern=r"^\d{1,20}$")]
    access_token: SecretRef | None = None
    refresh_token: SecretRef | None = None
    client_id: SecretRef | None = None
    client_secret: SecretRef | None = None
    version: Annotated[str, Field(pattern=r"^20\d{4}$")] = "202607"
    text_max: int = Field(3_000, ge=1)
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(2.0, ge=0, le=5)
    min_gap_s: float = Field(1.0, ge=0)
    redirect_uri: str = LOOPBACK
    base_url: str = "https://api.linkedin.com/rest"
    oauth_url: str = "https://www.linkedin.com/oauth/v2"
    web_url: str = "https://www.linkedin.com"

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.access_token is None) == (self.refresh_token is None):
            raise ValueError("write access_token or refresh_token, one of the two")
        if self.refresh_token and not (self.client_id and self.client_secret):
            raise ValueError("a refresh_token needs client_id and client_secret")
        return self


class Adapter(Channel[LinkedInConfig]):
    """One page on LinkedIn. Option of a post: ``reshares`` (true: others may share it)."""

    Config = LinkedInConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = _A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("At developer.linkedin.com make an app that belongs to the office's page."),
        N_("Under Products ask for the Community Management API, and wait until it is approved."),
        N_("Under Auth add the redirect address of your schedule.toml."),
        N_("Log in to LinkedIn in the browser as an administrator of the page, then go on here."),
    )

    def __init__(self, config: LinkedInConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Api | None = None

    @classmethod
    def keeps_secrets(cls, config: LinkedInConfig) -> bool:
        return config.refresh_token is not None

    @classmethod
    def limits(cls, config: LinkedInConfig) -> Limits:
        return Limits(
            text_max=config.text_max,
            images_max=20,
            image_formats=frozenset({"image/jpeg", "image/png", "image/gif"}),
            videos_max=1,
            video_max_bytes=500_000_000,
            video_min_s=3,
            video_max_s=30 * 60,
            alt_max=4_086,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        for step in self.access:
            person.tell(step)
        given: dict[str, str] = {}
        app = App(
            self.secret_or_asked("client_id", person, given),
            self.secret_or_asked("client_secret", person, given),
            self.config.oauth_url,
        )
        address = f"{app.oauth_url.rstrip('/')}/authorization"
        consent = consented(
            person,
            address,
            {"client_id": app.id, "scope": " ".join(_SCOPES)},
            redirect_uri=self.config.redirect_uri,
            pkce="",  # an app with a secret proves itself by that
        )
        api = self._line([app.id, app.secret])
        told = api.exchanged(app, consent.code, consent.redirect_uri)
        name = "access_token" if self.config.refresh_token is None else "refresh_token"
        if not told.get(name):
            raise ForbiddenError(
                N_(
                    "LinkedIn gives this app no refresh token: write access_token in its place "
                    "into schedule.toml, and log in again"
                )
            )
        return {**given, name: str(told[name])}

    def identify(self) -> Account:
        """The page, and that the member may post for it; ``ForbiddenError`` where they may not."""
        api = self._api()
        page, administered = self._page(api)
        if not page.get("id"):
            raise TransientError("LinkedIn: it doesn't say which page this is")
        may_post = self._may_post(api)
        # Whose page it is must be proved by one of the two: anybody may look a page up.
        if may_post is False or not (may_post or administered):
            raise ForbiddenError(
                N_("the member who logged in is no administrator of the LinkedIn page's content")
            )
        known = page.get("vanityName") or page["id"]
        return Account(
            id=str(page["id"]),
            name=str(page.get("localizedName") or page["id"]),
            url=f"{self._web()}/company/{known}",
            followers=self._followers(api),
            expires_at=self._ends_at(api),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        if (urn := notes.post) is not None:
            return self._receipt(urn, notes.posted_at)
        now = self.context.clock()
        notes.begin(now)
        post = self._post_of(message, journal)
        doubted = notes.in_doubt
        notes.ask(now)
        try:
            urn = self._published(post)
        except DuplicateError as repeat:
            refused, urn = str(repeat), repeat.urn
        except AmbiguousError:
            raise
        except ChannelError as error:
            if not doubted:
                notes.refused()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that LinkedIn no longer has.
                for each in message.media:
                    self._uploads(journal).forget(each)
            raise
        else:
            notes.note(urn, self.context.clock())
            return self._receipt(urn, self.context.clock())
        return self._already_there(message, urn, refused, notes, doubted=doubted)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        notes = Notes(journal)
        if (urn := notes.post) is not None:
            return self._receipt(urn, notes.posted_at)
        words, asked_at = message.body.plain, notes.asked_at
        if not words.strip() and asked_at is None:
            return None
        if not words.strip():
            raise CannotTellError(N_("a LinkedIn post without words can't be told from others"))
        there = self._posts().of(words, since)
        if there is not None:
            return self._receipt(there.urn, there.at)
        if notes.repeat_refused:
            raise CannotTellError(
                N_("LinkedIn refuses the post as a repeat, but doesn't show it as ours")
            )
        if asked_at is not None and self.context.clock() - asked_at < _SHOWN_WITHIN:
            raise TransientError("LinkedIn: a post so young may yet come to be shown")
        return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """What LinkedIn counts for the page's posts; what it refuses is left out."""
        now = self.context.clock()
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), _A_READING):
            urns = [each.remote_id for each in receipts[start : start + _A_READING]]
            counted = statistics(self._told(self._statistics_of(urns)))
            reacted = reactions(self._told(f"/socialMetadata?ids={listed(urns)}", "BATCH_GET"))
            missing = gone(self._told(f"/posts?ids={listed(urns)}", "BATCH_GET"))
            for urn in urns:
                metrics = {**counted.get(urn, {}), **reacted.get(urn, {})}
                if urn in missing:
                    readings[urn] = Reading(now, exists=False)
                elif metrics:
                    readings[urn] = Reading(now, metrics)
        return readings

    def delete(self, receipt: Receipt) -> bool:
        # LinkedIn says "deleted" of a post that is gone already, too.
        with self._api().http.harmless():
            self._api().exchange("DELETE", f"/posts/{encoded(receipt.remote_id)}", kind="DELETE")
        return True

    def close(self) -> None:
        if self._opened is not None:
            self._opened.http.close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _post_of(self, message: Message, journal: Journal) -> dict[str, Any]:
        options = dict(message.options)
        reshares = options.pop("reshares", True)
        if options or not isinstance(reshares, bool):
            raise InvalidContentError("LinkedIn: the only option is reshares, true or false")
        content = self._content(message, journal)
        return {
            "author": self._urn(),
            "commentary": little(message.body.written),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": not reshares,
            **({"content": content} if content else {}),
        }

    def _content(self, message: Message, journal: Journal) -> dict[str, Any]:
        """What stands under the words: the media, else the link's card."""
        kinds = [each.kind for each in message.media]
        if kinds and kinds != ["video"] and set(kinds) != {"image"}:
            raise InvalidContentError("LinkedIn: a post has pictures, or one video")
        uploads = self._uploads(journal)
        urns = [uploads.urn_of(each) for each in message.media]
        if kinds == ["video"]:
            title = message.title or message.media[0].alt
            return {"media": {"id": urns[0], **({"title": title} if title else {})}}
        images = [
            {"id": urn, "altText": each.alt} for urn, each in zip(urns, message.media, strict=True)
        ]
        if len(images) > 1:
            return {"multiImage": {"images": images}}
        if images:
            return {"media": images[0]}
        if not message.link:
            return {}
        title = message.title or urlsplit(message.link).hostname or message.link
        described = {"description": message.summary} if message.summary else {}
        return {"article": {"source": message.link, "title": title, **described}}

    def _published(self, post: Mapping[str, Any]) -> str:
        answer = self._api().exchange("POST", "/posts", post)
        urn = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id") or ""
        if not urn.startswith("urn:li:"):
            raise AmbiguousError("LinkedIn: it said yes, but not to what")
        return urn

    def _already_there(
        self, message: Message, urn: str, refused: str, notes: Notes, *, doubted: bool
    ) -> Receipt:
        """The post that LinkedIn calls a repeat, where it is of this delivery."""
        posts, words = self._posts(), message.body.plain
        try:
            there = posts.named(urn, words, notes.begun) if urn else posts.of(words, notes.begun)
        except ChannelError as error:
            doubt = f"{refused}; and it can't be looked up: {error}"
        else:
            if there is not None:
                notes.note(there.urn, there.at)
                return self._receipt(there.urn, there.at)
            if not doubted:
                notes.refused()
                raise InvalidContentError(refused)
            notes.refused_as_repeat()
            doubt = f"{refused}; and that isn't ours"
        raise AmbiguousError(doubt)

    def _uploads(self, journal: Journal) -> Uploads:
        return Uploads(self._api(), self._urn(), self.config.polls, self.config.poll_s, journal)

    def _receipt(self, urn: str, at: datetime) -> Receipt:
        return Receipt(urn, f"{self._web()}/feed/update/{urn}", at)

    # -- asking -----------------------------------------------------------------------------------

    def _posts(self) -> OwnPosts:
        return OwnPosts(self._api(), self._urn())

    def _told(self, path: str, kind: str = "") -> dict[str, Any]:
        """What LinkedIn tells of readers; nothing where it doesn't allow that."""
        try:
            return self._api().get(path, kind)
        except (ForbiddenError, InvalidContentError):
            return {}

    def _statistics_of(self, urns: Sequence[str]) -> str:
        groups = {
            "shares": [urn for urn in urns if urn.startswith("urn:li:share:")],
            "ugcPosts": [urn for urn in urns if urn.startswith("urn:li:ugcPost:")],
        }
        posts = "".join(f"&{name}={listed(group)}" for name, group in groups.items() if group)
        entity = f"q=organizationalEntity&organizationalEntity={encoded(self._urn())}"
        return f"/organizationalEntityShareStatistics?{entity}{posts}"

    def _page(self, api: Api) -> tuple[dict[str, Any], bool]:
        """The page, and whether it was told as to its administrator; content administrators get it
        as everybody does."""
        number = self.config.organization
        try:
            return api.get(f"/organizations/{number}"), True
        except ForbiddenError:
            pass  # asked differently below
        told = api.get(f"/organizationsLookup?ids=List({number})", "BATCH_GET")
        return held(held(told.get("results")).get(number)), False

    def _may_post(self, api: Api) -> bool | None:
        """Whether the member has a role that may post; ``None`` where that may not be asked."""
        for page in range(_PAGES_OF_ROLES):
            asked = f"/organizationAcls?q=roleAssignee&state=APPROVED&count={_ROLES}"
            asked = f"{asked}&start={page * _ROLES}"
            try:
                roles = objects(api.get(asked, "FINDER").get("elements"))
            except (ForbiddenError, InvalidContentError):
                return None
            for each in roles:
                whose = each.get("organization") or each.get("organizationTarget")
                if whose == self._urn() and str(each.get("role")) in _MAY_POST:
                    return True
            if len(roles) < _ROLES:
                break
        return False

    def _followers(self, api: Api) -> int | None:
        edge = "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        try:
            told = api.get(f"/networkSizes/{encoded(self._urn())}?{edge}")
        except (ForbiddenError, InvalidContentError):
            return None
        return tally(told.get("firstDegreeSize"))

    def _urn(self) -> str:
        return f"urn:li:organization:{self.config.organization}"

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")

    # -- access -----------------------------------------------------------------------------------

    def _api(self) -> Api:
        if self._opened is None:
            keys, secret = self.config, self.context.secret
            if keys.refresh_token and keys.client_id and keys.client_secret:
                app = App(secret(keys.client_id), secret(keys.client_secret), keys.oauth_url)
                api = self._line([app.id, app.secret])
                state = SealedState.of(self.context)
                api.keep(state, app, secret(keys.refresh_token))
            else:
                api = self._line([])
                api.hold(secret(keys.access_token or ""))
            self._opened = api
        return self._opened

    def _ends_at(self, api: Api) -> datetime | None:
        """When the account's access ends, where nothing renews it and the app may ask."""
        keys = self.config
        if keys.refresh_token or not (keys.client_id and keys.client_secret):
            return None
        secret = self.context.secret
        return api.ends_at(App(secret(keys.client_id), secret(keys.client_secret), keys.oauth_url))

    def _line(self, secrets: list[str]) -> Api:
        keys = self.config
        http = HttpSession(self.context.clock, keys.timeout_s, secrets)
        return Api(http, keys.base_url, keys.version)
