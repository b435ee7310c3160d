"""``new-campaign``: a folder to begin with, sound as it is made."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.office import Office

STARTS_WITH = """\
[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.zalo]
adapter = "outbox"
like = "zalo"
"""


@pytest.fixture(autouse=True)
def _no_campaign_yet(office: Office) -> None:
    shutil.rmtree(office.root / "campaigns")
    office.schedule(STARTS_WITH)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_made_passes_the_check_before_and_after_the_obvious_edits(
    office: Office, lang: str
) -> None:
    made = office.run("new-campaign", "ngay-hoi", lang=lang)
    untouched = office.run("check")
    file = office.root / "campaigns/ngay-hoi/campaign.toml"
    edited = file.read_text(encoding="utf-8")
    for old, new in (
        ('"Ngày Pháp luật Việt Nam"', '"Ngày hội Đọc sách"'),
        ('"Vietnam Law Day"', '"Reading Day"'),
        ('"11-09"', '"04-21"'),
        ('"Sở Tư pháp"', '"Sở Văn hóa"'),
        ("approvals = 1", "approvals = 2"),
    ):
        edited = edited.replace(old, new)
    file.write_text(edited, encoding="utf-8")

    assert made.code == 0
    assert untouched.code == 0, untouched.out
    assert office.run("check").code == 0


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "# Tên chiến dịch"), ("en", "# The campaign's")]
)
def test_it_explains_itself_in_the_officers_language(office: Office, lang: str, words: str) -> None:
    office.run("new-campaign", "ngay-hoi", lang=lang)

    assert words in (office.root / "campaigns/ngay-hoi/campaign.toml").read_text(encoding="utf-8")


def test_every_file_made_is_named_and_the_next_step_told(office: Office) -> None:
    made = office.run("new-campaign", "ngay-hoi")

    for path in (office.root / "campaigns/ngay-hoi").rglob("*.*"):
        assert f"  {path.relative_to(office.root)}\n" in made.out
    assert "publisher check" in made.out


def test_an_existing_folder_is_never_written_into(office: Office) -> None:
    mine = office.root / "campaigns/ngay-hoi/ghi-chu.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("của tôi", encoding="utf-8")

    refused = office.run("new-campaign", "ngay-hoi")

    assert refused.code == 2
    assert "choose another name" in refused.out
    assert [path.name for path in mine.parent.iterdir()] == ["ghi-chu.txt"]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Ngày hội Đọc sách", "ngay-hoi-doc-sach"),
        ("Thu_Do", "thu-do"),
        ("../ngoai", "ngoai"),
        ("…", "chien-dich-moi"),
    ],
)
def test_a_name_that_cannot_be_is_answered_with_one_that_can(
    office: Office, name: str, better: str
) -> None:
    refused = office.run("new-campaign", name)

    assert refused.code == 2
    assert f"“{better}”" in refused.out
    assert not (office.root / "campaigns").exists()
    assert office.run("new-campaign", better).code == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_line_of_the_examples_breaks_in_mid_sentence(office: Office, lang: str) -> None:
    """A line's end is shown to readers as one, so the examples must not teach to wrap lines."""
    office.run("new-campaign", "ngay-hoi", lang=lang)

    for path in (office.root / "campaigns/ngay-hoi/posts").glob("*.md"):
        _fence, front, body = path.read_text(encoding="utf-8").split("+++\n")
        for text in (body, *front.split('"""')[1::2]):
            ends = [line for line in text.strip().split("\n") if line.strip()]
            assert [line for line in ends if not line.rstrip().endswith((".", "!", "?", ":"))] == []
