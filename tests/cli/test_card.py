"""``card``: a post's cards in files to be looked at, and which designs there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from publisher.cards.words import DESIGNS
from tests.cli.office import Office

QUOTE = 'card = { design = "quote", text = "Bấm chỗ này nè." }'


@pytest.fixture
def drawn(office: Office) -> Path:
    """Where cards go, of a countdown on two channels."""
    office.schedule(
        '[channels.fanpage]\nadapter = "outbox"\n[channels.x]\nadapter = "outbox"\nlike = "x"\n'
    )
    office.campaign(keys='anchor = { every = "10-10" }\nchannels = ["fanpage", "x"]')
    office.post("bai", "D-3 08:00", keys='card = "countdown"')
    return office.root / "preview/cards"


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: Image.open(path).size for path in folder.glob("*.png")}


def test_a_file_a_shape_is_written_with_its_channels_and_its_words(
    office: Office, drawn: Path
) -> None:
    told = office.run("card", "thu/bai")

    assert told.code == 0
    assert sizes(drawn) == {
        "thu-bai-square.png": (1080, 1080),
        "thu-bai-wide.png": (1600, 900),
    }
    assert told.lines("thu-bai-wide.png")[0].endswith(" x")
    assert told.lines("Còn 3 ngày")


def test_a_channel_a_shape_and_a_year_may_be_asked_for(office: Office, drawn: Path) -> None:
    folder = office.root / "anh"
    told = office.run(
        *("card", "thu/bai", "--channel", "x", "--size", "tall"),
        *("--edition", "2031", "--out", str(folder)),
    )

    assert sizes(folder) == {"thu-bai-tall.png": (1080, 1920)}
    assert told.lines("10/10/2031")


def test_two_of_one_shape_are_told_apart(office: Office, drawn: Path) -> None:
    office.post("bai", "D-3 08:00", keys=f'{QUOTE}\n[for.x]\ncard = "countdown"')
    office.run("card", "thu/bai", "--size", "square")

    assert set(sizes(drawn)) == {"thu-bai-square-fanpage.png", "thu-bai-square-x.png"}


def test_a_card_that_cant_be_drawn_is_told_with_its_line(office: Office, drawn: Path) -> None:
    long = "Không ai bị bỏ lại phía sau. " * 200
    office.post("bai", "D-3 08:00", keys=f'card = {{ design = "quote", text = "{long}" }}')
    told = office.run("card", "thu/bai")

    assert told.code == 1
    assert "bai.md:3" in told.out.replace("\n", "")
    assert not drawn.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["thu/trong"], 1),
        (["thu/bai", "--edition", "0"], 2),
        (["thu/khong"], 2),
        (["khong/bai"], 2),
        ([], 2),
    ],
)
def test_what_is_not_there_is_told(
    office: Office, drawn: Path, arguments: list[str], code: int
) -> None:
    office.post("trong", "D-3 08:00")
    told = office.run("card", *arguments)

    assert told.code == code
    assert "Traceback" not in told.out


def test_designs_are_listed_with_the_words_that_each_takes(office: Office) -> None:
    told = office.run("card", "--designs")

    assert [line.split()[0] for line in told.out.splitlines() if line[0] != " "] == list(DESIGNS)
    assert told.lines('card = { design = "quote", text = "…" }')
    assert told.lines("lines =")


def test_samples_are_drawn_in_the_offices_look(office: Office, drawn: Path) -> None:
    office.schedule('[channels.fanpage]\nadapter = "outbox"\n[cards]\npaper = "#ffffff"\n')
    told = office.run("card", "--samples")

    assert told.code == 0
    assert len(sizes(drawn)) == 4 * len(DESIGNS)
    quote = Image.open(drawn / "quote-square.png").convert("RGB")
    assert quote.getpixel((5, 5)) == (255, 255, 255)
