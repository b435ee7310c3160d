"""The proof: faults one after another while posts go out, then a calm and a person, then the count.

Leases take a minute, so they aren't waited for after each fault: every post is counted under the
fault in whose time it was written, once all is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.chaos.store import Row
from bench.chaos.verdict import Wrong, looked_up, silent
from bench.cluster import queue
from bench.cluster.counting import Line, counted
from bench.cluster.faults import Fault
from bench.cluster.network import Network
from bench.cluster.nodes import stop
from bench.cluster.stage import Stage, posting, stage

NODES = 3
_RUNS_BEFORE_S = 4.0
_CALM_S = 200.0
_LOOK_S = 0.5


@dataclass(slots=True)
class Result:
    """A line for each fault; ``fell`` says which processes, or waits, ended as they must not."""

    lines: list[Line] = field(default_factory=list)
    fell: list[str] = field(default_factory=list)

    @property
    def wrongs(self) -> list[Wrong]:
        return [wrong for line in self.lines for wrong in line.count.wrong]

    @property
    def is_good(self) -> bool:
        return not (self.wrongs or self.fell)


def proved(
    network: Network, faults: Sequence[Fault], tell: Callable[[str], None], seed: int
) -> Result:
    """Strike a new stage with each of ``faults`` in turn; ``tell`` hears how far it is."""
    with stage(network, NODES, seed) as set_up:
        return played(set_up, faults, tell)


def played(
    set_up: Stage,
    faults: Sequence[Fault],
    tell: Callable[[str], None],
    *,
    over_leases: bool = True,
) -> Result:
    """The same on a stage that is set. Without ``over_leases`` those of the dead are ended by hand,
    where nobody can wait for them."""
    with posting(set_up):
        for fault in faults:
            window = set_up.window(fault.name)
            time.sleep(_RUNS_BEFORE_S)
            fault.strike(set_up)
            set_up.flows()
            set_up.all_work()
            tell(f"{fault.name}: {time.monotonic() - window.began:.0f} s")
    unasked = _calm(set_up, tell, over_leases=over_leases)
    codes = [code for code in stop(set_up.nodes) if code]
    set_up.fell += [f"a process that was stopped ended with {code}" for code in codes]
    hasty = set(set_up.primary.unreplicated() + set_up.standby.unreplicated()) - {queue.NAME}
    set_up.fell += [f"{name!r} didn't wait for the standby" for name in sorted(hasty)]
    result = Result(counted(set_up, unasked), set_up.fell)
    if not result.is_good:
        set_up.keep = True
        tell(f"kept: {set_up.office.root.parent}")
    return result


def _calm(set_up: Stage, tell: Callable[[str], None], *, over_leases: bool) -> list[Row]:
    """Let the nodes settle what they can by themselves; answer what they ask; let them send that.
    Gives what they were silent about before anybody came to answer."""
    tell("the nodes are left alone")
    if not over_leases:
        _end_leases_of_the_dead(set_up)
    _wait_until(set_up, lambda rows: not silent(rows))
    rows = set_up.office.store.rows()
    there, absent = looked_up(set_up.office, rows)
    tell(f"a person answers {len(there) + len(absent)} doubts, {len(absent)} were not out")
    for keys, word in ((there, "--sent"), (absent, "--again")):
        if keys and set_up.nodes[0].say("settle", *keys, word, "--by", "Người trực"):
            set_up.fell.append(f"publisher settle {word} was refused")
    _wait_until(set_up, lambda now: all(row.state == "sent" for row in now))
    return silent(rows)


def _wait_until(set_up: Stage, is_so: Callable[[list[Row]], bool]) -> None:
    written = sum(len(post.channels) for post in set_up.office.posts)
    ends = time.monotonic() + _CALM_S
    while time.monotonic() < ends:
        rows = set_up.office.store.rows()
        if len(rows) == written and is_so(rows):
            return
        time.sleep(_LOOK_S)


def _end_leases_of_the_dead(set_up: Stage) -> None:
    """What they held is in nobody's hands: as if a minute had gone by."""
    alive = [worker.pid for node in set_up.nodes for worker in node.at_work]
    set_up.primary.ask(
        "UPDATE delivery SET lease_until = now() WHERE state = 'sending'"
        " AND split_part(owner, ':', 2)::int != ALL(%s)",
        (alive,),
    )
