"""Drafts: written where nobody reads them, put before a person, out by that person's word alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.assistant.drafting import MOST_A_DAY
from publisher.store import audit, deliveries
from tests.assistant.conftest import SCHEDULE
from tests.assistant.visitor import Visitor
from tests.cli.office import Office, days_ahead, just_now, local_now

TEXT = "Chiều nay có gian hàng hướng dẫn cài VNeID."


def draft(assistant: Visitor, when: str = "", **keys: object) -> str:
    """The name of a new draft."""
    told = assistant.ask(
        "draft_post", campaign="thu", when=when or days_ahead(5), text=TEXT, **keys
    ).data
    name: str = told["post"]
    return name


def posts(office: Office) -> list[str]:
    return sorted(path.name for path in (office.root / "campaigns/thu/posts").iterdir())


def test_a_draft_is_marked_and_read_by_nobody(assistant: Visitor, furnished: Office) -> None:
    name = draft(assistant, title="Gian hàng", variants={"x": "Mời bà con cài VNeID."})
    assert name == "gian-hang"
    assert posts(furnished) == ["_gian-hang.md", "mo-dau.md"]
    written = (furnished.root / "campaigns/thu/posts/_gian-hang.md").read_text(encoding="utf-8")
    assert written.splitlines()[1].startswith("# [assistant] Drafted by a program for Lan")
    assert "\napprovals = 1\n" in written
    assert '\n[for.x]\ntext = "Mời bà con cài VNeID."\n' in written
    with furnished.site() as site:
        site.desk.refresh(force=True)
    assert set(furnished.states()) == {"mo-dau@fanpage", "mo-dau@x"}
    with furnished.site() as site, site.database.reading() as session:
        [last] = [one for one in audit.latest(session) if one.subject == "thu/gian-hang"]
    assert (last.actor, last.action) == ("assistant (Lan)", "draft")
    assert "+Chiều nay" in last.detail["diff"]


def test_a_draft_is_shown_as_it_would_read(assistant: Visitor) -> None:
    told = assistant.ask("show_post", campaign="thu", post=draft(assistant)).data
    assert told["is_draft"]
    assert told["approvals_asked"] == 1
    assert TEXT in told["as_it_would_go_out"]
    [campaign] = assistant.ask("list_campaigns").data["items"]
    assert campaign["drafts"] == [{"post": told["post"], "by_an_assistant": True}]


def test_a_draft_is_revised_and_the_rest_stays(assistant: Visitor, furnished: Office) -> None:
    name = draft(assistant, title="Gian hàng")
    told = assistant.ask("revise_draft", campaign="thu", post=name, text="Mời bà con đến.").data
    assert "-Chiều nay" in told["diff"]
    written = (furnished.root / f"campaigns/thu/posts/_{name}.md").read_text(encoding="utf-8")
    assert written.endswith("+++\nMời bà con đến.\n")
    assert 'title     = "Gian hàng"' in written or 'title = "Gian hàng"' in written
    assert "\napprovals = 1\n" in written


def test_asked_for_approval_it_goes_out_by_a_person_s_word_alone(
    assistant: Visitor, furnished: Office
) -> None:
    name = draft(assistant, channels=["fanpage"])
    told = assistant.ask("ask_for_approval", campaign="thu", post=name).data
    assert told["approvals_asked"] == 1
    assert posts(furnished) == sorted([f"{name}.md", "mo-dau.md"])
    # Its time has come, so that approval alone is lacking.
    path = furnished.root / f"campaigns/thu/posts/{name}.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace(days_ahead(5), just_now()), encoding="utf-8"
    )
    with furnished.site() as site:
        site.desk.refresh(force=True)
    furnished.send_due()
    assert furnished.states()[f"{name}@fanpage"] == "planned"
    assert "waits for approval (0 of 1)" in furnished.run("status").out
    with furnished.site() as site:
        with site.database.reading() as session:
            [row] = deliveries.matching(session, post=name)
            number, seen = deliveries.number_of(row), row.fingerprint
        assert site.verdicts.approve([number], "Nguyễn Thị Duyệt", {number: seen}).done
    furnished.send_due()
    assert furnished.states()[f"{name}@fanpage"] == "sent"


def test_what_became_a_post_is_out_of_its_reach(assistant: Visitor) -> None:
    name = draft(assistant)
    assistant.ask("ask_for_approval", campaign="thu", post=name)
    for tool in ("ask_for_approval", "revise_draft"):
        refused = assistant.ask(tool, campaign="thu", post=name)
        assert refused.is_error
        assert "There is no such file." in refused.text


def test_a_person_s_draft_and_an_approved_post_are_not_touched(
    assistant: Visitor, furnished: Office
) -> None:
    own = furnished.post("_cua-toi", days_ahead(6), keys="approvals = 1")
    before = own.read_bytes(), furnished.post("mo-dau", days_ahead(10)).read_bytes()
    for post in ("cua-toi", "mo-dau"):
        for tool, more in (("revise_draft", {"text": "Khác."}), ("ask_for_approval", {})):
            assert assistant.ask(tool, campaign="thu", post=post, **more).is_error
    refused = assistant.ask("revise_draft", campaign="thu", post="cua-toi", text="Khác.")
    assert "This draft is a person's" in refused.text
    mine = furnished.root / "campaigns/thu/posts/mo-dau.md"
    assert (own.read_bytes(), mine.read_bytes()) == before


def test_a_draft_on_a_day_of_mourning_is_refused_in_the_check_s_words(
    assistant: Visitor, furnished: Office
) -> None:
    day = f"{local_now() + timedelta(days=5):%Y-%m-%d}"
    furnished.schedule(
        f'{SCHEDULE}\n[[blackouts]]\nfrom = "{day}"\nto = "{day}"\nreason = "Quốc tang"\n'
    )
    refused = assistant.ask("draft_post", campaign="thu", when=days_ahead(5), text=TEXT)
    assert refused.is_error
    assert "nothing goes out (Quốc tang), so this post will be missed." in refused.text
    assert posts(furnished) == ["mo-dau.md"]


def test_a_draft_under_a_stop_that_outlasts_it_is_refused(
    assistant: Visitor, furnished: Office
) -> None:
    until = f"{local_now() + timedelta(days=7):%d/%m/%Y}"
    assert furnished.run("hold", "--all", "--reason", "Quốc tang", "--until", until).code == 0
    refused = assistant.ask("draft_post", campaign="thu", when=days_ahead(5), text=TEXT)
    assert refused.is_error
    assert "a stop is in force (Quốc tang)" in refused.text
    assert draft(assistant, days_ahead(9))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"text": "Dài quá. " * 60}, "at most 280"),
        ({"text": "Còn {{ ngay }} ngày."}, "ngay"),
        ({"when": "2020-01-01 08:00"}, "would never go out"),
        ({"when": "mai"}, "isn't written the right way"),
        ({"channels": ["zalo"]}, "There is no channel"),
        ({"campaign": "khac"}, "There is no campaign"),
        ({"variants": {"zalo": "Chào."}}, "zalo"),
        ({"name": "mo-dau"}, "can't be the name of a new post"),
    ],
)
def test_what_could_not_go_out_is_refused_as_the_check_would(
    assistant: Visitor, furnished: Office, keys: dict[str, object], words: str
) -> None:
    whole = {"campaign": "thu", "when": days_ahead(5), "text": TEXT, **keys}
    refused = assistant.ask("draft_post", **whole)
    assert refused.is_error
    assert words in refused.text
    assert posts(furnished) == ["mo-dau.md"]


def test_a_draft_takes_over_no_former_post_s_name(assistant: Visitor, furnished: Office) -> None:
    (furnished.root / "campaigns/thu/posts/mo-dau.md").unlink()
    assert draft(assistant, name="mo-dau") == "mo-dau-2"
    aside = furnished.root / "campaigns/thu/posts/_mo-dau-2.md"
    aside.rename(aside.with_name("_mo-dau.md"))
    refused = assistant.ask("ask_for_approval", campaign="thu", post="mo-dau")
    assert "its approvals are not this draft's" in refused.text


def test_approvals_that_were_taken_out_of_a_draft_are_asked_for_again(
    assistant: Visitor, furnished: Office
) -> None:
    name = draft(assistant)
    path = furnished.root / f"campaigns/thu/posts/_{name}.md"
    loosened = path.read_text(encoding="utf-8").replace("approvals = 1", "approvals = 0")
    path.write_text(loosened, encoding="utf-8")
    assert assistant.ask("ask_for_approval", campaign="thu", post=name).data["approvals_asked"] == 1


def test_a_flood_of_drafts_is_stopped(assistant: Visitor, furnished: Office) -> None:
    with furnished.site() as site, site.database.writing() as session:
        for number in range(MOST_A_DAY):
            audit.record(session, site.clock(), "assistant (Lan)", "draft", f"thu/b-{number}")
    refused = assistant.ask("draft_post", campaign="thu", when=days_ahead(5), text=TEXT)
    assert refused.is_error
    assert "no more are taken" in refused.text
    assert posts(furnished) == ["mo-dau.md"]
