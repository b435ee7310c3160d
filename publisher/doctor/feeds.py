"""The campaigns' feeds, examined."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from publisher import notation
from publisher.campaign.reader import read_campaigns
from publisher.doctor.finding import Finding
from publisher.feeds.entries import parse
from publisher.feeds.fetch import FeedError, fetch
from publisher.i18n import _, ngettext
from publisher.redaction import redact
from publisher.site import Site
from publisher.states import note_words
from publisher.store import feeds
from publisher.store.errors import StoreError


def feed_findings(site: Site) -> Iterator[Finding]:
    """Fetch and read every campaign's feeds, as the daemon would."""
    campaigns, _faults = read_campaigns(site.settings)
    stopped = _stopped(site)
    for campaign in campaigns:
        for url in campaign.file.feed.url if campaign.file.feed is not None else ():
            yield _finding(site, campaign.slug, url, is_stopped=(campaign.slug, url) in stopped)


def _stopped(site: Site) -> set[tuple[str, str]]:
    """Campaign and address of every feed that is stopped; none where the store can't be read, of
    which a finding of its own tells."""
    try:
        with site.database.reading() as session:
            return {(one.campaign, one.url) for one in feeds.states(session) if one.stopped_at}
    except (StoreError, SQLAlchemyError, OSError):
        return set()


def _finding(site: Site, slug: str, url: str, *, is_stopped: bool) -> Finding:
    title = _("Feed of %(campaign)s") % {"campaign": slug}
    instead = _("Look whether “url” under [feed] in campaign.toml opens in a browser.")
    try:
        fetched = fetch(url, site.clock, trusted_hosts=site.settings.feeds.trusted_hosts)
        found = len(parse(fetched.body or b"", fetched.url))
    except FeedError as error:
        return Finding(title, False, redact(f"{url}: {note_words(str(error))}"), instead)
    if is_stopped:
        words = _("it is stopped, for it was gone; it is there again")
        again = _("Say: publisher feeds resume %(campaign)s") % {"campaign": slug}
        return Finding(title, False, words, again)
    words = ngettext("%(n)s entry", "%(n)s entries", found) % {"n": notation.number(found)}
    if fetched.moved_to:
        moved = _("it has moved for good: write %(url)s under [feed] in campaign.toml")
        words = f"{words}; {moved % {'url': fetched.moved_to}}"
    return Finding(title, True, redact(words))
