"""Zalo: the conformance suite, and what is Zalo's alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    CredentialsExpiredError,
    Dialect,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Receipt,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.zalo.access import ACCESS_LASTS, APP_ID, APP_SECRET, OA_ID, REDIRECT
from channels.simulated.zalo.platform import FOLLOWERS, OA_NAME, Platform
from channels.state import SealedState
from channels.testing import (
    AgreeingPerson,
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    picture,
    settled,
    words_for,
)
from channels.tokens import SPENT
from channels.zalo.adapter import Adapter
from channels.zalo.article import blocks, cut, words
from tests.at_once import at_once

CREATE, VERIFY = "/v2.0/article/create", "/v2.0/article/verify"
BROADCAST = "/v2.0/oa/message"
LIST = "/v2.0/article/getslice"
TOKENS = "/v4/oa/access_token"
YOUTUBE = "https://www.youtube.com/watch?v=mY4l5C5DDEE"

PASTED = "refresh token of API Explorer (empty: log in with a browser)"

Make = Callable[..., Adapter]


def person(stand_in: Platform, **answers: str) -> AgreeingPerson:
    """An administrator who pastes nothing, unless ``answers`` say so."""
    return AgreeingPerson(stand_in, {PASTED: "", **answers})


class TestZalo(ChannelConformance):
    kind = "zalo"

    @pytest.fixture
    def wide(self, message: Message) -> Message:
        """The message, to be broadcast."""
        return dataclasses.replace(message, options={"broadcast": True})

    # -- whose account ----------------------------------------------------------------------------

    def test_identify_gives_the_account_and_its_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name, account.followers) == (OA_ID, OA_NAME, FOLLOWERS)

    def test_identify_says_that_articles_may_not_be_managed(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.replies[LIST] = (-223, "Official Account has not authorized this API")
        with pytest.raises(ForbiddenError, match="permission to manage articles"):
            channel.identify()

    # -- what an article is -----------------------------------------------------------------------

    def test_each_paragraph_and_list_is_an_item_of_its_own(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        html = "<p>Một &amp; hai.</p>\n<ul><li><p>Ba</p></li><li>Bốn</li></ul>\n<h2>Năm</h2>"
        body = Text(html, "Một & hai.\n\n- Ba\n- Bốn\n\nNăm")
        channel.send(dataclasses.replace(message, body=body), DictJournal())
        (article,) = stand_in.created
        assert [item["content"] for item in article["body"]] == [
            "<p>Một &amp; hai.</p>",
            "<ul><li><p>Ba</p></li><li>Bốn</li></ul>",
            "<h2>Năm</h2>",
        ]

    def test_a_text_may_be_plain_where_that_is_configured(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        channel = make(text="plain")
        assert type(channel).dialect_for(channel.config) is Dialect.PLAIN
        body = Text("Một < hai.\n\nBa.", "Một < hai.\n\nBa.")
        channel.send(dataclasses.replace(message, body=body), DictJournal())
        (article,) = stand_in.created
        assert [item["content"] for item in article["body"]] == ["Một < hai.", "Ba."]

    def test_the_first_picture_is_the_cover_and_the_others_follow_with_captions(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        first, second = picture(tmp_path, "navy", "Một"), picture(tmp_path, "teal", "Hai")
        credited = (
            dataclasses.replace(first, credit="Ảnh: A"),
            dataclasses.replace(second, credit="Ảnh: B"),
        )
        channel.send(dataclasses.replace(message, media=credited), DictJournal())
        (article,) = stand_in.created
        assert article["cover"]["photo_url"].endswith(".png")
        assert article["body"][-2]["caption"] == "Hai (Ảnh: B)"
        assert article["body"][-1]["content"] == "<p>Ảnh: A</p>"

    def test_a_post_without_pictures_has_the_default_cover(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        assert stand_in.created[0]["cover"]["photo_url"] == channel.config.default_cover

    def test_without_a_default_cover_a_post_needs_a_picture(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        channel = make(default_cover="")
        broken = violations(message, type(channel).limits(channel.config))
        assert [each.code for each in broken] == ["media_missing"]
        with pytest.raises(InvalidContentError, match="wants a cover"):
            channel.send(message, DictJournal())
        assert stand_in.created == []

    @pytest.mark.parametrize("url", ["http://example.vn/bia.png", "https://example.vn/bìa.png"])
    def test_a_default_cover_is_a_public_address(self, make: Make, url: str) -> None:
        with pytest.raises(ValidationError, match="https"):
            make(default_cover=url)

    def test_a_title_of_the_length_that_zalo_names_is_refused_so_ours_end_before(
        self, make: Make, message: Message
    ) -> None:
        longest = dataclasses.replace(message, title="ă" * 140, summary="ă" * 250)
        assert violations(longest, Adapter.limits(make().config)) == ()
        make().send(longest, DictJournal())
        risky = dataclasses.replace(message, title="ă" * 150)
        with pytest.raises(InvalidContentError, match="title"):
            make(title_max=150).send(risky, DictJournal())

    def test_a_post_without_a_summary_is_described_by_its_first_words(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        words_of_it = "Chuyển đổi số " * 40
        body = words_for(channel, words_of_it.strip())
        channel.send(dataclasses.replace(message, summary="", body=body), DictJournal())
        description = stand_in.created[0]["description"]
        assert len(description) <= 250
        assert description.endswith("…")
        assert words_of_it.startswith(description[:-1])

    def test_the_author_is_the_configured_one_or_the_account(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        make().send(message, DictJournal())
        named = dataclasses.replace(message, title="Bài khác")
        make(author="Phòng Chuyển đổi số").send(named, DictJournal())
        assert [each["author"] for each in stand_in.created] == [OA_NAME, "Phòng Chuyển đổi số"]

    @pytest.mark.parametrize(("usual", "wish"), [(True, False), (False, None)])
    def test_comments_may_be_closed(
        self, make: Make, stand_in: Platform, message: Message, *, usual: bool, wish: bool | None
    ) -> None:
        options = {} if wish is None else {"comments": wish}
        make(comments=usual).send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.created[0]["comment"] == "hide"

    def test_a_film_on_youtube_is_shown(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(dataclasses.replace(message, options={"youtube": YOUTUBE}), DictJournal())
        (item,) = [each for each in stand_in.created[0]["body"] if each["type"] == "video"]
        assert (item["url"], item["thumb"]) == (YOUTUBE, channel.config.default_cover)

    @pytest.mark.parametrize(
        "options",
        [
            {"pin": True},
            {"broadcast": "yes"},
            {"comments": 1},
            {"youtube": "https://example.vn/phim"},
            {"youtube": f'{YOUTUBE}"><script>'},
        ],
    )
    def test_a_wish_that_isnt_known_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: Mapping[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match="option"):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.created == []

    def test_texts_are_cut_between_words_and_only_where_they_must_be(self) -> None:
        assert cut("vừa đủ", 6) == "vừa đủ"
        assert cut("hơi dài quá", 8) == "hơi dài…"
        assert cut("mộttừrấtdài", 5) == "mộtt…"

    def test_html_is_cut_between_its_outermost_elements_alone(self) -> None:
        outermost = [
            "<p>a<br>\nb</p>",
            "<blockquote><p>c</p>\n<p>d</p></blockquote>",
            "<pre><code>e\n</code></pre>",
        ]
        assert blocks("\n".join(outermost), "html") == outermost

    def test_two_texts_are_one_whatever_tags_zalo_puts_around_them(self) -> None:
        ours = [{"type": "text", "content": "<p>Một &amp; hai</p>"}]
        theirs = [{"type": "text", "content": "<div>Một <b>&amp;</b>&nbsp;hai</div>"}]
        assert words(ours) == words(theirs) != words([{"type": "text", "content": "Ba"}])
        assert words(None) == words([{"type": "image"}]) == ""

    # -- videos -----------------------------------------------------------------------------------

    def test_a_film_is_the_cover_and_pictures_stand_below_it(
        self, make: Make, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        upright = dataclasses.replace(film(tmp_path), width=720, height=1_280)
        filmed = dataclasses.replace(message, media=(picture(tmp_path), upright))
        make(default_cover="").send(filmed, DictJournal())
        (article,) = stand_in.created
        assert (article["cover"]["cover_type"], article["cover"]["cover_view"]) == (
            "video",
            "vertical",
        )
        assert [item["type"] for item in article["body"]] == ["text", "image"]
        assert stand_in.published()[0].media == 2

    def test_a_film_stands_in_the_text_where_that_is_configured(
        self, make: Make, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        channel = make(video="body")
        filmed = dataclasses.replace(message, media=(film(tmp_path),))
        channel.send(filmed, DictJournal())
        item = stand_in.created[0]["body"][-1]
        assert (item["type"], item["thumb"]) == ("video", channel.config.default_cover)

    def test_a_film_that_is_up_is_not_sent_up_again(
        self, make: Make, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.looks_until_done = 3
        filmed, journal = dataclasses.replace(message, media=(film(tmp_path),)), DictJournal()
        with pytest.raises(TransientError, match="converts"):
            make(polls=2).send(filmed, journal)
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            make().send(filmed, journal)
        make().send(filmed, journal)
        assert stand_in.asked.count("/v2.0/article/upload_video/preparevideo") == 1
        assert len(stand_in.published()) == 1

    def test_a_film_that_cant_be_converted_is_refused_and_sent_anew_later(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        filmed, journal = dataclasses.replace(message, media=(film(tmp_path),)), DictJournal()
        stand_in.video_status = 4
        with pytest.raises(InvalidContentError, match="convert failed"):
            channel.send(filmed, journal)
        stand_in.video_status = 1
        channel.send(filmed, journal)
        assert len(stand_in.published()) == 1

    def test_two_films_or_a_document_are_refused(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        document = dataclasses.replace(film(tmp_path), mime="application/pdf")
        for media in ((film(tmp_path), film(tmp_path, 13)), (document,)):
            with pytest.raises(InvalidContentError, match="one video at most"):
                channel.send(dataclasses.replace(message, media=media), DictJournal())

    @pytest.mark.parametrize("number", range(11))
    def test_whichever_answer_of_a_film_is_lost_there_is_one_article_in_the_end(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        number: int,
    ) -> None:
        filmed = dataclasses.replace(message, media=(film(tmp_path),))
        stand_in.faults.next("drop", on="any", after=number)
        receipt = settled(channel, filmed, DictJournal(), clock)
        assert receipt is not None
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    # -- jobs -------------------------------------------------------------------------------------

    def test_an_article_that_takes_long_is_in_doubt_until_it_is_made(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.looks_until_done = 4
        channel, journal, since = make(polls=2), DictJournal(), clock()
        with pytest.raises(AmbiguousError, match="processed"):
            channel.send(message, journal)
        for _ in range(2):
            with pytest.raises(TransientError):
                channel.find(message, since, journal)
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.url == stand_in.published()[0].url
        assert stand_in.asked.count(CREATE) == 1

    def test_a_send_with_the_journal_of_a_job_asks_for_the_job_and_makes_no_other(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        stand_in.looks_until_done = 2
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            make(polls=1).send(message, journal)
        receipt = make().send(message, journal)
        again = make().send(message, journal)
        assert receipt == again
        assert stand_in.asked.count(CREATE) == 1

    def test_an_article_that_takes_more_than_a_day_is_a_persons(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.looks_until_done, stand_in.jobs.settles_after = 100, timedelta(days=9)
        channel, journal, since = make(), DictJournal(), clock()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(hours=25))
        with pytest.raises(CannotTellError, match="more than a day"):
            channel.find(message, since, journal)

    def test_a_picture_that_zalo_cant_take_is_told_and_the_article_made_anew_once_it_is_changed(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        bad = picture(tmp_path, "teal")
        bad.path.write_bytes(b"no picture")
        pictured, journal = dataclasses.replace(message, media=(bad,)), DictJournal()
        with pytest.raises(InvalidContentError, match="1 MB"):
            channel.send(pictured, journal)
        assert stand_in.published() == ()
        channel.send(dataclasses.replace(message, media=(picture(tmp_path),)), journal)
        assert len(stand_in.published()) == 1

    def test_a_post_changed_after_its_job_failed_is_made_anew_at_once(
        self, make: Make, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        bad = picture(tmp_path, "teal")
        bad.path.write_bytes(b"no picture")
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            make(polls=1).send(dataclasses.replace(message, media=(bad,)), journal)
        make().send(message, journal)
        assert len(stand_in.published()) == 1

    def test_a_failed_job_is_surely_no_article(
        self, make: Make, message: Message, tmp_path: Path, clock: StillClock
    ) -> None:
        bad = picture(tmp_path, "teal")
        bad.path.write_bytes(b"no picture")
        pictured, journal = dataclasses.replace(message, media=(bad,)), DictJournal()
        with pytest.raises(AmbiguousError):
            make(polls=1).send(pictured, journal)
        assert make().find(pictured, clock(), journal) is None

    def test_a_job_that_zalo_no_longer_knows_is_settled_by_the_list(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        with pytest.raises(AmbiguousError):
            make(polls=1).send(message, journal)
        stand_in.knows_jobs = False
        clock.advance(timedelta(minutes=1))
        found = make().find(message, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    # -- looked up --------------------------------------------------------------------------------

    def lost(self, channel: Adapter, stand_in: Platform, message: Message) -> DictJournal:
        """The journal of a send whose answer from ``create`` was lost."""
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        return journal

    def test_the_list_is_given_half_a_minute_to_show_an_article(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = self.lost(channel, stand_in, message), clock()
        clock.advance(timedelta(seconds=29))
        with pytest.raises(TransientError, match="on its way"):
            channel.find(message, since, journal)
        with pytest.raises(AmbiguousError, match="on its way"):
            channel.send(message, journal)
        clock.advance(timedelta(seconds=1))
        assert channel.find(message, since, journal) is not None
        assert stand_in.asked.count(CREATE) == 1

    def test_a_list_that_cant_be_had_leaves_the_doubt_as_it_was(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.lost(channel, stand_in, message)
        clock.advance(timedelta(minutes=1))
        stand_in.faults.next("500", on="any")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert stand_in.asked.count(CREATE) == 1

    def test_an_older_article_of_the_same_title_is_not_taken_for_ours(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        last_years = channel.send(message, DictJournal())
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=1))
        assert channel.find(message, since, journal) is None
        receipt = channel.send(message, journal)
        assert receipt.remote_id != last_years.remote_id
        assert len(stand_in.published()) == 2

    def test_ours_is_found_on_a_later_page_and_among_others_of_its_title(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        for number in range(12):
            stand_in.post(f"Tin cũ {number}", "…")
        journal, since = self.lost(channel, stand_in, message), clock()
        ours = next(each for each in stand_in.jobs.all.values() if each.article in stand_in.created)
        stand_in.post(message.title, "Bài khác của phòng khác.")
        for number in range(13):
            stand_in.post(f"Tin mới {number}", "…")
        clock.advance(timedelta(minutes=1))
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.remote_id == ours.id

    def test_two_new_articles_of_its_title_and_text_are_a_persons(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = self.lost(channel, stand_in, message), clock()
        stand_in.post(message.title, message.body.plain.replace("&", "&amp;"))
        clock.advance(timedelta(minutes=1))
        with pytest.raises(CannotTellError, match="several new articles"):
            channel.find(message, since, journal)
        with pytest.raises(AmbiguousError, match="several new articles"):
            channel.send(message, journal)

    def test_a_new_article_of_its_title_with_another_text_is_a_persons(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.post(message.title, "Bài khác của phòng khác.")
        clock.advance(timedelta(minutes=1))
        with pytest.raises(CannotTellError, match="another text"):
            channel.find(message, since, journal)

    def test_where_zalo_doesnt_tell_texts_the_title_has_to_do(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.tells_text = False
        journal, since = self.lost(channel, stand_in, message), clock()
        clock.advance(timedelta(minutes=1))
        assert channel.find(message, since, journal) is not None

    def test_an_article_that_shows_late_is_found_instead_of_made_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.looks_until_done, stand_in.jobs.settles_after = 100, timedelta(minutes=5)
        journal, since = self.lost(channel, stand_in, message), clock()
        clock.advance(timedelta(minutes=2))
        assert channel.find(message, since, journal) is None
        clock.advance(timedelta(minutes=4))
        receipt = channel.send(message, journal)
        assert stand_in.asked.count(CREATE) == 1
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_second_lost_answer_gets_its_half_minute_too(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=1))
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(seconds=10))
        with pytest.raises(TransientError):
            channel.find(message, since, journal)

    def test_an_address_that_zalo_doesnt_tell_is_made_of_what_is_known(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.tells_address = False
        receipt = channel.send(message, DictJournal())
        assert receipt.url == stand_in.published()[0].url

    # -- broadcasts -------------------------------------------------------------------------------

    def test_a_post_is_broadcast_only_where_that_is_wished(
        self, make: Make, stand_in: Platform, message: Message, wide: Message
    ) -> None:
        channel = make(broadcast_target={"cities": [4], "platform": [1, 2]})
        channel.send(message, DictJournal())
        assert stand_in.broadcasts == []
        receipt = channel.send(wide, DictJournal())
        assert stand_in.broadcasts == [
            {"target": {"cities": [4], "platform": [1, 2]}, "ids": [receipt.remote_id]}
        ]

    def test_a_post_is_broadcast_once_however_often_it_is_sent(
        self, make: Make, stand_in: Platform, wide: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        first = make().send(wide, journal)
        assert make().send(wide, journal) == first
        assert make().find(wide, clock(), journal) == first
        assert len(stand_in.broadcasts) == 1

    @pytest.mark.parametrize(("fault", "taken"), [("drop", 1), ("refuse", 0), ("500", 0)])
    def test_a_broadcast_in_doubt_is_told_to_a_person_and_never_sent_twice(
        self,
        make: Make,
        stand_in: Platform,
        wide: Message,
        clock: StillClock,
        fault: Any,
        taken: int,
    ) -> None:
        channel, journal, since = make(), DictJournal(), clock()
        stand_in.faults.next(fault, after=1)
        with pytest.raises(AmbiguousError):
            channel.send(wide, journal)
        for _ in range(2):
            clock.advance(timedelta(hours=1))
            with pytest.raises(CannotTellError, match="the article is out"):
                make().find(wide, since, journal)
            with pytest.raises(AmbiguousError, match="the article is out"):
                make().send(wide, journal)
        assert len(stand_in.broadcasts) == taken
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("code", [-200, -100, 3001])
    def test_a_code_that_doesnt_say_no_to_a_broadcast_is_a_doubt(
        self, channel: Adapter, stand_in: Platform, wide: Message, clock: StillClock, code: int
    ) -> None:
        stand_in.replies[BROADCAST] = (code, "Send message failed")
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(wide, journal)
        with pytest.raises(CannotTellError):
            channel.find(wide, clock(), journal)

    def test_an_article_found_again_is_broadcast_and_not_forgotten(
        self, channel: Adapter, stand_in: Platform, wide: Message, clock: StillClock
    ) -> None:
        journal, since = self.lost(channel, stand_in, wide), clock()
        clock.advance(timedelta(minutes=1))
        # The message isn't all there: its broadcast is yet to be asked for.
        assert channel.find(wide, since, journal) is None
        receipt = channel.send(wide, journal)
        assert [each["ids"] for each in stand_in.broadcasts] == [[receipt.remote_id]]
        assert stand_in.asked.count(CREATE) == 1

    @pytest.mark.parametrize("number", range(10))
    def test_whichever_answer_is_lost_nobody_gets_a_broadcast_twice(
        self,
        channel: Adapter,
        stand_in: Platform,
        wide: Message,
        clock: StillClock,
        number: int,
    ) -> None:
        stand_in.faults.next("drop", on="any", after=number)
        receipt = settled(channel, wide, DictJournal(), clock)
        assert len(stand_in.published()) == 1
        assert len(stand_in.broadcasts) == 1
        # Where it was the broadcast's own answer that was lost, a person has to say.
        assert (receipt is None) == (number == 5)

    @pytest.mark.parametrize(
        ("code", "error", "said"),
        [
            (-224, ForbiddenError, "doesn't let this account broadcast"),
            (-211, ForbiddenError, "in a month is used up"),
            (-201, InvalidContentError, "the article is out"),
            (-234, TransientError, "the article is out"),
            (-32, RateLimitedError, "the article is out"),
        ],
    )
    def test_a_broadcast_that_was_refused_is_told_and_alone_asked_for_again(
        self,
        channel: Adapter,
        stand_in: Platform,
        wide: Message,
        code: int,
        error: type[ChannelError],
        said: str,
    ) -> None:
        journal = DictJournal()
        stand_in.replies[BROADCAST] = (code, "no")
        with pytest.raises(error, match=said) as caught:
            channel.send(wide, journal)
        assert isinstance(caught.value, RateLimitedError) == (code == -32)
        del stand_in.replies[BROADCAST]
        channel.send(wide, journal)
        assert (len(stand_in.published()), len(stand_in.broadcasts)) == (1, 1)

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("code", "said", "error"),
        [
            (-216, "Access token is invalid", CredentialsExpiredError),
            (-220, "access_token is expired or removed", CredentialsExpiredError),
            (-124, "Access token invalid", CredentialsExpiredError),
            (-32, "Your OA reached limit call api", RateLimitedError),
            (-211, "Out of quota", RateLimitedError),
            (-223, "Your OA has reach the limit quota create article", RateLimitedError),
            (-223, "Official Account has not authorized this API", ForbiddenError),
            (-204, "Offical Account is disable", ForbiddenError),
            (-205, "Offical Account is not exist", ForbiddenError),
            (-209, "Not supported this api", ForbiddenError),
            (-212, "App has not registed this api", ForbiddenError),
            (-219, "App is removed or disabled", ForbiddenError),
            (-221, "The OA needs to be verified to use this feature", ForbiddenError),
            (-224, "The OA needs to upgrade OA Tier Package", ForbiddenError),
            (-235, "This API does not support this type of OA", ForbiddenError),
            (-240, "MessageV2 API has been shut down", ForbiddenError),
            (-242, "Invalid appsecret_proof", ForbiddenError),
            (-320, "Your app needs to connect with Zalo Cloud Account", ForbiddenError),
            (-321, "Zalo Cloud Account out of money", ForbiddenError),
            (-200, "Upload media failed", InvalidContentError),
            (-201, "cover is invalid!", InvalidContentError),
            (-210, "Parameter exceeds allowable limit", InvalidContentError),
            (-233, "message type is invalid or not support", InvalidContentError),
            (-248, "Violates our platform standards", InvalidContentError),
            (-214, "Article is being processed", TransientError),
            (-234, "This message cannot be sent at night", TransientError),
            (-100, "unknown", AmbiguousError),
            (-999, "one that nobody knows", AmbiguousError),
            (3002, "one that nobody knows", AmbiguousError),
        ],
    )
    def test_each_code_has_its_error(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        code: int,
        said: str,
        error: type[ChannelError],
    ) -> None:
        stand_in.replies[CREATE] = (code, said)
        journal = DictJournal()
        with pytest.raises(error) as caught:
            channel.send(message, journal)
        assert isinstance(caught.value, RateLimitedError) == (error is RateLimitedError)
        del stand_in.replies[CREATE]
        if error is not AmbiguousError:
            channel.send(message, journal)
            assert len(stand_in.published()) == 1

    def test_a_code_that_nobody_knows_is_settled_by_the_list(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.replies[CREATE] = (-999, "?")
        journal, since = DictJournal(), clock()
        with pytest.raises(AmbiguousError, match="-999"):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=1))
        assert channel.find(message, since, journal) is None

    def test_the_minutes_allowance_is_minded_before_it_is_broken(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.left = 0
        channel.identify()
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(minutes=1)
        stand_in.left = None
        clock.advance(timedelta(minutes=1))
        channel.send(message, DictJournal())
        assert stand_in.asked.count(CREATE) == 1

    def test_the_apps_proof_is_given_where_zalo_wants_it(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.wants_proof = True
        with pytest.raises(ForbiddenError, match="proof = true"):
            make().identify()
        assert make(proof=True).identify().id == OA_ID

    # -- tokens -----------------------------------------------------------------------------------

    def test_a_token_is_renewed_ahead_of_its_end(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        clock.advance(ACCESS_LASTS - timedelta(minutes=5))
        channel.identify()
        assert stand_in.access.refreshes == 2

    @pytest.mark.parametrize("path", [LIST, CREATE, VERIFY, BROADCAST])
    def test_a_token_that_zalo_no_longer_takes_is_renewed_once_and_the_request_repeated(
        self, channel: Adapter, stand_in: Platform, wide: Message, path: str
    ) -> None:
        stand_in.expire_tokens(at=path)
        channel.send(wide, DictJournal())
        assert stand_in.access.refreshes == 2
        assert (len(stand_in.published()), len(stand_in.broadcasts)) == (1, 1)

    def test_a_token_is_renewed_no_more_than_once_a_request(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.replies[CREATE] = (-216, "Access token is invalid")
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            channel.send(message, DictJournal())
        assert (stand_in.access.refreshes, stand_in.asked.count(CREATE)) == (2, 2)

    def test_two_adapters_at_once_spend_one_token(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        make().identify()
        clock.advance(ACCESS_LASTS)
        workers = [make() for _ in range(4)]
        assert at_once(*(channel.identify for channel in workers)) == [None] * 4
        assert stand_in.access.refreshes == 2

    def test_a_worker_with_an_old_token_takes_the_one_that_another_got(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        first, second = make(), make()
        first.identify()
        second.identify()
        stand_in.expire_tokens()
        first.identify()
        second.send(message, DictJournal())
        assert stand_in.access.refreshes == 2

    def test_a_crash_between_zalos_answer_and_our_note_is_told_as_a_spent_token(
        self, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = SealedState.put

        def dies(state: SealedState, name: str, text: str, origin: str = "") -> None:
            if name == "tokens":
                raise KeyboardInterrupt
            put(state, name, text, origin)

        monkeypatch.setattr(SealedState, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            make().identify()
        monkeypatch.undo()
        with pytest.raises(CredentialsExpiredError) as caught:
            make().identify()
        assert str(caught.value) == SPENT

    def test_a_renewal_whose_answer_was_lost_is_told_as_a_spent_token(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.faults.next("drop", on="any")
        with pytest.raises(TransientError):
            make().identify()
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            make().identify()

    def test_a_renewal_that_never_left_may_be_tried_again(
        self, make: Make, stand_in: Platform
    ) -> None:
        with stand_in.unreachable(), pytest.raises(TransientError):
            make().identify()
        assert make().identify().id == OA_ID

    def test_once_logged_in_again_a_spent_token_is_forgotten(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.faults.next("drop", on="any")
        with pytest.raises(TransientError):
            make().identify()
        agreeing = person(stand_in)
        new = make(redirect_uri=REDIRECT).login(agreeing)["refresh_token"]
        secrets = {**stand_in.secrets(), "env:STAND_IN_ZALO_REFRESH_TOKEN": new}
        assert make(known=secrets).identify().id == OA_ID

    def test_too_many_requests_for_tokens_are_no_reason_to_log_in(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.replies[TOKENS] = (-32, "Your application reached limit call api")
        with pytest.raises(RateLimitedError):
            make().identify()

    # -- log-in -----------------------------------------------------------------------------------

    def test_a_log_in_in_the_browser_gives_the_refresh_token(
        self, make: Make, stand_in: Platform
    ) -> None:
        agreeing = person(stand_in, app_secret=APP_SECRET)
        given = make(known={}, redirect_uri=REDIRECT).login(agreeing)
        assert given["app_secret"] == APP_SECRET
        assert agreeing.asked["app_id"] == APP_ID
        assert agreeing.asked["code_challenge"]
        assert len(agreeing.told) == len(Adapter.access)
        secrets = {**stand_in.secrets(), "env:STAND_IN_ZALO_REFRESH_TOKEN": given["refresh_token"]}
        assert make(known=secrets).identify().id == OA_ID

    def test_a_log_in_may_go_without_a_challenge(self, make: Make, stand_in: Platform) -> None:
        agreeing = person(stand_in)
        given = make(redirect_uri=REDIRECT, pkce=False).login(agreeing)
        assert set(given) == {"refresh_token"}
        assert "code_challenge" not in agreeing.asked

    def test_a_refresh_token_may_be_pasted(self, make: Make, stand_in: Platform) -> None:
        pasting = AgreeingPerson(stand_in, {PASTED: "một-mã"})
        assert make().login(pasting) == {"refresh_token": "một-mã"}
        assert pasting.asked == {}

    def test_a_log_in_in_the_browser_needs_a_callback_address(
        self, make: Make, stand_in: Platform
    ) -> None:
        with pytest.raises(ForbiddenError, match="redirect_uri"):
            make().login(person(stand_in))

    def test_a_callback_address_that_zalo_doesnt_know_gives_nothing(
        self, make: Make, stand_in: Platform
    ) -> None:
        with pytest.raises(ChannelError):
            make(redirect_uri="https://khac.example.vn/").login(person(stand_in))

    def test_a_wrong_app_secret_is_told(self, make: Make, stand_in: Platform) -> None:
        agreeing = person(stand_in, app_secret="nhầm")
        with pytest.raises(ChannelError):
            make(known={}, redirect_uri=REDIRECT).login(agreeing)

    def test_a_consent_without_its_state_is_not_taken(self, make: Make, stand_in: Platform) -> None:
        stand_in.echoes_state = False
        with pytest.raises(CredentialsExpiredError, match="not to this question"):
            make(redirect_uri=REDIRECT).login(person(stand_in))

    # -- afterwards -------------------------------------------------------------------------------

    def test_views_and_shares_are_read_over_several_pages(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=321, shares=4, comments=9)
        for number in range(14):
            stand_in.post(f"Tin {number}", "…")
        readings = channel.read([receipt])
        assert readings[receipt.remote_id].metrics == {"views": 321, "shares": 4}

    @pytest.mark.parametrize("tells_total", [True, False])
    def test_an_article_is_called_gone_only_by_a_list_that_is_whole(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        *,
        tells_total: bool,
    ) -> None:
        stand_in.tells_total = tells_total
        receipt = channel.send(message, DictJournal())
        stand_in.post("Bài còn lại", "…")
        stand_in.remove(receipt.remote_id)
        readings = channel.read([receipt])
        assert (receipt.remote_id in readings) == tells_total
        assert all(not reading.exists for reading in readings.values())

    def test_nothing_is_asked_where_nothing_is_to_be_read(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        before = len(stand_in.asked)
        assert channel.read([]) == {}
        assert len(stand_in.asked) == before

    def test_an_article_that_is_gone_cant_be_taken_back(
        self, channel: Adapter, clock: StillClock
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.delete(Receipt("nothing", "", clock()))
