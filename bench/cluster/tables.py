"""The two tables: how fast by the number of workers, and what came of the posts fault by fault."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.chaos.table import figures, to_the_right
from bench.chaos.verdict import DOUBLED, LOST, MISCALLED, Count
from bench.cluster.counting import Line
from bench.cluster.throughput import GOAL, Pace


def show_paces(console: Console, paces: Sequence[Pace]) -> None:
    """Print a line for each number of workers; the first is what the others are held against."""
    table = Table(
        *("workers", "deliveries", "a second", "of linear", "goal"),
        *("worker", "scheduler", "PostgreSQL", "platform", "our processors", "all", "in order"),
        title="Throughput, platforms answering after 200 ms (processor time a delivery)",
    )
    for pace in paces:
        linear = share_of_linear(paces[0], pace)
        table.add_row(
            *(str(pace.workers), str(pace.deliveries), f"{pace.rate:.1f}", f"{linear:.2f}"),
            f"≥ {GOAL}" if linear >= GOAL else f"[red]≥ {GOAL} missed[/red]",
            *(f"{each * 1000:.1f} ms" for each in _spent(pace)),
            f"{pace.ours:.0%}",
            f"{pace.busy:.0%}",
            "yes" if pace.in_order else "[red]no[/red]",
        )
    console.print(to_the_right(table, but_first=0))


def show_lines(console: Console, lines: Sequence[Line]) -> None:
    """Print a line for each fault, and all together."""
    table = Table(
        *("fault", "deliveries", "out once", DOUBLED, LOST, MISCALLED, "put before a person"),
        *("repeats dropped", "longest silence", "taken over after"),
        title="Posts during faults, as the platform took them",
    )
    together = Count()
    for line in lines:
        over = f"{line.took_over_s:.1f} s" if line.took_over_s is not None else "–"
        told = figures(line.count)
        table.add_row(line.fault, *told, str(line.repeats), f"{line.silence_s:.1f} s", over)
        together.add(line.count)
    table.add_section()
    repeats = sum(line.repeats for line in lines)
    table.add_row("together", *figures(together), str(repeats), "", "")
    console.print(to_the_right(table, but_first=1))


def share_of_linear(first: Pace, pace: Pace) -> float:
    """What ``pace`` is of as many times the rate that ``first`` had."""
    return pace.rate / (first.rate * pace.workers / first.workers)


def _spent(pace: Pace) -> tuple[float, ...]:
    return pace.worker_s, pace.scheduler_s, pace.database_s, pace.platform_s
