"""Words are changed, posts come and go: shown first, checked by the reader, written whole."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from publisher.campaign.reader import read_campaign
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import State
from publisher.editing.editor import Editor
from publisher.editing.new_post import NewPost
from publisher.editing.refusals import RefusedError
from publisher.editing.writing import put
from publisher.settings import Settings
from publisher.store import audit
from publisher.store.database import Database
from publisher.store.models import Delivery, Version
from tests.at_once import at_once
from tests.campaign.workspace import GOOD, OPENING
from tests.editing.conftest import SLUG

HELLO = NewPost("2027-10-01", "Chào", {"title": "Chào", "channels": ["fanpage"]})

at = datetime.fromisoformat
"""A local moment, by the clock on the wall."""

Files = Callable[[str], Path]


def code_of(refusal: pytest.ExceptionInfo[RefusedError]) -> str:
    return refusal.value.faults[0].code


def test_words_of_every_kind_are_changed_in_their_places(editor: Editor, file: Files) -> None:
    proposal = editor.change(
        SLUG,
        "mo-dau",
        {
            ("title",): "Còn một tuần",
            ("for", "x", "text"): "Còn {{ days_left }} ngày.\nHẹn gặp!",
            ("translation", "en", "text"): 'Seven days "to go".',
            ("hashtags",): ["ChuyenDoiSo", "DongThap"],
            ("channels",): ["fanpage", "zalo", "x"],
        },
        "Thân bài mới.\r\n\r\nHai đoạn.",
    )
    assert proposal.faults == ()
    expected = (
        GOOD[OPENING]
        .replace('"Còn bảy ngày"', '"Còn một tuần"')
        .replace('"Còn {{ days_left }} ngày."', '"""\nCòn {{ days_left }} ngày.\nHẹn gặp!\n"""')
        .replace('"Seven days to go."', '"Seven days \\"to go\\"."')
        .replace('["ChuyenDoiSo"]', '["ChuyenDoiSo", "DongThap"]')
    )
    head, _sep, _body = expected.partition("Còn **{{")
    assert proposal.after == head + "Thân bài mới.\n\nHai đoạn.\n"
    proposal.write("Lan")
    assert file("mo-dau").read_text() == proposal.after
    would_be = proposal.post_as_it_would_be
    assert would_be is not None
    assert would_be.front.title == "Còn một tuần"
    assert would_be.path == file("mo-dau")


def test_an_empty_text_takes_its_line_out(editor: Editor) -> None:
    after = editor.change(SLUG, "mo-dau", {("summary",): "  "}).after
    line = 'summary = "Tuần lễ chuyển đổi số bắt đầu."\n'
    assert after == GOOD[OPENING].replace(line, "")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_line_ends_and_the_byte_order_mark_stay(
    editor: Editor, file: Files, end: bytes, mark: bytes
) -> None:
    raw = mark + GOOD[OPENING].encode().replace(b"\n", end)
    file("mo-dau").write_bytes(raw)
    editor.change(SLUG, "mo-dau", {("title",): "T"}, "Một\n\nhai").write("Lan")
    title = GOOD[OPENING].encode().replace("Còn bảy ngày".encode(), b"T")
    head = title[: title.index("Còn **{{".encode())] + "Một\n\nhai\n".encode()
    assert file("mo-dau").read_bytes() == mark + head.replace(b"\n", end)


def test_what_the_reader_would_find_is_told_before_and_not_written(
    editor: Editor, file: Files
) -> None:
    proposal = editor.change(
        SLUG, "mo-dau", {("channels",): ["fanpag"], ("hashtags",): ["hai chữ"]}
    )
    assert {fault.code for fault in proposal.faults} == {"hashtag"}
    proposal = editor.change(SLUG, "mo-dau", {("channels",): ["fanpag"]})
    codes = {fault.code: fault for fault in proposal.faults}
    assert codes["unknown_channel"].line == 5
    assert codes["unknown_channel"].path == Path("campaigns/chuyen-doi-so/posts/mo-dau.md")
    assert not proposal.is_sound
    with pytest.raises(RefusedError) as refusal:
        proposal.write("Lan")
    assert code_of(refusal) == "unknown_channel"
    assert file("mo-dau").read_text() == GOOD[OPENING]


def test_a_fault_that_is_there_already_keeps_nobody_from_mending_another(
    editor: Editor, file: Files
) -> None:
    faulty = GOOD[OPENING].replace('["ChuyenDoiSo"]', '["hai chữ"]')
    file("mo-dau").write_text(faulty)
    proposal = editor.change(SLUG, "mo-dau", {("title",): "T"})
    assert proposal.faults == ()
    assert [fault.code for fault in proposal.standing] == ["hashtag"]
    proposal.write("Lan")
    assert '"T"' in file("mo-dau").read_text()


@pytest.mark.parametrize("way", [("for",), ("media",), ("for", "x", "card"), ("a", "b")])
def test_other_keys_are_left_to_the_file(editor: Editor, way: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refusal:
        editor.change(SLUG, "mo-dau", {way: "x"})
    assert code_of(refusal) == "not_editable"


def test_a_way_of_writing_that_cannot_be_changed_from_here_is_told(
    editor: Editor, file: Files
) -> None:
    file("mo-dau").write_text('+++\nwhen = "D"\nfor = [{ x = 1 }]\n+++\nBài\n')
    with pytest.raises(RefusedError) as refusal:
        editor.change(SLUG, "mo-dau", {("for", "x", "text"): "a"})
    assert code_of(refusal) == "edit_by_hand"


@pytest.mark.parametrize(
    ("slug", "post", "code"),
    [
        ("khong-co", "mo-dau", "edit_no_campaign"),
        ("../x", "mo-dau", "edit_no_campaign"),
        (SLUG, "khong-co", "missing"),
        (SLUG, "../../../schedule", "edit_no_post"),
        (SLUG, "../campaign", "edit_no_post"),
        (SLUG, "_nhap", "edit_no_post"),
    ],
)
def test_what_is_not_there_is_refused(editor: Editor, slug: str, post: str, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        editor.change(slug, post, {("title",): "x"})
    assert code_of(refusal) == code


def test_what_somebody_saved_meanwhile_is_never_written_over(editor: Editor, file: Files) -> None:
    proposal = editor.change(SLUG, "mo-dau", {("title",): "T"})
    theirs = GOOD[OPENING].replace("bảy", "7")
    file("mo-dau").write_text(theirs)
    with pytest.raises(RefusedError) as refusal:
        proposal.write("Lan")
    assert code_of(refusal) == "changed_meanwhile"
    assert file("mo-dau").read_text() == theirs
    file("mo-dau").unlink()
    with pytest.raises(RefusedError) as refusal:
        proposal.write("Lan")
    assert code_of(refusal) == "changed_meanwhile"
    assert not file("mo-dau").exists()


def test_of_two_who_change_one_text_at_once_one_is_told(editor: Editor, file: Files) -> None:
    proposals = [editor.change(SLUG, "mo-dau", {("title",): f"T{n}"}) for n in range(4)]
    came: list[str] = []
    told: list[str] = []

    def write(number: int) -> None:
        try:
            proposals[number].write(f"người {number}")
            came.append(proposals[number].after)
        except RefusedError as refusal:
            told.append(refusal.faults[0].code)

    assert at_once(*(partial(write, n) for n in range(4))) == [None] * 4
    assert [file("mo-dau").read_text()] == came
    assert told == ["changed_meanwhile"] * 3


def test_the_file_keeps_its_mode_and_its_owner(editor: Editor, file: Files) -> None:
    file("mo-dau").chmod(0o640)
    owner = (1234, 2345) if os.geteuid() == 0 else (os.getuid(), os.getgid())
    if os.geteuid() == 0:
        os.chown(file("mo-dau"), *owner)
    editor.change(SLUG, "mo-dau", {("title",): "T"}).write("Lan")
    now = file("mo-dau").stat()
    assert stat.S_IMODE(now.st_mode) == 0o640
    assert (now.st_uid, now.st_gid) == owner


def test_a_link_to_another_file_of_the_campaign_stays_one(editor: Editor, file: Files) -> None:
    file("mo-dau").rename(file("_that"))
    file("mo-dau").symlink_to("_that.md")
    editor.change(SLUG, "mo-dau", {("title",): "T"}).write("Lan")
    assert file("mo-dau").is_symlink()
    assert '"T"' in file("_that").read_text()


def test_nothing_is_left_lying_about(editor: Editor, file: Files) -> None:
    before = {path.name for path in file("x").parent.iterdir()}
    editor.change(SLUG, "mo-dau", {("title",): "T"}).write("Lan")
    assert {path.name for path in file("x").parent.iterdir()} == before


def test_who_changed_what_is_on_the_record(
    editor: Editor, database: Database, clock: MovedClock
) -> None:
    editor.change(SLUG, "mo-dau", {("title",): "Tên mới"}).write("Lan")
    with database.reading() as session:
        [event] = audit.latest(session)
    assert (event.actor, event.action, event.subject) == ("Lan", "edit", "chuyen-doi-so/mo-dau")
    assert event.at == clock()
    assert '+title = "Tên mới"' in event.detail["diff"]


def test_what_cannot_be_written_is_not_on_the_record(
    editor: Editor, file: Files, database: Database
) -> None:
    proposal = editor.change(SLUG, "mo-dau", {("title",): "T"})
    file("mo-dau").write_text("x")
    with pytest.raises(RefusedError):
        proposal.write("Lan")
    with database.reading() as session:
        assert audit.latest(session) == []


def test_a_change_that_changes_nothing_writes_nothing(
    editor: Editor, database: Database, file: Files
) -> None:
    before = file("mo-dau").stat()
    proposal = editor.change(
        SLUG, "mo-dau", {("title",): "Còn bảy ngày", ("hashtags",): ["ChuyenDoiSo"]}
    )
    assert proposal.changes_nothing
    proposal.write("Lan")
    assert file("mo-dau").stat().st_mtime_ns == before.st_mtime_ns
    with database.reading() as session:
        assert audit.latest(session) == []


def test_a_new_post_is_one_to_the_reader(editor: Editor, office: Settings) -> None:
    new = NewPost(
        "2027-10-01 08:30",
        "Bà con ơi!\n\nMời đến.",
        {"title": 'Mời "bà con" dự Ngày hội', "channels": ["fanpage"], "hashtags": ["NgayHoi"]},
        media=(("media/anh.png", "Cán bộ"),),
    )
    proposal = editor.add(SLUG, new)
    assert proposal.faults == ()
    assert proposal.diff.startswith("--- /dev/null\n")
    proposal.write("Lan")
    campaign, faults = read_campaign(office.campaigns_folder / SLUG, office)
    assert faults == []
    assert campaign is not None
    [post] = [post for post in campaign.posts if post.id == "moi-ba-con-du-ngay-hoi"]
    assert post.front.title == 'Mời "bà con" dự Ngày hội'
    assert post.body == "Bà con ơi!\n\nMời đến."
    assert post.front.media[0].alt == "Cán bộ"


def test_a_new_post_is_numbered_on_where_the_others_are(editor: Editor, file: Files) -> None:
    file("mo-dau").rename(file("01-mo-dau"))
    file("cam-on").rename(file("09-cam-on"))
    proposal = editor.add(SLUG, HELLO)
    assert proposal.path.name == "10-chao.md"


def test_two_new_posts_of_one_title_get_two_names(editor: Editor) -> None:
    editor.add(SLUG, HELLO).write("Lan")
    assert editor.add(SLUG, HELLO).path.name == "chao-2.md"


@pytest.mark.parametrize("name", ["mo-dau", "Chữ Hoa", "../x"])
def test_a_new_post_takes_no_name_that_there_is_or_cannot_be(editor: Editor, name: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        editor.add(SLUG, NewPost("2027-10-01", "Chào", name=name))
    assert code_of(refusal) == "new_name"


def test_a_new_post_is_never_written_over_a_file_that_came_meanwhile(
    editor: Editor, file: Files
) -> None:
    proposal = editor.add(SLUG, HELLO)
    file("chao").write_text("của người khác")
    with pytest.raises(RefusedError) as refusal:
        proposal.write("Lan")
    assert code_of(refusal) == "name_taken_meanwhile"
    assert file("chao").read_text() == "của người khác"
    assert {path.name for path in file("x").parent.iterdir()} == {
        "chao.md",
        "mo-dau.md",
        "cam-on.md",
    }


def test_a_draft_is_taken_up_as_a_post(editor: Editor, office: Settings, file: Files) -> None:
    file("mo-dau").rename(file("_mo-dau"))
    proposal = editor.take_up(SLUG, "mo-dau")
    assert not proposal.changes_nothing
    proposal.write("Lan")
    campaign, _faults = read_campaign(office.campaigns_folder / SLUG, office)
    assert campaign is not None
    assert [post.id for post in campaign.posts] == ["cam-on", "mo-dau"]
    assert file("mo-dau").read_text() == GOOD[OPENING]
    assert not file("_mo-dau").exists()


def test_many_changes_are_looked_at_together(editor: Editor) -> None:
    first = editor.adding(SLUG, HELLO)
    second = editor.adding(
        SLUG, NewPost("2027-10-01", "Chào", {"title": "Chào", "channels": ["sai"]}), ["chao"]
    )
    one, two = editor.checked([first, second])
    assert (one.path.name, two.path.name) == ("chao.md", "chao-2.md")
    assert one.is_sound
    assert [fault.code for fault in two.faults] == ["unknown_channel"]


# -- what is out already --------------------------------------------------------------------------


def deliver(database: Database, clock: MovedClock, state: State, *channels: str) -> None:
    now = clock()
    with database.writing() as session:
        session.merge(Version(fingerprint="f", content={}, created_at=now))
        session.flush()
        for channel in channels:
            session.add(
                Delivery(
                    campaign=SLUG,
                    edition=2027,
                    post="mo-dau",
                    channel=channel,
                    state=state.value,
                    due_at=now,
                    expires_at=now + timedelta(hours=1),
                    next_at=now,
                    zone="Asia/Ho_Chi_Minh",
                    fingerprint="f",
                    first_line="",
                    approvals=1,
                    created_at=now,
                    updated_at=now,
                )
            )


@pytest.mark.parametrize("state", [State.SENT, State.SENDING, State.UNCONFIRMED])
def test_what_is_out_is_not_moved(
    editor: Editor, database: Database, clock: MovedClock, state: State
) -> None:
    deliver(database, clock, state, "fanpage", "zalo")
    with pytest.raises(RefusedError) as refusal:
        editor.move(SLUG, "mo-dau", at("2027-10-05 09:30"))
    assert code_of(refusal) == "move_gone"
    assert "fanpage, zalo" in refusal.value.faults[0].what
    # The next edition hasn't begun.
    assert editor.move(SLUG, "mo-dau", at("2028-10-05 09:30"), edition=2028).is_sound


def test_a_dated_post_of_which_a_part_is_out_does_not_go_into_another_edition(
    editor: Editor, database: Database, clock: MovedClock, file: Files
) -> None:
    file("mo-dau").write_text(GOOD[OPENING].replace("D-7 08:00", "2027-10-03 08:00"))
    deliver(database, clock, State.SENT, "fanpage")
    deliver(database, clock, State.PLANNED, "zalo")
    assert editor.move(SLUG, "mo-dau", at("2027-10-05 09:30")).is_sound
    with pytest.raises(RefusedError) as refusal:
        editor.move(SLUG, "mo-dau", at("2028-01-05 09:30"))
    assert code_of(refusal) == "move_gone"


def test_a_date_that_is_typed_is_held_against_what_is_out_like_one_that_is_dragged(
    editor: Editor, database: Database, clock: MovedClock, file: Files
) -> None:
    file("mo-dau").write_text(GOOD[OPENING].replace("D-7 08:00", "2027-10-03 08:00"))
    deliver(database, clock, State.SENT, "fanpage")
    with pytest.raises(RefusedError) as refusal:
        editor.change(SLUG, "mo-dau", {("when",): "2028-01-05 09:30"})
    assert code_of(refusal) == "move_gone"


def test_what_a_person_was_shown_is_what_is_written(editor: Editor, file: Files) -> None:
    shown = editor.change(SLUG, "mo-dau", {("title",): "T"}).fingerprint
    editor.change(SLUG, "mo-dau", {("title",): "T"}).write("Lan", shown=shown)
    again = editor.change(SLUG, "mo-dau", {("title",): "U"})
    with pytest.raises(RefusedError) as refusal:
        again.write("Lan", shown=shown)
    assert code_of(refusal) == "changed_meanwhile"
    assert '"T"' in file("mo-dau").read_text()


def test_a_disk_that_takes_nothing_leaves_the_file_as_it_was(editor: Editor, file: Files) -> None:
    proposal = editor.change(SLUG, "mo-dau", {("title",): "T"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(RefusedError) as refusal:
            put(proposal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code_of(refusal) == "disk_refuses"
    assert file("mo-dau").read_text() == GOOD[OPENING]
    assert {path.name for path in file("x").parent.iterdir()} == {"mo-dau.md", "cam-on.md"}


def test_the_record_names_what_was_changed(editor: Editor, database: Database) -> None:
    editor.change(SLUG, "mo-dau", {("title",): "T", ("for", "x", "text"): "U"}, "V").write("Lan")
    with database.reading() as session:
        [event] = audit.latest(session)
    assert event.detail["keys"] == "title, for, text"


def test_it_is_said_where_a_text_stays_and_that_approval_is_asked_anew(
    editor: Editor, database: Database, clock: MovedClock
) -> None:
    deliver(database, clock, State.SENT, "fanpage")
    deliver(database, clock, State.PLANNED, "zalo")
    first, second = editor.change(SLUG, "mo-dau", {("title",): "T"}).notes
    assert "fanpage" in first
    assert "zalo" not in first
    assert second
