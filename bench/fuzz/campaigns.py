"""A campaign's files, mutated: faults come back, each at a line that is there; what is taken is
planned, rendered, previewed and stored as the program does it.
"""

from __future__ import annotations

import dataclasses
import io
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w
from PIL import Image
from pydantic import TypeAdapter

from bench.fuzz.cases import Case, Finding, folder
from bench.fuzz.mutations import mutated
from bench.fuzz.schedule import HERE, TOML_ODD, TOML_WORDS, in_toml, judge
from channels.base import Message
from publisher.check.look import Looked, look
from publisher.files.faults import Severity
from publisher.preview.page import build
from publisher.preview.text import as_text
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from tests.campaign.corpus import CORPUS
from tests.campaign.workspace import CAMPAIGN, ENTRY, GOOD, NEWS, OPENING, THANKS

NOW = datetime(2027, 9, 20, 1, 0, tzinfo=UTC)
LONGEST_PAGE_BYTES = 40_000_000
PICTURE = b"media/anh.png"
FENCE = b"+++\n"
_ONE_IN_FOUR = "4"
"""Names of cases are hexadecimal: those below have their page drawn as well."""


_MORE_CHANNELS = """
[channels.bluesky]
adapter = "bluesky"
handle = "tinh.example.vn"
app_password = "env:A"
[channels.bang]
adapter = "outbox"
like = "mastodon"
"""
_HORIZON = timedelta(days=10)
"""A standing campaign is planned no further: more days are more of the same."""

_WORDS: Sequence[bytes] = (
    *TOML_WORDS,
    *(b"+++", b"\n+++\n", b"when", b"D", b"D-7 08:00", b"D+366 weekdays", b"D-99999", b"feed"),
    *(b"2027-10-01 08:00", b"2027-02-29", b"9999-12-31", b"0001-01-01 00:00", b"25:61"),
    *(b"RRULE:FREQ=HOURLY", b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", b"INTERVAL=999999999"),
    *(b"RRULE:FREQ=WEEKLY;BYDAY=MO", b";UNTIL=20271010", b";BYSETPOS=-1", b";BYYEARDAY=-366"),
    *(b";BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12", b"FREQ=YEARLY", b";BYWEEKNO=53", b";BYEASTER=-2"),
    *(b"[for.x]\n", b"[for.x.options]\na = 2027-01-01\n", b"[translation.en]\n"),
    b"thread = true\n",
    *(b"[vars]\n", b"[feed]\n", b"anchor = { every = '02-29' }", b"media/anh.png", b"../anh.png"),
    *(b"{{ campaign.title }}", b"{{ days_left }}", b"{{ due | date }}", b"{{ vars.a }}", b"{{"),
    b"%}",
    *(b"{% if days_left %}", b"{% endif %}", b"{% for a in campaign.hashtags %}", b"{% endfor %}"),
    *(b"{{ 9**9**9 }}", b"{{ 'a' * 99 }}", b"{{ (1,2) + (3,) }}", b"{{ due.year - 99999 }}", b"{#"),
    *(b"{{ [1,2][5] }}", b"{{ ''.x }}", b"{{ a | join(b) }}", b"{{ 'x' ~ 'y' }}", b"{% raw %}"),
    *(b"{{ loop }}", b"{{ due[0:9] }}", b"{{ -due }}", b"{{ 1 | length }}"),
    b"{{ 1e999 | number }}",
    *(b"**", b"*", b"_", b"`", b"```\n", b"# ", b"> ", b"- ", b"1. ", b"999999999. ", b"\n\n"),
    b"---",
    *(b"[a](https://a.vn)", b"[", b"](", b"<https://a.vn>", b"![a](b)", b"<b>", b"&amp;", b"&#0;"),
    *(b"https://example.vn/a?b=c&d#e", b"http://[::1]/", b"https://", b"\n    code\n", b"  \n"),
    *(b"[" * 600, b"> " * 300, b"- " * 300, b"**a" * 300, b"[a](" * 300, b"`" * 999, b"<" * 999),
    *("Chữ dài. ".encode() * 900, b"a" * 6_000, b"https://a.vn/" + b"a" * 6_000, b"\\" * 999),
)
_ODD: Sequence[Any] = (
    *TOML_ODD,
    *("D", "D+1 weekdays 09:30", "RRULE:FREQ=DAILY", "RRULE:FREQ=HOURLY;BYDAY=MO", "feed"),
    *("2027-10-01 08:00", "9999-12-31", "{{ vars.x }}", "{{ due }}", "{% if 1 %}", "media/anh.png"),
    *({"every": "10-10"}, {"date": "2027-10-10"}, {"date": "9999-12-31"}),
    *(["fanpage"], ["x", "telegram"], ["portal", "loa"], [{"file": "media/anh.png", "alt": "a"}]),
    *({"x": {"text": "a"}}, {"en": {"text": "Hello {{ campaign.title }}"}}, "0s", "99999d", "en"),
)
_MESSAGES = TypeAdapter(Message)


@dataclasses.dataclass(frozen=True)
class _Base:
    """A small good campaign of one or two posts, in a folder of its own."""

    name: str
    files: Mapping[str, bytes]


class Campaigns:
    """The kind ``campaigns``: one file of a small campaign is mutated, the others are good."""

    def __init__(self) -> None:
        self._bases = {base.name: base for base in (*_shipped(), *_made())}
        self._tomls = [base.files["campaign.toml"] for base in self._bases.values()]
        self._posts = [
            content
            for base in self._bases.values()
            for name, content in base.files.items()
            if name.endswith(".md")
        ]
        slips = [one for one in CORPUS if len(one.text) < 20_000]
        self._tomls += [one.text.encode() for one in slips if one.file in (CAMPAIGN, NEWS)]
        self._posts += [one.text.encode() for one in slips if one.file in (OPENING, THANKS, ENTRY)]
        self._settings: dict[str, Settings] = {}

    @contextmanager
    def ready(self) -> Iterator[None]:
        with folder() as root:
            own = (HERE / "schedule.toml").read_text("utf-8") + _MORE_CHANNELS
            (root / "schedule.toml").write_text(own, "utf-8")
            read, faults = read_settings(root / "schedule.toml")
            if read is None:
                raise RuntimeError(f"the hunt's own schedule.toml is wrong: {faults}")
            for base in self._bases.values():
                office = root / "offices" / base.name
                turned = {"campaigns": office, "horizon": _HORIZON}
                self._settings[base.name] = read.model_copy(update=turned)
                _write(office / "thu/media/anh.png", _picture())
                for file, content in base.files.items():
                    _write(office / "thu" / file, content)
            yield

    def make(self, rng: random.Random) -> Case:
        base = self._bases[rng.choice(list(self._bases))]
        file = rng.choice(list(base.files))
        is_post = file.endswith(".md")
        good = self._posts if is_post else self._tomls
        content = base.files[file] if rng.random() < 0.9 else rng.choice(good)
        what = rng.random()
        if what < 0.35 and is_post:
            content = _in_body(rng, content, good)
        elif what < 0.75:
            content = _in_front(rng, content) if is_post else in_toml(rng, content, *_ODD)
        if what > 0.7 or content == base.files[file]:
            content = mutated(rng, content, good, _WORDS)
        return Case(f"{base.name}/{file}", content)

    def meet(self, case: Case) -> None:
        name, _, file = case.where.partition("/")
        settings = self._settings[name]
        path = settings.campaigns_folder / "thu" / file
        try:
            path.write_bytes(case.content)
            looked = look(settings, NOW)
            judge(looked.faults, path, case.content)
            refused = any(fault.severity is Severity.ERROR for fault in looked.faults)
            if not looked.campaigns and not refused:
                raise Finding("refused without a word")
            _shown(looked, settings, page=case.name < _ONE_IN_FOUR)
            _kept(looked)
        finally:
            path.write_bytes(self._bases[name].files[file])


def _shown(looked: Looked, settings: Settings, *, page: bool) -> None:
    if page:
        out = settings.root / "preview.html"
        build(looked.planned, settings, out, looked.faults, looked.campaigns)
        if out.stat().st_size > LONGEST_PAGE_BYTES:
            raise Finding(f"a preview of {out.stat().st_size:,} bytes")
    as_text(looked.planned, settings, looked.faults, looked.campaigns).encode()


def _kept(looked: Looked) -> None:
    """The store gives a message back as it was planned, under the same fingerprint."""
    for delivery in looked.planned[:20]:
        message = delivery.message
        kept = json.dumps(_MESSAGES.dump_python(message, mode="json")).encode()
        back = _MESSAGES.validate_python(json.loads(kept))
        if back.fingerprint != message.fingerprint:
            raise Finding("the store gives another message back")


def _in_front(rng: random.Random, content: bytes) -> bytes:
    """``content`` with its front matter's values changed, its body as it was."""
    fence, front, body = _apart(content)
    return fence + in_toml(rng, front, *_ODD).rstrip(b"\n") + b"\n" + fence + body


def _in_body(rng: random.Random, content: bytes, good: Sequence[bytes]) -> bytes:
    """``content`` with its body mutated, its front matter as it was."""
    fence, front, body = _apart(content)
    others = [_apart(other)[2] for other in rng.choices(good, k=3)]
    return fence + front + fence + mutated(rng, body, others, _WORDS)


def _apart(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The fence, the front matter and the body of a post."""
    parts = content.split(FENCE, 2)
    return (FENCE, parts[1], parts[2]) if len(parts) == 3 else (b"", b"", content)


def _shipped() -> Iterator[_Base]:
    """Posts of ours, each alone with its campaign's file; their channels are the hunt's own."""
    for own in sorted((HERE / "campaigns").glob("*/")):
        posts = sorted((own / "posts").glob("*.md"))
        for post in [one for one in posts if "tuan" not in one.stem][:: max(len(posts) // 6, 1)]:
            yield _Base(
                f"{own.name}-{post.stem}",
                {
                    "campaign.toml": _turned(own / "campaign.toml").encode(),
                    f"posts/{post.name}": re.sub(rb"media/[\w-]+\.png", PICTURE, post.read_bytes()),
                },
            )


def _made() -> Iterator[_Base]:
    """The good campaigns of the tests, and small ones for what those lack."""
    campaign, opening, thanks = (GOOD[name].encode() for name in (CAMPAIGN, OPENING, THANKS))
    yield _Base("tests", {"campaign.toml": campaign, "posts/mo-dau.md": opening})
    yield _Base("thanks", {"campaign.toml": campaign, "posts/cam-on.md": thanks})
    yield _Base(
        "feed", {"campaign.toml": GOOD[NEWS].encode(), "posts/tin.md": GOOD[ENTRY].encode()}
    )
    standing = (
        'title = "Tin hằng tuần"\nowner = "Sở"\nchannels = ["x", "telegram", "portal", "bluesky"]\n'
        'hashtags = ["ChuyenDoiSo"]\n'
    )
    weekly = (
        '+++\nwhen = "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"\ntitle = "Tin"\n'
        "thread = true\n"
        'link = "https://example.vn/tin"\n[for.x.options]\nreply_settings = "following"\n+++\n'
        "# Tuần này\n\n- **Một** việc, [xem](https://example.vn/a)\n- Hai\n\n1. Ba\n\n> Bốn\n\n"
        + "`năm` "
        + "Một câu dài để phải cắt ra thành nhiều bài. " * 12
        + "\n"
    )
    yield _Base("standing", {"campaign.toml": standing.encode(), "posts/tuan.md": weekly.encode()})


def _turned(path: Path) -> str:
    """A shipped campaign.toml on the hunt's channels."""
    tree = tomllib.loads(path.read_text("utf-8"))
    return tomli_w.dumps(tree | {"channels": ["fanpage", "telegram", "x", "portal"]})


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (120, 63), "#0b4f8a").save(drawn, "PNG")
    return drawn.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
