"""What ``reach`` is asked about: a ledger put into an office's store, and its answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.cli.office import ZONE, Office
from tests.reach.naive import CAMPAIGNS, CHANNELS, Look, Out, put

CHANNELS_OF_THE_LEDGER = "".join(f'[channels.{name}]\nadapter = "outbox"\n' for name in CHANNELS)
MONDAY = datetime(2025, 10, 6, tzinfo=ZONE)
"""Long enough ago for everything of a ledger to be over."""

READ = Look(60, {"reach": 1200, "views": 3456, "shares": 2})
ONE = Out(0, "fanpage", "cds", 2027, "mot", audiences=("people",), looks=[READ])

OCTOBER = ("--month", "10/2025")
"""The month of ``MONDAY``."""

Keep = Callable[..., None]


def keeper(office: Office) -> Keep:
    """Makes the store of ``office`` hold these deliveries and nothing else."""
    office.schedule(CHANNELS_OF_THE_LEDGER)
    for campaign in CAMPAIGNS:
        office.campaign(campaign)

    def hold(*ledger: Out, start: datetime = MONDAY) -> None:
        with office.site() as site:
            put(site.database, ledger, start)

    return hold


def told(office: Office, *arguments: str) -> Any:
    ran = office.run("reach", *arguments, "--as", "json")
    assert ran.code == 0, ran.out
    return json.loads(ran.out)
