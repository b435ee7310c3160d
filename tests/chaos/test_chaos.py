"""The crash harness, briefly: a few dozen kills, and that its counting sees what it is for."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from bench.chaos.__main__ import main
from bench.chaos.clock import LeapingClock
from bench.chaos.deaths import Deaths, Tally
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


def test_a_daemon_killed_at_every_step_on_each_kind_of_settlement_keeps_the_promise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--kills", "36", "--least", "1", "--fresh", "0", "--seed", "57"]
    assert main([*asked, "--channels", *A_CHANNEL_OF_EACH_SETTLEMENT]) == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    rows = {row[0].strip(): row[1:] for line in told.splitlines() if (row := _cells(line))}
    for step in INSTRUMENTED:
        assert [int(cell) >= 1 for cell in rows[step]] == [True] * 4, step
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
