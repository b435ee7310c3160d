"""Sending: the local engine over twenty webhooks, against threads that post the same bodies with
``requests`` and write nothing down; how late that makes what falls due at once, what a channel that
hangs does to the others, and what a delivery costs among a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import lateness, one_delivery
from bench.measure import Row, seconds
from bench.office import folder, opened
from bench.receiver import Receiver, receiving
from bench.webhooks import CHANNELS, furnish_with_webhooks, post_bare
from publisher.daemon.running import Daemon
from publisher.delivery.lifecycle import State
from publisher.site import Site
from publisher.store import deliveries

ROUNDS = 3
POSTS = 50

PLATFORM_S = 0.05
"""Sooner than any platform answers that takes a post."""


def rows() -> Iterator[Row]:
    yield _row(PLATFORM_S, f"answered after {PLATFORM_S * 1000:.0f} ms")
    yield _row(0.0, "answered at once")
    yield from lateness.rows(PLATFORM_S)
    yield from one_delivery.rows()


def _row(answers_after_s: float, words: str) -> Row:
    with receiving(answers_after_s) as receiver:
        _engine(receiver)
        bodies = [body for _at, body in receiver.taken()]
        rounds = [(_engine(receiver), seconds(post_bare, receiver, bodies)) for _ in range(ROUNDS)]
    rate = CHANNELS * POSTS / median(ours for ours, _bare in rounds)
    name = f"send, {words} ({rate:.0f} a second)"
    return Row(name, f"{CHANNELS} threads of requests", rounds, 1.25)


def _engine(receiver: Receiver) -> float:
    """How long the engine takes for a plan that is all due, in a store of its own."""
    with folder() as root:
        furnish_with_webhooks(root, receiver, POSTS)
        with opened(root) as site:
            site.desk.refresh(force=True)
            # As the daemon does when it starts.
            site.courier.credentials.prove_all()
            took = seconds(send, site)
            with site.database.reading() as session:
                sent = len(deliveries.in_state(session, State.SENT))
            if sent != CHANNELS * POSTS:
                raise RuntimeError(f"only {sent} were sent")
            return took


def send(site: Site) -> None:
    """Send all that is due."""
    Daemon(site).send_due()
    site.engine.wait()
