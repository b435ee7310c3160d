"""The adapter against a real WordPress: what its stand-in only claims is proved here.

Runs where Debian's packages are (``tests/real/wordpress/server.py`` names them); where ``CI`` is
"true" they have to be.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from channels.base import (
    AmbiguousError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.simulated.wordpress.platform import Platform
from channels.simulated.wordpress.users import PASSWORD as STAND_IN
from channels.simulated.wordpress.users import USERNAME
from channels.testing import DictJournal
from channels.testing.samples import film, picture
from channels.wordpress.adapter import Adapter
from channels.wordpress.config import WordPressConfig
from tests.real.installed import require
from tests.real.wordpress.lossy import LossyLine
from tests.real.wordpress.server import PACKAGES, PASSWORD, TITLE, USER, WordPress, missing

pytestmark = pytest.mark.real

FAR_AWAY = timedelta(days=1)


@pytest.fixture(scope="module")
def portal() -> Iterator[WordPress]:
    """The site; started once, ended with the tests."""
    lacking = missing()
    require(
        lacking, f"{lacking} is not installed: apt-get install --no-install-recommends {PACKAGES}"
    )
    with WordPress() as portal:
        portal.php("return wp_insert_term('Tin tức & Sự kiện', 'category');")
        yield portal


@pytest.fixture
def line(portal: WordPress) -> Iterator[LossyLine]:
    """A line to the site that can lose an answer."""
    with LossyLine(int(portal.url.rpartition(":")[2])) as line:
        yield line


@pytest.fixture
def message(request: pytest.FixtureRequest) -> Message:
    """A message that no other test sends."""
    words = f"Còn 7 ngày nữa & hơn thế: {request.node.name}."
    written = f"<p>Còn <strong>7 ngày</strong> nữa &amp; hơn thế: {request.node.name}.</p>"
    return Message(
        key=f"chuyen-doi-so/2027/{request.node.name}",
        body=Text(written, words),
        due_at=datetime.now(UTC),
        title="Còn 7 ngày & <10/10>",
    )


def made(
    portal: WordPress, workdir: Path, user: tuple[str, str] = ("", ""), **keys: Any
) -> Adapter:
    """An adapter of ``portal`` as its administrator, or as ``user`` (name, password)."""
    name, password = user if user[0] else (USER, portal.password)
    config = WordPressConfig.model_validate(
        {"url": portal.url, "username": name, "password": "env:PORTAL", "timeout_s": 60} | keys
    )
    return Adapter(
        config, Context("portal", lambda: datetime.now(UTC), lambda _: password, workdir)
    )


@pytest.fixture
def channel(portal: WordPress, tmp_path: Path) -> Adapter:
    return made(portal, tmp_path)


def post_of(portal: WordPress, remote_id: str) -> dict[str, Any]:
    told = requests.get(
        f"{portal.url}/?rest_route=/wp/v2/posts/{remote_id}&context=edit&_embed=wp:term",
        auth=(USER, portal.password),
        timeout=60,
    )
    found: dict[str, Any] = told.json()
    return found


def count_of_posts(portal: WordPress, words: str) -> int:
    code = (
        f"return count(get_posts(['s' => '{words}', 'post_status' => 'any', 'numberposts' => 9]))"
    )
    return int(portal.php(f"{code};"))


# -- who it is --------------------------------------------------------------------------------


def test_the_portal_is_named_by_its_address_and_title(portal: WordPress, channel: Adapter) -> None:
    account = channel.identify()
    assert account.id == portal.url.removeprefix("http://")
    assert account.name == TITLE


@pytest.mark.parametrize("verb", ["identify", "send", "find"])
def test_a_wrong_password_is_told_as_one(
    portal: WordPress, tmp_path: Path, message: Message, verb: str
) -> None:
    channel = made(portal, tmp_path, (USER, "aaaa bbbb cccc dddd eeee ffff"))
    verbs = {
        "identify": lambda: channel.identify(),
        "send": lambda: channel.send(message, DictJournal()),
        "find": lambda: channel.find(message, datetime.now(UTC), DictJournal()),
    }
    with pytest.raises(CredentialsExpiredError):
        verbs[verb]()


@pytest.mark.parametrize("role", ["contributor", "subscriber"])
def test_a_user_without_the_rights_is_found_out(
    portal: WordPress, tmp_path: Path, message: Message, role: str
) -> None:
    channel = made(portal, tmp_path, portal.author(role))
    with pytest.raises(ForbiddenError):
        channel.identify()
    with pytest.raises(ForbiddenError):
        channel.send(message, DictJournal())


# -- a post -----------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["", "/wp-json", "/?rest_route="])
def test_a_post_is_filed_covered_and_summed_up(
    portal: WordPress, tmp_path: Path, message: Message, root: str
) -> None:
    user = portal.author("author")
    channel = made(portal, tmp_path, user, rest_url=f"{portal.url}{root}" if root else "")
    channel.identify()
    cover = dataclasses.replace(picture(tmp_path, "navy", 'Bìa "đẹp" & mới'), credit="Ảnh: Sở")
    second = dataclasses.replace(picture(tmp_path, "teal", "Ảnh hai"), credit="Ảnh: <An>")
    whole = dataclasses.replace(
        message,
        summary="Tóm tắt & ngắn",
        media=(cover, second, film(tmp_path)),
        hashtags=("ChuyenDoiSo", "NghiQuyet57"),
        options={"categories": ["Tin tức & Sự kiện"], "sticky": True},
        language="en",
    )
    receipt = channel.send(whole, DictJournal())
    post = post_of(portal, receipt.remote_id)
    assert post["link"] == receipt.url
    assert abs(receipt.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert post["title"]["rendered"] == "Còn 7 ngày &amp; &lt;10/10&gt;"
    assert post["excerpt"]["raw"] == "Tóm tắt &amp; ngắn"
    assert (post["status"], post["sticky"]) == ("publish", True)
    categories, tags = post["_embedded"]["wp:term"]
    assert [each["name"] for each in categories] == ["Tin tức &amp; Sự kiện"]
    assert [each["name"] for each in tags] == ["ChuyenDoiSo", "NghiQuyet57"]
    cover_row = portal.php(
        f"$p = get_post({post['featured_media']});"
        "return [get_post_meta($p->ID, '_wp_attachment_image_alt', true), $p->post_excerpt];"
    )
    assert cover_row == ['Bìa "đẹp" & mới', "Ảnh: Sở"]
    raw = post["content"]["raw"]
    assert raw.startswith('<div lang="en">'), "what an author writes is sieved"
    assert "<strong>7 ngày</strong>" in raw
    assert "Ảnh: &lt;An&gt;" in raw
    addresses = re.findall(r'(?:img|video)[^>]*? src="([^"]+)"', raw)
    assert len(addresses) == 2
    for address, media in zip(addresses, whole.media[1:], strict=True):
        assert requests.get(address, timeout=60).content == media.path.read_bytes()
    page = requests.get(receipt.url, timeout=60).text
    assert "<strong>7 ngày</strong> nữa" in page


def test_an_answer_lost_on_the_way_leaves_one_post(
    portal: WordPress, line: LossyLine, tmp_path: Path, message: Message
) -> None:
    channel, journal = (
        made(portal, tmp_path, url=line.url, rest_url=f"{line.url}/wp-json"),
        DictJournal(),
    )
    since = datetime.now(UTC)
    assert channel.find(message, since, journal) is None
    line.lose = "POST /wp-json/wp/v2/posts "
    with pytest.raises(AmbiguousError):
        channel.send(message, journal)
    assert line.lost == 1
    found = channel.find(message, since, journal)
    assert found is not None
    again = channel.send(message, DictJournal())
    assert again.remote_id == found.remote_id
    assert count_of_posts(portal, message.body.plain.partition(": ")[2]) == 1


def test_an_attempt_that_arrives_late_leaves_one_post(
    portal: WordPress, tmp_path: Path, message: Message
) -> None:
    class Blind(Adapter):
        """It looks before the earlier attempt arrives."""

        looked = 0

        def _by_slug(self, slug: str) -> Mapping[str, Any] | None:
            self.looked += 1
            return None if self.looked == 1 else super()._by_slug(slug)

    first = made(portal, tmp_path).send(message, DictJournal())
    sighted = made(portal, tmp_path)
    second = Blind(sighted.config, sighted.context).send(message, DictJournal())
    assert second.remote_id == first.remote_id
    assert count_of_posts(portal, message.body.plain.partition(": ")[2]) == 1


def test_a_draft_is_found_and_isnt_public(channel: Adapter, message: Message) -> None:
    draft = dataclasses.replace(message, options={"status": "draft"})
    receipt = channel.send(draft, DictJournal())
    found = channel.find(draft, datetime.now(UTC), DictJournal())
    assert found is not None
    assert found.remote_id == receipt.remote_id
    assert requests.get(receipt.url, timeout=60).status_code == 404


def test_an_upload_whose_answer_was_lost_isnt_doubled(
    portal: WordPress, line: LossyLine, tmp_path: Path, message: Message
) -> None:
    pictured = dataclasses.replace(message, media=(picture(tmp_path, "olive", "Ảnh ô liu"),))
    channel, journal = (
        made(portal, tmp_path, url=line.url, rest_url=f"{line.url}/wp-json"),
        DictJournal(),
    )
    channel.identify()
    line.lose = "POST /wp-json/wp/v2/media?"
    with pytest.raises(TransientError):
        channel.send(pictured, journal)
    receipt = channel.send(pictured, journal)
    post = post_of(portal, receipt.remote_id)
    code = "return count(get_posts(['post_type' => 'attachment', 's' => 'anh-o-liu']));"
    assert portal.php(code) == 1
    alt = f"return get_post_meta({post['featured_media']}, '_wp_attachment_image_alt', true);"
    assert portal.php(alt) == "Ảnh ô liu"


def test_tags_and_categories_are_found_by_name_and_made_where_allowed(
    portal: WordPress, tmp_path: Path, message: Message
) -> None:
    code = "return wp_insert_term('Quê hương', 'post_tag', ['slug' => 'khac-han'])['term_id'];"
    known = portal.php(code)
    wishes = {"tags": ["quê hương"], "categories": ["Thông báo mới"]}
    wished = dataclasses.replace(message, options=wishes)
    with pytest.raises(InvalidContentError, match="Thông báo mới"):
        made(portal, tmp_path).send(wished, DictJournal())
    receipt = made(portal, tmp_path, create_categories=True).send(wished, DictJournal())
    post = post_of(portal, receipt.remote_id)
    assert post["tags"] == [known]
    assert post["_embedded"]["wp:term"][0][0]["name"] == "Thông báo mới"


def test_what_wordpress_calls_invalid_is_invalid(channel: Adapter, tmp_path: Path) -> None:
    path = tmp_path / "a.exe"
    path.write_bytes(b"MZ")
    program = dataclasses.replace(
        picture(tmp_path), path=path, mime="application/x-msdownload", sha256="b" * 64
    )
    with pytest.raises(InvalidContentError, match="rest_upload_sideload_error"):
        channel.address(program)


def test_a_portal_that_updates_itself_is_waited_for(
    portal: WordPress, channel: Adapter, message: Message
) -> None:
    portal.maintained(True)
    try:
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
    finally:
        portal.maintained(False)
    assert timedelta(minutes=9) < caught.value.until - datetime.now(UTC) < timedelta(minutes=11)


# -- a page -----------------------------------------------------------------------------------


def test_a_page_is_updated_in_place_once(
    portal: WordPress, line: LossyLine, tmp_path: Path, message: Message
) -> None:
    def page(slug: str, above: int) -> int:
        fields = f"'post_type' => 'page', 'post_status' => 'publish', 'post_parent' => {above}"
        return int(portal.php(f"return wp_insert_post([{fields}, 'post_title' => '{slug}']);"))

    office, centre = page("van-phong", 0), page("trung-tam", 0)
    ours, other = page("lien-he", office), page("lien-he", centre)
    channel, since = (
        made(portal, tmp_path, url=line.url, rest_url=f"{line.url}/wp-json"),
        datetime.now(UTC),
    )
    media = (picture(tmp_path, "maroon", "Bản đồ"),)
    update = dataclasses.replace(message, media=media, options={"page": "van-phong/lien-he"})
    with pytest.raises(InvalidContentError, match="several pages"):
        channel.send(dataclasses.replace(message, options={"page": "lien-he"}), DictJournal())
    assert channel.find(update, since, DictJournal()) is None
    line.lose = f"POST /wp-json/wp/v2/pages/{ours} "
    with pytest.raises(AmbiguousError):
        channel.send(update, DictJournal())
    found = channel.find(update, since, DictJournal())
    assert found is not None
    assert found.remote_id == f"pages/{ours}"
    assert channel.send(update, DictJournal()) == found, "it was changed again"
    assert portal.php(f"return count(wp_get_post_revisions({ours}));") == 1
    assert portal.php(f"return get_post({other})->post_content;") == ""
    assert "Bản đồ" in requests.get(found.url, timeout=60).text
    assert channel.delete(found) is False


# -- afterwards -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys", [{"views_field": "post_views"}, {"views_route": "view-counts/of/{id}"}, {}]
)
def test_comments_and_views_are_counted_until_the_post_is_gone(
    portal: WordPress, tmp_path: Path, message: Message, keys: dict[str, str]
) -> None:
    channel = made(portal, tmp_path, **keys)
    receipt = channel.send(message, DictJournal())
    portal.php(
        f"update_post_meta({receipt.remote_id}, 'views', 321);"
        "foreach ([1, 1, 1, 0] as $approved) wp_insert_comment(["
        f"'comment_post_ID' => {receipt.remote_id}, 'comment_content' => 'Hay ' . uniqid(),"
        "'comment_approved' => $approved]); return 1;"
    )
    views = {"views": 321} if keys else {}
    assert channel.read([receipt])[receipt.remote_id].metrics == {"comments": 3, **views}
    assert channel.delete(receipt)
    assert channel.read([receipt])[receipt.remote_id].exists is False
    assert channel.delete(receipt)
    assert portal.php(f"return get_post({receipt.remote_id})->post_status;") == "trash"


def test_a_post_may_be_deleted_for_good(
    portal: WordPress, tmp_path: Path, message: Message
) -> None:
    channel = made(portal, tmp_path, delete_for_good=True)
    receipt = channel.send(message, DictJournal())
    assert channel.delete(receipt)
    assert portal.php(f"return get_post({receipt.remote_id});") is None


# -- a host of media --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["small", "large", "film"])
def test_media_are_hosted_byte_for_byte_unlisted_and_forgotten(
    portal: WordPress, tmp_path: Path, what: str
) -> None:
    channel = made(portal, tmp_path, portal.author("author"))
    media = {
        "small": lambda: picture(tmp_path, "olive"),
        "large": lambda: picture(tmp_path, "teal", side=2_700, kind="jpeg"),
        "film": lambda: film(tmp_path),
    }[what]()
    address = channel.address(media)
    assert channel.address(media) == address
    assert address.isascii()
    assert requests.get(address, timeout=60).content == media.path.read_bytes()
    listed = requests.get(f"{portal.url}/wp-json/wp/v2/media?per_page=100", timeout=60).text
    assert "publisher-media-" not in listed
    assert channel.forget_media(datetime.now(UTC) - FAR_AWAY) == 0
    assert channel.forget_media(datetime.now(UTC) + FAR_AWAY) == 1
    assert requests.get(address, timeout=60).status_code == 404


# -- logging in -------------------------------------------------------------------------------


@dataclasses.dataclass
class Officer:
    """An administrator at their browser, who allows what they are asked for."""

    portal: WordPress
    told: list[str] = dataclasses.field(default_factory=list)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        return self._allow(self.told[-1]).text.partition('value="')[2].partition('"')[0]

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        back = self._allow(address).headers["Location"]
        assert back.startswith(redirect_uri)
        return dict(parse_qsl(urlsplit(back).query))

    def _allow(self, address: str) -> requests.Response:
        """Log in, open ``address``, and send its form as the button does."""
        with requests.Session() as browser:
            browser.get(f"{self.portal.url}/wp-login.php", timeout=60)
            who = {"log": USER, "pwd": PASSWORD, "testcookie": "1"}
            browser.post(f"{self.portal.url}/wp-login.php", data=who, timeout=60)
            page = browser.get(address, timeout=60).text
            form = page.partition("<form action=")[2]
            fields = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', form))
            fields |= {"app_name": "Publisher", "approve": "1"}
            fields = {key: value.replace("&amp;", "&") for key, value in fields.items()}
            fields.pop("reject", None)
            where = f"{self.portal.url}/wp-admin/authorize-application.php"
            return browser.post(where, data=fields, timeout=60, allow_redirects=False)


def test_login_comes_back_with_a_password_that_works(portal: WordPress, tmp_path: Path) -> None:
    back_to = "http://127.0.0.1:8738/"
    got = made(portal, tmp_path, redirect_uri=back_to).login(Officer(portal))
    assert made(portal, tmp_path, (USER, got["password"])).identify().name == TITLE


# -- the stand-in -----------------------------------------------------------------------------

RAW = {"Content-Type": "application/pdf"}
NAMED = {**RAW, "Content-Disposition": 'attachment; filename="van-ban.pdf"'}
POST = {"title": "T", "content": "<p>c</p>", "slug": "nhu-nhau", "status": "publish"}

ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/", {"params": {"_fields": "name,home,authentication"}}),
    ("GET", "/wp/v2/users/me", {"params": {"context": "edit"}}),
    ("GET", "/wp/v2/users/me", {"auth": None}),
    ("GET", "/wp/v2/users/me", {"auth": ("nobody", "x")}),
    ("GET", "/wp/v2/nothing", {}),
    ("GET", "/wp/v2/posts", {"params": {"status": "any"}, "auth": None}),
    ("POST", "/wp/v2/posts", {"json": POST, "auth": None}),
    ("POST", "/wp/v2/posts", {"json": POST}),
    ("POST", "/wp/v2/posts", {"json": POST}),
    ("POST", "/wp/v2/posts", {"json": {**POST, "status": "draft"}}),
    ("POST", "/wp/v2/posts", {"json": {**POST, "categories": [9_999], "featured_media": 9_999}}),
    ("POST", "/wp/v2/posts", {"json": {**POST, "status": "none"}}),
    ("POST", "/wp/v2/posts", {"json": {**POST, "sticky": "perhaps"}}),
    ("POST", "/wp/v2/posts", {"json": {"title": "", "content": ""}}),
    ("POST", "/wp/v2/posts", {"data": b"{", "headers": {"Content-Type": "application/json"}}),
    ("GET", "/wp/v2/posts", {"params": {"slug": "nhu-nhau", "status": "any"}}),
    ("GET", "/wp/v2/posts", {"params": {"slug": "nhu-nhau", "_fields": "id,slug"}}),
    ("GET", "/wp/v2/posts", {"params": {"per_page": 101}}),
    ("GET", "/wp/v2/posts", {"params": {"slug": "khong-co", "status": "any"}}),
    ("GET", "/wp/v2/pages/999999", {"params": {"context": "edit"}}),
    ("POST", "/wp/v2/pages/999999", {"json": {"content": "x"}}),
    ("DELETE", "/wp/v2/posts/999999", {"params": {"force": "true"}}),
    ("POST", "/wp/v2/tags", {"json": {"name": "Như Nhau"}}),
    ("POST", "/wp/v2/tags", {"json": {"name": "như nhau"}}),
    ("POST", "/wp/v2/tags", {"json": {}}),
    ("GET", "/wp/v2/tags", {"params": {"slug": "nhu-nhau", "_fields": "id,name,slug"}}),
    ("GET", "/wp/v2/tags", {"params": {"search": "Như Nhau"}}),
    ("POST", "/wp/v2/media", {"data": b"", "headers": NAMED}),
    ("POST", "/wp/v2/media", {"data": b"%PDF-1.4 ...", "headers": RAW}),
    (
        "POST",
        "/wp/v2/media",
        {"data": b"%PDF-1.4 ...", "headers": {**RAW, "Content-Disposition": "x"}},
    ),
    (
        "POST",
        "/wp/v2/media",
        {"data": b"%PDF-1.4 ...", "headers": {**NAMED, "Content-MD5": "0" * 32}},
    ),
    (
        "POST",
        "/wp/v2/media",
        {
            "data": b"MZ",
            "headers": {**NAMED, "Content-Disposition": 'attachment; filename="a.exe"'},
        },
    ),
    ("POST", "/wp/v2/media", {"data": b"%PDF-1.4 ...", "headers": NAMED}),
    ("POST", "/wp/v2/media", {"data": b"%PDF-1.4 ...", "headers": NAMED}),
    ("POST", "/wp/v2/media", {"data": b"%PDF-1.4 ...", "headers": NAMED, "auth": None}),
    ("GET", "/wp/v2/media", {"params": {"slug": "van-ban", "status": "inherit,private"}}),
    ("GET", "/wp/v2/media", {"params": {"status": "private"}, "auth": None}),
    ("DELETE", "/wp/v2/media/999999", {"params": {"force": "true"}}),
    ("GET", "/wp/v2/comments", {"params": {"post": "999999", "per_page": 1}}),
)


def test_the_stand_in_answers_as_wordpress_does(portal: WordPress) -> None:
    faults: list[str] = []
    with Platform(lambda: datetime.now(UTC)) as stand_in:
        for number, (method, route, more) in enumerate(ASKED):
            real = answered(portal.url, (USER, portal.password), method, route, more)
            ours = answered(stand_in.url, (USERNAME, STAND_IN), method, route, more)
            heads = [(told.status_code, told.headers.get("X-WP-Total")) for told in (ours, real)]
            found = like(ours.json(), real.json())
            if heads[0] != heads[1]:
                found.append(f"{heads[0]} for {heads[1]} {real.text[:150]}")
            faults += [f"{number}: {method} {route}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def answered(
    url: str, who: tuple[str, str], method: str, route: str, more: dict[str, Any]
) -> requests.Response:
    kept = {"auth": who, "timeout": 60, **more}
    return requests.request(method, f"{url}/wp-json{route}", **kept)


def like(ours: Any, real: Any, where: str = "") -> list[str]:
    """Where ``ours`` tells what WordPress doesn't, or in another form."""
    if isinstance(ours, dict) and isinstance(real, dict):
        if "capabilities" in where:
            return []
        missing = [f"{where}.{key}" for key in ours if key not in real]
        return missing + [
            fault
            for key, value in ours.items()
            if key in real
            for fault in like(value, real[key], f"{where}.{key}")
        ]
    if isinstance(ours, list) and isinstance(real, list):
        pairs = zip(ours, real, strict=False)
        return [fault for one, other in pairs for fault in like(one, other, f"{where}[]")]
    if where.endswith((".code", ".slug", ".status", "data.status")) and ours != real:
        return [f"{where}: {ours} for {real}"]
    # PHP writes an empty object as a list.
    is_empty = ours in ({}, []) or real in ({}, [])
    return [] if type(ours) is type(real) or is_empty else [f"{where}: {ours!r} for {real!r}"]
