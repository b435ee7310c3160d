"""Publishes posts and pages on the office's portal, through WordPress's REST API.

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
through (``upload_max_mb``). ``docs/channels/wordpress.md`` is its page. What its errors
mean: ``errors.py``. Source: https://developer.wordpress.org/rest-api/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import ClassVar

from channels.base import (
    N_,
    Account,
    CardSize,
    Channel,
    Context,
    Dialect,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    Settlement,
    TransientError,
    options_of,
)
from channels.web.opened import Opened
from channels.web.values import moment
from channels.wordpress import login, rights
from channels.wordpress.config import WordPressConfig
from channels.wordpress.library import Library
from channels.wordpress.line import Line, code_of
from channels.wordpress.options import WordPressOptions
from channels.wordpress.pages import holds, page_of
from channels.wordpress.posts import PAGE, by_slug, of_page, of_post, slug_of
from channels.wordpress.publishing import Publishing
from channels.wordpress.readings import Readings
from channels.wordpress.text import content

_GONE = frozenset({"rest_post_invalid_id", "rest_already_trashed"})


class Adapter(Channel[WordPressConfig]):
    """One user on one portal. Options of a post: ``page``, ``categories``, ``tags``, ``status``,
    ``sticky`` (``channels.wordpress.options``)."""

    Config = WordPressConfig
    Options = WordPressOptions
    look: ClassVar[Look] = Look("WordPress", "#9a3412", "article", headed=True)
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views", "comments"})
    dialect = Dialect.HTML
    writes_hashtags = False
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    access: ClassVar[tuple[str, ...]] = (
        N_("In the portal, make a user for Publisher: an Author, or an Editor to update pages."),
        N_("Log in to the portal as that user, in the browser that you use now."),
    )

    def __init__(self, config: WordPressConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())

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
        self.tell_access(person)
        keys = self.config
        got = login.password(person, self._line_of(None), keys.username, keys.redirect_uri)
        return {"password": got}

    def identify(self) -> Account:
        """The portal, by its address; ``ForbiddenError`` where the user may not do what the
        configuration wants of them."""
        line = self._line()
        user = line.object("GET", "/wp/v2/users/me", params={"context": "edit"})
        rights.check(user.get("capabilities"), self.config)
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
        options = options_of(message, WordPressOptions)
        noted = journal.get("sent")
        if noted is not None:
            return self._receipt(json.loads(noted))
        sent = self._publishing().published(message, options, journal)
        journal.put("sent", json.dumps(sent))
        return self._receipt(sent)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The post with our slug, or the page with our content. Both are looked at as the user
        who sends sees them, drafts included."""
        options = options_of(message, WordPressOptions)
        noted = journal.get("sent")
        if noted is not None:
            return self._receipt(json.loads(noted))
        if options.page is None:
            there = by_slug(self._line(), slug_of(message, journal))
            return self._receipt(of_post(there)) if there else None
        page = page_of(self._line(), options.page)
        shown = [each for each in self._library().found(message.media) if each is not None]
        if len(shown) == len(message.media) and holds(
            page, content(message, shown, self.config.language)
        ):
            return self._receipt(of_page(page))
        return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Comments, and views where a plugin gives them."""
        keys = self.config
        readings = Readings(self._line(), keys.views_field, keys.views_route)
        now = self.context.clock()
        posts = [each.remote_id for each in receipts if each.remote_id.isdecimal()]
        pages = [each.remote_id for each in receipts if each.remote_id.startswith(PAGE)]
        found = dict(readings.of("posts", posts, now))
        numbers = {each.removeprefix(PAGE): each for each in pages}
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
        self._line.close()

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

    # -- parts ------------------------------------------------------------------------------------

    def _publishing(self) -> Publishing:
        return Publishing(self.context.name, self.config, self._line(), self._library())

    def _receipt(self, sent: Mapping[str, str]) -> Receipt:
        at = moment(sent["at"], UTC) or self.context.clock()
        return Receipt(sent["id"], sent["url"], at)

    def _library(self) -> Library:
        return Library(self._line(), self.context.clock, self.config.timeout_s)

    def _opening(self) -> Line:
        return self._line_of(self.context.secret(self.config.password))

    def _line_of(self, password: str | None) -> Line:
        keys = self.config
        return Line(
            self.context.clock, keys.timeout_s, keys.url, keys.rest_url, keys.username, password
        )
