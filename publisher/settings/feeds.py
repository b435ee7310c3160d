"""The keys of feeds, from which campaigns take their news."""

from __future__ import annotations

from pydantic import Field

from publisher.files.keys import Keys
from publisher.files.values import HostName


class Feeds(Keys):
    """The feeds that campaigns take their news from: on the public web, unless said here."""

    trusted_hosts: tuple[HostName, ...] = Field(
        (),
        description=(
            "Hosts whose feeds are fetched wherever they stand, also inside the office's network, "
            'and through the proxy that the environment names: "portal.tinh.local", or '
            '"portal.tinh.local:8080" for a port that is not the web\'s own. Exact names only.'
        ),
    )
