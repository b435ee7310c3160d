"""The weekly mail: what it says, in two languages and two forms, and that it needs nothing else."""

from __future__ import annotations

import email
import email.policy
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from publisher import notation
from publisher.i18n import language, speaking
from publisher.reach.editions import AgainstEdition
from publisher.reach.figures import Figures, Sum
from publisher.reach.followers import Followed
from publisher.reach.insight import HOUR, KIND, Finding, Insight
from publisher.reach.week import Compared
from publisher.reports import wording
from publisher.reports.letter import message_of, self_contained
from publisher.reports.weekly import LIST_LONGEST, ReportMail, compose
from publisher.settings.office import Office
from tests.reports.builders import (
    LINE,
    MONDAY,
    NAMES,
    NOTHING,
    OFFICE,
    at,
    busy_week,
    empty_week,
    total,
)

OUTSIDE = re.compile(
    r"""(?:src|background|poster|action)\s*=\s*["'](?!cid:)|url\(|@import|<link|<script|<iframe"""
)


class Page(HTMLParser):
    """What a reader sees of a page, and where its links and pictures lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "img":
            self.pictures.append(given)
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def mail(tongue: str = "en", **other: bool) -> ReportMail:
    return compose(busy_week(), OFFICE, tongue, names=NAMES, **other)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("tongue", ["vi", "en"])
def test_the_page_refers_to_nothing_outside_itself(tongue: str) -> None:
    html = mail(tongue).html
    assert OUTSIDE.findall(html) == []
    # Links are for people to follow; nothing else names an address.
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", html)) - {"http://www.w3.org/1999/xhtml"}
    assert addresses == {"https://example.vn/1?a=1&amp;b=2"}


def test_the_page_and_its_twin_say_the_same_figures() -> None:
    made = mail()
    page = Page(made.html)
    for told in ("12,345", "4,100", "678", "12 deliveries", "Trang Facebook của tỉnh", LINE):
        assert told in page.text
        assert told in flat(made.text)


def test_numbers_and_dates_are_as_the_reader_writes_them() -> None:
    assert "12.345" in mail("vi").text
    assert "04/10 – 10/10/2027" in mail("vi").subject
    assert "Thứ Ba, 12/10" in mail("vi").text
    assert "12,345" in mail("en").text
    assert "4 Oct – 10 Oct 2027" in mail("en").subject


def test_composing_in_one_language_leaves_the_program_in_its_own() -> None:
    mail("en")
    assert language() == "vi"


def test_what_a_post_says_is_shown_and_never_markup() -> None:
    line = "<mj-text>{{ 1 }}</mj-text><script>alert(1)</script>\"'&amp;"
    made = compose(busy_week(line), OFFICE, "en", names=NAMES)
    assert "<script" not in made.html
    assert line in Page(made.html).text


def test_only_web_addresses_become_links() -> None:
    assert Page(mail().html).links == ["https://example.vn/1?a=1&b=2"]
    assert "javascript:" not in mail().text


def test_the_trend_is_a_picture_whose_words_state_its_numbers() -> None:
    made = mail()
    [picture] = made.pictures
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.format == "PNG"
        assert image.width >= 1000
    assert "4 Oct: 12,345" in picture.alt
    assert "16 Aug: –" in picture.alt
    [shown] = Page(made.html).pictures
    assert shown["src"] == f"cid:{picture.cid}"
    assert shown["alt"] == picture.alt


def test_the_same_week_gives_the_same_mail() -> None:
    assert mail() == mail()


def test_a_week_without_figures_says_so_and_shows_no_zero() -> None:
    busy = busy_week()
    unread = Compared("", total(12, None, None, None), busy.total.before)
    made = compose(replace(busy, total=unread, best=()), OFFICE, "en")
    assert "1 post went out on 2 channels; there are no figures yet." in made.text
    assert "Times shown: no figures yet" in made.text
    assert "Reach: no figures yet" in made.text
    assert Page(made.html).text.count("no figures yet") >= 3
    assert not re.search(r"Times shown:? 0\b", Page(made.html).text)


def test_an_empty_week_is_a_short_mail_without_a_picture(tmp_path: Path) -> None:
    made = compose(empty_week(), OFFICE, "en")
    assert made.pictures == ()
    assert "Nothing was published this week." in made.text
    assert "Nothing is planned." in Page(made.html).text
    assert made.to_message("k", at(11), tmp_path).media == ()


def test_reach_is_never_presented_as_unique_people() -> None:
    for words in (flat(mail().text), Page(mail().html).text):
        assert "sums are not unique people" in words


def both(made: ReportMail) -> tuple[str, str]:
    """What the two forms say, in one line each."""
    return flat(made.text), Page(made.html).text


def test_a_metric_that_covers_only_some_posts_says_how_many() -> None:
    for words in both(mail()):
        assert "Figures known for so many deliveries: Reach 5/12." in words


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (10_000, "shown 12,345 times in all: 23% more than the week before."),
        (20_000, "shown 12,345 times in all: 38% less than the week before."),
        (12_345, "shown 12,345 times in all: about as often as the week before."),
        (None, "shown 12,345 times in all."),
    ],
)
def test_one_sentence_at_the_top_says_the_weeks_result(before: int | None, told: str) -> None:
    busy = busy_week()
    week = Compared("", busy.total.now, total(9, None, before, None))
    for words in both(compose(replace(busy, total=week), OFFICE, "en")):
        assert f"1 post went out on 2 channels, {told} 5 matters need a person" in words


def test_where_nothing_needs_a_person_that_is_said_too() -> None:
    for words in both(compose(empty_week(), OFFICE, "en")):
        assert "Nothing was published this week. Nothing needs a person." in words


def test_doubtful_figures_and_posts_that_are_gone_are_said_in_a_line_each() -> None:
    busy = busy_week()
    for words in both(compose(busy, OFFICE, "en")):
        assert "in doubt" not in words
        assert "no longer on" not in words
    now = replace(busy.total.now, doubtful=2, gone=1)
    for words in both(compose(replace(busy, total=replace(busy.total, now=now)), OFFICE, "en")):
        assert "The figures of 2 deliveries are in doubt; they stand as they were given." in words
        assert "1 delivery is no longer on its platform; what it had reached is counted." in words


def test_short_links_are_told_of_only_where_there_are_any() -> None:
    assert "hort link" not in mail().text
    busy = busy_week()
    clicked = replace(busy.total.now, figures=replace(busy.total.now.figures, link_clicks=45))
    total = replace(busy.total, now=clicked)
    rows = (replace(busy.channels[0], now=clicked),)
    for words in both(compose(replace(busy, total=total, channels=rows), OFFICE, "en")):
        assert "Clicks on our short links: 45." in words
        assert "12 deliveries · 45 clicks on short links" in words


def test_followers_stand_with_their_channel_and_how_many_came_or_went() -> None:
    followers = (Followed("fanpage", 48_210, 48_655), Followed("portal", None, 812, doubtful=True))
    for words in both(compose(replace(busy_week(), followers=followers), OFFICE, "en")):
        assert "12 deliveries · 48,655 followers (+445)" in words
        assert "3 deliveries · 812 followers · in doubt" in words


def test_one_follower_and_one_click_are_said_of_one() -> None:
    once = replace(busy_week().total.now, figures=Figures(link_clicks=1))
    with speaking("en"):
        assert wording.followers(1, None) == "1 follower"
        told = wording.row_facts(Compared("fanpage", once, NOTHING), None)
    assert told.endswith("1 click on short links")


def against_the_last_edition() -> AgainstEdition:
    now, before = total(4, 700, 1000, 90), total(3, 800, 800, None)
    days = (total(1, None, 400, 1), *[NOTHING] * 5, total(3, None, 600, 89))
    days_before = (NOTHING, total(1, None, 300, None), *[NOTHING] * 4, total(2, None, 500, None))
    return AgainstEdition(
        "cds", 2027, -6, MONDAY, date(2026, 10, 4), now, before, days, days_before
    )


def test_a_campaign_stands_against_the_same_days_of_its_last_edition() -> None:
    made = compose(
        replace(busy_week(), editions=(against_the_last_edition(),)), OFFICE, "en", names=NAMES
    )
    for words in both(made):
        assert "2027: 4 deliveries; 2026 (4 Oct – 10 Oct 2026): 3 deliveries" in words
        assert "counted from the campaign's day and read at the same age" in words
    assert "Times shown: 1,000 (+25%)" in made.text
    assert "▲ 25%" in Page(made.html).text
    [drawn] = [picture for picture in made.pictures if "added up" in picture.alt]
    assert "−6: 400 / –; −5: 400 / 300;" in drawn.alt
    assert drawn.alt.endswith("−1: 400 / 300; 10 Oct: 1,000 / 800")
    assert flat(drawn.alt) in flat(made.text)


def test_without_a_last_edition_nothing_is_said_of_one() -> None:
    for words in both(mail()):
        assert "edition" not in words


def test_what_did_better_is_said_with_its_size_its_posts_and_a_caution() -> None:
    found = Insight(
        (
            Finding(HOUR, "19", 2.44, 24, 130),
            Finding(KIND, "video", 1.376, 31, 123),
            Finding(KIND, "text", 0.7, 40, 114),
            Finding(KIND, "link", 0.9, 40, 114),
        ),
        (HOUR, KIND),
        154,
    )
    for words in both(compose(replace(busy_week(), insight=found), OFFICE, "en")):
        assert (
            "Posts that go out between 19:00 and 22:00 are shown about 2.4 times as often as "
            "others (24 posts against 130)."
        ) in words
        assert "Posts with a video are shown about 38% more often than others (31 posts" in words
        assert "Posts of text alone are shown about 30% less often than others" in words
        assert "Posts with a link" not in words
        assert "a hint, not a proof" in words


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Insight((), (), 9), "By hour: too few posts yet to say anything."),
        (Insight((), (HOUR,), 90), "By hour: no part of the day does clearly better or worse."),
        (Insight((), (HOUR,), 90), "By kind of post: too few posts yet to say anything."),
        (Insight((), (KIND,), 90), "By kind of post: none does clearly better or worse."),
    ],
)
def test_where_the_numbers_carry_nothing_nothing_is_claimed(found: Insight, told: str) -> None:
    for words in both(compose(replace(busy_week(), insight=found), OFFICE, "en")):
        assert told in words
        assert "hint" not in words


def test_channels_are_drawn_against_the_week_before_where_there_are_two() -> None:
    busy = busy_week()
    rows = (busy.channels[0], Compared("zalo", total(2, None, 900, 1), NOTHING))
    made = compose(replace(busy, channels=rows), OFFICE, "en", names=NAMES)
    [drawn] = [one for one in made.pictures if one.alt.startswith("Times shown, by channel")]
    assert "Trang Facebook của tỉnh: 12,345, the week before 10,000" in drawn.alt
    assert "zalo: 900, the week before –" in drawn.alt


def full_mail(line: str) -> ReportMail:
    """Everything a mail can say, its lists longer than they are shown."""
    busy = busy_week(line)
    many = tuple(replace(busy.campaigns[0], name=f"chien-dich-{n}") for n in range(60))
    channels = tuple(replace(busy.channels[0], name=f"kenh-{n}") for n in range(30))
    editions = tuple(replace(against_the_last_edition(), campaign=one.name) for one in many)
    finding = Finding(KIND, "video", 1.5, 1000, 2000)
    full = replace(
        busy,
        campaigns=many,
        channels=channels,
        posts=busy.posts * 60,
        best=busy.best[:1] * 5,
        troubles=busy.troubles * 20,
        stops=busy.stops * 20,
        upcoming=busy.upcoming * 60,
        editions=editions,
        followers=tuple(Followed(one.name, 1_000_000, 1_000_500) for one in channels),
        insight=Insight((finding,) * 3, (HOUR, KIND), 3000),
    )
    names = {one.name: "Ngày hội của tỉnh, xã, phường" for one in (*many, *channels)}
    return compose(full, OFFICE, "vi", names=names)


def test_all_of_it_at_its_longest_stays_under_what_gmail_cuts_off_and_is_no_heavy_mail() -> None:
    made = full_mail("Đồng Tháp " * 12)
    assert len(made.html.encode()) < 102_000
    assert len(made.pictures) == 3
    assert sum(len(picture.content) for picture in made.pictures) < 400_000
    assert all(len(line) <= 78 for line in made.text.splitlines())
    assert "\n\n\n\n" not in made.text


def test_every_picture_has_words_and_every_style_that_matters_stands_in_its_line() -> None:
    made = full_mail("Một bài")
    page = Page(made.html)
    assert len(page.pictures) == 3
    assert all(picture["alt"] for picture in page.pictures)
    assert '<html lang="vi"' in made.html
    # Gmail drops <style> in some places: there it must hold nothing but the dark and MJML's own.
    words = re.sub(r"<style.*?</style>", "", made.html, flags=re.DOTALL)
    assert words.count("style=") > 300
    assert re.findall(r'class="(?!quiet|up|down|sheet|page|foot|care|mj-|moz)[^"]+"', words) == []


def test_what_needs_a_person_comes_with_what_to_do() -> None:
    for words in (flat(mail().text), Page(mail().html).text):
        assert "mend the post, then have it tried again" in words
        assert "403 Forbidden" in words
        assert "look at the channel and say whether it is there" in words
        assert "give it a new time if it should still go out" in words
        assert "it was on hold" in words
        assert "Everything is on hold" in words
        assert "Trang Facebook của tỉnh waits: its log-in is no longer taken" in words
        assert "an administrator renews the log-in" in words


def test_what_comes_says_when_where_and_what_it_waits_for() -> None:
    for words in (flat(mail().text), Page(mail().html).text):
        assert "Tuesday, 12 Oct" in words
        assert "on hold" in words
        assert "waits for approval" in words


def test_a_rehearsal_says_so_in_the_subject_and_on_top() -> None:
    made = mail(rehearsal=True)
    assert made.subject.startswith("[REHEARSAL] ")
    assert made.text.startswith("*** REHEARSAL")
    assert "REHEARSAL" in Page(made.html).text[:400]
    assert "REHEARSAL" not in mail().html + mail().text + mail().subject


def test_long_lists_end_with_how_many_more_there_are() -> None:
    busy = busy_week()
    many = replace(busy, troubles=busy.troubles[:1] * (LIST_LONGEST + 7))
    made = compose(many, OFFICE, "en")
    assert "and 7 more" in made.text
    assert "and 7 more" in Page(made.html).text


def test_a_full_mail_stays_under_what_gmail_cuts_off() -> None:
    busy = busy_week("Đồng Tháp " * 12)
    full = replace(
        busy,
        campaigns=busy.campaigns * 8,
        channels=busy.channels * 5,
        posts=busy.posts * 60,
        best=busy.best[:1] * 5,
        troubles=busy.troubles * 20,
        upcoming=busy.upcoming * 60,
    )
    assert len(compose(full, OFFICE, "vi", names=NAMES).html.encode()) < 102_000


def test_a_mail_of_many_campaigns_stays_under_it_too_and_says_how_many_more_there_are() -> None:
    busy = busy_week("Đồng Tháp " * 12)
    [cds] = busy.campaigns
    many = tuple(replace(cds, name=f"chien-dich-{number}") for number in range(60))
    full = replace(
        busy,
        campaigns=many,
        channels=busy.channels * 5,
        posts=busy.posts * 60,
        best=busy.best[:1] * 5,
        troubles=busy.troubles * 20,
        upcoming=busy.upcoming * 60,
    )
    made = compose(full, OFFICE, "en", names={one.name: "Ngày hội của tỉnh" for one in many})
    assert len(made.html.encode()) < 102_000
    for words in (made.text, Page(made.html).text):
        assert words.count("Ngày hội của tỉnh") == LIST_LONGEST
        assert f"and {60 - LIST_LONGEST} more" in words
    assert "\n\n\n\n" not in made.text


def test_lines_of_the_twin_are_short_enough_for_any_reader() -> None:
    long = "Đồng Tháp " * 12
    made = compose(busy_week(long), Office(name=long), "en", names={**NAMES, "cds": long})
    assert all(len(line) <= 78 for line in made.text.splitlines())
    assert "\n\n\n\n" not in made.text


def test_the_page_alone_holds_its_picture(tmp_path: Path) -> None:
    mail().write_page(tmp_path / "weekly.html")
    page = (tmp_path / "weekly.html").read_text("utf-8")
    assert "cid:" not in page
    assert page.count("data:image/png;base64,") == 1


def test_what_mail_programs_open_is_the_whole_mail(tmp_path: Path) -> None:
    made = mail("vi")
    letter = message_of(
        made.to_message("reports/2027/weekly", at(11), tmp_path),
        sender="bao-cao@example.vn",
        sender_name="Tỉnh",
        to="chu-tich@example.vn",
        message_id="<1@example.vn>",
        at=at(11),
    )
    read = email.message_from_bytes(letter.as_bytes(), policy=email.policy.default)
    assert read["Subject"] == made.subject
    text = read.get_body(("plain",))
    assert text is not None
    assert text.get_content() == made.text
    assert "data:image/png;base64," in self_contained(read)


def test_the_message_carries_all_of_the_mail(tmp_path: Path) -> None:
    made = mail()
    message = made.to_message("reports/2027/weekly", at(11), tmp_path / "reports")
    assert (message.title, message.body.written, message.body.plain, message.language) == (
        made.subject,
        made.html,
        made.text,
        "en",
    )
    [chart] = message.media
    assert chart.path.read_bytes() == made.pictures[0].content
    assert (chart.sha256, chart.mime) == (made.pictures[0].digest, "image/png")
    assert chart.size_bytes == chart.path.stat().st_size


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (112, 100, "+12%"),
        (88, 100, "-12%"),
        (100, 100, "0%"),
        (1999, 2000, "0%"),
        (0, 100, "-100%"),
        (5, 0, ""),
        (5, None, ""),
        (None, 5, ""),
    ],
)
def test_a_change_is_told_only_where_there_is_something_to_compare(
    now: int | None, before: int | None, told: str
) -> None:
    assert notation.change(now, before) == told


def test_a_chart_takes_short_numbers_from_a_million_on() -> None:
    assert notation.short_number(999_999) == "999.999"
    assert notation.short_number(1_234_567) == "1,2\xa0Tr"
    assert notation.short_number(None) == "–"
    with speaking("en"):
        assert notation.short_number(1_234_567) == "1.2M"


def test_the_figures_of_a_sum_are_not_mixed_up() -> None:
    row = Compared("", Sum(1, Figures(1, 22, 333), {"reach": 1, "shown": 1, "engagement": 1}),
                   total(0, None, None, None))  # fmt: skip
    text = compose(replace(empty_week(), total=row), OFFICE, "en").text
    assert "Times shown: 22\n" in text
    assert "Reach: 1\n" in text
    assert "Engagement: 333\n" in text
