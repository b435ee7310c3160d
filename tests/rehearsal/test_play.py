"""A rehearsal plays the real program through, marks all it leaves, and touches nothing else."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest

from publisher import i18n
from publisher.delivery.lifecycle import State
from publisher.rehearsal import pages
from publisher.rehearsal.play import MARK, NothingToPlay, Played, empty, played
from publisher.settings import Settings
from publisher.store import deliveries
from publisher.store.models import Delivery
from tests.rehearsal.conftest import NOW, office

DUE = {("mo-dau", "07/10 08:00"), ("dung-ngay", "10/10 08:00"), ("cam-on", "11/10 09:00")}


def no_progress(_moment: datetime, _share: float) -> None:
    pass


def rows(result: Played) -> list[Delivery]:
    with result.site.database.reading() as session:
        return list(deliveries.matching(session))


@dataclass(frozen=True)
class Rehearsal:
    """One without trouble: what was there before, what came of it, the pages it left."""

    before: list[Path]
    root: Path
    result: Played
    found: list[Delivery]
    left: pages.Pages


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    root = tmp_path_factory.mktemp("office")
    settings = office(root)
    before = sorted(root.rglob("*"))
    i18n.use_language("vi")
    empty(root / "out")
    with played(settings, NOW, root / "out", None, no_progress) as result:
        yield Rehearsal(before, root, result, rows(result), pages.write(result, root / "out"))


def test_every_post_goes_out_on_every_channel_at_its_hour(rehearsal: Rehearsal) -> None:
    ours = [row for row in rehearsal.found if row.campaign == "chuyen-doi-so"]
    assert {row.state for row in rehearsal.found} == {State.SENT}
    assert Counter(row.channel for row in ours) == {"fanpage": 3, "telegram": 3, "ioc": 3}
    zone = rehearsal.result.site.settings.zone
    assert {(row.post, f"{row.due_at.astimezone(zone):%d/%m %H:%M}") for row in ours} == DUE
    assert all(row.sent_at == row.due_at for row in ours)
    assert all(row.due_at.year == 2027 for row in ours)


def test_the_portals_news_goes_out_too_and_nothing_old(rehearsal: Rehearsal) -> None:
    news = [row for row in rehearsal.found if row.campaign == "tin"]
    assert len({row.occurrence for row in news}) >= 3
    assert all(row.due_at > rehearsal.result.episodes[0].start for row in news)


def test_leaders_get_a_mail_a_week_and_the_last_tells_of_the_last_posts(
    rehearsal: Rehearsal,
) -> None:
    mails = [
        email.message_from_bytes(raw, policy=email.policy.default) for raw in rehearsal.result.mails
    ]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) >= 2
    body = mails[-1].get_body(("plain",))
    assert body is not None
    assert "Bài cam-on" in body.get_content()


def test_everything_it_leaves_is_marked(rehearsal: Rehearsal) -> None:
    left = rehearsal.left
    for page in (left.timeline, left.calendar, left.mail):
        assert page is not None
        assert "DIỄN TẬP" in page.read_text(encoding="utf-8")
    assert left.eml is not None
    mail = email.message_from_bytes(left.eml.read_bytes(), policy=email.policy.default)
    assert "DIỄN TẬP" in mail["Subject"]


def test_the_half_years_report_is_written_whole_and_marked(rehearsal: Rehearsal) -> None:
    docx, pdf, xlsx = rehearsal.left.reports
    stem = "bao-cao-6-thang-cuoi-nam-2027"
    assert [path.name for path in (docx, pdf, xlsx)] == [
        f"{stem}.docx",
        f"{stem}.pdf",
        f"{stem}.xlsx",
    ]
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
    assert "DIỄN TẬP" in printed
    sheets = openpyxl.load_workbook(xlsx).worksheets
    with i18n.speaking("vi"):
        [posts] = [sheet for sheet in sheets if sheet.title == i18n._("Posts")]
    told = [[cell.value for cell in row] for row in posts.iter_rows()]
    ours = {row.first_line for row in rehearsal.found if row.holdable}
    assert ours <= {row[1] for row in told}
    assert "14/12/2027" in str(told[1][0])


def test_it_writes_nothing_outside_its_folder(rehearsal: Rehearsal) -> None:
    root = rehearsal.root
    after = [path for path in root.rglob("*") if path.relative_to(root).parts[0] != "out"]
    assert sorted(after) == rehearsal.before


def test_with_the_same_trouble_the_same_comes_of_it(settings: Settings, tmp_path: Path) -> None:
    ends = []
    for name in ("one", "two"):
        empty(tmp_path / name)
        with played(settings, NOW, tmp_path / name, "flaky", no_progress) as result:
            ends.append({deliveries.identity_of(row): row.state for row in rows(result)})
    assert ends[0] == ends[1]


@pytest.mark.parametrize("fault", ["outage", "expired-token"])
def test_with_trouble_nothing_is_lost_in_silence(
    fault: str, settings: Settings, tmp_path: Path
) -> None:
    empty(tmp_path / "out")
    with played(settings, NOW, tmp_path / "out", fault, no_progress) as result:
        found = rows(result)
        missed = [row for row in found if row.state == State.MISSED]
        told = "\n".join(result.alerts)
    assert missed
    assert all(deliveries.identity_of(row).key in told for row in missed)
    assert {row.state for row in found} == {State.SENT, State.MISSED}
    assert {row.channel for row in missed} <= {"telegram", "ioc"}


def test_without_an_edition_to_come_it_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "campaigns" / "chuyen-doi-so" / "campaign.toml").unlink()
    with (
        pytest.raises(NothingToPlay),
        played(settings, NOW, tmp_path / "out", None, no_progress),
    ):
        pass


def test_the_edition_is_the_next_whole_one(settings: Settings, tmp_path: Path) -> None:
    empty(tmp_path / "out")
    in_the_midst = datetime(2027, 10, 1, tzinfo=NOW.tzinfo)
    with played(settings, in_the_midst, tmp_path / "out", None, no_progress) as result:
        [episode] = result.episodes
    assert episode.start.year == 2028
    assert episode.end - episode.start > timedelta(days=10)


def test_a_folder_that_is_not_a_rehearsals_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "quan-trong.txt").write_text("giữ lại")
    with pytest.raises(FileExistsError):
        empty(tmp_path)
    assert (tmp_path / "quan-trong.txt").exists()


def test_a_rehearsals_own_folder_is_made_anew(tmp_path: Path) -> None:
    empty(tmp_path / "out")
    (tmp_path / "out" / "cu.html").write_text("cũ")
    empty(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [MARK]
