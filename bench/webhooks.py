"""Twenty webhooks to send on, and the bare loop that posts the same to the same receiver."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import requests

from bench.office import START, furnish
from bench.receiver import Receiver

CHANNELS = 20
NAMES = tuple(f"kenh{number:02}" for number in range(CHANNELS))

_WEBHOOK = """
[channels.{name}]
adapter = "webhook"
url     = "{url}{name}"
secret  = "file:secret"
"""

NEVER_ANSWERS = """
[channels.treo]
adapter = "webhook"
url     = "{url}never/treo"
secret  = "file:secret"
"""


def furnish_with_webhooks(
    root: Path,
    receiver: Receiver,
    posts: int,
    besides: str = "",
    *,
    first_due: datetime = START,
    apart: timedelta = timedelta(),
) -> None:
    """An office in ``root`` of ``CHANNELS`` webhooks, and ``posts`` on each;
    ``besides`` are more channels, in which ``{url}`` is the receiver's."""
    hooks = [_WEBHOOK.format(name=name, url=receiver.url) for name in NAMES]
    furnish(root, "".join(hooks) + besides.format(url=receiver.url), posts, first_due, apart=apart)
    secret = root / "secret"
    secret.write_text("whsec_" + "QUJD" * 8, encoding="utf-8")
    secret.chmod(0o600)


def post_bare(receiver: Receiver, bodies: Sequence[str]) -> None:
    """What one would write without Publisher: a thread a channel, each with its session."""

    def work(share: Sequence[str]) -> None:
        with requests.Session() as session:
            for body in share:
                headers = {"Content-Type": "application/json"}
                session.post(receiver.url, data=body.encode(), headers=headers, timeout=10)

    threads = [
        threading.Thread(target=work, args=(bodies[number::CHANNELS],))
        for number in range(CHANNELS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
