"""The same work by what one would use instead: a thousand posts that are due, on twenty channels
whose server answers after 50 ms, through APScheduler with a persisted job a post, and through
Celery with Redis.

``bench/theirs/`` says how each is written and what it leaves out. All begin when everything is
stored and ready, and end when what came of the last post is written down.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Row, seconds
from bench.office import folder, opened
from bench.receiver import Receiver, receiving
from bench.sending import PLATFORM_S, send
from bench.theirs import queued, scheduled
from bench.theirs.post import Post
from bench.webhooks import CHANNELS, NAMES, furnish_with_webhooks
from publisher.delivery.lifecycle import State
from publisher.store import deliveries

ROUNDS = 3
POSTS = 50
"""On each channel."""


def rows() -> Iterator[Row | str]:
    with receiving(PLATFORM_S) as receiver:
        _publisher(receiver)
        posts = _posts(receiver)
        name = f"send {len(posts)} posts"
        rounds = [(_publisher(receiver), _scheduled(receiver, posts)) for _ in range(ROUNDS)]
        yield Row(name, "APScheduler, a job a post", rounds, 1.0)
        if lacking := queued.missing():
            yield f"{name}, against Celery with Redis: not measured, for it needs {lacking}"
            return
        for to_disk in ("always", "everysec"):
            with folder() as root, queued.program(root, CHANNELS, to_disk) as program:
                rounds = [
                    (_publisher(receiver), _queued(receiver, program, posts)) for _ in range(ROUNDS)
                ]
            yield Row(name, f"Celery, Redis ({to_disk})", rounds, 1.0)


def _posts(receiver: Receiver) -> list[Post]:
    """What Publisher sent, for the others to send."""
    bodies = [body for _at, body in receiver.taken()]
    return [
        Post(f"{number:05}", channel := NAMES[number % CHANNELS], receiver.url + channel, body)
        for number, body in enumerate(bodies)
    ]


def _publisher(receiver: Receiver) -> float:
    receiver.forget()
    with folder() as root:
        furnish_with_webhooks(root, receiver, POSTS)
        with opened(root) as site:
            site.desk.refresh(force=True)
            took = seconds(send, site)
            with site.database.reading() as session:
                _require(receiver, len(deliveries.in_state(session, State.SENT)))
    return took


def _scheduled(receiver: Receiver, posts: list[Post]) -> float:
    receiver.forget()
    with folder() as root, scheduled.program(root, posts) as program:
        took = seconds(program.send)
        _require(receiver, program.sent())
    return took


def _queued(receiver: Receiver, program: queued.Program, posts: list[Post]) -> float:
    receiver.forget()
    program.forget()
    took = seconds(program.send, posts)
    _require(receiver, program.sent())
    return took


def _require(receiver: Receiver, sent: int) -> None:
    """Whoever leaves something out is not faster."""
    if not len(receiver.taken()) == sent == CHANNELS * POSTS:
        raise RuntimeError(f"only {sent} were sent")
