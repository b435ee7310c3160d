"""The crash harness, briefly: a kill at every step, and that its counting sees what it is for.

``make chaos`` kills a thousand times, at every step on each kind of settlement.
"""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
import requests

from bench.chaos.__main__ import main
from bench.chaos.clock import LeapingClock
from bench.chaos.deaths import Deaths, Tally, pairs
from bench.chaos.nursery import Fork
from bench.chaos.office import Office
from bench.chaos.steps import INSTRUMENTED, Death
from bench.chaos.storm import Storm
from bench.chaos.verdict import count
from channels.simulated.telegram.platform import CHAT_ID, TOKEN

LEAD = timedelta(hours=-3)
A_CHANNEL_OF_EACH_SETTLEMENT = ("bluesky", "facebook", "telegram")


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    """A storm over an office with Telegram alone, in which nobody dies by chance."""
    chance = random.Random(1)
    with Office(tmp_path / "office", ("telegram",), LeapingClock(LEAD), chance, "10m") as office:
        tally = Tally(())
        deaths = Deaths(office.settlements, tally, chance, (), 0.0, 0.0)
        yield Storm(office, Fork, deaths, tally, chance)


def _cells(line: str) -> list[str]:
    """The cells of a line of a table; none where it is something else."""
    return [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]


def _ask_telegram(office: Office, method: str, **fields: object) -> None:
    url = f"{office.platforms['telegram'].url}/bot{TOKEN}/{method}"
    answer = requests.post(url, json={"chat_id": CHAT_ID, **fields}, timeout=10)
    assert answer.status_code == 200, answer.text


class InTurn(Deaths):
    """Each step once, the channels in turn; what a run didn't come to is tried on the next."""

    def __init__(self, office: Office, tally: Tally) -> None:
        super().__init__(office.settlements, tally, random.Random(1), INSTRUMENTED, 0.0, 0.0)
        self._tally = tally
        self._channels = cycle(office.settlements)

    def next(self, most: Mapping[tuple[str, str], int]) -> Death:
        step = next(step for step in INSTRUMENTED if not self._tally.of(step))
        return Death(step, next(self._channels))


def test_a_daemon_killed_at_every_step_keeps_the_promise(tmp_path: Path) -> None:
    chance = random.Random(57)
    clock = LeapingClock(timedelta(days=-1))
    with Office(tmp_path / "office", A_CHANNEL_OF_EACH_SETTLEMENT, clock, chance, "10m") as office:
        tally = Tally(pairs(office.settlements))
        storm = Storm(office, Fork, InTurn(office, tally), tally, chance)
        while not all(tally.of(step) for step in INSTRUMENTED):
            storm.kill_one()
            assert storm.killed < 3 * len(INSTRUMENTED), "every step is come to"
        storm.calm()
        counts = count(office, storm.unasked)
    assert [wrong for found in counts.values() for wrong in found.wrong] == []
    assert all(found.once == found.deliveries > 0 for found in counts.values())


def test_a_storm_tells_how_it_ended_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--kills", "4", "--least", "0", "--fresh", "0", "--seed", "57"]
    assert main([*asked, "--channels", *A_CHANNEL_OF_EACH_SETTLEMENT]) == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    rows = {row[0].strip(): row[1:] for line in told.splitlines() if (row := _cells(line))}
    assert {*INSTRUMENTED, *A_CHANNEL_OF_EACH_SETTLEMENT} < set(rows)
    posts, once, doubled, lost, miscalled, _asked = map(int, rows["together"][1:])
    assert (doubled, lost, miscalled) == (0, 0, 0)
    assert posts == once > 0


def test_a_post_that_a_reader_sees_twice_is_counted_as_doubled(storm: Storm) -> None:
    office = storm.office
    office.write("telegram")
    storm.calm()
    assert count(office, ())["telegram"].wrong == []
    _ask_telegram(office, "sendMessage", text=f"Lần nữa: {office.posts[0].marks[0]}")
    assert [wrong.what for wrong in count(office, ())["telegram"].wrong] == ["doubled"]


def test_a_post_called_sent_that_nobody_sees_is_counted_as_lost(storm: Storm) -> None:
    office = storm.office
    office.write("telegram")
    storm.calm()
    (published,) = office.platforms["telegram"].published()
    _ask_telegram(office, "deleteMessage", message_id=published.remote_id)
    found = count(office, ())["telegram"]
    assert [wrong.what for wrong in found.wrong] == ["lost", "wrongly called"]
    assert (found.deliveries, found.once) == (1, 0)


def test_a_doubt_that_no_person_was_asked_about_is_counted_as_lost(storm: Storm) -> None:
    office = storm.office
    office.write("telegram")
    run = Fork(office.order(Death("after taken", "telegram")))
    assert run.ended(20)
    assert (run.burnt(), run.code()) == ("after taken", -signal.SIGKILL)
    found = count(office, office.store.rows())["telegram"]
    assert [wrong.what for wrong in found.wrong] == ["lost"]
    storm.calm()
    assert storm.unasked == []
    assert (found := count(office, storm.unasked)["telegram"]).wrong == []
    assert (found.once, found.asked) == (1, 0)
