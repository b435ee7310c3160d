"""Sending: the local engine over several webhooks, against threads that post the same bodies with
``requests`` and write nothing down.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from statistics import median

import requests

from bench.measure import Row, seconds
from bench.office import START, folder, furnish, opened
from bench.receiver import receiving
from publisher.daemon.running import Daemon
from publisher.delivery.lifecycle import State
from publisher.site import Site
from publisher.store import deliveries

ROUNDS = 5
CHANNELS = 8
POSTS = 25

WEBHOOK = """
[channels.kenh{number}]
adapter = "webhook"
url     = "{url}{number}"
secret  = "file:secret"
"""


def rows() -> Iterator[Row]:
    total = CHANNELS * POSTS
    with receiving() as url:
        _engine(url)
        bodies = requests.get(url, timeout=10).json()
        rounds = [(_engine(url), seconds(_post, url, bodies)) for _ in range(ROUNDS)]
    rate = total / median(ours for ours, _bare in rounds)
    name = f"send on {CHANNELS} webhooks ({rate:.0f} a second)"
    yield Row(name, f"{CHANNELS} threads of requests", rounds, 12.0)


def _engine(url: str) -> float:
    """How long the engine takes for a plan that is all due, in a store of its own."""
    with folder() as root:
        hooks = (WEBHOOK.format(number=number, url=url) for number in range(CHANNELS))
        furnish(root, "".join(hooks), POSTS, START)
        secret = root / "secret"
        secret.write_text("whsec_" + "QUJD" * 8, encoding="utf-8")
        secret.chmod(0o600)
        with opened(root) as site:
            site.desk.refresh(force=True)
            took = seconds(_send, site)
            with site.database.reading() as session:
                sent = len(deliveries.in_state(session, State.SENT))
            if sent != CHANNELS * POSTS:
                raise RuntimeError(f"only {sent} were sent")
            return took


def _send(site: Site) -> None:
    Daemon(site).send_due()
    site.engine.wait()


def _post(url: str, bodies: Sequence[str]) -> None:
    def work(share: Sequence[str]) -> None:
        with requests.Session() as session:
            for body in share:
                headers = {"Content-Type": "application/json"}
                session.post(url, data=body.encode(), headers=headers, timeout=10)

    threads = [
        threading.Thread(target=work, args=(bodies[number::CHANNELS],))
        for number in range(CHANNELS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
