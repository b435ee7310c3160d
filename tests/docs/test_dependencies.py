"""docs/dependencies.md: what the program stands on has its row and its reason, and is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import weigh

ROOT = Path(__file__).parents[2]
USED_BY_OTHERS = {"python-multipart", "setuptools", "tzdata"}
"""Imported by a library or by Python itself, and by no module of ours."""

REASONS = weigh.reasons()
_ROW = re.compile(r"^\| ([a-z0-9-]+) \| (.+?) \| (.+?) \| (\d+\.\d) \|", re.MULTILINE)


def rows() -> dict[str, tuple[str, str]]:
    """What the table says of each package: its reason, and where it is used."""
    page = weigh.PAGE.read_text(encoding="utf-8")
    table = page.partition(weigh.BEGIN)[2].partition(weigh.END)[0]
    return {name: (reason, where) for name, reason, where, _mb in _ROW.findall(table)}


def test_every_direct_dependency_has_a_row_and_every_row_is_one() -> None:
    assert sorted(rows()) == sorted(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_a_dependency_gives_its_reason_where_it_is_asked_for_and_in_the_table(name: str) -> None:
    assert REASONS[name]
    assert rows()[name][0] == REASONS[name]


def test_every_dependency_is_imported_in_the_rooms_that_the_table_names() -> None:
    used = weigh.rooms()
    for name, (_reason, where) in rows().items():
        named = set(re.findall(r"`([^`]+)`", where))
        assert named <= set(used.get(name, ())), name
        assert named or name in USED_BY_OTHERS, name


def test_a_dependency_is_weighed_without_bytecode_and_with_what_it_alone_brings() -> None:
    made = {row.name: row for row in weigh.rows()}

    assert "pycryptodome" in made["minio"].alone
    # The program depends on requests itself, so Mastodon's client doesn't bring it.
    assert "requests" not in made["mastodon-py"].alone
    # Its modules and its metadata; bytecode would make it half as much again.
    assert made["waitress"].size == pytest.approx(170_000, rel=0.2)


def test_an_extra_is_weighed_by_what_it_alone_brings_and_has_its_row() -> None:
    made = {extra.name: extra for extra in weigh.extras()}

    assert {"psycopg", "psycopg-binary", "psycopg-pool"} <= set(made["cluster"].packages)
    # The scheduler and the store need it without a cluster, too.
    assert "sqlalchemy" not in made["cluster"].packages
    assert "dev" not in made
    page = weigh.PAGE.read_text(encoding="utf-8")
    assert [name for name in made if f"\n| `{name}` | {made[name].reason} |" not in page] == []


def test_the_sum_counts_what_several_bring_once() -> None:
    packages, whole = weigh.total()
    made = weigh.rows()

    assert packages > len(made)
    assert sum(row.size + row.alone_size for row in made) < whole


def test_a_clean_install_stays_below_a_third_of_a_gigabyte() -> None:
    _packages, whole = weigh.total()

    assert whole < 333e6


def test_writing_the_table_anew_leaves_the_words_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "dependencies.md"
    page.write_text(f"Before.\n{weigh.BEGIN}\nold\n{weigh.END}\nAfter.\n", encoding="utf-8")
    monkeypatch.setattr(weigh, "PAGE", page)

    weigh.main()

    written = page.read_text(encoding="utf-8")
    assert written.startswith(f"Before.\n{weigh.BEGIN}\nMeasured on ")
    assert written.endswith(f"{weigh.END}\nAfter.\n")
    assert "old" not in written
