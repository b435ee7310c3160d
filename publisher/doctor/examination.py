"""The doctor's whole examination of what the daemon leans on.

One finding at a time, and nothing is published by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher import __version__
from publisher.doctor.addresses import media_host_findings, short_link_findings
from publisher.doctor.channels import channel_findings
from publisher.doctor.cluster import cluster_findings
from publisher.doctor.feeds import feed_findings
from publisher.doctor.finding import Finding
from publisher.doctor.machine import clock_finding, disk_finding, ffmpeg_finding, zone_finding
from publisher.doctor.media import library_findings
from publisher.doctor.secrets import key_finding, secret_findings
from publisher.doctor.store import store_findings
from publisher.doctor.telling import alert_findings, mail_findings
from publisher.site import Site


def examine(site: Site) -> Iterator[Finding]:
    """Every finding, as it is made; channels are asked over the network, one by one."""
    yield Finding("Publisher", True, __version__)
    yield clock_finding(site)
    yield zone_finding(site)
    yield disk_finding(site)
    yield ffmpeg_finding()
    yield from store_findings(site)
    yield from cluster_findings(site)
    yield from library_findings(site)
    yield from secret_findings(site)
    yield key_finding(site)
    yield from channel_findings(site, site.switchboard.names())
    yield from feed_findings(site)
    yield from media_host_findings(site)
    yield from short_link_findings(site)
    yield from mail_findings(site)
    yield from alert_findings(site)
