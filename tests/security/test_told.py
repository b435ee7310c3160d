"""A feed that leads inside the office is told to people: by ``doctor`` and by ``status``."""

from __future__ import annotations

from publisher.campaign.reader import read_campaigns
from publisher.feeds.poll import poll
from tests.cli.conftest import office
from tests.cli.office import SCHEDULE, Office
from tests.feeds.conftest import Portal
from tests.security.internet import Internet

__all__ = ["office"]


def with_feed(office: Office, url: str, trusted: str = "") -> None:
    """Let the office take its news from ``url``, and trust the host ``trusted``."""
    office.schedule(f'[feeds]\ntrusted_hosts = ["{trusted}"]\n{SCHEDULE}' if trusted else SCHEDULE)
    office.campaign(keys=f'approvals = 0\n[feed]\nurl = "{url}"\n')
    folder = office.root / "campaigns/thu/posts"
    folder.mkdir(exist_ok=True)
    post = '+++\nwhen = "feed"\n+++\n{{ entry.title }}\n'
    (folder / "tin.md").write_text(post, encoding="utf-8")


def test_doctor_reads_every_feed(office: Office, portal: Portal) -> None:
    portal.shows("một", "hai")
    with_feed(office, portal.url, trusted=portal.host)
    examined = office.run("doctor")
    assert "2" in examined.lines("✓ Feed of thu")[0]


def test_doctor_says_what_to_do_about_a_feed_inside_the_office(
    office: Office, internet: Internet
) -> None:
    internet.says("portal.tinh.local", ["10.1.2.3"])
    with_feed(office, "http://portal.tinh.local/rss")
    examined = office.run("doctor")
    assert examined.code == 1
    assert "trusted_hosts" in examined.lines("✗ Feed of thu")[0]


def test_status_shows_a_feed_that_could_not_be_read(office: Office, portal: Portal) -> None:
    portal.says("", 404)
    with_feed(office, portal.url, trusted=portal.host)
    with office.site() as site:
        poll(site.database, site.settings, read_campaigns(site.settings)[0], site.clock)
    assert office.run("status").lines("Feed not read")[0].endswith("thu — HTTP 404")
