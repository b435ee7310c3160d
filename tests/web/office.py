"""An office with campaigns, posts in every state and people of every role, and its live console.

It is noon of 10 October 2027 in Viet Nam. The clock is moved, the store is real, the console is
served on loopback by the very server that an office runs.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from channels.sealing import KeySeal
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIM, DOUBT, REFUSE, Move
from publisher.secrets import secret_reader
from publisher.settings.console import Role
from publisher.settings.reader import read_settings
from publisher.site import Site
from publisher.store import console_sessions, deliveries, people, pulse
from publisher.store.console_tables import Person
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.unguessable import hashed
from publisher.web import access, passwords
from publisher.web.server import ConsoleServer
from tests.conftest import NOON
from tests.ports import free_port
from tests.store.stores import copy_of, fresh_url

SCHEDULE = """\
[office]
name = "UBND tỉnh Đồng Tháp"
url  = "https://dongthap.example.vn"

[channels.fanpage]
adapter = "outbox"
like    = "facebook"
title   = "Trang Facebook của tỉnh"

[channels.zalo]
adapter = "outbox"
like    = "zalo"
title   = "Zalo của tỉnh"

[channels.portal]
adapter = "outbox"
title   = "Cổng Thông tin điện tử"

[console]
listen = "{host}:{port}"
"""

CAMPAIGN = """\
title     = "Ngày Chuyển đổi số quốc gia"
anchor    = { every = "10-10" }
owner     = "Sở Khoa học và Công nghệ"
audiences = ["people", "business"]
channels  = ["fanpage", "zalo"]
hashtags  = ["ChuyenDoiSo"]
approvals = 0
"""

STANDING = """\
title     = "Dịch vụ công trực tuyến"
owner     = "Văn phòng UBND tỉnh"
channels  = ["fanpage", "portal"]
approvals = 1
"""

POSTS = {
    "10-10/nhac-truoc": ("D-1 08:00", "Còn một ngày nữa đến Ngày Chuyển đổi số quốc gia."),
    "10-10/chao-ngay-hoi": (
        "D 08:00",
        "Hôm nay là Ngày Chuyển đổi số quốc gia. Mời bà con cùng dự ngày hội tại quảng trường.",
    ),
    "10-10/buoi-chieu": ("D 15:30", "Chiều nay có gian hàng hướng dẫn cài VNeID ở Công viên."),
    "10-10/cam-on": ("D+1 09:00", "Cảm ơn hơn 12.000 lượt người dân đã dự ngày hội."),
    "dich-vu-cong/tra-cuu": ("2027-10-10 16:00", "Tra cứu kết quả hồ sơ ngay trên điện thoại."),
    "dich-vu-cong/nop-ho-so": (
        "2027-10-11 10:00",
        "Nộp hồ sơ tại nhà trên Cổng Dịch vụ công: ba bước, mười phút.",
    ),
    "dich-vu-cong/thang-mot": ("2027-10-25 09:00", "Lịch tiếp công dân tháng mười một."),
}
"""By campaign and post: when, and its words."""

PEOPLE = {
    Role.VIEWER: ("xem", "Lê Văn Xem"),
    Role.WRITER: ("viet", "Phạm Thị Viết"),
    Role.APPROVER: ("duyet", "Nguyễn Thị Duyệt"),
    Role.ADMINISTRATOR: ("quan-tri", "Trần Văn Quản"),
}
PASSWORD = "mùa lúa chín vàng đồng"


@dataclass
class ConsoleOffice:
    """The office in ``root``; ``keys`` go into [console] of its schedule.toml. ``store`` is the
    address of its store."""

    root: Path
    keys: str = ""
    host: str = "127.0.0.1"
    clock: MovedClock = field(default_factory=lambda: MovedClock(NOON))

    def __post_init__(self) -> None:
        self.port = free_port()
        folder, store = _filled()
        shutil.copytree(folder, self.root, dirs_exist_ok=True)
        self._store = ExitStack()
        self.store = self._store.enter_context(copy_of(store, self.root / "var"))
        schedule = SCHEDULE.format(host=self.host, port=self.port) + self.keys
        self.site = _site(self.root, self.store, schedule, self.clock)
        self._server = ConsoleServer(self.site)
        self._server.start()

    @property
    def address(self) -> str:
        return self.site.settings.console.address

    def restart(self) -> None:
        """The console's program ends and begins anew, on the same store."""
        self._server.stop()
        self._server = ConsoleServer(self.site)
        self._server.start()

    def close(self) -> None:
        self._server.stop()
        self.site.close()
        self._store.close()

    # -- its people -------------------------------------------------------------------------------

    def person(self, role: Role) -> Person:
        with self.site.database.reading() as session:
            found = people.of_name(session, PEOPLE[role][0])
        assert found is not None
        return found

    def session_of(self, role: Role) -> tuple[str, str]:
        """A session of the person of ``role``: its token, and that of its forms."""
        person = self.person(role)
        longest = self.site.settings.console.longest
        with self.site.database.writing() as session:
            token = console_sessions.begin(session, self.clock(), person, longest)
            session.flush()
            found = session.get(console_sessions.ConsoleSession, hashed(token))
            assert found is not None
            return token, found.form_token

    def visitor(self, role: Role | None = None) -> Visitor:
        """A browser without a window, in which the person of ``role`` is logged in."""
        visitor = Visitor(self.address)
        if role is not None:
            token, visitor.form_token = self.session_of(role)
            name = access.session_cookie(self.site.settings.console)
            visitor.http.cookies.set(name, token)
        return visitor

    # -- its posts --------------------------------------------------------------------------------

    def rows(self, post: str = "", channel: str = "") -> list[Delivery]:
        """The deliveries of ``post`` as they stand."""
        with self.site.database.reading() as session:
            return list(deliveries.matching(session, post=post, channel=channel))

    def row(self, post: str, channel: str = "fanpage") -> Delivery:
        [found] = self.rows(post, channel)
        return found

    def number(self, post: str, channel: str = "fanpage") -> int:
        return deliveries.number_of(self.row(post, channel))

    def post_file(self, name: str) -> Path:
        """The file of ``campaign/post``."""
        slug, _slash, post = name.partition("/")
        return self.root / "campaigns" / slug / "posts" / f"{post}.md"


@dataclass
class Visitor:
    """Speaks HTTP with the console as a browser does, and sends forms with their token."""

    address: str
    form_token: str = ""
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.http.get(self.address + path, headers=headers, allow_redirects=False)

    def post(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> requests.Response:
        """Send a form; its token goes along unless ``fields`` have another."""
        sent = {access.FORM_FIELD: self.form_token, **(fields or {})}
        return self.http.post(
            self.address + path, data=sent, files=files, headers=headers, allow_redirects=False
        )

    def open_door(self) -> None:
        """See the log-in page, which gives the token of its form."""
        self.get("/log-in")
        names = ("publisher-form", "__Host-publisher-form")
        self.form_token = next(filter(None, map(self.http.cookies.get, names)))

    def log_in(self, name: str, password: str = PASSWORD, **fields: str) -> requests.Response:
        self.open_door()
        return self.post("/log-in", {"name": name, "password": password, **fields})


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


# -- how it came to be ----------------------------------------------------------------------------


@cache
def _filled() -> tuple[Path, str]:
    """A folder with the office as it is at noon, and the address of its store, made once a
    process."""
    root = Path(tempfile.mkdtemp(prefix="office-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    made = ExitStack()
    store = made.enter_context(fresh_url(root / "store"))
    atexit.register(made.close)
    folder = root / "office"
    _write_campaigns(folder)
    clock = MovedClock(NOON - timedelta(days=2))
    site = _site(folder, store, SCHEDULE.format(host="127.0.0.1", port=1), clock)
    _fill(site, clock)
    site.close()
    (folder / "schedule.toml").unlink()
    return folder, store


def _site(root: Path, store: str, schedule: str, clock: MovedClock) -> Site:
    (root / "schedule.toml").write_text(schedule, "utf-8")
    settings, faults = read_settings(root / "schedule.toml")
    assert settings is not None, faults
    database = Database(store, durable=False)
    return Site(settings, database, clock, secret_reader(root), seal=KeySeal.fresh())


def _write_campaigns(root: Path) -> None:
    for slug, text in (("10-10", CAMPAIGN), ("dich-vu-cong", STANDING)):
        folder = root / "campaigns" / slug
        (folder / "posts").mkdir(parents=True)
        (folder / "campaign.toml").write_text(text, "utf-8")
        (folder / "media").mkdir()
        Image.new("RGB", (1200, 630), "#0b57c2").save(folder / "media" / "anh.png")
    for name, (when, words) in POSTS.items():
        slug, _slash, post = name.partition("/")
        title = f'title = "{words.rstrip(".").partition(". ")[0]}"'
        media = 'media = [{ file = "media/anh.png", alt = "Quảng trường tỉnh" }]'
        keys = f'when  = "{when}"\n{title}\n{media}'
        file = root / "campaigns" / slug / "posts" / f"{post}.md"
        file.write_text(f"+++\n{keys}\n+++\n{words}\n", "utf-8")


def _fill(site: Site, clock: MovedClock) -> None:
    with site.database.writing() as session:
        for role, (name, full_name) in PEOPLE.items():
            person = people.add(session, clock(), "máy", name, full_name, role)
            people.set_password(session, clock(), "máy", person, _hash())
    site.desk.refresh(force=True)
    # The day before: sent on the fanpage; on Zalo nobody knows.
    clock.move_to(NOON - timedelta(days=1, hours=4))
    _leave(site, "nhac-truoc", "zalo", DOUBT, "no answer came")
    _send(site, "fanpage")
    # This morning: sent on Zalo, refused by the fanpage.
    clock.move_to(NOON - timedelta(hours=4))
    _leave(site, "chao-ngay-hoi", "fanpage", REFUSE, "Ảnh không đúng kích thước")
    _send(site, "zalo")
    clock.move_to(NOON)
    with site.database.writing() as session:
        pulse.beat(session, clock())


def _send(site: Site, channel: str) -> None:
    while site.courier.deliver_next(channel) is not None:
        pass


def _leave(site: Site, post: str, channel: str, move: Move, note: str) -> None:
    """``post`` was claimed on ``channel``, and then came ``move``."""
    with site.database.writing() as session:
        [row] = deliveries.matching(session, post=post, channel=channel)
        number = deliveries.number_of(row)
        assert deliveries.move(session, number, CLAIM, site.clock(), attempts=1)
        assert deliveries.move(session, number, move, site.clock(), note=note)
