"""WordPress: the conformance suite, and what is WordPress's alone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from channels.base import (
    AmbiguousError,
    ChannelError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Receipt,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.host import fetched
from channels.simulated.wordpress.platform import NAME, PAGE, Platform
from channels.simulated.wordpress.users import USERNAME
from channels.testing import ChannelConformance, DictJournal, StillClock, film, picture
from channels.wordpress.adapter import Adapter
from channels.wordpress.config import WordPressConfig
from channels.wordpress.library import HOSTED
from channels.wordpress.text import is_same, named


def made(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = {"adapter": "wordpress", "timeout_s": 5.0, **stand_in.config(), **keys}
    context = Context("portal", clock, stand_in.secrets().__getitem__, Path())
    return Adapter(WordPressConfig.model_validate(config), context)


def wishing(message: Message, **options: Any) -> Message:
    return dataclasses.replace(message, options=options)


def worded(message: Message, words: str) -> Message:
    return dataclasses.replace(message, body=Text(f"<p>{words}</p>", words))


def hosted(stand_in: Platform) -> list[str]:
    return [each.slug for each in stand_in.shelf.attachments.values()]


def posts_asked(stand_in: Platform) -> list[str]:
    return [route for method, route in stand_in.asked if method == "POST"]


@dataclasses.dataclass
class Officer:
    """An administrator who answers ``given``, or is sent back with ``back``."""

    given: str = ""
    back: Mapping[str, str] | None = None
    told: list[str] = dataclasses.field(default_factory=list)
    asked: dict[str, str] = dataclasses.field(default_factory=dict)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        assert hidden, "a password is not to be seen"
        return self.given

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        self.asked = dict(parse_qsl(urlsplit(address).query))
        success = self.asked["success_url"]
        assert success.startswith(redirect_uri)
        return {**dict(parse_qsl(urlsplit(success).query)), **(self.back or {})}


class TestWordPress(ChannelConformance):
    kind = "wordpress"

    # -- who it is --------------------------------------------------------------------------------

    def test_identify_names_the_portal(self, channel: Adapter, stand_in: Platform) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (stand_in.url.partition("://")[2], NAME)
        assert account.url == stand_in.url

    @pytest.mark.parametrize("lacking", ["publish_posts", "edit_posts", "upload_files"])
    def test_a_user_without_the_rights_is_found_out_before_a_post(
        self, channel: Adapter, stand_in: Platform, lacking: str
    ) -> None:
        stand_in.user.rights.discard(lacking)
        with pytest.raises(ForbiddenError):
            channel.identify()

    def test_drafts_need_no_right_to_publish(self, stand_in: Platform, clock: StillClock) -> None:
        stand_in.user.rights.discard("publish_posts")
        assert made(stand_in, clock, status="draft").identify().id

    def test_making_categories_needs_the_right_to(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        with pytest.raises(ForbiddenError, match="categories"):
            made(stand_in, clock, create_categories=True).identify()

    @pytest.mark.parametrize("verb", ["identify", "send", "find", "read"])
    def test_a_password_that_was_taken_back_is_never_taken_for_absence(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock, verb: str
    ) -> None:
        stand_in.user.password = "another one"
        verbs = {
            "identify": lambda: channel.identify(),
            "send": lambda: channel.send(message, DictJournal()),
            "find": lambda: channel.find(message, clock(), DictJournal()),
            "read": lambda: channel.read([Receipt("9", "", clock())]),
        }
        with pytest.raises(CredentialsExpiredError):
            verbs[verb]()

    @pytest.mark.parametrize("address", ["http://portal.vn", "ftp://portal.vn", "portal.vn", ""])
    def test_a_password_goes_nowhere_that_it_could_be_read(self, address: str) -> None:
        keys = {"url": address, "username": "a", "password": "env:A"}
        with pytest.raises(ValidationError):
            WordPressConfig.model_validate(keys)
        if address:
            with pytest.raises(ValidationError):
                WordPressConfig.model_validate({**keys, "url": "https://a.vn", "rest_url": address})

    # -- a post -----------------------------------------------------------------------------------

    def test_a_post_is_filed_covered_and_summed_up(
        self, stand_in: Platform, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        news = stand_in.term("categories", "Tin tức & Sự kiện", slug="tin")
        known = stand_in.term("tags", "ChuyenDoiSo")
        cover = dataclasses.replace(picture(tmp_path, "navy", "Bìa <1>"), credit="Ảnh: Sở & tỉnh")
        second = dataclasses.replace(picture(tmp_path, "teal", 'Ảnh "hai"'), credit="Ảnh: <An>")
        whole = dataclasses.replace(
            message,
            title="Chuyển đổi số & <đời sống>",
            summary="Tóm tắt <ngắn>",
            media=(cover, second, film(tmp_path)),
            hashtags=("ChuyenDoiSo", "NghiQuyet57"),
            options={"categories": "Tin tức & Sự kiện", "tags": ["Quê ta"], "sticky": True},
        )
        channel = made(stand_in, clock)
        receipt = channel.send(whole, DictJournal())
        row = stand_in.row(receipt.remote_id)
        assert row["title"]["raw"] == "Chuyển đổi số &amp; &lt;đời sống&gt;"
        assert row["excerpt"]["raw"] == "Tóm tắt &lt;ngắn&gt;"
        assert (row["categories"], row["sticky"], row["status"]) == ([news], True, "publish")
        assert row["tags"][0] == known
        assert stand_in.terms("tags") == ("ChuyenDoiSo", "NghiQuyet57", "Quê ta")
        covering = stand_in.shelf.attachments[row["featured_media"]]
        assert covering.caption == "Ảnh: Sở &amp; tỉnh"
        assert covering.file.endswith(".png")
        (published,) = stand_in.published()
        assert published.alts[1:] == ('Ảnh "hai"', "Phim ngắn: còn 7 ngày")
        assert "Ảnh: <An>" in published.text
        for address in re.findall(r'src="([^"]+)"', row["content"]["raw"]):
            assert fetched(address)[0]

    def test_without_a_cover_all_pictures_stand_in_the_text(
        self, stand_in: Platform, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        receipt = made(stand_in, clock, cover=False).send(pictured, DictJournal())
        row = stand_in.row(receipt.remote_id)
        assert row["featured_media"] == 0
        assert row["content"]["raw"].count("<img") == 1

    def test_a_document_is_a_link_in_the_text(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        path = tmp_path / "ke-hoach.pdf"
        path.write_bytes(b"%PDF-1.4 ...")
        plan = Media(path, "a" * 64, "application/pdf", 12, "Kế hoạch 57")
        receipt = channel.send(dataclasses.replace(message, media=(plan,)), DictJournal())
        (address,) = re.findall(
            r'<a href="([^"]+)">Kế hoạch 57</a>', stand_in.row(receipt.remote_id)["content"]["raw"]
        )
        assert fetched(address) == (b"%PDF-1.4 ...", "application/pdf")

    def test_another_language_than_the_portal_s_is_marked(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        english = dataclasses.replace(message, language="en")
        channel = made(stand_in, clock, language_field="lang")
        receipt = channel.send(english, DictJournal())
        assert stand_in.row(receipt.remote_id)["content"]["raw"].startswith('<div lang="en">')

    @pytest.mark.parametrize("status", ["draft", "private"])
    def test_what_isnt_public_is_found_all_the_same(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        status: str,
    ) -> None:
        quiet, since = wishing(message, status=status), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(quiet, DictJournal())
        assert stand_in.published() == ()
        found = channel.find(quiet, since, DictJournal())
        assert found is not None
        assert stand_in.row(found.remote_id)["status"] == status
        assert found.url

    @pytest.mark.parametrize(
        "options",
        [
            {"pinned": True},
            {"sticky": "yes"},
            {"status": "future"},
            {"categories": 3},
            {"tags": [""]},
            {"page": ""},
            {"page": True},
            {"page": PAGE, "sticky": True},
            {"page": PAGE, "categories": ["Tin"]},
        ],
    )
    def test_what_cant_be_wished_is_refused_before_anything_is_sent(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        stand_in.asked.clear()
        with pytest.raises(InvalidContentError, match="option"):
            channel.send(wishing(message, **options), DictJournal())
        assert stand_in.asked == []

    def test_an_upload_larger_than_the_portal_s_server_takes_breaks_a_limit(
        self, stand_in: Platform, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        config = made(stand_in, clock, upload_max_mb=1).config
        large = dataclasses.replace(picture(tmp_path), size_bytes=1_048_577)
        pictured = dataclasses.replace(message, media=(large,))
        (violation,) = violations(pictured, Adapter.limits(config))
        assert violation.code == "image_bytes"

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_slug_says_the_title_in_ascii_and_belongs_to_the_delivery_alone(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        for key in ("một", "hai"):
            titled = dataclasses.replace(message, title="Đổi mới: 10/10 – Ổn!", key=key)
            channel.send(titled, DictJournal())
        slugs = [urlsplit(each.url).path.split("/")[-2] for each in stand_in.published()]
        assert all(re.fullmatch(r"doi-moi-10-10-on-[0-9a-f]{10}", slug) for slug in slugs)
        assert slugs[0] != slugs[1]

    def test_a_title_without_a_letter_still_gives_a_slug(self) -> None:
        assert re.fullmatch(r"[0-9a-f]{10}", named("❤", "key"))

    def test_a_post_is_never_sent_twice_even_where_its_journal_is_lost(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = {channel.send(message, DictJournal()).remote_id for _ in range(2)}
        assert receipts == {each.remote_id for each in stand_in.published()}
        assert len(receipts) == 1

    def test_a_title_changed_after_a_doubt_makes_no_second_post(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        retitled = dataclasses.replace(message, title="Tên khác")
        receipt = channel.send(retitled, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_an_attempt_that_arrives_late_leaves_one_post(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.late = True
        receipt = channel.send(message, DictJournal())
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_second_post_that_cant_be_taken_back_doesnt_call_the_first_in_question(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.late = True
        stand_in.asked.clear()
        # Its own look-up, the post, the look-up that finds the other one.
        stand_in.faults.next("500", on="any", after=2)
        receipt = channel.send(message, DictJournal())
        assert receipt.remote_id in {each.remote_id for each in stand_in.published()}

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [
            (401, "incorrect_password", CredentialsExpiredError),
            (401, "invalid_username", CredentialsExpiredError),
            (400, "invalid_email", CredentialsExpiredError),
            (401, "rest_not_logged_in", CredentialsExpiredError),
            (401, "rest_cannot_create", CredentialsExpiredError),
            (501, "application_passwords_disabled", CredentialsExpiredError),
            (501, "application_passwords_disabled_for_user", CredentialsExpiredError),
            (403, "rest_cannot_create", ForbiddenError),
            (400, "rest_cannot_create", ForbiddenError),
            (403, "rest_cannot_publish", ForbiddenError),
            (403, "rest_cannot_edit", ForbiddenError),
            (403, "rest_cannot_edit_others", ForbiddenError),
            (403, "rest_cannot_delete", ForbiddenError),
            (403, "rest_cannot_assign_term", ForbiddenError),
            (403, "rest_cannot_assign_sticky", ForbiddenError),
            (403, "rest_forbidden", ForbiddenError),
            (403, "rest_forbidden_context", ForbiddenError),
            (404, "rest_no_route", ForbiddenError),
            (400, "rest_upload_limited_space", ForbiddenError),
            (400, "rest_upload_user_quota_exceeded", ForbiddenError),
            (400, "rest_invalid_param", InvalidContentError),
            (400, "rest_missing_callback_param", InvalidContentError),
            (400, "rest_invalid_field", InvalidContentError),
            (400, "rest_invalid_featured_media", InvalidContentError),
            (404, "rest_post_invalid_id", InvalidContentError),
            (400, "rest_post_exists", InvalidContentError),
            (400, "empty_content", InvalidContentError),
            (400, "rest_invalid_json", InvalidContentError),
            (400, "rest_upload_no_data", InvalidContentError),
            (400, "rest_upload_no_content_type", InvalidContentError),
            (400, "rest_upload_no_content_disposition", InvalidContentError),
            (400, "rest_upload_invalid_disposition", InvalidContentError),
            (400, "rest_upload_file_too_big", InvalidContentError),
            (500, "rest_upload_sideload_error", InvalidContentError),
            (412, "rest_upload_hash_mismatch", TransientError),
            (500, "rest_upload_file_error", TransientError),
            (500, "db_insert_error", TransientError),
            (500, "db_update_error", TransientError),
            (500, "internal_server_error", AmbiguousError),
            (500, "wp_die", AmbiguousError),
            (503, "wp_die", AmbiguousError),
            (429, "rest_forbidden", RateLimitedError),
            (413, "", InvalidContentError),
            (422, "a_plugin_s_own", InvalidContentError),
        ],
    )
    def test_each_of_wordpress_s_errors_means_what_it_means(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        status: int,
        code: str,
        error: type[ChannelError],
    ) -> None:
        stand_in.refuses = (status, code)
        with pytest.raises(error) as caught:
            channel.send(message, DictJournal())
        assert type(caught.value) is error
        assert stand_in.published() == ()

    @pytest.mark.parametrize("speaks_json", [True, False])
    def test_a_portal_that_updates_itself_is_waited_for(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        speaks_json: bool,
    ) -> None:
        stand_in.is_maintained, stand_in.speaks_json = True, speaks_json
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(minutes=10)

    def test_a_firewall_s_page_is_no_word_of_wordpress_s(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.firewall = True
        with pytest.raises(ForbiddenError, match="firewall"):
            channel.send(message, DictJournal())

    def test_a_portal_that_moved_gets_no_password_at_its_new_address(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        with Platform(clock) as other:
            stand_in.moved_to = other.url
            with pytest.raises(ForbiddenError, match="another address"):
                made(stand_in, clock).send(message, DictJournal())
            assert other.asked == []

    # -- where the API is -------------------------------------------------------------------------

    @pytest.mark.parametrize(("pretty", "told"), [(True, True), (False, True), (False, False)])
    def test_the_api_is_found_in_either_form(
        self,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        pretty: bool,
        told: bool,
    ) -> None:
        stand_in.pretty, stand_in.tells_api = pretty, told
        channel = made(stand_in, clock)
        channel.identify()
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        receipt = channel.send(pictured, DictJournal())
        assert channel.read([receipt])[receipt.remote_id].exists
        assert channel.delete(receipt)

    def test_a_portal_that_thinks_it_is_elsewhere_is_asked_where_it_was_found(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.thinks_it_is_at = "http://portal.example.vn"
        assert made(stand_in, clock).send(message, DictJournal()).remote_id

    def test_the_api_is_where_the_configuration_says(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        stand_in.asked.clear()
        for root in ("/wp-json/", "/?rest_route=/"):
            made(stand_in, clock, rest_url=f"{stand_in.url}{root}").identify()
        assert ("HEAD", "/") not in stand_in.asked

    # -- categories and tags ----------------------------------------------------------------------

    def test_a_category_that_isnt_there_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        with pytest.raises(InvalidContentError, match="Tin mới"):
            channel.send(wishing(message, categories=["Tin mới"]), DictJournal())
        assert stand_in.published() == ()

    def test_a_category_is_made_where_that_is_allowed(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.user.rights.add("manage_categories")
        channel = made(stand_in, clock, create_categories=True, categories=["Tin mới"])
        for key in ("một", "hai"):
            receipt = channel.send(dataclasses.replace(message, key=key), DictJournal())
            assert stand_in.row(receipt.remote_id)["categories"] == [2]
        assert stand_in.terms("categories") == ("Chưa phân loại", "Tin mới")

    def test_tags_that_may_not_be_made_are_left_out(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        known = stand_in.term("tags", "ChuyenDoiSo")
        tagged = dataclasses.replace(message, hashtags=("NghiQuyet57", "chuyendoiso"))
        receipt = made(stand_in, clock, create_tags=False).send(tagged, DictJournal())
        assert stand_in.row(receipt.remote_id)["tags"] == [known]

    def test_a_tag_that_was_made_meanwhile_is_taken(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        known = stand_in.term("tags", "STRAẞE", slug="elsewhere")
        tagged = dataclasses.replace(message, hashtags=("strasse",))
        receipt = channel.send(tagged, DictJournal())
        assert stand_in.row(receipt.remote_id)["tags"] == [known]

    # -- uploads ----------------------------------------------------------------------------------

    def test_a_picture_used_again_isnt_sent_up_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        one = picture(tmp_path)
        credited = dataclasses.replace(one, credit="Ảnh: Sở")
        for index, media in enumerate([(one, one), (one,), (credited,)]):
            post = dataclasses.replace(message, key=f"bài {index}", media=media)
            channel.send(post, DictJournal())
        captions = [each.caption for each in stand_in.shelf.attachments.values()]
        assert captions == ["", "Ảnh: Sở"]

    @pytest.mark.parametrize("renames", [False, True])
    @pytest.mark.parametrize("lost", [2, 3], ids=["the upload's", "the alt text's"])
    def test_an_upload_whose_answer_was_lost_isnt_doubled(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        lost: int,
        renames: bool,
    ) -> None:
        stand_in.shelf.renames = renames
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("drop", on="any", after=lost)
        with pytest.raises(TransientError):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        (attachment,) = stand_in.shelf.attachments.values()
        assert attachment.alt == pictured.media[0].alt
        assert len(stand_in.published()) == 1

    def test_a_picture_whose_file_is_gone_is_no_doubt(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        lost = dataclasses.replace(picture(tmp_path), path=tmp_path / "gone.png")
        with pytest.raises(TransientError):
            channel.send(dataclasses.replace(message, media=(lost,)), DictJournal())

    def test_a_kind_of_file_that_the_portal_doesnt_take_is_invalid(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.exe"
        path.write_bytes(b"MZ")
        program = Media(path, "b" * 64, "application/x-msdownload", 2, "Chương trình")
        with pytest.raises(InvalidContentError, match="not allowed to upload"):
            channel.send(dataclasses.replace(message, media=(program,)), DictJournal())

    # -- pages ------------------------------------------------------------------------------------

    def test_a_page_is_updated_by_its_slug_its_number_or_its_path(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        number = stand_in.add_page("lien-he", "cũ", above="van-phong")
        other = stand_in.add_page("lien-he", "khác", above="trung-tam")
        for index, name in enumerate(["van-phong/lien-he", str(number), number]):
            words = worded(wishing(message, page=name), f"Lần {index}")
            receipt = channel.send(words, DictJournal())
            assert receipt.remote_id == f"pages/{number}"
            assert receipt.url == f"{stand_in.url}/van-phong/lien-he/"
            assert stand_in.page(number) == f"<p>Lần {index}</p>"
        assert stand_in.page(other) == "khác"
        assert stand_in.published() == ()

    def test_the_same_content_again_changes_nothing(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        page = wishing(dataclasses.replace(message, media=(picture(tmp_path),)), page=PAGE)
        channel.send(page, DictJournal())
        stand_in.asked.clear()
        channel.send(dataclasses.replace(page, key="another time"), DictJournal())
        assert posts_asked(stand_in) == []

    def test_a_doubt_about_a_page_is_settled_by_its_content(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        page = wishing(dataclasses.replace(message, media=(picture(tmp_path),)), page=PAGE)
        journal, since = DictJournal(), clock()
        assert channel.find(page, since, journal) is None
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(page, journal)
        assert channel.find(page, since, journal) is None
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(page, journal)
        found = channel.find(page, since, journal)
        assert found is not None
        assert found.remote_id.startswith("pages/")

    def test_a_page_that_isnt_there_or_isnt_the_only_one_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        post = channel.send(message, DictJournal())
        stand_in.add_page("lien-he", "cũ", above="van-phong")
        stand_in.add_page("lien-he", "khác", above="trung-tam")
        for name in ("lien-he", "khong-co", "so-khac/lien-he", post.remote_id, "9999"):
            with pytest.raises(InvalidContentError):
                channel.send(wishing(message, page=name), DictJournal())

    def test_a_page_is_never_taken_back(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(wishing(message, page=PAGE), DictJournal())
        assert channel.delete(receipt) is False
        stand_in.readers(receipt.remote_id, comments=2, views=30)
        reading = channel.read([receipt])[receipt.remote_id]
        assert reading.metrics == {"comments": 2, "views": 30}

    def test_contents_are_the_same_where_a_reader_sees_the_same(self) -> None:
        ours = '<p>Một &amp; "hai"</p>\n<img src="https://a.vn/?a=1&amp;b=2" alt="">'
        assert is_same(ours, '<p>Một & &quot;hai&quot;</p>\r\n<img src="https://a.vn/?a=1&b=2"/>')
        assert not is_same(ours, ours.replace("b=2", "b=3"))
        assert not is_same(ours, ours.replace("hai", "ba"))

    # -- readings ---------------------------------------------------------------------------------

    def test_without_a_plugin_there_are_no_views(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel = made(stand_in, clock, views_field="")
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, comments=0, views=9)
        assert channel.read([receipt])[receipt.remote_id].metrics == {"comments": 0}

    def test_views_may_stand_at_a_route_of_their_own(
        self, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel = made(stand_in, clock, views_field="", views_route="view-counts/of/{id}")
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=9)
        assert channel.read([receipt])[receipt.remote_id].metrics["views"] == 9
        for keys in ({"views_field": "no.such"}, {"views_route": "no/such/{id}"}):
            other = made(stand_in, clock, **{"views_field": "", **keys})
            assert other.read([receipt])[receipt.remote_id].metrics == {"comments": 0}

    def test_many_comments_are_counted_post_by_post(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = []
        for count in (150, 3, 0):
            post = dataclasses.replace(message, key=f"bài {count}")
            receipts.append(channel.send(post, DictJournal()))
            stand_in.readers(receipts[-1].remote_id, comments=count)
        readings = channel.read(receipts)
        counts = [readings[each.remote_id].metrics["comments"] for each in receipts]
        assert counts == [150, 3, 0]

    def test_where_nobody_may_comment_none_says_nothing(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.commentable = False
        receipt = channel.send(message, DictJournal())
        assert channel.read([receipt])[receipt.remote_id].metrics == {"views": 0}

    def test_where_comments_are_refused_views_are_still_read(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.tells_comments = False
        receipt = channel.send(message, DictJournal())
        assert channel.read([receipt])[receipt.remote_id].metrics == {"views": 0}

    @pytest.mark.parametrize("for_good", [True, False])
    def test_a_post_that_is_deleted_or_in_the_trash_is_gone(
        self, stand_in: Platform, message: Message, clock: StillClock, for_good: bool
    ) -> None:
        channel = made(stand_in, clock, delete_for_good=for_good)
        receipt = channel.send(message, DictJournal())
        assert channel.delete(receipt)
        assert channel.read([receipt])[receipt.remote_id].exists is False
        assert channel.delete(receipt), "it is gone already"

    def test_a_portal_without_a_trash_keeps_the_post(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.has_trash = False
        assert channel.delete(receipt) is False
        stand_in.user.rights.clear()
        with pytest.raises(ForbiddenError):
            channel.delete(receipt)

    # -- a host of media --------------------------------------------------------------------------

    def test_a_medium_is_given_byte_for_byte_also_where_wordpress_shows_a_smaller_one(
        self, channel: Adapter, stand_in: Platform, tmp_path: Path
    ) -> None:
        for media in (picture(tmp_path, side=3_000, kind="jpeg"), film(tmp_path)):
            address = channel.address(media)
            assert address.isascii()
            assert fetched(address) == (media.path.read_bytes(), media.mime)
        assert len(stand_in.shelf.files) == 3, "there is a smaller one of the picture"

    def test_an_address_is_unguessable_unlisted_and_the_same_for_a_day(
        self, channel: Adapter, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        media = picture(tmp_path)
        first = channel.address(media)
        assert re.search(rf"/{HOSTED}[0-9a-f]{{32}}\.png$", first)
        assert media.sha256[:10] not in first
        assert channel.address(media) == first
        assert {each.status for each in stand_in.shelf.attachments.values()} == {"private"}
        clock.advance(timedelta(days=1))
        assert channel.address(media) != first

    def test_a_plugin_that_changes_pictures_is_found_out(
        self, channel: Adapter, stand_in: Platform, tmp_path: Path
    ) -> None:
        stand_in.shelf.shrinks = True
        with pytest.raises(ForbiddenError, match="plugin changes"):
            channel.address(picture(tmp_path))

    def test_a_library_that_only_users_see_hosts_nothing(
        self, channel: Adapter, stand_in: Platform, tmp_path: Path
    ) -> None:
        stand_in.is_closed = True
        with pytest.raises(ForbiddenError, match="nobody but its users"):
            channel.address(picture(tmp_path))

    def test_what_was_hosted_is_forgotten_in_time_and_nothing_else_is(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        about = picture(tmp_path, alt=f"Về {HOSTED}")
        channel.send(dataclasses.replace(message, media=(about,)), DictJournal())
        (of_the_post,) = hosted(stand_in)
        old = channel.address(picture(tmp_path))
        clock.advance(timedelta(days=3))
        new = channel.address(picture(tmp_path))
        assert channel.forget_media(clock() - timedelta(days=2)) == 1
        assert len(hosted(stand_in)) == 2
        assert of_the_post in hosted(stand_in)
        assert fetched(new)
        with pytest.raises(ValueError, match="404"):
            fetched(old)
        assert channel.forget_media(clock() - timedelta(days=2)) == 0

    # -- logging in -------------------------------------------------------------------------------

    def test_login_has_the_password_pasted(self, stand_in: Platform, clock: StillClock) -> None:
        officer = Officer(given="abcd EFGH")
        assert nobodys(stand_in, clock).login(officer) == {"password": "abcd EFGH"}
        address = officer.told[-1]
        assert address.startswith(f"{stand_in.url}/wp-admin/authorize-application.php?app_name=")

    def test_login_is_sent_back_with_the_password(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        officer = Officer(back={"user_login": USERNAME.upper(), "password": "abcdEFGH"})
        channel = nobodys(stand_in, clock, redirect_uri="http://127.0.0.1:8738/")
        assert channel.login(officer) == {"password": "abcdEFGH"}
        assert officer.asked["app_name"] == "Publisher"

    @pytest.mark.parametrize(
        ("back", "error"),
        [
            ({"success": "false"}, ForbiddenError),
            ({"user_login": "other", "password": "x"}, CredentialsExpiredError),
            ({"user_login": USERNAME, "password": "x", "state": "of"}, CredentialsExpiredError),
        ],
    )
    def test_login_takes_no_answer_to_another_question(
        self,
        stand_in: Platform,
        clock: StillClock,
        back: dict[str, str],
        error: type[ChannelError],
    ) -> None:
        channel = nobodys(stand_in, clock, redirect_uri="http://127.0.0.1:8738/?office=1")
        with pytest.raises(error):
            channel.login(Officer(back=back))

    def test_login_says_where_a_portal_offers_no_passwords(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        stand_in.has_passwords = False
        with pytest.raises(ForbiddenError, match="no application passwords"):
            nobodys(stand_in, clock).login(Officer())


def nobodys(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter whose password doesn't exist yet."""

    def secret(_ref: str) -> str:
        raise CredentialsExpiredError("there is none")

    channel = made(stand_in, clock, **keys)
    return Adapter(channel.config, dataclasses.replace(channel.context, secret=secret))
