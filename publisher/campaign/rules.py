"""What must hold between the keys of a campaign.

Channels that exist, days that fall, texts that are there. The model says what one key may be; these
rules need two of them, or schedule.toml. Used by the reader, with the document at hand so that
every fault has its line. No files are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channels.web.public import PublicWeb, is_private_by_its_letters
from publisher.campaign.card_rules import of_cards
from publisher.campaign.feed_source import FeedSource
from publisher.campaign.media_file import MediaFile
from publisher.campaign.model import Campaign, CampaignFile, Post
from publisher.campaign.when import FromFeed, Offset, OnDate
from publisher.files.document import Document
from publisher.files.faults import Fault, Severity
from publisher.files.messages import either, near, quoted
from publisher.files.positions import KeyPath
from publisher.files.schema import pattern
from publisher.files.sentences import of_kinds, of_patterns
from publisher.files.values import WebAddress
from publisher.i18n import _
from publisher.settings import Settings

YEARS = range(2000, 2201)
"""Years in which anything may go out; beyond lies a slip of the finger."""


def of_campaign_file(file: CampaignFile, document: Document, settings: Settings) -> list[Fault]:
    """What is wrong with campaign.toml by itself and with schedule.toml beside it."""
    faults = list(_channels(file.channels, ("channels",), document, settings))
    if file.timezone is not None and not _is_zone(file.timezone):
        code, what, instead = of_kinds()["zone"]
        words = {"key": "timezone"}
        faults.append(document.fault(("timezone",), code, what % words, instead))
    if file.anchor is not None and file.anchor.date is not None:
        faults += _year(file.anchor.date.year, ("anchor", "date"), document)
    for place, url in enumerate(file.feed.url if file.feed is not None else ()):
        faults += _feed(url, ("feed", "url", place), document, settings)
    if file.feed is not None:
        faults += _feed_words(file.feed, document)
    return faults


def of_post(
    post: Post, document: Document, campaign: CampaignFile | None, settings: Settings
) -> list[Fault]:
    """What is wrong with a post beside its campaign (``None``: that can't be read) and settings."""
    return [
        *_post_channels(post, document, campaign, settings),
        *_when(post, document, campaign),
        *_languages(post, document, campaign),
        *_media(post, document),
        *of_cards(post, document, campaign, settings),
        *_body(post, document, campaign),
    ]


def of_whole(campaign: Campaign, document: Document) -> list[Fault]:
    """What is wrong with a campaign whose files are right one by one."""
    faults = list(_strayed(campaign, document))
    from_feed = any(isinstance(post.front.when, FromFeed) for post in campaign.posts)
    if campaign.file.feed is not None and not from_feed:
        faults.append(
            document.fault(
                ("feed",),
                "feed_no_post",
                _("There is a feed, but no post that shows its entries."),
                _('Add a post with when = "feed".'),
            )
        )
    return faults


def _strayed(campaign: Campaign, document: Document) -> Iterator[Fault]:
    """Keys of the campaign that stand under [vars], where they are mere words for posts.

    Who adds “approvals = 2” at the end of the file would believe that two people are asked.
    """
    keys = {field.alias or name for name, field in CampaignFile.model_fields.items()}
    for name in campaign.file.vars:
        used = f"vars.{name}"
        if name in keys and not any(used in f"{post.front} {post.body}" for post in campaign.posts):
            yield document.fault(
                ("vars", name),
                "key_in_vars",
                _("“%(key)s” stands under [vars], so it is a variable and changes nothing else.")
                % {"key": name},
                _("Move the line up, above the heading “%(heading)s”.") % {"heading": "vars"},
                Severity.WARNING,
            )


def _channels(
    names: Sequence[str], key: KeyPath, document: Document, settings: Settings
) -> Iterator[Fault]:
    for place, name in enumerate(names):
        if name not in settings.channels:
            yield _unknown_channel(name, (*key, place), document, settings)
        elif name in names[:place]:
            yield document.fault(
                (*key, place),
                "channel_twice",
                _("The channel “%(name)s” stands here twice.") % {"name": name},
                _("Keep one of the two."),
            )


def _feed(url: str, key: KeyPath, document: Document, settings: Settings) -> Iterator[Fault]:
    """An address that leads into the office's own network, as far as its letters tell."""
    try:
        trusted = PublicWeb(settings.feeds.trusted_hosts).trusts_address(url)
    except ValueError:
        code, what, instead = of_patterns()[pattern(WebAddress)]
        yield document.fault(key, code, what % {"key": "feed.url"}, instead)
        return
    if not trusted and is_private_by_its_letters(url):
        yield document.fault(
            key,
            "feed_inside",
            _("This address isn't on the public web, and feeds are only fetched from there."),
            _(
                "Write the portal's public address; or ask your administrator to name its host in "
                "schedule.toml: [feeds] trusted_hosts"
            ),
        )


def _feed_words(feed: FeedSource, document: Document) -> Iterator[Fault]:
    """A word that is both wanted and unwanted lets nothing through."""
    unwanted = {word.casefold() for word in feed.without}
    for place, word in enumerate(feed.keywords):
        if word.casefold() in unwanted:
            yield document.fault(
                ("feed", "keywords", place),
                "feed_word_both",
                _("“%(word)s” stands under “keywords” and under “without”.")
                % {"word": quoted(word)},
                _("Keep one of the two: an entry with a word of “without” never goes out."),
            )


def _unknown_channel(name: str, key: KeyPath, document: Document, settings: Settings) -> Fault:
    return document.fault(
        key,
        "unknown_channel",
        _("There is no channel “%(name)s” in schedule.toml.") % {"name": quoted(name)},
        near(name, settings.channels),
    )


def _post_channels(
    post: Post, document: Document, campaign: CampaignFile | None, settings: Settings
) -> Iterator[Fault]:
    own = post.front.channels
    yield from _channels(own or (), ("channels",), document, settings)
    if own == ():
        yield document.fault(
            ("channels",),
            "nowhere",
            _("This post goes out on no channel."),
            _("Name one, or leave the line out: then the campaign's channels hold."),
        )
    names = own if own is not None else campaign.channels if campaign else None
    for name in post.front.for_:
        if name not in settings.channels:
            yield _unknown_channel(name, ("for", name), document, settings)
        elif names is not None and name not in names:
            yield document.fault(
                ("for", name),
                "for_unused",
                _("This post doesn't go out on “%(name)s”, so this has no effect.")
                % {"name": name},
                either(names),
                Severity.WARNING,
            )


def _when(post: Post, document: Document, campaign: CampaignFile | None) -> Iterator[Fault]:
    when = post.front.when
    if isinstance(when, OnDate):
        yield from _year(when.day.year, ("when",), document)
    if campaign is None:
        return
    if isinstance(when, Offset) and campaign.anchor is None:
        yield document.fault(
            ("when",),
            "when_no_anchor",
            _("“when” counts from the campaign's day, but this campaign has none."),
            _('Write a date, or give campaign.toml the line anchor = { every = "10-10" }.'),
        )
    if isinstance(when, FromFeed) and campaign.feed is None:
        yield document.fault(
            ("when",),
            "when_no_feed",
            _("This post shows a feed's entries, but the campaign has no feed."),
            _('Add to campaign.toml: [feed] and url = "https://…"'),
        )
    if isinstance(when, OnDate) and campaign.anchor is not None:
        day = campaign.anchor.date
        if day is not None and day.year != when.day.year:
            yield document.fault(
                ("when",),
                "when_never",
                _("This date lies in another year than the campaign, so it never comes."),
                _("Write a date of %(year)s.") % {"year": day.year},
            )


def _year(year: int, key: KeyPath, document: Document) -> Iterator[Fault]:
    if year not in YEARS:
        yield document.fault(
            key,
            "year",
            _("The year %(year)s can't be meant.") % {"year": year},
            _("Write a year from 2000 to 2200."),
        )


def _languages(post: Post, document: Document, campaign: CampaignFile | None) -> Iterator[Fault]:
    main = post.front.language or (campaign.language if campaign else None)
    if main is None:
        return
    if main in post.front.translation:
        yield document.fault(
            ("translation", main),
            "translation_same",
            _("This translation is in the language of the post itself (%(language)s).")
            % {"language": main},
            _('Write "vi" or "en", whichever the post is not in.'),
        )
    there = {main, *post.front.translation}
    for name, variant in post.front.for_.items():
        for place, language in enumerate(variant.languages or ()):
            if language not in there:
                yield document.fault(
                    ("for", name, "languages", place),
                    "no_translation",
                    _("The post has no text in this language (%(language)s).")
                    % {"language": language},
                    _("Add it under [translation.%(language)s].") % {"language": language},
                )


def _media(post: Post, document: Document) -> Iterator[Fault]:
    lists: Mapping[KeyPath, Sequence[MediaFile]] = {
        ("media",): post.front.media,
        **{("for", name, "media"): own.media or () for name, own in post.front.for_.items()},
    }
    from_feed = isinstance(post.front.when, FromFeed)
    for key, files in lists.items():
        for place, medium in enumerate(files):
            if medium.entry and not from_feed:
                yield document.fault(
                    (*key, place, "entry"),
                    "media_no_entry",
                    _("This post shows no feed's entry, so there is no picture of one."),
                    _('Name a file: { file = "media/anh.png", alt = "…" }'),
                )
            path = PurePosixPath(medium.file)
            if path.is_absolute() or ".." in path.parts or "\\" in medium.file:
                yield document.fault(
                    (*key, place, "file"),
                    "media_outside",
                    _("A picture or video must lie in the campaign's own folder."),
                    _('Write its way from there, with “/”: file = "media/anh.png"'),
                )


def _body(post: Post, document: Document, campaign: CampaignFile | None) -> Iterator[Fault]:
    if post.body:
        return
    channels = post.front.channels
    if channels is None:
        channels = campaign.channels if campaign else ()
    own = {name for name, variant in post.front.for_.items() if variant.text}
    if not channels or not own.issuperset(channels):
        yield Fault(
            document.path,
            post.body_line,
            "empty_body",
            _("This post has no text."),
            _("Write the text below the second line of “+++”."),
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError):
        return False
    return True
