"""WordPress: the portal's posts and pages, through its REST API
(https://developer.wordpress.org/rest-api/) with an application password.

One post a message: title, body, summary as its excerpt, the first picture as its cover and the
other media in its text, with categories and tags. It goes out under a slug of our own, and a doubt
is settled by looking for that: WordPress makes a second post of a repeated slug ("-2"), so every
attempt looks before it sends. With the option ``page`` a page's content is replaced instead, and
compared to settle a doubt. Uploads are looked up by their names (``channels.wordpress.library``).

An adapter is also a ``MediaHost`` for platforms that fetch media by address: ``address`` and
``forget_media``.

Seen on WordPress 6.1, which the tests in ``tests/real`` run. UNVERIFIED, and so by configuration
alone: where a plugin tells views (``views_field``, ``views_route``), the field by which a plugin
takes a post's language (``language_field``), and how large an upload the portal's web server lets
through (``upload_max_mb``). ``docs/channels/wordpress.md`` is its page.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape, unescape
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from channels.base import (
    N_,
    Account,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.web.hosts import is_loopback
from channels.web.values import moment, name_of
from channels.wordpress import login
from channels.wordpress.library import Library
from channels.wordpress.line import Line, code_of
from channels.wordpress.pages import holds, page_of, replaced
from channels.wordpress.readings import Readings
from channels.wordpress.terms import Terms
from channels.wordpress.text import Shown, content, named
from channels.wordpress.wishes import Status, Wishes

_FIELDS = "id,slug,status,link,date_gmt,modified_gmt"
_PAGE = "pages/"
_GONE = frozenset({"rest_post_invalid_id", "rest_already_trashed"})

_log = logging.getLogger(__name__)


def _guarded(address: str) -> str:
    """``address``, where what is sent there can't be read on the way."""
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if address and not (safe and parts.hostname):
        raise ValueError("write an address with https://: the password goes there")
    return address.rstrip("/")


Guarded = Annotated[str, AfterValidator(_guarded)]


class WordPressConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "wordpress"``.

    ``url`` is the portal's address, ``username`` the user who posts, ``password`` an application
    password of theirs. ``categories`` are those of every post; ``create_tags`` and
    ``create_categories`` let missing ones be made. ``status`` is that of posts that don't say.
    ``cover`` false: the first picture stands in the text, like the others. ``language`` is the
    portal's. ``delete_for_good`` passes the trash by. ``rest_url`` is where its REST API is, where
    that can't be found; ``redirect_uri`` where ``login`` is sent back to (WordPress 7.0 takes one
    on this machine, older ones https alone).
    """

    adapter: Literal["wordpress"] = "wordpress"
    url: Annotated[Guarded, Field(min_length=1)]
    username: str
    password: SecretRef
    categories: tuple[str, ...] = ()
    create_tags: bool = True
    create_categories: bool = False
    status: Status = "publish"
    cover: bool = True
    language: str = "vi"
    language_field: str = ""
    views_field: str = ""
    views_route: str = ""
    upload_max_mb: Annotated[float, Field(gt=0)] = 8
    delete_for_good: bool = False
    rest_url: Guarded = ""
    redirect_uri: str = ""


class Adapter(Channel[WordPressConfig]):
    """One user on one portal. Options of a post: ``page``, ``categories``, ``tags``, ``status``,
    ``sticky`` (``channels.wordpress.wishes``)."""

    Config = WordPressConfig
    dialect = Dialect.HTML
    writes_hashtags = False
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    access: ClassVar[tuple[str, ...]] = (
        N_("In the portal, make a user for Publisher: an Author, or an Editor to update pages."),
        N_("Log in to the portal as that user, in the browser that you use now."),
    )

    def __init__(self, config: WordPressConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Line | None = None

    @classmethod
    def limits(cls, config: WordPressConfig) -> Limits:
        most = int(config.upload_max_mb * 1024 * 1024)
        return Limits(
            title_required=True,
            images_max=30,
            image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
            image_max_bytes=most,
            videos_max=10,
            video_formats=frozenset({"video/mp4", "video/webm"}),
            video_max_bytes=most,
            mixes_media=True,
            documents_max=20,
            document_max_bytes=most,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """An application password, by WordPress's own page for that
        (``wp-admin/authorize-application.php``): it comes back, or is shown and pasted."""
        for step in self.access:
            person.tell(step)
        keys = self.config
        got = login.password(person, self._line_of(None), keys.username, keys.redirect_uri)
        return {"password": got}

    def identify(self) -> Account:
        """The portal, by its address; ``ForbiddenError`` where the user may not do what the
        configuration wants of them."""
        line = self._line()
        user = line.object("GET", "/wp/v2/users/me", params={"context": "edit"})
        self._check_rights(user.get("capabilities"))
        site = line.object("GET", "/", params={"_fields": "name,home"})
        home = str(site.get("home") or self.config.url).rstrip("/")
        scheme, _, place = home.partition("://")
        if not (scheme and place):
            raise TransientError("WordPress: it doesn't say where it is")
        return Account(
            id=place,
            name=unescape(str(site.get("name") or home)),
            url=home,
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = Wishes.of(message)
        noted = journal.get("sent")
        if noted is not None:
            return self._receipt(json.loads(noted))
        sent = self._publish(message, wishes, journal)
        journal.put("sent", json.dumps(sent))
        return self._receipt(sent)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post with our slug, or the page with our content. Both are looked at as the user
        who sends sees them, drafts included."""
        wishes = Wishes.of(message)
        noted = journal.get("sent")
        if noted is not None:
            return self._receipt(json.loads(noted))
        if wishes.page is None:
            there = self._by_slug(_slug(message, journal))
            return self._receipt(_of_post(there)) if there else None
        page = page_of(self._line(), wishes.page)
        shown = [each for each in self._library().found(message.media) if each is not None]
        if len(shown) == len(message.media) and holds(page, self._content(message, shown)):
            return self._receipt(_of_page(page))
        return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Comments, and views where a plugin gives them."""
        keys = self.config
        readings = Readings(self._line(), keys.views_field, keys.views_route)
        now = self.context.clock()
        posts = [each.remote_id for each in receipts if each.remote_id.isdecimal()]
        pages = [each.remote_id for each in receipts if each.remote_id.startswith(_PAGE)]
        found = dict(readings.of("posts", posts, now))
        numbers = {each.removeprefix(_PAGE): each for each in pages}
        for number, reading in readings.of("pages", list(numbers), now).items():
            found[numbers[number]] = reading
        return found

    def delete(self, receipt: Receipt) -> bool:
        """True where the post is gone. False for a page, which was there before us, and where
        the portal has no trash to put it into."""
        if not receipt.remote_id.isdecimal():
            return False
        line, force = self._line(), str(self.config.delete_for_good).lower()
        with line.http.harmless():
            route = f"/wp/v2/posts/{receipt.remote_id}"
            answer = line.ask("DELETE", route, params={"force": force})
        if answer.status_code == 200 or code_of(answer) in _GONE:
            return True
        if code_of(answer) == "rest_trash_not_supported":
            return False
        raise line.error_of(answer)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.http.close()
            self._opened = None

    # -- a host of media for other platforms ------------------------------------------------------

    def address(self, media: Media) -> str:
        """An address from which anybody may fetch exactly the bytes of ``media``, until
        ``forget_media``: ASCII, unguessable, not listed by the portal. Raises ``ForbiddenError``
        where the portal changes what is uploaded, or shows it to its users alone."""
        return self._library().hosted(media, self.context.secret(self.config.password))

    def forget_media(self, before: datetime) -> int:
        """Delete what ``address`` put there before ``before`` (aware); gives how many. Nothing
        else in the media library is touched."""
        return self._library().forget(before)

    # -- publishing -------------------------------------------------------------------------------

    def _publish(self, message: Message, wishes: Wishes, journal: Journal) -> dict[str, str]:
        if wishes.page is not None:
            page = page_of(self._line(), wishes.page)
            shown = self._library().brought(message.media)
            return _of_page(replaced(self._line(), page, self._content(message, shown)))
        slug = _slug(message, journal)
        return _of_post(self._by_slug(slug) or self._made(message, wishes, slug))

    def _made(self, message: Message, wishes: Wishes, slug: str) -> Mapping[str, Any]:
        keys = self.config
        shown = self._library().brought(message.media)
        pictures = [each for each in shown if each.media.kind == "image"]
        cover = pictures[0] if keys.cover and pictures else None
        in_text = [each for each in shown if each is not cover]
        asked: dict[str, Any] = {
            "slug": slug,
            "status": wishes.status or keys.status,
            "title": escape(message.title, quote=False),
            "excerpt": escape(message.summary, quote=False),
            "content": self._content(message, in_text),
            "sticky": wishes.sticky,
            **self._filed(message, wishes),
        }
        if cover:
            asked["featured_media"] = cover.number
        if keys.language_field:
            asked[keys.language_field] = message.language
        made = self._line().object("POST", "/wp/v2/posts", json=asked)
        if not isinstance(made.get("id"), int):
            raise self._line().http.doubt("WordPress: it said yes, but not to what")
        if re.fullmatch(rf"{re.escape(slug)}-\d+", str(made.get("slug"))):
            return self._earlier(slug, made)
        return made

    def _earlier(self, slug: str, made: Mapping[str, Any]) -> Mapping[str, Any]:
        """The post of an earlier attempt that arrived after we had looked for it; ``made`` is the
        second one, and goes again."""
        # The post is out: nothing that fails from here on may call that in question.
        try:
            earlier = self._by_slug(slug)
            if earlier is not None and earlier.get("id") != made["id"]:
                with self._line().http.harmless():
                    route, query = f"/wp/v2/posts/{made['id']}", {"force": "true"}
                    self._line().object("DELETE", route, params=query)
                return earlier
        except ChannelError as error:
            name = self.context.name
            _log.warning("%s: post %s may be there twice: %s", name, made["id"], error)
        return made

    def _filed(self, message: Message, wishes: Wishes) -> dict[str, list[int]]:
        """The numbers of its categories and tags."""
        keys, terms = self.config, Terms(self._line())
        filed: dict[str, list[int]] = {}
        wanted = list(dict.fromkeys([*keys.categories, *wishes.categories]))
        if wanted:
            numbers, missing = terms.numbers("categories", wanted, create=keys.create_categories)
            if missing:
                raise InvalidContentError(f"the portal has no category {missing[0]!r}")
            filed["categories"] = numbers
        wanted = list(dict.fromkeys([*message.hashtags, *wishes.tags]))
        if wanted:
            filed["tags"], missing = terms.numbers("tags", wanted, create=keys.create_tags)
            if missing:
                _log.info("%s: the portal lacks tags, left out: %s", self.context.name, missing)
        return filed

    # -- asking -----------------------------------------------------------------------------------

    def _by_slug(self, slug: str) -> Mapping[str, Any] | None:
        # Drafts too, and so that a password that is no longer good is refused, not shown nothing.
        rows = self._line().rows("/wp/v2/posts", slug=slug, status="any", _fields=_FIELDS)
        for row in rows:
            if name_of(row, "WordPress", "slug") == slug:
                name_of(row, "WordPress")
                return row
        return None

    def _content(self, message: Message, shown: Sequence[Shown]) -> str:
        return content(message, shown, self.config.language)

    def _check_rights(self, rights: Any) -> None:
        """``rights``: what WordPress calls capabilities; unknown where it doesn't tell them."""
        if not isinstance(rights, dict):
            return
        if not rights.get("edit_posts") or (
            self.config.status != "draft" and not rights.get("publish_posts")
        ):
            raise ForbiddenError(
                N_("the portal's user may not publish posts: give them the role Author")
            )
        if not rights.get("upload_files"):
            raise ForbiddenError(
                N_("the portal's user may not upload files: give them the role Author")
            )
        if self.config.create_categories and not rights.get("manage_categories"):
            raise ForbiddenError(
                N_("the portal's user may not make categories: give them the role Editor")
            )

    def _receipt(self, sent: Mapping[str, str]) -> Receipt:
        at = moment(sent["at"], UTC) or self.context.clock()
        return Receipt(sent["id"], sent["url"], at)

    def _library(self) -> Library:
        return Library(self._line(), self.context.clock, self.config.timeout_s)

    def _line(self) -> Line:
        if self._opened is None:
            self._opened = self._line_of(self.context.secret(self.config.password))
        return self._opened

    def _line_of(self, password: str | None) -> Line:
        keys = self.config
        return Line(
            self.context.clock, keys.timeout_s, keys.url, keys.rest_url, keys.username, password
        )


def _slug(message: Message, journal: Journal) -> str:
    """The slug of a delivery, the same in every attempt, also where its title was changed since."""
    noted = journal.get("slug")
    if noted is None:
        noted = named(message.title, message.key)
        journal.put("slug", noted)
    return noted


def _of_post(row: Mapping[str, Any]) -> dict[str, str]:
    """What a receipt needs, out of a post."""
    return {
        "id": str(row["id"]),
        "url": str(row.get("link", "")),
        "at": str(row.get("date_gmt")),
    }


def _of_page(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id": f"{_PAGE}{row.get('id')}",
        "url": str(row.get("link", "")),
        "at": str(row.get("modified_gmt")),
    }
