"""An office to measure with: schedule.toml and one campaign of as many posts as asked.

Everything else is the program's own: the files are read, planned, stored and sent by a real site.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.clock import MovedClock
from publisher.site import Site, open_site

START = datetime(2027, 10, 1, 1, 0, tzinfo=UTC)
"""What the clock shows all the time, but where the command line has the machine's own."""

FIVE_CHANNELS = """
[channels.fanpage]
adapter = "outbox"
like    = "facebook"
[channels.mastodon]
adapter = "outbox"
like    = "mastodon"
[channels.telegram]
adapter = "telegram"
token   = "env:TOKEN"
chat    = "@kenh_thu"
[channels.x]
adapter             = "x"
consumer_key        = "env:KEY"
consumer_secret     = "env:SECRET"
access_token        = "env:TOKEN"
access_token_secret = "env:TOKEN_SECRET"
[channels.ioc]
adapter = "webhook"
url     = "https://ioc.example.vn/"
secret  = "env:IOC_SECRET"
"""

BODY = """\
Bài **số {number}** của *{{{{ campaign.title }}}}*, ngày {{{{ due | date }}}}.

{{% if due.hour < 12 %}}Chào buổi sáng!{{% else %}}Chào buổi chiều!{{% endif %}}
Xem [tại đây](https://dongthap.gov.vn/bai/{number}), hoặc hỏi Tổ công nghệ số cộng đồng:

- giờ hành chính: {{{{ vars.phone }}}}
- lúc khác: {{{{ office.name }}}}
"""
TITLE = "Bài {number} của {{{{ campaign.title }}}}"


@contextmanager
def folder() -> Iterator[Path]:
    """A place to work in, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as name:
        yield Path(name)


def furnish(
    root: Path, channels: str, posts: int, first_due: datetime, *, apart: timedelta = timedelta()
) -> None:
    """Write schedule.toml and a campaign of ``posts``, each on all of ``channels``."""
    names = [line[10:-1] for line in channels.splitlines() if line.startswith("[channels.")]
    (root / "schedule.toml").write_text(
        f'timezone = "UTC"\n[links]\nutm_hosts = ["dongthap.gov.vn"]\n{channels}', encoding="utf-8"
    )
    campaign = root / "campaigns" / "thu"
    (campaign / "posts").mkdir(parents=True)
    (campaign / "campaign.toml").write_text(
        'title = "Ngày Chuyển đổi số"\nowner = "Sở"\napprovals = 0\nhashtags = ["ChuyenDoiSo"]\n'
        f'channels = {names}\n[vars]\nphone = "0277 123 4567"\n'.replace("'", '"'),
        encoding="utf-8",
    )
    for number in range(posts):
        due = first_due + number * apart
        (campaign / "posts" / f"{number:05}.md").write_text(
            f'+++\nwhen = "{due:%Y-%m-%d %H:%M}"\ntitle = "{TITLE.format(number=number)}"\n+++\n'
            + BODY.format(number=number),
            encoding="utf-8",
        )


@contextmanager
def filling(path: Path) -> Iterator[sqlite3.Connection]:
    """The store at ``path``, to put a history into by SQL, all of it in one commit."""
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        # What a power cut would do to it is nobody's loss.
        store.execute("PRAGMA synchronous = OFF")
        store.execute("PRAGMA cache_size = -500000")
        store.execute("BEGIN")
        yield store
        store.execute("COMMIT")
        # As after a few restarts of the daemon: the log is in the file.
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def opened(root: Path) -> Iterator[Site]:
    """The site of ``root``, whose clock stands at ``START``."""
    site, faults = open_site(root / "schedule.toml", MovedClock(START))
    if site is None:
        raise RuntimeError(f"the bench's own schedule.toml is wrong: {faults}")
    try:
        yield site
    finally:
        site.close()
