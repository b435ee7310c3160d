"""From a post to a message for one channel.

Pure: the same post, channel and occasion always give the same message, and what was approved is
what goes out. ``days_left`` and its like are counted from the occasion's due time, never from
"now".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from itertools import islice

from channels.base import Media, Message
from publisher.campaign.card import CARD
from publisher.campaign.model import Variant
from publisher.campaign.video import SUBTITLES, VIDEO
from publisher.rendering.dialects import write
from publisher.rendering.errors import RenderError
from publisher.rendering.filling import Filling
from publisher.rendering.fit import thread
from publisher.rendering.links import Shortener, Source, is_ours, tagged
from publisher.rendering.markdown import (
    MAX_SIGNS,
    Block,
    Paragraph,
    Span,
    is_overloaded,
    with_links,
)
from publisher.rendering.shape import ChannelShape


def render(
    filling: Filling,
    shape: ChannelShape,
    *,
    key: str,
    media: Mapping[str, Media],
    utm_hosts: Collection[str] = (),
    shortener: Shortener | None = None,
) -> Message:
    """The message that ``shape``'s channel gets of a post and an occasion, whose ``filling`` other
    channels share.

    ``media`` gives by its key (``MediaFile.key``) what the post shows there, measured; an entry may
    have no picture. Our own links become short ones where there is a ``shortener``, which then
    knows what they lead to. Raises ``RenderError``.
    """
    work = _Work(filling, shape, utm_hosts, shortener)
    link = work.link()
    blocks = with_links(work.blocks(link), work.tag)
    texts = (
        thread(blocks, shape.dialect, shape.limits)
        if work.may_thread
        else (write(blocks, shape.dialect),)
    )
    return Message(
        key=key,
        body=texts[0],
        replies=texts[1:],
        due_at=filling.occasion.due.astimezone(UTC),
        title=work.title(),
        summary=work.summary(),
        link=work.tag(link),
        media=tuple(work.described(media)),
        hashtags=work.hashtags,
        language=work.languages[0],
        options=dict(work.variant.options),
    )


_NO_VARIANT = Variant()


class _Work:
    """One rendering: the post's keys with the channel's variant laid over them."""

    def __init__(
        self,
        filling: Filling,
        shape: ChannelShape,
        utm_hosts: Collection[str],
        shortener: Shortener | None,
    ) -> None:
        campaign, post = filling.campaign, filling.post
        self.campaign, self.post, self.shape, self.filling = campaign, post, shape, filling
        self.variant = post.front.for_.get(shape.name) or _NO_VARIANT
        self.own = f"for.{shape.name}."
        self.hosts = utm_hosts if campaign.file.utm else ()
        self.shortener = shortener
        edition = filling.occasion.edition
        self.source = Source(shape.name, f"{campaign.slug}-{edition}", post.id)
        self.first: str = campaign.language_of(post)
        every: tuple[str, ...] = (self.first, *post.front.translation)
        self.languages: tuple[str, ...] = self.variant.languages or every

    @property
    def may_thread(self) -> bool:
        wished = self.post.front.thread if self.variant.thread is None else self.variant.thread
        return wished and self.shape.limits.threads

    @property
    def hashtags(self) -> tuple[str, ...]:
        wished = (self.variant.hashtags, self.post.front.hashtags, self.campaign.file.hashtags)
        tags = next(tags for tags in wished if tags is not None)
        return tuple({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]

    def tag(self, url: str) -> str:
        if self.shortener is None:
            return tagged(url, self.source, self.hosts)
        if self.shortener.is_short(url) or not is_ours(url, self.hosts):
            return url
        return self.shortener.short(tagged(url, self.source, self.hosts))

    # -- words ------------------------------------------------------------------------------------

    def text(self, field: str, source: str, language: str) -> str:
        is_markdown = field == "body" or field.endswith(".text")
        try:
            return self.filling.text(source, language, self.shape, is_markdown=is_markdown)
        except RenderError as error:
            raise error.within(field) from None

    def choose(self, name: str) -> tuple[str, str]:
        """The key and source of a text in the post's language: the variant's, else the post's."""
        own = getattr(self.variant, name)
        if own is not None:
            return f"{self.own}{name}", own
        return (
            (name, getattr(self.post.front, name)) if name != "text" else ("body", self.post.body)
        )

    def in_language(self, name: str, language: str) -> str:
        """A text in one of the post's languages; empty where the post doesn't have it."""
        if language == self.first:
            return self.text(*self.choose(name), language)
        translation = self.post.front.translation.get(language)  # type: ignore[call-overload]
        source = getattr(translation, name) if translation is not None else ""
        return self.text(f"translation.{language}.{name}", source, language)

    def texts(self) -> Iterator[str]:
        """The text in each of the channel's languages."""
        for language in self.languages:
            text = self.in_language("text", language)
            if is_overloaded(text):
                raise RenderError("too_long", str(MAX_SIGNS), 1, self.choose("text")[0])
            yield text

    def title(self) -> str:
        titles = [self.in_language("title", language).strip() for language in self.languages]
        return " / ".join(dict.fromkeys(title for title in titles if title))

    def summary(self) -> str:
        return self.in_language("summary", self.languages[0]).strip()

    def link(self) -> str:
        return self.text(*self.choose("link"), self.first).strip()

    def blocks(self, link: str) -> Sequence[Block]:
        """The text in each language, then the link and the hashtags where readers expect them."""
        body = self.filling.body(tuple(text for text in self.texts() if text.strip()))
        if not self.shape.writes_hashtags:
            return body.blocks
        found = list(body.blocks)
        if link and link not in body.links:
            found.append(Paragraph((Span(link, href=link),)))
        missing = [tag for tag in self.hashtags if tag.casefold() not in body.tags]
        if missing:
            found.append(Paragraph((Span(" ".join(f"#{tag}" for tag in missing)),)))
        return found

    # -- media ------------------------------------------------------------------------------------

    def described(self, media: Mapping[str, Media]) -> Iterator[Media]:
        """The measured media with what is said of them on this channel: a drawn card is first; a
        video that was made stands in place of the pictures, of which one may be its cover."""
        pictures = self.pictures(media)
        if VIDEO not in media:
            yield from pictures
            return
        yield media[VIDEO]
        covers = (one for one in pictures if one.kind == "image")
        yield from islice(covers, self.shape.limits.covers_max)
        if SUBTITLES in media:
            yield media[SUBTITLES]

    def pictures(self, media: Mapping[str, Media]) -> Iterator[Media]:
        if CARD in media:
            yield media[CARD]
        own = self.own if self.variant.media is not None else ""
        for number, one in enumerate(self.post.media_on(self.shape.name)):
            if one.entry and one.key not in media:
                continue
            field, shown = f"{own}media.{number}", media[one.key]
            yield replace(
                shown,
                alt=self.text(f"{field}.alt", one.alt, self.first).strip() or shown.alt,
                credit=self.text(f"{field}.credit", one.credit, self.first).strip() or shown.credit,
            )
