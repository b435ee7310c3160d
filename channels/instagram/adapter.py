"""Publishes to an office's professional account on Instagram, through Meta's Instagram Platform.

A picture, a reel or a carousel of up to ten of both; there are no posts of text alone. Instagram
fetches media from the office's media host and makes a container of each post, whose id is noted
before it is published (``channels.meta.containers``): a doubt is settled by its status, then by the
account's recent media, on caption and time. Accounts are reached by Instagram Login (the default)
or by Facebook Login over the Page that they are linked to. ``docs/channels/instagram.md`` is its
page. What its errors mean: ``errors.py``.

Facts from developers.facebook.com/docs/instagram-platform: content-publishing, reference/
error-codes, instagram-graph-api/reference/ig-user/media, …/ig-container,
…/content_publishing_limit, reference/instagram-media/insights.

UNVERIFIED: the size of reels (``video_max_bytes``: 300 MB and 1 GB are both told); that every
endpoint takes the token in a header (``token_as_field`` sends it as the documentation shows); what
is asked consent for under Facebook Login (``facebook_scopes``), and that a Page's token has no end;
how the 2,200 characters of a caption are counted (as code points here). Taking a post back was
never supported for sure, and isn't offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import ClassVar

from channels.base import (
    N_,
    Account,
    AccountFigures,
    CardSize,
    Channel,
    Context,
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
    VideoShape,
)
from channels.instagram import line
from channels.instagram.config import InstagramConfig
from channels.instagram.login import token_by_consent
from channels.instagram.options import InstagramOptions, wishes_of
from channels.instagram.publishing import WAYS, container
from channels.meta.account import OwnAccount
from channels.meta.allowance import allowance_of
from channels.meta.app import app_asked
from channels.meta.notes import Notes
from channels.meta.posts import Shown
from channels.meta.reach import people_reached
from channels.meta.states import States
from channels.meta.ways import Part, parts_of
from channels.web.opened import Opened
from channels.web.values import moment, tally

_METRICS: Mapping[str, Metric] = {
    "reach": "reach",
    "views": "views",
    "likes": "reactions",
    "comments": "comments",
    "saved": "saves",
    "shares": "shares",
}
_LOOKED_THROUGH = 100
"""As many posts as an account may publish in a day."""

CAPTION_MAX, HASHTAGS_MAX, CAROUSEL_MOST = 2_200, 30, 10


class Adapter(Channel[InstagramConfig]):
    """One account on Instagram. The option of a reel: ``feed`` (it is shown among the account's
    posts, too; true unless said otherwise)."""

    Config = InstagramConfig
    Options = InstagramOptions
    look: ClassVar[Look] = Look("Instagram", "#b5286f", "picture")
    card_size: ClassVar[CardSize | None] = "portrait"
    metrics: ClassVar[frozenset[Metric]] = frozenset(
        {"reach", "views", "reactions", "comments", "shares", "saves"}
    )
    video_shape: ClassVar[VideoShape | None] = "tall"
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = 10
    access: ClassVar[tuple[str, ...]] = (
        N_("In the Instagram app turn the office's account into a professional one."),
        N_("At developers.facebook.com make an app of the type Business and add Instagram to it."),
        N_("In its settings register an https address of the office as the redirect address."),
        N_("Until Meta has reviewed the app, give the account a role in it (Instagram tester)."),
        N_("Have ready the app's id and secret, as Instagram's own settings in the app show them."),
    )

    def __init__(self, config: InstagramConfig, context: Context) -> None:
        super().__init__(config, context)
        self._own = Opened(self._opening, OwnAccount.close)
        self._account: Account | None = None

    @classmethod
    def keeps_secrets(cls, config: InstagramConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: InstagramConfig) -> Limits:
        return Limits(
            text_max=CAPTION_MAX,
            text_required=False,
            hashtags_max=HASHTAGS_MAX,
            media_required=True,
            images_max=CAROUSEL_MOST,
            image_formats=frozenset({"image/jpeg"}),
            image_max_bytes=8 * 1024 * 1024,
            image_ratio=(0.8, 1.91),
            videos_max=CAROUSEL_MOST,
            video_formats=frozenset({"video/mp4", "video/quicktime"}),
            video_max_bytes=config.video_max_bytes,
            video_min_s=3,
            video_max_s=15 * 60,
            mixes_media=True,
            fetches=frozenset({"image", "video"}),
            alt_max=1_000,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        self.tell_access(person)
        given: dict[str, str] = {}
        app_id, secret = app_asked(person, self.config, self.context, given)
        token = token_by_consent(person, self.config, self.context, app_id, secret)
        return {"token": token, **given}

    def identify(self) -> Account:
        own = self._own()
        user = line.user_of(self.config, own.line)
        # Instagram Login tells two numbers: ``id`` is the app's own for the account.
        number = str(user.get("user_id") or user.get("id") or "")
        if not (number and user.get("username")):
            raise TransientError("Instagram: it doesn't say whose the token is")
        allowance_of(own.line, WAYS, number)  # refused where the token may not publish
        self._account = Account(
            id=number,
            name=f"@{user['username']}",
            url=f"{self.config.web_url.rstrip('/')}/{user['username']}/",
            followers=tally(user.get("followers_count")),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = wishes_of(message)
        notes = Notes(journal)
        if not notes.ids:
            containers = self._own().containers(notes)
            (part,) = parts_of(message)[:1]
            address_of = self.context.address_of
            containers.publish(part, partial(container, message, wishes, containers, address_of))
        return self._receipt(notes, is_new=True)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        notes = Notes(journal)
        if not notes.ids:
            (part,) = parts_of(message)[:1]
            if self._own().containers(notes).find(part) is None:
                return None
        return self._receipt(notes, is_new=False)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        return self._own().read(receipts, self.context.clock())

    def read_account(self) -> AccountFigures:
        """The account's followers, and the people whom it reached in one of ``reach_periods``."""
        account, periods = self.identify(), self.config.reach_periods
        return AccountFigures(
            account.followers, *people_reached(self._own().line, account.id, "reach", periods)
        )

    def close(self) -> None:
        self._own.close()

    # -- parts ------------------------------------------------------------------------------------

    def _opening(self) -> OwnAccount:
        keys = self.config
        states = States(line.opened(keys, self.context), WAYS, keys.polls, keys.poll_s)
        return OwnAccount(states, self._user_id, self._recent, _METRICS)

    def _user_id(self) -> str:
        return (self._account or self.identify()).id

    def _recent(self, part: Part, since: datetime) -> Iterator[Shown]:
        fields, edge = "id,caption,timestamp", f"{self._user_id()}/{WAYS.posts}"
        for post in islice(self._own().line.listed(edge, fields=fields, limit=50), _LOOKED_THROUGH):
            at, number = moment(post.get("timestamp")), str(post.get("id") or "")
            yield Shown(number, str(post.get("caption") or ""), at)

    def _receipt(self, notes: Notes, *, is_new: bool) -> Receipt:
        profile = self._account.url if self._account else self.config.web_url
        return self._own().receipt(notes.ids[:1], profile, is_new=is_new)
