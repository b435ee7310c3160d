"""What whoever approves is told of a program's drafts: which it was, for whom, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp.types import Implementation

from publisher.desk import drafted
from publisher.desk.drafted import MOST_OF_A_NAME, Drafted
from publisher.store import audit
from tests.assistant.conftest import SCHEDULE
from tests.assistant.service import Service, service
from tests.assistant.test_drafting import draft
from tests.assistant.visitor import Visitor, visitor
from tests.cli.office import Office, days_ahead

PROGRAM = "Trợ lý thử 1.2"
STILL = "Its words are still the program's, letter by letter."


@pytest.fixture
def asked() -> Iterator[Service]:
    with service() as opened:
        yield opened


def put_up(assistant: Visitor, office: Office, **keys: object) -> Path:
    """The file of a draft that waits for approval."""
    name = draft(assistant, **keys)
    assistant.ask("ask_for_approval", campaign="thu", post=name)
    return office.root / f"campaigns/thu/posts/{name}.md"


def waiting(office: Office) -> str:
    """What ``publisher status`` says of what waits, once the files are in force."""
    with office.site() as site:
        site.desk.refresh(force=True)
    return office.run("status").out


def told(office: Office, name: str) -> list[Drafted]:
    with office.site() as site, site.database.reading() as session:
        found = drafted.of_posts(session, site.settings, [("thu", name)])
    return list(found.get(("thu", name), ()))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


# -- the record -----------------------------------------------------------------------------------


def test_the_record_names_the_program_and_who_asked(assistant: Visitor, furnished: Office) -> None:
    name = draft(assistant, title="Gian hàng", variants={"x": "Mời cài VNeID."})
    with furnished.site() as site, site.database.reading() as session:
        [event] = audit.of_files(session, [f"thu/{name}"])
    assert (event.detail["program"], event.detail["asked_by"]) == (PROGRAM, "Lan")
    assert event.detail["wrote"].keys() == {"text", "title", "for.x.text"}
    said = furnished.run("log").out
    assert f"by the program {PROGRAM}, asked for by Lan" in said
    assert "wrote" not in said


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_program_is_known_however_it_comes_in(furnished: Office, mode: str) -> None:
    with visitor(furnished.root, mode=mode) as assistant:
        name = draft(assistant)
    assert [one.program for one in told(furnished, name)] == [PROGRAM]


def test_what_a_program_calls_itself_is_one_short_line(furnished: Office) -> None:
    itself = Implementation(name="Tr\x1b[31mợ\nlý " + "x" * 500, version="1")
    with visitor(furnished.root, itself=itself) as assistant:
        name = draft(assistant)
    [one] = told(furnished, name)
    assert one.program.startswith("Tr[31mợ lý xxx")
    assert len(one.program) == MOST_OF_A_NAME
    assert one.program.isprintable()


# -- its words ------------------------------------------------------------------------------------


def test_what_waits_says_which_program_drafted_it_for_whom(
    assistant: Visitor, furnished: Office
) -> None:
    put_up(assistant, furnished)
    out = waiting(furnished)
    assert f"Drafted by a program ({PROGRAM}) on " in out
    assert f", asked for by Lan. {STILL}" in out


def test_who_approves_by_the_command_reads_it_too(assistant: Visitor, furnished: Office) -> None:
    file = put_up(assistant, furnished)
    waiting(furnished)
    ran = furnished.run("approve", "thu", "--by", "Nguyễn Thị Duyệt")
    assert ran.lines(f"thu/{file.stem}: Drafted by a program ({PROGRAM})")
    assert ran.lines("2 deliveries approved.")


def test_what_a_person_wrote_says_nothing_of_programs(furnished: Office) -> None:
    furnished.post("cua-toi", days_ahead(4), keys="approvals = 1")
    out = waiting(furnished)
    assert "thu/cua-toi" in out
    assert "program" not in out


def test_a_person_who_changed_its_words_is_named(assistant: Visitor, furnished: Office) -> None:
    file = put_up(assistant, furnished, title="Gian hàng")
    with furnished.site() as site:
        site.editor.change("thu", file.stem, {}, "Chiều mai có gian hàng.").write("Trần Văn Sửa")
    out = waiting(furnished)
    assert f"Drafted by a program ({PROGRAM})" in out
    assert "asked for by Lan. Trần Văn Sửa changed its words on " in out
    [one] = told(furnished, file.stem)
    assert one.mark == "drafted by a program, changed by a person"


def test_words_that_were_changed_in_the_file_are_said_to_be(
    assistant: Visitor, furnished: Office
) -> None:
    file = put_up(assistant, furnished)
    rewrite(file, "Chiều nay", "Chiều mai")
    assert "asked for by Lan. Its words were changed since, in the file." in waiting(furnished)
    rewrite(file, "Chiều mai", "Chiều nay")
    assert STILL in waiting(furnished)


@pytest.mark.parametrize("more", ['summary = "Của tôi."', '[for.x]\ntext = "Của tôi."'])
def test_words_that_a_person_added_are_none_of_the_program_s(
    assistant: Visitor, furnished: Office, more: str
) -> None:
    file = put_up(assistant, furnished)
    rewrite(file, "\n+++\n", f"\n{more}\n+++\n")
    assert [one.is_changed for one in told(furnished, file.stem)] == [True]


def test_another_day_channel_or_line_end_is_no_change_of_its_words(
    assistant: Visitor, furnished: Office
) -> None:
    file = put_up(assistant, furnished, title="Gian hàng")
    rewrite(file, days_ahead(5), days_ahead(6))
    rewrite(file, "\n+++\n", '\nchannels = ["x"]\n+++\n')
    lines = [line for line in file.read_text("utf-8").split("\n") if "[assistant]" not in line]
    file.write_bytes("\ufeff".encode() + "\r\n".join(lines).encode())
    assert STILL in waiting(furnished)


def test_a_person_s_words_that_the_program_writes_over_are_its_own_again(
    assistant: Visitor, furnished: Office
) -> None:
    name = draft(assistant, title="Gian hàng")
    file = furnished.root / f"campaigns/thu/posts/_{name}.md"
    rewrite(file, "Chiều nay", "Chiều mai")
    assistant.ask("revise_draft", campaign="thu", post=name, title="Hội chợ")
    assistant.ask("ask_for_approval", campaign="thu", post=name)
    assert [one.is_changed for one in told(furnished, name)] == [True]
    other = draft(assistant, name="khac")
    rewrite(file.with_name(f"_{other}.md"), "Chiều nay", "Chiều mai")
    assistant.ask("revise_draft", campaign="thu", post=other, text="Sáng mai có hội chợ.")
    assistant.ask("ask_for_approval", campaign="thu", post=other)
    assert [one.is_changed for one in told(furnished, other)] == [False]


def test_two_programs_work_is_told_apart(assistant: Visitor, furnished: Office) -> None:
    name = draft(assistant, title="Gian hàng")
    itself = Implementation(name="Máy khác", version="9")
    with visitor(furnished.root, "Minh", itself=itself) as other:
        other.ask("revise_draft", campaign="thu", post=name, title="Hội chợ")
        other.ask("ask_for_approval", campaign="thu", post=name)
    found = {(one.program, one.asked_by): one.is_changed for one in told(furnished, name)}
    assert found == {(PROGRAM, "Lan"): False, ("Máy khác 9", "Minh"): False}


# -- what the record doesn't know -----------------------------------------------------------------


def test_a_file_under_another_name_is_known_by_its_mark_alone(
    assistant: Visitor, furnished: Office
) -> None:
    file = put_up(assistant, furnished)
    file.rename(file.with_name("05-gian-hang.md"))
    out = waiting(furnished)
    assert "as the line at the head of its file says; the record has nothing of it" in out
    assert PROGRAM not in out


def test_a_file_that_cant_be_read_leaves_open_whether_it_was_changed(
    assistant: Visitor, furnished: Office
) -> None:
    file = put_up(assistant, furnished)
    waiting(furnished)
    file.write_bytes(b"\xff\xfe")
    assert "Whether its words were changed since can't be told" in furnished.run("status").out


def test_a_person_s_new_post_of_an_old_name_is_theirs(
    assistant: Visitor, furnished: Office
) -> None:
    from publisher.editing.new_post import NewPost

    file = put_up(assistant, furnished)
    file.unlink()
    with furnished.site() as site:
        new = NewPost(days_ahead(4), "Của tôi.", {"approvals": 1}, name=file.stem)
        site.editor.add("thu", new).write("Trần Văn Sửa")
    assert told(furnished, file.stem) == []


# -- a text for one channel -----------------------------------------------------------------------


@pytest.fixture
def fitted(furnished: Office, asked: Service) -> Path:
    """The file of a person's post, whose text for X a service proposed to Lan."""
    furnished.schedule(f'{SCHEDULE}\n[assistant]\nendpoint = "{asked.address}"\nmodel = "thu-1"\n')
    file = furnished.post("dai", days_ahead(5), "Mời bà con dự hội.", 'channels = ["fanpage", "x"]')
    ran = furnished.run("variants", "thu/dai", "--for", "x", "--by", "Lan", "--write")
    assert ran.code == 0, ran.out
    return file


def test_a_channel_s_text_alone_is_said_to_be_a_program_s(fitted: Path, furnished: Office) -> None:
    [told_of_x] = [line for line in waiting(furnished).splitlines() if "program" in line]
    assert "The text for X của tỉnh was drafted by a program (thu-1) on " in told_of_x
    assert f"asked for by Lan. {STILL}" in told_of_x


def test_a_channel_s_text_that_a_person_took_out_is_nobody_s(
    fitted: Path, furnished: Office
) -> None:
    rewrite(fitted, "Mời bà con dự hội.\n", "Khác hẳn.\n")
    assert [one.is_changed for one in told(furnished, "dai")] == [False]
    rewrite(fitted, '[for.x]\ntext = "', '[for.x]\ntext = "Kính gửi: ')
    assert [one.is_changed for one in told(furnished, "dai")] == [True]
    text = fitted.read_text("utf-8")
    fitted.write_text(text.partition("[for.x]")[0] + "+++\nKhác hẳn.\n", "utf-8")
    assert told(furnished, "dai") == []
