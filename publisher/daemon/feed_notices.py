"""What people are told of feeds.

One that is gone, one that can't be read for a day, more news than a campaign's rules let out. Each
is told once, and again only after it was mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from publisher import notation
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.states import note_words
from publisher.store import feeds
from publisher.store.feed_tables import FeedState

FAILS_FOR = timedelta(days=1)
"""A portal that is away for a night is nobody's matter."""

_LATELY = timedelta(days=7)


def tell_of_feeds(site: Site) -> None:
    """Raise what is new of feeds, and clear what is mended."""
    now = site.clock()
    with site.database.reading() as session:
        states = feeds.states(session)
        crowded = feeds.no_room(session, now - _LATELY)
    # A campaign that no longer draws on a feed has no matter with it.
    drawn_on = {
        (campaign.slug, url)
        for campaign in site.desk.campaigns()
        if campaign.file.feed is not None
        for url in campaign.file.feed.url
    }
    found = {
        _matter(state): text
        for state in states
        if (state.campaign, state.url) in drawn_on
        for text in _on(state, site)
    }
    found |= {f"{_ROOM}{slug}": _crowded(slug, number) for slug, number in crowded.items()}
    open_ = site.alerts.open(_FEED)
    for matter, text in found.items():
        if matter not in open_:
            site.alerts.raise_(matter, text)
    for matter in set(open_) - found.keys():
        site.alerts.clear(matter)


_FEED = "feed "
_ROOM = "feed room "


def _matter(state: FeedState) -> str:
    return f"{_FEED}{state.campaign} {state.url}"


def _on(state: FeedState, site: Site) -> Iterator[str]:
    words = {
        "campaign": state.campaign,
        "url": state.url,
        "why": note_words(state.problem),
    }
    if state.stopped_at is not None:
        yield (
            _(
                "The feed %(url)s of campaign %(campaign)s is gone for good, says the portal; it "
                "is asked no more. Write its new address into campaign.toml; if it is back, say: "
                "publisher feeds resume %(campaign)s"
            )
            % words
        )
    elif state.failing_since is not None and site.clock() - state.failing_since >= FAILS_FOR:
        yield (
            _(
                "The feed %(url)s of campaign %(campaign)s can't be read since %(since)s: %(why)s. "
                "Nothing new comes from it. See what is wrong: publisher feeds check %(url)s"
            )
            % {**words, "since": _local(state, site)}
        )


def _local(state: FeedState, site: Site) -> str:
    since = state.failing_since or site.clock()
    return notation.moment(since, site.settings.zone)


def _crowded(slug: str, number: int) -> str:
    return ngettext(
        "%(n)s entry of campaign %(campaign)s found no room within seven days, and doesn't go out. "
        "Let more out a day (most_a_day), or fewer in (keywords): campaign.toml, [feed]",
        "%(n)s entries of campaign %(campaign)s found no room within seven days, and don't go out. "
        "Let more out a day (most_a_day), or fewer in (keywords): campaign.toml, [feed]",
        number,
    ) % {"n": notation.number(number), "campaign": slug}
