"""The warnings of the check: what is allowed but odd.

Pure: posts at night, on public holidays and on days when nothing goes out; two posts to one channel
within the hour; nearly the same text twice; posts whose day is over. Each is told once a post.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from publisher import notation
from publisher.assemble.places import BODY, line_of
from publisher.campaign.model import Campaign, Post
from publisher.campaign.reader import CAMPAIGN_FILE
from publisher.campaign.when import FromFeed, OnDate
from publisher.check.samples import SAMPLE
from publisher.files.faults import Fault, Severity
from publisher.files.text import shown
from publisher.i18n import _, language
from publisher.planning.dates import in_blackout, is_at_night, public_holidays
from publisher.planning.model import PlannedDelivery
from publisher.settings import Settings

CROWDED = timedelta(hours=1)
ALIKE_WITHIN = timedelta(days=14)
ALIKE_PERCENT = 92
LEAST_WORDS = 5
"""Texts shorter than this are alike by nature: "Còn 3 ngày", "Còn 2 ngày"."""

_TAG = re.compile(
    r"</?(?:a|b|br|center|div|em|font|h[1-6]|i|iframe|img|li|ol|p|script|span|strong|style|"
    r"table|td|tr|u|ul)\b[^<>\n]{0,60}>",
    re.IGNORECASE,
)

_Mark = tuple[str, str]
_Pair = tuple[_Mark, _Mark]


@dataclass(frozen=True, slots=True)
class _Going:
    """A delivery with the post it is of."""

    delivery: PlannedDelivery
    post: Post

    @property
    def at(self) -> datetime:
        return self.delivery.slot.due_at

    @property
    def local(self) -> datetime:
        return self.delivery.slot.local

    @property
    def mark(self) -> _Mark:
        return self.delivery.identity.campaign, self.post.id

    @property
    def text(self) -> str:
        return self.delivery.message.body.plain


def odd(
    settings: Settings,
    campaigns: Sequence[Campaign],
    planned: Sequence[PlannedDelivery],
    coming: Collection[tuple[str, str]],
    now: datetime,
) -> list[Fault]:
    """Every warning about ``planned``, which is in the order in which it goes out; ``coming`` are
    the posts, by campaign and name, that have a day to come, whether or not they can go out."""
    posts = {(campaign.slug, post.id): post for campaign in campaigns for post in campaign.posts}
    going = [
        _Going(delivery, posts[delivery.identity.campaign, delivery.identity.post])
        for delivery in planned
        if delivery.identity.occurrence != SAMPLE.key
    ]
    by_channel: dict[str, list[_Going]] = defaultdict(list)
    for one in going:
        by_channel[one.delivery.identity.channel].append(one)
    faults = [
        *_idle(settings, campaigns, planned, coming, now),
        *_tags(campaigns),
        *_hours(going, settings),
        *_holidays(going),
        *_blackouts(going, settings),
    ]
    # Two posts that meet on one channel meet on others too: each pair is told once.
    crowded: set[_Pair] = set()
    alike: set[_Pair] = set()
    for channel, line in by_channel.items():
        faults += [*_crowded(line, channel, crowded), *_alike(line, channel, alike)]
    return list(dict.fromkeys(faults))


def _warning(post: Post, field: str, code: str, what: str, instead: str) -> Fault:
    return Fault(shown(post.path), line_of(post, field), code, what, instead, Severity.WARNING)


def _first_of_each(going: Sequence[_Going]) -> Iterator[_Going]:
    seen = set()
    for one in going:
        if one.mark not in seen:
            seen.add(one.mark)
            yield one


def _idle(
    settings: Settings,
    campaigns: Sequence[Campaign],
    planned: Sequence[PlannedDelivery],
    coming: Collection[tuple[str, str]],
    now: datetime,
) -> Iterator[Fault]:
    """Campaigns without posts, and posts that never go out any more."""
    alive = {(delivery.identity.campaign, delivery.identity.post) for delivery in planned}
    for campaign in campaigns:
        if not campaign.posts:
            yield Fault(
                shown(campaign.folder / CAMPAIGN_FILE),
                None,
                "no_posts",
                _("This campaign has no posts yet."),
                _("Put them into the folder posts, one file each: posts/mo-dau.md"),
                Severity.WARNING,
            )
        for post in campaign.posts:
            when = post.front.when
            if (campaign.slug, post.id) in alive or isinstance(when, FromFeed):
                continue
            if isinstance(when, OnDate) and when.day >= now.date():
                continue
            if not any(_is_on(settings, name) for name in campaign.channels_of(post)):
                yield _warning(
                    post,
                    "channels",
                    "channels_off",
                    _("Every channel of this post is switched off, so it won't go out."),
                    _("Take enabled = false out of schedule.toml, or name another channel."),
                )
                continue
            # What is left out of the plan for another reason was told so: its day isn't over.
            if (campaign.slug, post.id) in coming:
                continue
            yield _warning(
                post,
                "when",
                "over",
                _("This post won't go out any more: its day is over."),
                _("Give it another day, or delete the file."),
            )


def _tags(campaigns: Sequence[Campaign]) -> Iterator[Fault]:
    """Web pages' tags: they mean nothing here, and every reader would see them."""
    for post in (post for campaign in campaigns for post in campaign.posts):
        if match := _TAG.search(post.body):
            line = line_of(post, BODY, post.body.count("\n", 0, match.start()) + 1)
            yield Fault(
                shown(post.path),
                line,
                "html",
                _("“%(tag)s” is no markup here: readers will see it as it stands.")
                % {"tag": match[0]},
                _("Write **bold** or *italic* instead, and leave other tags out."),
                Severity.WARNING,
            )


def _is_on(settings: Settings, channel: str) -> bool:
    return bool(settings.channels.get(channel, {}).get("enabled", True))


def _hours(going: Sequence[_Going], settings: Settings) -> Iterator[Fault]:
    night = [one for one in going if is_at_night(one.local, settings.hours)]
    for one in _first_of_each(night):
        yield _warning(
            one.post,
            "when",
            "night",
            _("This post goes out at %(time)s, outside the office's hours (%(from)s–%(to)s).")
            % {
                "time": notation.hour(one.local),
                "from": notation.hour(settings.hours.start),
                "to": notation.hour(settings.hours.end),
            },
            _("Choose another time, or leave it if that is meant."),
        )


def _holidays(going: Sequence[_Going]) -> Iterator[Fault]:
    if not going:
        return
    years = range(going[0].local.year, going[-1].local.year + 1)
    holidays = public_holidays(years, language())
    free = [one for one in going if one.local.date() in holidays]
    for one in _first_of_each(free):
        yield _warning(
            one.post,
            "when",
            "holiday",
            _("On %(day)s this post falls on a public holiday: %(holiday)s.")
            % {"day": notation.day(one.local, "full"), "holiday": holidays[one.local.date()]},
            _("Choose another day, or leave it if that is meant."),
        )


def _blackouts(going: Sequence[_Going], settings: Settings) -> Iterator[Fault]:
    told = set()
    for one in going:
        identity = one.delivery.identity
        blackout = in_blackout(
            one.local.date(), settings.blackouts, identity.channel, identity.campaign
        )
        if blackout is not None and (one.mark, blackout) not in told:
            told.add((one.mark, blackout))
            yield _warning(
                one.post,
                "when",
                "blackout",
                _("On %(day)s nothing goes out (%(reason)s), so this post will be missed.")
                % {"day": notation.day(one.local, "full"), "reason": blackout.reason},
                _("Choose another day, or change the blackout in schedule.toml."),
            )


def _crowded(line: Sequence[_Going], channel: str, told: set[_Pair]) -> Iterator[Fault]:
    for place, one in enumerate(line):
        for before in reversed(line[:place]):
            if one.at - before.at >= CROWDED:
                break
            pair = (before.mark, one.mark)
            if before.mark == one.mark:
                continue
            if pair in told:
                break
            told.add(pair)
            yield _warning(
                one.post,
                "when",
                "crowded",
                _("On %(channel)s this follows within the hour after “%(other)s” (%(day)s).")
                % {
                    "channel": channel,
                    "other": "/".join(before.mark),
                    "day": notation.moment(one.local),
                },
                _("Move one of the two, so that readers see both."),
            )
            # Of a whole row of posts each is told once, with the one before it.
            break


def _alike(line: Sequence[_Going], channel: str, told: set[_Pair]) -> Iterator[Fault]:
    """Nearly the same text of two posts; the editions of one post are alike by nature."""
    compared: set[object] = set()
    for place, one in enumerate(line):
        if len(one.text.split()) < LEAST_WORDS:
            continue
        for before in reversed(line[:place]):
            if one.at - before.at > ALIKE_WITHIN:
                break
            pair, texts = (before.mark, one.mark), (before.text, one.text)
            if before.mark == one.mark or pair in told or texts in compared:
                continue
            compared.add(texts)
            percent = fuzz.ratio(one.text, before.text, score_cutoff=ALIKE_PERCENT)
            if percent:
                told.add(pair)
                yield _warning(
                    one.post,
                    "body",
                    "alike",
                    _("On %(channel)s this text is nearly the same as “%(other)s” (%(percent)s%%).")
                    % {
                        "channel": channel,
                        "other": "/".join(before.mark),
                        "percent": round(percent),
                    },
                    _("Platforms may refuse repeats: say it differently."),
                )
