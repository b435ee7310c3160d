"""The program dies while it writes: the post is the old one or the new one, never half of one."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.campaign.reader import read_campaign
from publisher.editing.writing import alone
from publisher.settings import Settings
from tests.campaign.workspace import GOOD, OPENING
from tests.editing.conftest import SLUG


def test_one_process_writes_to_a_campaign_at_a_time(office: Settings) -> None:
    folder = office.campaigns_folder / SLUG
    handle = os.open(folder, os.O_RDONLY)
    try:
        with alone(folder), pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(handle)


WRITER = """
import sys
from pathlib import Path
from publisher.editing.proposal import Proposal
from publisher.editing.writing import alone, put
path, one = Path(sys.argv[1]), Path(sys.argv[1]).read_bytes().decode()
other = one + "Một dòng nữa.\\n" * 20_000
while True:
    for before, after in ((one, other), (other, one)):
        with alone(path.parent.parent):
            put(Proposal(path, "x", "y", "edit", before, after))
        print(flush=True)
"""


@pytest.mark.parametrize("writes", [1, 2, 7])
def test_a_writer_that_is_killed_leaves_a_whole_post(office: Settings, writes: int) -> None:
    folder = office.campaigns_folder / SLUG
    path = folder / "posts" / "mo-dau.md"
    house = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=house
    ) as writer:
        assert writer.stdout is not None
        for _write in range(writes):
            assert writer.stdout.readline()
        writer.kill()
    text = path.read_text(encoding="utf-8")
    assert text in (GOOD[OPENING], GOOD[OPENING] + "Một dòng nữa.\n" * 20_000)
    campaign, faults = read_campaign(folder, office)
    assert faults == []  # what it left lying about is nobody's post
    assert campaign is not None
    assert {post.id for post in campaign.posts} == {"mo-dau", "cam-on"}
