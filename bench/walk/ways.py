"""One post from its file to its line in the weekly mail, and one edit from the saved file to the
moved delivery: played on stand-ins, part by part, each part traced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.walk.trace import Steps, Trace
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import State
from publisher.rehearsal.stage import Stage
from publisher.reports import schedule
from publisher.settings.reader import read_settings
from publisher.site import Site
from publisher.store import approvals, deliveries, sending
from publisher.store.models import Delivery

EVENING_BEFORE = datetime(2027, 10, 2, 11, 0, tzinfo=UTC)
DUE = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
"""Seven days before 10 October 2027, at eight in Viet Nam."""
MONDAY = datetime(2027, 10, 4, 1, 5, tzinfo=UTC)

_SCHEDULE = """\
[office]
name = "UBND tỉnh"
[channels.fanpage]
adapter = "facebook"
account = "1"
page_token = "env:FANPAGE_TOKEN"
[mail]
host = "mail.example.vn"
sender = "publisher@example.vn"
[reports.weekly]
to = ["lanh-dao@example.vn"]
"""

_CAMPAIGN = """\
title = "Ngày Chuyển đổi số quốc gia"
owner = "Sở Khoa học và Công nghệ"
anchor = { every = "10-10" }
channels = ["fanpage"]
"""

_POST = """\
+++
when = "{when}"
+++
Còn **{{{{ days_left }}}} ngày** nữa đến {{{{ campaign.title }}}}.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a way: ``name`` says what happens, ``steps`` where."""

    name: str
    steps: Steps


def of_a_post() -> Iterator[Part]:
    """From the saved file to the line in the weekly mail; each part is checked to have happened."""
    with Trace() as trace, _office() as (site, clock, root):
        _write(root, "D-7 08:00")
        yield Part("The file is read, planned, rendered and stored", trace.of(site.desk.refresh))
        yield Part("An officer approves it", trace.of(lambda: _approve(site)))
        clock.move_to(DUE)
        yield Part("It falls due: claimed, sent, written down", trace.of(lambda: _send(site)))
        (sent,) = _rows(site)
        if sent.state != State.SENT or not sent.remote_id:
            raise AssertionError(f"the post wasn't sent: {sent}")
        clock.move_to(DUE + timedelta(hours=2))
        yield Part("Its readers are counted", trace.of(site.collector.round))
        clock.move_to(MONDAY)
        yield Part("The week is told in a mail", trace.of(lambda: schedule.plan_weekly(site)))
        yield Part("The mail goes out as any post does", trace.of(lambda: _send(site)))
        if any(row.state != State.SENT for row in _rows(site)):
            raise AssertionError("the mail wasn't sent")


def of_an_edit() -> Iterator[Part]:
    """From a changed ``when`` to the delivery that stands at its new time."""
    with Trace() as trace, _office() as (site, _clock, root):
        _write(root, "D-7 08:00")
        site.desk.refresh()
        _write(root, "D-6 09:30", ago_s=60)
        yield Part("The saved file moves its delivery", trace.of(site.desk.refresh))
        (moved,) = _rows(site)
        if moved.due_at != datetime(2027, 10, 4, 2, 30, tzinfo=UTC):
            raise AssertionError(f"it wasn't moved: {moved}")


@contextmanager
def _office() -> Iterator[tuple[Site, MovedClock, Path]]:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "schedule.toml").write_text(_SCHEDULE, encoding="utf-8")
        posts = root / "campaigns" / "chuyen-doi-so" / "posts"
        posts.mkdir(parents=True)
        (posts.parent / "campaign.toml").write_text(_CAMPAIGN, encoding="utf-8")
        settings, faults = read_settings(root / "schedule.toml")
        if settings is None:
            raise AssertionError(faults)
        clock = MovedClock(EVENING_BEFORE)
        with Stage(settings, root / "out", clock, ()) as stage:
            yield stage.site, clock, root


def _write(root: Path, when: str, ago_s: float = 3600) -> None:
    post = root / "campaigns" / "chuyen-doi-so" / "posts" / "con-7-ngay.md"
    post.write_text(_POST.format(when=when), encoding="utf-8")
    # Saved long ago: a file that was just saved may be half of what is being written.
    os.utime(post, (EVENING_BEFORE.timestamp() - ago_s,) * 2)


def _approve(site: Site) -> None:
    with site.database.writing() as session:
        (row,) = deliveries.in_state(session, State.PLANNED)
        approvals.approve(session, row, "Lê Thị Thu", site.clock())


def _send(site: Site) -> None:
    with site.database.reading() as session:
        waiting = sending.due_channels(session, site.clock())
    site.engine.start(waiting)
    site.engine.wait()


def _rows(site: Site) -> list[Delivery]:
    with site.database.reading() as session:
        return list(deliveries.in_state(session, *State))
