"""What a channel keeps: there after a crash, for us alone, and never of a secret that is void."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from channels.base import TransientError
from channels.state import State


def test_what_was_put_is_there_for_the_next_process_and_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "zalo" / "state"
    assert State(folder).get("refresh") is None
    State(folder).put("refresh", "mã mới")
    assert State(folder).get("refresh") == "mã mới"
    assert [path.stat().st_mode & 0o777 for path in folder.glob("*.json")] == [0o600]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_came_of_a_secret_is_void_once_a_person_gave_another(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.put("refresh", "from the first", "first")
    assert state.get("refresh", "first") == "from the first"
    assert state.get("refresh", "second") is None


def test_the_old_text_stands_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(tmp_path)
    state.put("refresh", "old")

    def power_cut(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(TransientError, match="No space left"):
        state.put("refresh", "new and secret")
    monkeypatch.undo()
    assert state.get("refresh") == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_broken_file_is_told_of_and_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "refresh.json").write_text("{", "utf-8")
    with pytest.raises(TransientError, match="can't be read"):
        State(tmp_path).get("refresh")


def test_a_folder_that_cant_be_made_is_transient(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = State(tmp_path / "file" / "state")
    with pytest.raises(TransientError):
        state.put("refresh", "x")
    with pytest.raises(TransientError), state.alone():
        pass


def count_up(folder: Path) -> None:
    state = State(folder)
    for _ in range(20):
        with state.alone():
            state.put("count", str(int(state.get("count") or "0") + 1))


def test_many_processes_exchange_one_after_the_other(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=count_up, args=(tmp_path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert State(tmp_path).get("count") == "60"
