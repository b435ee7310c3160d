"""The campaigns' feeds, examined."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.campaign.reader import read_campaigns
from publisher.doctor.finding import Finding
from publisher.feeds.entries import parse
from publisher.feeds.fetch import FeedError, fetch
from publisher.i18n import _, ngettext
from publisher.logs import redact
from publisher.site import Site
from publisher.states import note_words


def feed_findings(site: Site) -> Iterator[Finding]:
    """Fetch and read every campaign's feed, as the daemon would."""
    campaigns, _faults = read_campaigns(site.settings)
    for campaign in campaigns:
        source = campaign.file.feed
        if source is None:
            continue
        title = _("Feed of %(campaign)s") % {"campaign": campaign.slug}
        try:
            trusted = site.settings.feeds.trusted_hosts
            fetched = fetch(source.url, site.clock, trusted_hosts=trusted)
            found = len(parse(fetched.body or b"", fetched.url))
        except FeedError as error:
            instead = _("Look whether “url” under [feed] in campaign.toml opens in a browser.")
            yield Finding(title, False, redact(note_words(str(error))), instead)
            continue
        words = ngettext("%(n)d entry", "%(n)d entries", found) % {"n": found}
        yield Finding(title, True, words)
