"""Who failed to log in how often, so that passwords can't be tried out one after another.

Counted by account and by address, in the store: a restart makes nobody free again, and two
processes count together. A few failures cost nothing; each one more doubles the wait, up to a
quarter of an hour, so that nobody can lock an officer out for good. A day without any forgets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from publisher.store.console_tables import LogInFailure

FREE_OF_ACCOUNT = 5
FREE_OF_ADDRESS = 20
"""An office may stand behind one address."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def keys_of(name: str, address: str) -> tuple[str, str]:
    """What is counted: the account, which needn't exist, and the address that asks."""
    who = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"account {who}", f"address {_network(address)}"


def wait_until(session: Session, now: datetime, keys: Iterable[str]) -> datetime | None:
    """Until when nobody is to try; ``None`` where one may."""
    until = session.exec(
        select(func.max(LogInFailure.until)).where(col(LogInFailure.key).in_(list(keys)))
    ).one()
    return until if until is not None and until > now else None


def count(session: Session, now: datetime, keys: Iterable[str]) -> None:
    """One more failure of each of ``keys``."""
    session.execute(delete(LogInFailure).where(col(LogInFailure.last_at) < now - FORGOTTEN_AFTER))
    for key in keys:
        row = session.get(LogInFailure, key) or LogInFailure(key=key, last_at=now)
        row.failures += 1
        row.last_at = now
        free = FREE_OF_ADDRESS if key.startswith("address") else FREE_OF_ACCOUNT
        row.until = now + _wait(row.failures - free) if row.failures >= free else None
        session.add(row)


def take_back(session: Session, keys: tuple[str, str]) -> None:
    """It was none: the account's failures are forgotten, the address has one less."""
    account, address = keys
    session.execute(delete(LogInFailure).where(col(LogInFailure.key) == account))
    row = session.get(LogInFailure, address)
    if row is not None:
        # Forgetting all of them would let who has one account try others without end.
        row.failures, row.until = max(0, row.failures - 1), None
        session.add(row)


def _wait(beyond: int) -> timedelta:
    # 2**6 halves of a minute are beyond the longest; a larger power would only be a larger number.
    return min(FIRST_WAIT * (1 << min(beyond, 6)), LONGEST_WAIT)


def _network(address: str) -> str:
    """A household has a whole /64 of IPv6: its addresses count as one."""
    try:
        found = ip_address(address)
    except ValueError:
        return "?"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)
