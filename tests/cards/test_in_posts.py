"""A post's card: its words, its shape on each channel, its alt text, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from publisher.assemble.shapes import Shapes
from publisher.cards.look import Size
from publisher.files.faults import Severity
from publisher.planning.plan import FeedItem
from publisher.rendering.card_alt import alt_of
from tests.cards.office import CAMPAIGN, SCHEDULE, Office

QUOTE = 'card = { design = "quote", text = "Bấm chỗ này nè.", who = "Cô Ba" }'


@pytest.mark.parametrize("days", [7, 3, 1, 0])
def test_a_countdown_counts_to_the_campaigns_day_in_every_edition(
    office: Office, days: int
) -> None:
    office.post('card = "countdown"', f"D-{days} 08:00" if days else "D 08:00")
    told = f"Còn {days} ngày" if days else "Hôm nay"
    title = "Ngày Chuyển đổi số quốc gia"
    assert [card.alt for card in office.cards()] == [
        f"Thẻ đếm ngược: {told} – {title} (10/10/{year})." for year in (2027, 2028, 2029)
    ]
    assert len(office.drawn) == 3, "one an edition"


def test_words_are_filled_in_as_those_of_any_text(office: Office) -> None:
    office.post(
        'card = { design = "figures", title = "{{ campaign.title }} {{ edition }}",\n'
        'figures = [{ value = "{{ vars.learners | number }}", label = "lượt học" }] }'.replace(
            "\n", " "
        )
    )
    assert office.cards()[0].alt == (
        "Thẻ số liệu: Ngày Chuyển đổi số quốc gia 2027. 12.480: lượt học."
    )


def test_each_channel_has_the_card_in_its_readers_shape(office: Office) -> None:
    office.post(f'channels = ["fanpage", "x"]\n{QUOTE}')
    sizes = {
        one.identity.channel: (one.message.media[0].width, one.message.media[0].height)
        for one in office.plan()[0]
    }
    assert sizes == {"fanpage": (1080, 1080), "x": (1600, 900)}


def test_platforms_say_which_shape_suits_them() -> None:
    from channels import load

    wished = {
        name: load(name).card_size for name in ("instagram", "tiktok", "wordpress", "bulletin")
    }
    assert wished == {
        "instagram": "portrait",
        "tiktok": "tall",
        "wordpress": "wide",
        "bulletin": None,
    }


def test_a_post_may_ask_for_another_shape(office: Office) -> None:
    office.post(QUOTE.replace(" }", ', size = "tall" }'))
    assert (office.cards()[0].width, office.cards()[0].height) == (1080, 1920)


def test_a_channel_may_have_a_card_of_its_own_or_none(office: Office) -> None:
    office.post(
        f'channels = ["fanpage", "x"]\n{QUOTE}\n[for.x]\n'
        'card = { design = "quote", text = "Ngắn hơn." }'
    )
    alts = {one.identity.channel: one.message.media[0].alt for one in office.plan()[0]}
    assert alts == {
        "fanpage": "Thẻ trích dẫn: “Bấm chỗ này nè.” – Cô Ba.",
        "x": "Thẻ trích dẫn: “Ngắn hơn.”",
    }
    office.post(f'channels = ["fanpage", "x"]\n{QUOTE}\n[for.x]\ncard = false')
    media = {one.identity.channel: len(one.message.media) for one in office.plan()[0]}
    assert media == {"fanpage": 1, "x": 0}


def test_a_loudspeaker_gets_none(office: Office) -> None:
    office.schedule(SCHEDULE + '[channels.loa]\nadapter = "bulletin"\nfolder = "loa"\n')
    office.post(f'channels = ["loa"]\n{QUOTE}')
    planned, faults = office.plan()
    assert [one.message.media for one in planned] == [(), (), ()]
    assert faults == []
    assert office.drawn == []


def test_a_channel_that_takes_no_pictures_gets_none(office: Office) -> None:
    office.schedule(SCHEDULE + '[channels.phim]\nadapter = "outbox"\nlike = "youtube"\n')
    shapes = Shapes(office.settings())
    assert shapes.of("phim").card_size is None
    assert shapes.of("x").card_size is Size.WIDE


def test_a_card_comes_before_the_posts_other_pictures(office: Office) -> None:
    (office.folder / "media").mkdir()
    Image.new("RGB", (900, 600)).save(office.folder / "media/anh.png")
    office.post(f'{QUOTE}\nmedia = [{{ file = "media/anh.png", alt = "Ảnh" }}]')
    shown = office.plan()[0][0].message.media
    assert [medium.alt for medium in shown][1:] == ["Ảnh"]
    assert shown[0].alt.startswith("Thẻ trích dẫn")


def test_what_is_approved_stays_the_same_until_its_words_change(office: Office) -> None:
    office.post(QUOTE)
    before = office.plan()[0][0].message.fingerprint
    drawn = office.drawn
    path = office.root / "var/cards" / drawn[0]
    written = path.stat().st_mtime_ns
    assert office.plan()[0][0].message.fingerprint == before
    assert office.drawn == drawn
    assert path.stat().st_mtime_ns == written, "it is drawn once"

    office.post(QUOTE.replace("Cô Ba", "Cô Tư"))
    assert office.plan()[0][0].message.fingerprint != before
    office.post(QUOTE)
    office.schedule(SCHEDULE + '[cards]\nname = "Sở"\n')
    assert office.plan()[0][0].message.fingerprint != before, "it looks otherwise"


def test_alt_text_may_be_given(office: Office) -> None:
    office.post(QUOTE.replace(" }", ', alt = "Lời cô Ba, năm {{ edition }}" }'))
    assert office.cards()[0].alt == "Lời cô Ba, năm 2027"


def test_alt_text_speaks_the_language_of_the_post(office: Office) -> None:
    office.post('language = "en"\ncard = "countdown"')
    assert office.cards()[0].alt.startswith("Countdown card: In 7 days – ")


def test_alt_text_has_every_word_of_a_card() -> None:
    words = {
        "title": "Hồ sơ",
        "before": {"label": "Trước", "value": "15 ngày"},
        "after": {"label": "Nay", "lines": ["Nộp tại nhà", "Tra cứu bằng mã"]},
        "source": "Nguồn: Sở",
    }
    assert alt_of("before-after", words, "vi") == (
        "Thẻ so sánh: Hồ sơ. Trước: 15 ngày. Nay: Nộp tại nhà; Tra cứu bằng mã. Nguồn: Sở."
    )
    event = {
        "title": "Hội",
        "date": "10/10",
        "time": "08:30",
        "place": "Hội trường",
        "lines": ["a"],
    }
    assert alt_of("event", event, "en") == "Event card: Hội, 10/10, 08:30, Hội trường. a."


def test_a_feeds_words_are_words(office: Office) -> None:
    office.campaign(
        CAMPAIGN.replace('anchor = { every = "10-10" }\n', "")
        + '[feed]\nurl = "https://tinh.example.vn/rss"\n'
    )
    office.post('card = { design = "quote", text = "{{ entry.title }}" }', "feed")
    titles = ('#read("/etc/passwd") $a$ ]', "Tin mới 你好")
    entries = [
        FeedItem(title, datetime(2027, 1, 4, 2, n, tzinfo=UTC), title)
        for n, title in enumerate(titles)
    ]
    planned, faults = office.plan(entries)
    assert [one.message.media[0].alt for one in planned] == [
        'Thẻ trích dẫn: “#read("/etc/passwd") $a$ ]”'
    ]
    assert [(fault.code, fault.severity) for fault in faults] == [
        ("card_letters", Severity.WARNING)
    ], "an entry is never an officer's error; it stays out"


class TestWhatIsTold:
    """Each with its file and line, in Vietnamese."""

    def told(self, office: Office, keys: str, when: str = "D-7 08:00") -> tuple[str, int | None]:
        office.post(keys, when)
        fault = office.fault()
        assert fault.path.name == "bai.md"
        assert fault.instead
        return fault.code, fault.line

    def test_a_text_that_is_too_long(self, office: Office) -> None:
        long = "Không ai bị bỏ lại phía sau. " * 100
        keys = f'[card]\ndesign = "quote"\nwho = "Cô Ba"\ntext = "{long.strip()}"'
        assert self.told(office, keys) == ("card_too_long", 6)
        assert "2899" in office.fault().what.replace(".", "")
        assert office.drawn == []

    def test_words_that_a_design_needs(self, office: Office) -> None:
        assert self.told(office, 'card = { design = "quote", who = "Cô Ba" }') == ("card_lacks", 3)
        assert "text" in office.fault().what

    def test_words_that_a_design_has_no_place_for(self, office: Office) -> None:
        keys = '[card]\ndesign = "quote"\ntext = "a"\nplace = "b"'
        assert self.told(office, keys) == ("card_stray", 6)

    def test_keys_that_there_are_not(self, office: Office) -> None:
        keys = '[card]\ndesign = "quote"\ntext = "a"\nwhoo = "b"'
        assert self.told(office, keys) == ("unknown_key", 6)
        assert "who" in office.fault().instead

    def test_designs_that_there_are_not(self, office: Office) -> None:
        assert self.told(office, 'card = "cuontdown"') == ("card_design", 3)
        assert "countdown" in office.fault().instead

    def test_a_countdown_without_a_day(self, office: Office) -> None:
        office.campaign(CAMPAIGN.replace('anchor = { every = "10-10" }\n', ""))
        assert self.told(office, 'card = "countdown"', "2027-01-04 08:00") == ("card_no_anchor", 3)

    def test_a_countdown_to_what_is_over(self, office: Office) -> None:
        assert self.told(office, 'card = "countdown"', "D+1 08:00") == ("card_past", 3)

    def test_variables_that_there_are_not(self, office: Office) -> None:
        keys = '[card]\ndesign = "event"\ntitle = "Hội"\nlines = ["a",\n"{{ vars.ten }}"]'
        assert self.told(office, keys) == ("template_undefined", 7)

    def test_a_text_that_became_empty(self, office: Office) -> None:
        keys = 'card = { design = "quote", text = "{% if edition == 1 %}a{% endif %}" }'
        assert self.told(office, keys) == ("card_words", 3)

    def test_more_lines_than_there_is_room_for(self, office: Office) -> None:
        lines = ", ".join(f'"{n}"' for n in range(7))
        keys = f'card = {{ design = "event", title = "Hội", lines = [{lines}] }}'
        assert self.told(office, keys) == ("too_many", 3)


class TestTheOfficesLook:
    """What [cards] of schedule.toml says, and what is told of it."""

    def faults(self, office: Office, keys: str) -> list[tuple[str, int | None, Severity]]:
        from publisher.settings.reader import read_settings

        office.schedule(f"{SCHEDULE}[cards]\n{keys}\n")
        _settings, faults = read_settings(office.root / "schedule.toml")
        return [(fault.code, fault.line, fault.severity) for fault in faults]

    first = SCHEDULE.count("\n") + 2

    def test_what_is_no_colour_is_refused(self, office: Office) -> None:
        assert self.faults(office, 'primary = "xanh"') == [("colour", self.first, Severity.ERROR)]

    @pytest.mark.parametrize(
        "keys",
        [
            'accent = "#1b3a6c"',  # blue upon blue
            'primary = "#f2bd3f"',  # a light ground for light letters
            'paper = "#777777"',
            'signal = "#f7b0b0"',
        ],
    )
    def test_what_nobody_could_read_is_refused(self, office: Office, keys: str) -> None:
        found = self.faults(office, keys)
        assert ("contrast", self.first, Severity.ERROR) in found

    def test_colours_that_can_be_read_are_taken(self, office: Office) -> None:
        assert self.faults(office, 'primary = "#0d4f3c"\naccent = "#fc6"\npaper = "#fff"') == []

    def test_an_emblem_that_is_not_there_is_told_and_named_again_at_the_post(
        self, office: Office
    ) -> None:
        line = ("no_emblem", self.first, Severity.WARNING)
        assert self.faults(office, 'emblem = "hinh/khong-co.svg"') == [line]
        office.post(QUOTE)
        assert office.fault().code == "card_emblem"

    def test_an_emblem_is_a_png_or_an_svg(self, office: Office) -> None:
        told = ("picture_name", self.first, Severity.ERROR)
        assert self.faults(office, 'emblem = "hinh/bieu-trung.jpg"') == [told]

    def test_an_own_design_is_found_in_its_folder(self, office: Office, tmp_path: Path) -> None:
        (tmp_path / "mau").mkdir()
        (tmp_path / "mau/rieng.typ").write_text(
            '#import "base.typ": *\n#show: body => page-of(primary, body)\n#head(paper, accent)\n',
            encoding="utf-8",
        )
        assert self.faults(office, 'designs = "mau"') == []
        office.post('card = { design = "rieng", title = "Riêng" }')
        assert (
            office.cards()[0].alt == "Thẻ hình: Riêng. Còn. 7. ngày. Ngày Chuyển đổi số quốc gia."
        )
