"""schedule.toml, mutated: faults come back, each at a line that is there, and none repeats what may
be a secret; what is taken opens every channel."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import tomli_w

from bench.fuzz import trees
from bench.fuzz.cases import Case, Finding, folder
from bench.fuzz.mutations import mutated
from channels.base import ChannelError, Context
from publisher.assemble.shapes import Shapes
from publisher.clock import MovedClock
from publisher.files.faults import Fault
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from publisher.switchboard import kind_of

HERE = Path(__file__).parents[2]
SECRET = "7203456789:AAHsecretSECRETsecretSECRETsecret12"
NOW = datetime(2027, 9, 20, 1, 0, tzinfo=UTC)

TOML_WORDS: Sequence[bytes] = (
    *(b"=", b" = ", b".", b",", b"[", b"]", b"[[", b"]]", b"{", b"}", b"#", b"\n[x]\n"),
    b"\n[[x]]\n",
    *(b'"""', b"'''", b'"', b"'", b'\\"', b"\\u0000", b"\\ud800", b"\\U0010ffff", b"\\x", b"\\\n"),
    *(b"true", b"false", b"[]", b"{}", b'""', b"1979-05-27", b"2027-02-30", b"07:32:00"),
    b"24:00:00",
    *(b"1979-05-27T07:32:00Z", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"),
    *(b"+inf", b"-nan", b"0b1", b"0o7", b"1__0", b"1e5", b"[[[[[[[[", b"a.b.c.d = 1\n", b"a = 1\n"),
    *("“".encode(), "”".encode(), b" = 1 = 2", b"\n=", b"\n\n\n", b"{a={b={c={}}}}"),
)
_WORDS: Sequence[bytes] = (
    *TOML_WORDS,
    *(b"[channels.a]\n", b"[channels.a.b]\n", b"adapter", b"account", b"enabled", b"timeout_s"),
    *(b"env:X", b"file:", b"file:/", b"credential:a", b"env:", SECRET.encode(), b"https://a.vn/"),
    *(b"http://127.0.0.1/", b"localhost", b"[hours]\n", b"[[blackouts]]\n", b"[media_host]\n"),
    *(b"folder", b"bucket", b"channel", b"Asia/Ho_Chi_Minh", b"../zone", b"60d", b"0d"),
    b"9999999d",
    *(b"outbox", b"telegram", b"zalo", b"x", b"__init__", b"_http", b"simulated", b"root = '/'\n"),
)
TOML_ODD: Sequence[Any] = (
    *(value for value in trees.ODD if value is not None and value != [None]),
    *(date(2027, 10, 3), date(1, 1, 1), time(8, 0), datetime(2027, 10, 3, tzinfo=UTC)),
    *(datetime(2027, 10, 3), datetime.max),  # noqa: DTZ001, DTZ901 -- TOML has them
)


def shipped() -> list[bytes]:
    """Every schedule.toml there is to begin with: ours, the pages' examples, one of every kind."""
    pages = sorted((HERE / "docs/channels").glob("*.md"))
    blocks = [
        block
        for page in pages
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)
    ]
    own = (HERE / "schedule.toml").read_text("utf-8")
    whole = [block for block in blocks if _is_toml(block)]
    return [text.encode() for text in (own, own, RICH, *whole)]


def _is_toml(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return False


RICH = f"""\
timezone = "Asia/Ho_Chi_Minh"
language = "vi"
horizon = "60d"
[office]
name = "UBND tỉnh"
[hours]
start = "07:00"
end = "21:00"
[links]
utm_hosts = ["example.vn"]
[channels.fanpage]
adapter = "outbox"
like = "facebook"
[channels.telegram]
adapter = "telegram"
token = "env:TELEGRAM_TOKEN"
chat = "{SECRET}"
[channels.ioc]
adapter = "webhook"
url = "https://ioc.example.vn/"
secret = "{SECRET}"
[mail]
host = "localhost"
port = 25
security = "none"
password = "{SECRET}"
sender = "publisher@example.vn"
[media_host]
kind = "bucket"
endpoint = "https://s3.example.vn"
bucket = "anh"
access_key = "env:A"
secret_key = "env:B"
[reports.weekly]
to = ["lanh-dao@example.vn"]
day = "monday"
at = "08:00"
[alerts]
to = ["quan-tri@example.vn"]
quiet = "6h"
[[blackouts]]
from = "2027-02-05"
to = 2027-02-10
reason = "Nghỉ Tết"
channels = ["fanpage"]
"""


class Schedules:
    """The kind ``schedule``."""

    def __init__(self) -> None:
        self._good = shipped()
        self._folder = Path()

    @contextmanager
    def ready(self) -> Iterator[None]:
        with folder() as self._folder:
            yield

    def make(self, rng: random.Random) -> Case:
        content = rng.choice(self._good)
        if rng.random() < 0.6:
            content = in_toml(rng, content, SECRET)
        if rng.random() < 0.4 or content in self._good:
            content = mutated(rng, content, self._good, _WORDS)
        return Case("schedule.toml", content)

    def meet(self, case: Case) -> None:
        path = self._folder / "schedule.toml"
        path.write_bytes(case.content)
        settings, faults = read_settings(path)
        judge(faults, path, case.content)
        if settings is None and not faults:
            raise Finding("refused without a word")
        if not _is_quotable(case.content):
            _no_secret_in(faults)
        if settings is not None:
            self._open(settings)

    def _open(self, settings: Settings) -> None:
        """What is taken must hold: its zone, its folders, and each channel's limits and adapter."""
        _ = settings.zone, settings.campaigns_folder, settings.var_folder
        shapes = Shapes(settings)
        for name in settings.channels:
            shapes.of(name)
            kind, config = kind_of(settings, name)
            context = Context(name, MovedClock(NOW), lambda _name: SECRET, self._folder / "work")
            with suppress(ChannelError):
                kind(config, context).close()


def in_toml(rng: random.Random, content: bytes, *more: Any) -> bytes:
    """``content`` with its values changed, written anew; as it is where that can't be written."""
    try:
        tree = trees.changed(rng, tomllib.loads(content.decode()), (*TOML_ODD, *more))
        return (
            tomli_w.dumps(tree).encode("utf-8", "surrogatepass") if isinstance(tree, dict) else b""
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return content


def judge(faults: Sequence[Fault], path: Path, content: bytes) -> None:
    """Every fault says something at a place that is there, in words that can be printed."""
    most = len(re.findall(rb"\r\n|\r|\n", content)) + 1
    for fault in faults:
        said = f"{fault.what} {fault.instead} {fault.place}"
        if not fault.what.strip():
            raise Finding(f"{fault.code}: a fault without words")
        if fault.line is not None and fault.path.name == path.name and not 1 <= fault.line <= most:
            raise Finding(f"{fault.code}: line {fault.line} of {most}")
        if "%(" in fault.what.replace("%(name)s", "") or len(said) > 4_000:
            raise Finding(f"{fault.code}: a fault of {len(said)} signs, or with a hole in it")
        if not all(sign.isprintable() for sign in fault.what + fault.instead):
            raise Finding(f"{fault.code}: a fault that can't be printed")
        try:
            said.encode()
        except UnicodeEncodeError:
            raise Finding(f"{fault.code}: a fault that can't be written down") from None


def _no_secret_in(faults: Sequence[Fault]) -> None:
    for fault in faults:
        if any(part in f"{fault.what} {fault.instead}" for part in (SECRET, SECRET[:16])):
            raise Finding(f"{fault.code}: a secret is repeated")


def _is_quotable(content: bytes) -> bool:
    """Whether the secret stands where it may be repeated: in a key's name, or outside of channels
    and mail."""
    try:
        tree = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    outside = {key: value for key, value in tree.items() if key not in ("channels", "mail")}
    try:
        return SECRET[:16] in f"{outside}" or any(SECRET[:16] in key for key in _keys(tree))
    except RecursionError:
        return True


def _keys(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _keys(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _keys(value)
