"""What one delivery costs in a store of a million, against one of a thousand.

The history is what the program leaves of a delivery: its message, its attempt, its audit trail; on
the channels that are sent on and over the years before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.measure import Row
from bench.office import filling, folder, opened
from bench.receiver import Receiver, receiving
from bench.webhooks import CHANNELS, furnish_with_webhooks
from publisher.site import Site

MILLION = 1_000_000
THOUSAND = 1_000
ROUNDS = 5
EACH_ROUND = 10
"""So many a round are sent on each channel."""


def rows() -> Iterator[Row]:
    with receiving() as receiver, ExitStack() as stack:
        many, few = (
            stack.enter_context(_office(stack.enter_context(folder()), receiver, stored))
            for stored in (MILLION, THOUSAND)
        )
        rounds = [(_cost(many), _cost(few)) for _ in range(ROUNDS)]
    yield Row(f"one delivery among {MILLION:,}", f"among {THOUSAND:,}", rounds[1:], 1.2)


def _cost(site: Site) -> float:
    """Seconds of the processor that a delivery takes, from its claim to its receipt."""
    began = time.process_time()
    for _ in range(EACH_ROUND):
        for channel in site.switchboard.names():
            if site.courier.deliver_next(channel) is None:
                raise RuntimeError(f"nothing was sent on {channel}")
    return (time.process_time() - began) / (EACH_ROUND * CHANNELS)


@contextmanager
def _office(root: Path, receiver: Receiver, stored: int) -> Iterator[Site]:
    """An office that has sent ``stored`` deliveries, and has more that are due."""
    furnish_with_webhooks(root, receiver, ROUNDS * EACH_ROUND)
    with opened(root) as site:
        site.desk.refresh(force=True)
    with filling(root / "var" / "publisher.db") as store:
        for statement in _HISTORY:
            store.execute(statement, {"stored": stored})
    with opened(root) as site:
        yield site


_COUNTED = """
WITH RECURSIVE
    counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :stored),
    past (n, at, channel) AS (
        SELECT n,
            strftime('%Y-%m-%d %H:%M:%S.000000', '2027-09-30', ((n - :stored) * 5) || ' minutes'),
            printf('kenh%02d', n % 20)
        FROM counted
    ),
    planned AS (SELECT * FROM delivery LIMIT 1)
"""
"""``past``: one delivery in five minutes, by turns on each channel, until the day before."""

_HISTORY = (
    f"""
    INSERT INTO version (fingerprint, content, created_at) {_COUNTED}
    SELECT lower(hex(randomblob(32))), version.content, past.at
    FROM past, planned, version WHERE version.fingerprint = planned.fingerprint
    """,
    f"""
    INSERT INTO delivery (
        campaign, edition, post, channel, occurrence, state, due_at, expires_at, next_at, zone,
        fingerprint, first_line, audiences, covers, kind, approvals, holdable, attempts, remote_id,
        url, sent_at, note, created_at, updated_at
    ) {_COUNTED}
    SELECT planned.campaign, substr(past.at, 1, 4), 'bai-' || past.n, past.channel, '', 'sent',
        past.at, past.at, past.at, planned.zone, version.fingerprint, planned.first_line,
        planned.audiences, planned.covers, planned.kind, 0, 1, 1, past.n,
        'https://ioc.example.vn/' || past.n, past.at, '', past.at, past.at
    FROM past, planned, version WHERE version.rowid = past.n + (
        SELECT max(rowid) - :stored FROM version
    )
    """,
    """
    INSERT INTO attempt (
        delivery_id, number, fingerprint, owner, started_at, ended_at, outcome, detail
    )
    SELECT id, 1, fingerprint, 'may-chu:4711', sent_at, sent_at, 'sent', ''
    FROM delivery WHERE state = 'sent'
    """,
    """
    INSERT INTO event (at, actor, action, subject, detail)
    SELECT sent_at, 'publisher', action,
        campaign || '/' || edition || '/' || post || '/' || channel, '{}'
    FROM (SELECT 'planned' AS action UNION ALL SELECT 'sent'), delivery WHERE state = 'sent'
    """,
)
