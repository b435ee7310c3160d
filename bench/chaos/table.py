"""The two tables: where the kills fell, and what came of the posts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from bench.chaos.steps import ANY_MOMENT, INSTRUMENTED
from bench.chaos.verdict import DOUBLED, LOST, MISCALLED, Count
from bench.chaos.weather import Plan, Result
from channels import load
from channels.base import Settlement


def show(console: Console, plan: Plan, result: Result) -> None:
    """Print what the storm did and what it left."""
    console.print(_kills(result))
    console.print(_posts(result))
    console.print(
        f"{result.tally.kills} kills, {result.fresh_kills} of them of a fresh publisher run; "
        f"{result.seconds:.0f} s; seed {plan.seed}"
    )
    for lack in result.lacks:
        console.print(f"[red]hit too rarely: {lack}[/red]")
    for fell in result.fell:
        console.print(f"[red]{fell}[/red]")


def figures(count: Count) -> list[str]:
    """``count`` as every table of posts has it, from "posts" to "put before a person"."""
    wrong = (count.of(what) for what in (DOUBLED, LOST, MISCALLED))
    return [str(n) for n in (count.deliveries, count.once, *wrong, count.asked)]


def to_the_right(table: Table, but_first: int) -> Table:
    """``table``, in which all columns but the first ones are numbers."""
    for column in table.columns[:but_first]:
        column.no_wrap = True
    for column in table.columns[but_first:]:
        column.justify = "right"
    return table


def _kills(result: Result) -> Table:
    table = Table("killed at", *Settlement, "together", title="Kills")
    for step in INSTRUMENTED:
        hits = [result.tally.hits[step, how] for how in Settlement]
        table.add_row(step, *(str(hit or "–") for hit in hits), str(sum(hits)))
    table.add_row(ANY_MOMENT, *("" for _ in Settlement), str(result.tally.of(ANY_MOMENT)))
    return to_the_right(table, but_first=1)


def _posts(result: Result) -> Table:
    table = Table(
        *("channel", "settled by", "posts", "out once", DOUBLED, LOST, MISCALLED),
        "put before a person",
        title="Posts, as the platforms have them",
    )
    total = Count()
    for channel, count in result.counts.items():
        table.add_row(channel, load(channel).settlement, *figures(count))
        total.add(count)
    table.add_section()
    table.add_row("together", "", *figures(total))
    return to_the_right(table, but_first=2)
