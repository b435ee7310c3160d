"""Imported by the nursery alone: imports and makes all that is kept for a process's life.

A small office is planned and sends one post into its outbox, so that adapters, the calendar of
holidays, templates and the store's statements are there for every child. No thread is left behind:
a fork has none.
"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import apprise
from atproto_client.models.app.bsky.feed import post  # noqa: F401 -- as is all that it imports
from atproto_client.models.com.atproto.repo import upload_blob  # noqa: F401
from atproto_client.models.com.atproto.server import get_session  # noqa: F401
from PIL import Image

import channels
from bench.chaos import nursery  # noqa: F401 -- what the children call
from bench.office import FIVE_CHANNELS, START, folder, furnish, opened
from publisher import logs
from publisher.cli import deliveries  # noqa: F401 -- a person's command

for _adapter in channels.known():
    channels.load(_adapter)
apprise.Apprise.instantiate("json://localhost")
Image.init()

# It is the small office that is planned, and not whichever the first child is about.
os.environ.pop("PUBLISHER_STORE", None)
logs.set_up(ZoneInfo("UTC"), to=Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
with folder() as _root:
    furnish(_root, FIVE_CHANNELS, 1, START)
    with opened(_root) as _site:
        _site.reconciler.recover()
        _site.desk.refresh(force=True)
        if _site.courier.deliver_next("fanpage") is None:
            raise RuntimeError("the nursery couldn't be warmed up")
        _site.reconciler.sweep()
